//! Every SQL text of the journal, as constants; a test prepares each.
//!
//! Plain rowid tables. `batch.seq` and `late.seq` share one row of numbers, dense from 1: the journal's positions. A body's id is
//! `position << 16 | index`, so that the bodies of a batch lie together and in order without an index of their own.

/// Marks the file as a journal of this program ("mesh").
pub const APPLICATION_ID: i64 = 0x6d65_7368;

/// Forward-only steps; the schema's version is how many were run.
pub const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE chain (
    id     INTEGER PRIMARY KEY,
    scope  BLOB NOT NULL,
    node   BLOB NOT NULL,
    branch BLOB NOT NULL,
    rows   BLOB,
    UNIQUE (scope, node, branch)
);
CREATE TABLE batch (
    seq           INTEGER PRIMARY KEY,
    hash          BLOB NOT NULL UNIQUE,
    header        BLOB NOT NULL,
    signature     BLOB NOT NULL,
    chain         INTEGER NOT NULL REFERENCES chain (id),
    chain_seq     INTEGER NOT NULL,
    mark          BLOB NOT NULL,
    body_bytes    INTEGER NOT NULL,
    has_records   INTEGER NOT NULL,
    source_node   BLOB,
    source_branch BLOB
);
CREATE INDEX batch_by_chain ON batch (chain, chain_seq);
CREATE INDEX batch_with_records ON batch (seq) WHERE has_records = 1;
CREATE TABLE body (
    id         INTEGER PRIMARY KEY,
    state      INTEGER NOT NULL,
    document   BLOB,
    kind       INTEGER,
    tag        INTEGER,
    entry      BLOB,
    refused_by BLOB,
    bytes      BLOB
);
CREATE INDEX body_by_document ON body (document) WHERE document IS NOT NULL;
CREATE TABLE late (
    seq           INTEGER PRIMARY KEY,
    batch         INTEGER NOT NULL REFERENCES batch (seq),
    idx           INTEGER NOT NULL,
    mark          BLOB NOT NULL,
    source_node   BLOB,
    source_branch BLOB
);
CREATE INDEX late_by_batch ON late (batch, idx);
CREATE TABLE cursor (
    peer   BLOB NOT NULL,
    branch BLOB NOT NULL,
    seq    INTEGER NOT NULL,
    mark   BLOB NOT NULL,
    PRIMARY KEY (peer, branch)
);
CREATE TABLE held (
    peer BLOB PRIMARY KEY NOT NULL,
    seq  INTEGER NOT NULL
);
CREATE TABLE note (
    key   TEXT PRIMARY KEY NOT NULL,
    value BLOB NOT NULL
);
CREATE TABLE tail (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    seq     INTEGER NOT NULL,
    rolling BLOB NOT NULL
);
INSERT INTO tail (id, seq, rolling) VALUES (1, 0, zeroblob(32));
",
    FILL_ENTRIES,
];

/// Marks the step after which every body has its entry beside it; the entries are hashes and filled in by the program.
pub const FILL_ENTRIES: &str = "";

/// Opens the one write transaction; immediate, because an upgrade from a read fails at once whatever the busy time.
pub const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
/// Opens a read of one state.
pub const BEGIN_READ: &str = "BEGIN DEFERRED";
/// Makes a transaction durable.
pub const COMMIT: &str = "COMMIT";
/// Takes a transaction back.
pub const ROLLBACK: &str = "ROLLBACK";

