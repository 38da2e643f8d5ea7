//! Every SQL text of the cache, as constants; a test prepares each.

/// The cache's layout; another number throws the file away.
pub const VERSION: i64 = 1;

/// Makes an empty cache.
pub const CREATE: &str = "
BEGIN;
CREATE TABLE watermark (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, mark BLOB NOT NULL);
INSERT INTO watermark (id, seq, mark) VALUES (1, 0, zeroblob(8));
CREATE TABLE site (
    site   BLOB PRIMARY KEY NOT NULL,
    code   TEXT NOT NULL,
    level  INTEGER NOT NULL,
    parent BLOB,
    name   TEXT NOT NULL,
    rank   BLOB NOT NULL
);
CREATE INDEX site_by_code ON site (code);
CREATE TABLE calendar_year (hash BLOB PRIMARY KEY NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE item (
    hash      BLOB PRIMARY KEY NOT NULL,
    code      TEXT NOT NULL,
    version   INTEGER NOT NULL,
    status    TEXT NOT NULL,
    level     INTEGER NOT NULL,
    effective INTEGER NOT NULL,
    name      TEXT NOT NULL,
    bytes     BLOB NOT NULL
);
CREATE INDEX item_by_code ON item (code, version, hash);
CREATE TABLE case_file (
    document    BLOB PRIMARY KEY NOT NULL,
    scope       BLOB NOT NULL,
    number      TEXT,
    item        TEXT,
    item_hash   BLOB,
    item_name   TEXT,
    state       TEXT NOT NULL,
    on_hold     INTEGER NOT NULL,
    custodian   BLOB,
    clock       TEXT,
    due         INTEGER,
    provisional INTEGER NOT NULL,
    ended       INTEGER NOT NULL,
    incomplete  INTEGER NOT NULL,
    marked      INTEGER NOT NULL,
    dirty       INTEGER NOT NULL
);
CREATE INDEX case_by_number ON case_file (number, document);
CREATE INDEX case_by_item ON case_file (item_hash) WHERE incomplete = 1;
CREATE INDEX case_dirty ON case_file (document) WHERE dirty = 1;
CREATE TABLE case_chain (
    document BLOB NOT NULL,
    node     BLOB NOT NULL,
    branch   BLOB NOT NULL,
    seq      INTEGER NOT NULL,
    header   BLOB NOT NULL,
    at_seq   INTEGER NOT NULL,
    at_mark  BLOB NOT NULL,
    PRIMARY KEY (document, node, branch)
);
CREATE TABLE own_chain (
    branch BLOB NOT NULL,
    scope  BLOB NOT NULL,
    seq    INTEGER NOT NULL,
    county INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    PRIMARY KEY (branch, scope)
);
CREATE TABLE own_batch (
    branch  BLOB NOT NULL,
    scope   BLOB NOT NULL,
    seq     INTEGER NOT NULL,
    header  BLOB NOT NULL,
    at_seq  INTEGER NOT NULL,
    at_mark BLOB NOT NULL,
    PRIMARY KEY (branch, scope, seq)
);
CREATE TABLE news (id INTEGER PRIMARY KEY CHECK (id = 1), day INTEGER NOT NULL, via BLOB);
PRAGMA user_version = 1;
COMMIT;
";

/// Opens a cache that was put aside beside this one.
pub const ATTACH: &str = "ATTACH DATABASE ?1 AS aside";
/// Closes it.
pub const DETACH: &str = "DETACH DATABASE aside";
/// Cases and own batches that were known and are not here; prepared only while a cache is attached.
pub const LACKING: &str = "SELECT
    (SELECT count(*) FROM aside.case_file a WHERE NOT EXISTS (SELECT 1 FROM main.case_file m WHERE m.document = a.document))
    + (SELECT coalesce(sum(max(a.seq - coalesce((SELECT m.seq FROM main.own_chain m WHERE m.branch = a.branch AND m.scope = a.scope), 0), 0)), 0)
       FROM aside.own_chain a)";
/// Cases in it; prepared only while a cache is attached.
pub const COUNT_ASIDE: &str = "SELECT count(*) FROM aside.case_file";
/// All cases.
pub const COUNT_ALL_CASES: &str = "SELECT count(*) FROM case_file";
/// Begins a transaction.
pub const BEGIN: &str = "BEGIN IMMEDIATE";
/// Ends a transaction.
pub const COMMIT: &str = "COMMIT";
/// Takes a transaction back.
pub const ROLLBACK: &str = "ROLLBACK";
/// How far the cache follows the journal.
pub const WATERMARK: &str = "SELECT seq, mark FROM watermark WHERE id = 1";
/// Moves it.
pub const SET_WATERMARK: &str = "UPDATE watermark SET seq = ?1, mark = ?2 WHERE id = 1";

/// A site; an older record than the one held changes nothing.
pub const PUT_SITE: &str = "INSERT INTO site (site, code, level, parent, name, rank) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (site) DO UPDATE SET code = excluded.code, level = excluded.level, parent = excluded.parent, name = excluded.name,
    rank = excluded.rank WHERE excluded.rank > rank";
/// One site by id.
pub const SITE: &str = "SELECT site, code, level, parent, name FROM site WHERE site = ?1";
/// One site by code; after a change of codes the one with the newest record.
pub const SITE_BY_CODE: &str = "SELECT site, code, level, parent, name FROM site WHERE code = ?1 ORDER BY rank DESC LIMIT 1";
/// Sites in order of code, of one level, directly below one site.
pub const SITES: &str = "SELECT site, code, level, parent, name FROM site
    WHERE (?1 IS NULL OR level = ?1) AND (?2 IS NULL OR parent = ?2) ORDER BY code, site";

/// A calendar year.
pub const PUT_YEAR: &str = "INSERT INTO calendar_year (hash, bytes) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING";
/// All calendar years.
pub const YEARS: &str = "SELECT bytes FROM calendar_year ORDER BY hash";

/// An item version.
pub const PUT_ITEM: &str = "INSERT INTO item (hash, code, version, status, level, effective, name, bytes)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (hash) DO NOTHING";
/// One version by hash.
pub const ITEM: &str = "SELECT bytes FROM item WHERE hash = ?1";
/// The version of an item that counts on a day.
pub const ITEM_ON: &str = "SELECT bytes FROM item WHERE code = ?1 AND effective <= ?2 ORDER BY version DESC, hash DESC LIMIT 1";
/// All versions of an item, oldest first.
pub const ITEM_VERSIONS: &str = "SELECT bytes FROM item WHERE code = ?1 ORDER BY version, hash";
/// Newest versions in order of code, by status, level and text.
pub const ITEMS: &str = "SELECT bytes FROM item AS one
    WHERE NOT EXISTS (SELECT 1 FROM item AS other WHERE other.code = one.code AND (other.version, other.hash) > (one.version, one.hash))
    AND (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR level = ?2) AND (?3 IS NULL OR instr(name, ?3) > 0 OR instr(code, ?3) > 0)
    ORDER BY code LIMIT ?4";
/// How many there are.
pub const ITEMS_COUNT: &str = "SELECT count(*) FROM item AS one
    WHERE NOT EXISTS (SELECT 1 FROM item AS other WHERE other.code = one.code AND (other.version, other.hash) > (one.version, one.hash))
    AND (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR level = ?2) AND (?3 IS NULL OR instr(name, ?3) > 0 OR instr(code, ?3) > 0)";

/// A case as folded.
pub const PUT_CASE: &str =
    "INSERT INTO case_file (document, scope, number, item, item_hash, item_name, state, on_hold, custodian, clock, due,
    provisional, ended, incomplete, marked, dirty) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0)
    ON CONFLICT (document) DO UPDATE SET scope = excluded.scope, number = excluded.number, item = excluded.item,
    item_hash = excluded.item_hash, item_name = excluded.item_name, state = excluded.state, on_hold = excluded.on_hold,
    custodian = excluded.custodian, clock = excluded.clock, due = excluded.due, provisional = excluded.provisional,
    ended = excluded.ended, incomplete = excluded.incomplete, marked = excluded.marked, dirty = 0";
