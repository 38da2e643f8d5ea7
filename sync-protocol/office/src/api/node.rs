//! Routes about the node itself: `status`, `digest`, `sync now | explain`, `version`.

use super::ask;
use super::case::{PlaceShown, SiteRef};
use mesh_model::id::{Branch, Digest, DocId, Hash, NodeId};
use mesh_model::time::Day;
use serde::{Deserialize, Serialize};

pub use sync_protocol::guard::FEATURES;

/// Asks how the node stands.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Status {}

/// How the node stands: its two figures, its peers, its journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusShown {
    /// This node.
    pub node: NodeId,
    /// Its store.
    pub branch: Branch,
    /// What wants a person, most urgent first.
    #[serde(default)]
    pub problems: Vec<Problem>,
    /// Its site; `None` before the authority log says it.
    pub site: Option<SiteRef>,
    /// `hub` or `edge`.
    pub role: String,
    /// How far this node's own acts are safe.
    pub my_acts: MyActs,
    /// How new the county's papers are.
    pub county_news: CountyNews,
    /// Peers by id.
    pub peers: Vec<PeerShown>,
    /// The configured ways up, in order of their slots.
    #[serde(default)]
    pub ways: Vec<WayShown>,
    /// Why peers are not linked, where something was met; by id.
    #[serde(default)]
    pub lost: Vec<LostShown>,
    /// Newest journal position.
    pub journal: u64,
    /// Height of the authority log.
    pub authority: u64,
    /// Cases here.
    pub cases: u64,
}

/// Something that wants a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `full`, `cache_behind`, `damaged_bodies`, `damaged_pages`, `journal_shortened`, `store_lost`, `branch_opened` or `fork_seen`.
    pub kind: String,
    /// How many: entries behind, bodies damaged, cases and own batches that are not back.
    pub count: u64,
    /// The stores, the file or what the store said; nothing of a case.
    pub detail: Option<String>,
    /// When it was seen, by this machine's clock (RFC 3339).
    pub at: Option<String>,
    /// How many cases were known before, of a shortened journal.
    pub known: Option<u64>,
}

impl Problem {
    /// Returns a problem without details.
    #[must_use]
    pub fn of(kind: &str, count: u64) -> Problem {
        Problem { kind: kind.to_owned(), count, ..Problem::default() }
    }
}

/// How far this node's own acts are safe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyActs {
    /// The lowest rung of any own act; `none` when there are none.
    pub rung: String,
    /// Own batches.
    pub total: u64,
    /// Own batches at `county` or above.
    pub at_county: u64,
    /// Own batches of which the hub refused a body.
    pub refused: u64,
    /// Per own chain: up to which seq each rung reaches.
    pub chains: Vec<ChainShown>,
    /// When the lowest rung last rose, by this machine's clock (RFC 3339); `None` if not in this process.
    pub since: Option<String>,
}

/// One own chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainShown {
    /// The scope as text.
    pub scope: String,
    /// The store that wrote it.
    pub branch: Branch,
    /// Last seq written.
    pub seq: u64,
    /// Up to here a relay holds it.
    pub relay: u64,
    /// Up to here the hub's receipt covers it.
    pub county: u64,
}

/// How new the county's papers are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountyNews {
    /// Day of the newest day record.
    pub day: Option<Day>,
    /// The peer that it came from; `None` where it was signed here.
    pub via: Option<NodeId>,
    /// That peer's site.
    pub via_site: Option<SiteRef>,
    /// When it came, by this machine's clock (RFC 3339); `None` if not in this process.
    pub since: Option<String>,
}

/// A peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerShown {
    /// Who.
    pub node: NodeId,
    /// Its site.
    pub site: Option<SiteRef>,
    /// Whether a link is up.
    pub linked: bool,
    /// Whether the newest claims of both were equal and nothing changed since.
    pub in_sync: bool,
    /// How many common scopes were last shown equal.
    pub proven_scopes: u64,
    /// The common scopes that hold something here, as text.
    pub scopes: Vec<String>,
    /// When, by this machine's clock (RFC 3339); `None` if not in this process.
    pub proven_at: Option<String>,
    /// Milliseconds since then.
    pub proven_ms_ago: Option<u64>,
    /// How far it holds this journal, in this journal's numbers.
    pub holds_up_to: u64,
    /// Repairs in this process: they should be rare.
    pub repairs: u32,
    /// Fills of newly common scopes in this process.
    pub fills: u32,
    /// Frame bytes sent in this process.
    pub bytes_sent: u64,
    /// Frame bytes received in this process.
    pub bytes_received: u64,
}