/// The tail.
pub const TAIL: &str = "SELECT seq, rolling FROM tail WHERE id = 1";
/// Moves the tail.
pub const MOVE_TAIL: &str = "UPDATE tail SET seq = ?1, rolling = ?2 WHERE id = 1";
/// All chains with their vector rows.
pub const CHAINS: &str = "SELECT id, scope, node, branch, rows FROM chain ORDER BY scope, node, branch";
/// One chain's number.
pub const CHAIN_ID: &str = "SELECT id FROM chain WHERE scope = ?1 AND node = ?2 AND branch = ?3";
/// A new chain.
pub const INSERT_CHAIN: &str = "INSERT INTO chain (scope, node, branch) VALUES (?1, ?2, ?3)";
/// A chain's vector rows.
pub const SET_ROWS: &str = "UPDATE chain SET rows = ?2 WHERE id = ?1";
/// Whether a header is stored, and where.
pub const BATCH_AT: &str = "SELECT seq, mark FROM batch WHERE hash = ?1";
/// A new batch.
pub const INSERT_BATCH: &str = "INSERT INTO batch
    (seq, hash, header, signature, chain, chain_seq, mark, body_bytes, has_records, source_node, source_branch)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
/// A body, new or in place of what was known of it; a refusal keeps the bytes that were here, out of everybody's sight.
pub const PUT_BODY: &str = "INSERT INTO body (id, state, document, kind, tag, entry, refused_by, bytes)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, entry = excluded.entry, refused_by = excluded.refused_by,
    document = coalesce(excluded.document, document), kind = coalesce(excluded.kind, kind),
    tag = coalesce(excluded.tag, tag), bytes = coalesce(excluded.bytes, bytes)";
/// The state of one body.
pub const BODY_STATE: &str = "SELECT state FROM body WHERE id = ?1";
/// The newest journal entry of a late body.
pub const LATE_AT: &str = "SELECT seq, mark FROM late WHERE batch = ?1 AND idx = ?2 ORDER BY seq DESC LIMIT 1";
/// A late body's journal entry.
pub const INSERT_LATE: &str = "INSERT INTO late (seq, batch, idx, mark, source_node, source_branch) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
/// A batch that grew by a late body.
pub const GROW_BATCH: &str = "UPDATE batch SET body_bytes = body_bytes + ?2, has_records = max(has_records, ?3) WHERE seq = ?1";
/// A cursor; each write makes it the newest row.
pub const PUT_CURSOR: &str = "INSERT OR REPLACE INTO cursor (peer, branch, seq, mark) VALUES (?1, ?2, ?3, ?4)";
/// How far a peer holds this journal.
pub const PUT_HELD: &str = "INSERT INTO held (peer, seq) VALUES (?1, ?2) ON CONFLICT (peer) DO UPDATE SET seq = excluded.seq";
/// A local fact.
pub const PUT_NOTE: &str = "INSERT INTO note (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
/// All cursors, the one written last at the end.
pub const CURSORS: &str = "SELECT peer, branch, seq, mark FROM cursor ORDER BY rowid";
/// All that peers hold.
pub const HELDS: &str = "SELECT peer, seq FROM held ORDER BY peer";
/// Local facts of a range of keys: from `?1` and before `?2`.
pub const NOTES: &str = "SELECT key, value FROM note WHERE key >= ?1 AND key < ?2 ORDER BY key";

/// Batches of a range of scopes, in journal order.
pub const BATCHES_OF_SCOPES: &str = "SELECT b.seq, b.header, b.signature, b.mark, b.body_bytes, b.source_node, b.source_branch
    FROM chain c JOIN batch b ON b.chain = c.id WHERE c.scope BETWEEN ?1 AND ?2 ORDER BY b.seq";
/// Batches with protocol records outside a range of scopes, in journal order.
pub const BATCHES_WITH_RECORDS: &str = "SELECT b.seq, b.header, b.signature, b.mark, b.body_bytes, b.source_node, b.source_branch
    FROM batch b JOIN chain c ON c.id = b.chain WHERE b.has_records = 1 AND NOT (c.scope BETWEEN ?1 AND ?2) ORDER BY b.seq";
/// Batches after a position.
pub const BATCHES_AFTER: &str = "SELECT b.seq, b.header, b.signature, b.mark, b.body_bytes, b.source_node, b.source_branch
    FROM batch b WHERE b.seq > ?1 ORDER BY b.seq LIMIT ?2";