/// Where the newest batch of a chain that touches a case stands.
pub const PUT_CASE_CHAIN: &str = "INSERT INTO case_chain (document, node, branch, seq, header, at_seq, at_mark)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (document, node, branch) DO UPDATE SET seq = excluded.seq, header = excluded.header,
    at_seq = excluded.at_seq, at_mark = excluded.at_mark WHERE excluded.seq >= seq";
/// The chains of a case.
pub const CASE_CHAINS: &str = "SELECT node, branch, seq, header, at_seq, at_mark FROM case_chain WHERE document = ?1 ORDER BY node, branch";
/// Where a case is, by its number; of several documents with one number the first by id.
pub const CASE_BY_NUMBER: &str = "SELECT document, scope FROM case_file WHERE number = ?1 ORDER BY document LIMIT 1";
/// The scope of a case.
pub const CASE_SCOPE: &str = "SELECT scope FROM case_file WHERE document = ?1";
/// A page of cases in order of number.
pub const CASES: &str = "SELECT document, scope, number, item, item_name, state, on_hold, custodian, clock, due, provisional FROM case_file
    WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR item = ?2) AND (?3 IS NULL OR custodian = ?3) AND (?4 IS NULL OR number > ?4)
    ORDER BY number, document LIMIT ?5";
/// How many there are, whatever the page.
pub const CASES_COUNT: &str = "SELECT count(*) FROM case_file
    WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR item = ?2) AND (?3 IS NULL OR custodian = ?3)";
