//! What a run left to be judged and told: disks, receipts, the nodes' own words, figures. The same for every engine.

use crate::disk::Content;
use crate::engine::EngineKind;
use crate::layout::Seat;
use crate::plan::Plan;
use mesh_model::id::{Digest, Hash, NodeId};
use mesh_model::place::Scope;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;
use sync_protocol::io::{ActPlace, ActRefusal, Rung};
use sync_protocol::node::Node;

/// Everything that is left of a run.
#[derive(Debug)]
pub struct Evidence {
    /// What was carried out.
    pub plan: Plan,
    /// By which engine.
    pub engine: EngineKind,
    /// Each site as it stands at the end.
    pub sites: BTreeMap<Seat, SiteEvidence>,
    /// When each batch was durable at the hub, by its header.
    pub at_hub: BTreeMap<Hash, Uptime>,
    /// How the end went.
    pub ending: Ending,
    /// Connections made.
    pub sessions: u64,
    /// Rolling hash and count of everything that happened, in order.
    pub trace: (Hash, u64),
    /// Figures over time, for reports.
    pub chronicle: Chronicle,
}

/// One site at the end.
#[derive(Debug)]
pub struct SiteEvidence {
    /// Its node.
    pub node: NodeId,
    /// What is durable.
    pub disk: Content,
    /// What its clerks hold in their hands.
    pub office: Office,
    /// What it counted.
    pub tally: Tally,
    /// The node's own words; `None` when the power is off.
    pub words: Option<Words>,
    /// What its screens show of each case, by number, and of each merged document (`doc:` and its id), by heads; empty where the engine has
    /// no screens. Equal papers and facts on an equal day must show equal bytes at every site.
    pub shown: BTreeMap<String, Vec<u8>>,
}

/// What a running node says of itself.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The digest of each scope and how many batches it covers.
    pub digests: BTreeMap<Scope, (Digest, u64)>,
    /// Peers with which it says to be in sync now.
    pub in_sync: Vec<NodeId>,
    /// Scopes it has in common with each peer.
    pub common: BTreeMap<NodeId, Vec<Scope>>,
    /// Height of its authority log.
    pub height: u64,
    /// The newest day it knows, days since 1970.
    pub day: Option<i32>,
    /// The rung at which it shows each batch of its own receipts, by header.
    pub rungs: BTreeMap<Hash, Rung>,
}

impl Words {
    /// Takes down what a node says, and on which rung the papers behind these receipts stand.
    #[must_use]
    pub fn of(node: &Node, receipts: &[ActPlace]) -> Words {
        let peers = node.peers();
        Words {
            digests: node.digests().into_iter().map(|(scope, digest, batches)| (scope, (digest, batches))).collect(),
            in_sync: peers.iter().filter(|status| status.in_sync).map(|status| status.peer).collect(),
            common: peers.iter().map(|status| (status.peer, node.common_scopes(status.peer))).collect(),
            height: node.authority().head().height,
            day: node.day().map(|day| day.0),
            rungs: receipts.iter().map(|place| (place.header, node.rung(place))).collect(),
        }
    }
}

impl Office {
    /// Returns what all receipts stand for.
    #[must_use]
    pub fn places(&self) -> Vec<ActPlace> {
        self.receipts.values().flat_map(|receipt| &receipt.places).copied().collect()
    }
}

/// What clerks remember: receipts are on paper and survive every power cut.
#[derive(Clone, Debug, Default)]
pub struct Office {
    /// Papers that the node called durable, by their number in the plan.
    pub receipts: BTreeMap<u64, Receipt>,
    /// Papers that the node refused, and why.
    pub refused: Vec<(u64, ActRefusal)>,
    /// Papers that were handed to the node.
    pub handed_in: u64,
    /// Papers that could not be written: no power, or a case not yet heard of.
    pub missed: u64,
    /// What the desk refused to them: how often and the first cause, by code; empty where the engine has no desks.
    pub refusals: BTreeMap<String, (u64, String)>,
    /// Why the daemon did not start or ended by itself, each time; empty where the engine runs no daemons.
    pub stops: Vec<String>,
}

/// One printed receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// When it was printed.
    pub at: Uptime,
    /// What it stands for.
    pub places: Box<[ActPlace]>,
    /// The case number on it, where the engine prints numbers.
    pub number: Option<Box<str>>,
}

/// What a site counted over all its process starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Bytes sent on the wire, by the engine's model of it.
    pub sent_bytes: u64,
    /// Bytes received on the wire.
    pub received_bytes: u64,
    /// Frames sent.
    pub frames: u64,
    /// Sessions that came up, as dialler.
    pub sessions: u64,
    /// Dials that led to nothing.
    pub failed_dials: u64,
    /// Milliseconds with a session to the site above.
    pub linked_ms: u64,
    /// Comparisons because a cursor was unknown or a proof differed.
    pub repairs: u64,
    /// Comparisons because scopes were newly common.
    pub fills: u64,
    /// Peers that broke the protocol, as this site says.
    pub faults: u64,
    /// Forks and second branches seen.
    pub forks: u64,
    /// Sessions given up after too many repairs.
    pub given_up: u64,
}

/// What happened after the last day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// Milliseconds from healing to agreement of everybody who was healed, in steps of a minute; `None` when it never came.
    pub healed_ms: Option<u64>,
    /// The bound for it, in milliseconds.
    pub healed_ms_max: u64,
    /// Repairs of the whole run before sessions were started again.
    pub repairs_before: u64,
    /// And after.
    pub repairs_after: u64,
    /// Frames sent between the healed while everybody was left alone.
    pub rest_frames: u64,
    /// Sessions that began in that hour because a bad line had ended those before them; always 0 in `flow`, whose sessions survive losses.
    pub rest_sessions: u64,
    /// Liveness: papers written in the healed core after healing, one a site that reaches the hub.
    pub core_papers: u32,
    /// And those of them that are at the hub at the end, bodies and all.
    pub core_papers_landed: u32,
}

/// Figures over time.
#[derive(Clone, Debug, Default)]
pub struct Chronicle {
    /// A line for each site and day, in order of day and then site.
    pub days: Vec<SiteDay>,
    /// What the hub did, minute by minute; minutes in which nothing happened are left out.
    pub hub: Vec<HubMinute>,
}

/// One site on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteDay {
    /// Days since the run began.
    pub day: u16,
    /// Which site.
    pub seat: Seat,
    /// At the day's end, milliseconds since the site last knew everything the hub did; `None` while it never has.
    pub stale_ms: Option<u64>,
    /// Papers of this site that were not at the hub at the day's end.
    pub backlog: u32,
    /// Bytes sent that day.
    pub sent_bytes: u64,
    /// Bytes received that day.
    pub received_bytes: u64,
    /// Sessions that day, as dialler.
    pub sessions: u32,
    /// Dials that led to nothing.
    pub failed_dials: u32,
    /// Milliseconds with a session.
    pub linked_ms: u32,
}

/// The hub in one minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HubMinute {
    /// Minutes since the run began.
    pub minute: u32,
    /// Sessions that began.
    pub sessions: u32,
    /// Bytes received and sent.
    pub bytes: u64,
    /// Commits made durable.
    pub commits: u32,
}