/// Why the last link to a peer ended; nothing is said of one that is linked, or was proven since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostShown {
    /// Who.
    pub node: NodeId,
    /// A word of [`WayShown::why`].
    pub why: String,
    /// What was met, in English.
    pub detail: String,
}

/// A configured way up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayShown {
    /// As configured.
    pub address: String,
    /// Who answered there last; `None` if nobody did in this process.
    pub node: Option<NodeId>,
    /// Whether a link to whoever answers there is up.
    pub reached: bool,
    /// Why not: `unreachable`, `not_the_county`, `revoked`, `refused`, `fault`, `no_space`, `silent`, `gave_up`, `shutdown` or `closed`.
    pub why: Option<String>,
    /// What was met, in English.
    pub detail: Option<String>,
}

/// Asks for the digest of every scope here.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DigestAsked {}

/// The digests, to be compared with another node's by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digests {
    /// This node.
    pub node: NodeId,
    /// Scopes in order.
    pub scopes: Vec<ScopeDigest>,
}

/// One scope's digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeDigest {
    /// The scope as text, such as `county/catalogue-village/2026`.
    pub scope: String,
    /// The digest.
    pub digest: Digest,
    /// Batches here.
    pub batches: u64,
    /// What is held of each chain, in order: the digest is over exactly this.
    pub vector: Vec<ChainVector>,
}

/// What is held of one chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainVector {
    /// Author.
    pub node: NodeId,
    /// The author's store.
    pub branch: Branch,
    /// Heads: one, unless the chain is forked.
    pub heads: Vec<Head>,
    /// Ranges held beyond gaps, first and last seq.
    pub beyond: Vec<(u64, u64)>,
}

/// The head of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Everything from 1 to here is held.
    pub seq: u64,
    /// The header there.
    pub header: Hash,
}

/// Dials every peer now, whatever the back-off says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SyncNow {
    /// Milliseconds to wait until every linked peer is proven, at most 60,000; 0 or nothing: does not wait.
    #[serde(default)]
    pub wait_ms: Option<u64>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncAsked {
    /// Whether, while waiting, at least one peer was proven anew and every configured way up was reached.
    pub proven: bool,
    /// Peers by id.
    pub peers: Vec<PeerShown>,
    /// The configured ways up, in order of their slots.
    #[serde(default)]
    pub ways: Vec<WayShown>,
}

/// Asks where a document is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Explain {
    /// Its id.
    pub document: DocId,
}

/// Where a document is, in which batches, and who holds them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The document.
    pub document: DocId,
    /// `here`, `partly` or `not_here`.
    pub found: String,
    /// Bodies of the document in journal order.
    pub bodies: Vec<BodyShown>,
}

/// One body of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyShown {
    /// Its batch.
    pub place: PlaceShown,
    /// Hash of the batch's header.
    pub header: mesh_model::id::Hash,
    /// Index in the batch.
    pub index: u16,
    /// Journal position here.
    pub journal: u64,
    /// `here`, `missing` or `refused`.
    pub state: String,
    /// Length in bytes, where it is here.
    pub bytes: Option<u64>,
    /// How far it is safe.
    pub rung: String,
    /// Peers that hold it by their own word.
    pub held_by: Vec<NodeId>,
}

/// Asks what runs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Version {}

/// What runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionShown {
    /// `hub` or `edge-node`.
    pub program: String,
    /// Release.
    pub version: String,
    /// Newest batch schema written and judged.
    pub schema_newest: u16,
    /// Newest rules level of cases.
    pub rules_newest: u32,
    /// Features of the build that no release has; empty in a release.
    #[serde(default)]
    pub features: Vec<String>,
}

impl VersionShown {
    /// Returns one line for people: the program, its release and what no release has.
    #[must_use]
    pub fn line(&self) -> String {
        let features = self.features.iter().map(|feature| format!(" +{feature}"));
        format!("{} {}{}", self.program, self.version, features.collect::<String>())
    }
}

ask!(Status => StatusShown, "node", "status");
ask!(DigestAsked => Digests, "node", "digest");
ask!(SyncNow => SyncAsked, "sync", "now");
ask!(Explain => Explained, "sync", "explain");
ask!(Version => VersionShown, "node", "version");