/// Cases that wait for an item version.
pub const DIRTY_BY_ITEM: &str = "UPDATE case_file SET dirty = 1 WHERE incomplete = 1 AND item_hash = ?1";
/// Cases that a calendar year may move.
pub const DIRTY_BY_CALENDAR: &str = "UPDATE case_file SET dirty = 1 WHERE ended = 0 OR incomplete = 1";
/// Cases of which some event had no right.
pub const DIRTY_BY_RIGHT: &str = "UPDATE case_file SET dirty = 1 WHERE marked = 1";
/// Cases of a scope.
pub const DIRTY_BY_SCOPE: &str = "UPDATE case_file SET dirty = 1 WHERE scope = ?1";
/// All cases.
pub const DIRTY_ALL: &str = "UPDATE case_file SET dirty = 1";
/// Some cases that must be folded again.
pub const DIRTY: &str = "SELECT document FROM case_file WHERE dirty = 1 LIMIT ?1";

/// The newest batch of an own chain.
pub const PUT_OWN_CHAIN: &str = "INSERT INTO own_chain (branch, scope, seq, county, refused) VALUES (?1, ?2, ?3, 0, 0)
    ON CONFLICT (branch, scope) DO UPDATE SET seq = max(seq, excluded.seq)";
/// An own batch whose rung may still rise.
pub const PUT_OWN_BATCH: &str = "INSERT INTO own_batch (branch, scope, seq, header, at_seq, at_mark) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (branch, scope, seq) DO NOTHING";
/// Own chains in order.
pub const OWN_CHAINS: &str = "SELECT branch, scope, seq, county, refused FROM own_chain ORDER BY scope, branch";
/// Own batches that may still rise.
pub const OWN_BATCHES: &str = "SELECT branch, scope, seq, header, at_seq, at_mark FROM own_batch ORDER BY scope, branch, seq";
/// Up to where a chain is at the county.
pub const SET_OWN_COUNTY: &str = "UPDATE own_chain SET county = max(county, ?3), refused = refused + ?4 WHERE branch = ?1 AND scope = ?2";
/// Batches that cannot rise for this figure.
pub const DROP_OWN_BATCHES: &str = "DELETE FROM own_batch WHERE branch = ?1 AND scope = ?2 AND seq <= ?3";

/// The newest day and whence it came.
pub const PUT_NEWS: &str = "INSERT INTO news (id, day, via) VALUES (1, ?1, ?2)
    ON CONFLICT (id) DO UPDATE SET day = excluded.day, via = excluded.via WHERE excluded.day > day";
/// That.
pub const NEWS: &str = "SELECT day, via FROM news WHERE id = 1";

/// Every statement above that is run with parameters, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    WATERMARK,
    SET_WATERMARK,
    PUT_SITE,
    SITE,
    SITE_BY_CODE,
    SITES,
    PUT_YEAR,
    YEARS,
    PUT_ITEM,
    ITEM,
    ITEM_ON,
    ITEM_VERSIONS,
    ITEMS,
    ITEMS_COUNT,
    PUT_CASE,
    PUT_CASE_CHAIN,
    CASE_CHAINS,
    CASE_BY_NUMBER,
    CASE_SCOPE,
    CASES,
    CASES_COUNT,
    DIRTY_BY_ITEM,
    DIRTY_BY_CALENDAR,
    DIRTY_BY_RIGHT,
    DIRTY_BY_SCOPE,
    DIRTY_ALL,
    DIRTY,
    PUT_OWN_CHAIN,
    PUT_OWN_BATCH,
    OWN_CHAINS,
    OWN_BATCHES,
    SET_OWN_COUNTY,
    DROP_OWN_BATCHES,
    PUT_NEWS,
    NEWS,
];