/// Late bodies after a position.
pub const LATES_AFTER: &str = "SELECT l.seq, l.batch, l.idx, l.mark, l.source_node, l.source_branch
    FROM late l WHERE l.seq > ?1 ORDER BY l.seq LIMIT ?2";
/// Batches of one chain, by seq; forks by journal order.
pub const BATCHES_OF_CHAIN: &str = "SELECT b.seq, b.header, b.signature, b.mark, b.body_bytes, b.source_node, b.source_branch
    FROM batch b WHERE b.chain = ?1 AND b.chain_seq BETWEEN ?2 AND ?3 ORDER BY b.chain_seq, b.seq LIMIT ?4";
/// One batch by header hash.
pub const BATCH_BY_HASH: &str = "SELECT b.seq, b.header, b.signature, b.mark, b.body_bytes, b.source_node, b.source_branch
    FROM batch b WHERE b.hash = ?1";
/// One batch by position.
pub const BATCH_BY_SEQ: &str = "SELECT b.seq, b.header, b.signature, b.mark, b.body_bytes, b.source_node, b.source_branch
    FROM batch b WHERE b.seq = ?1";
/// Bodies of a range of ids.
pub const BODIES: &str = "SELECT id, state, document, kind, entry, refused_by, bytes FROM body WHERE id BETWEEN ?1 AND ?2 ORDER BY id";
/// Bodies after an id with the hash of their header, to look through all of them.
pub const BODIES_AFTER: &str = "SELECT o.id, o.state, o.document, o.kind, o.entry, o.refused_by, o.bytes, b.hash
    FROM body o JOIN batch b ON b.seq = o.id >> 16 WHERE o.id > ?1 ORDER BY o.id LIMIT 256";
/// Bodies that are here and lack their entry.
pub const BODIES_WITHOUT_ENTRY: &str = "SELECT id, state, document, kind, entry, refused_by, bytes
    FROM body WHERE state = 0 AND entry IS NULL ORDER BY id LIMIT 256";
/// A body's entry.
pub const SET_ENTRY: &str = "UPDATE body SET entry = ?2 WHERE id = ?1";
/// Moves everything of the write-ahead log into the database file.
pub const CHECKPOINT: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
/// Bodies of one document with their batch, in journal order.
pub const BODIES_OF_DOCUMENT: &str = "SELECT o.id, o.state, o.document, o.kind, o.entry, o.refused_by, o.bytes,
    b.seq, b.header, b.signature, b.mark, b.body_bytes, b.source_node, b.source_branch
    FROM body o JOIN batch b ON b.seq = o.id >> 16 WHERE o.document = ?1 ORDER BY o.id";
/// The mark at a position, whichever kind of entry it is.
pub const MARK_AT: &str = "SELECT mark FROM batch WHERE seq = ?1 UNION ALL SELECT mark FROM late WHERE seq = ?1";

/// Every statement above that is run with parameters, for the test that prepares them.
pub const ALL: &[&str] = &[
    BEGIN_WRITE,
    BEGIN_READ,
    COMMIT,
    ROLLBACK,
    TAIL,
    MOVE_TAIL,
    CHAINS,
    CHAIN_ID,
    INSERT_CHAIN,
    SET_ROWS,
    BATCH_AT,
    INSERT_BATCH,
    PUT_BODY,
    BODY_STATE,
    LATE_AT,
    INSERT_LATE,
    GROW_BATCH,
    PUT_CURSOR,
    PUT_HELD,
    PUT_NOTE,
    CURSORS,
    HELDS,
    NOTES,
    BATCHES_OF_SCOPES,
    BATCHES_WITH_RECORDS,
    BATCHES_AFTER,
    LATES_AFTER,
    BATCHES_OF_CHAIN,
    BATCH_BY_HASH,
    BATCH_BY_SEQ,
    BODIES,
    BODIES_AFTER,
    BODIES_WITHOUT_ENTRY,
    SET_ENTRY,
    CHECKPOINT,
    BODIES_OF_DOCUMENT,
    MARK_AT,
];
