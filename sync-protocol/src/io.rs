//! What goes into a node and what comes out: the whole seam between the pure core and the world.
//!
//! The loop: hand every input to [`Node::handle`](crate::node::Node::handle) with the time, then drain
//! [`poll_output`](crate::node::Node::poll_output), then sleep until [`next_timeout`](crate::node::Node::next_timeout) or the next input.
//! Loads are answered exactly once. Commits are answered in the order they came out; a refusal answers every later one with it.

use crate::batch::Chain;
use crate::journal::{Load, LoadId, Loaded, Position, Ticket, Write};
use crate::record::AuthorityAct;
use mesh_model::id::{Branch, DocId, Hash, NodeId};
use mesh_model::place::Scope;
use mesh_model::time::Day;

/// Names one connection to a peer while it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u64);

/// Names one local act while it waits for its answer; drawn by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActId(pub u64);

/// Which configured address to dial: the index in the runtime's list of peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u16);

/// The few long-lived streams of a link, never one per document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Hello, proofs, wants: small and answered at once.
    Control,
    /// Documents that overtake the bulk.
    Urged,
    /// Batches in journal order, marks, answers to wants.
    Bulk,
}

impl Lane {
    /// All lanes, most urgent first.
    pub const ALL: [Lane; 3] = [Lane::Control, Lane::Urged, Lane::Bulk];
}

/// Who opened a link: the dialler speaks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The peer dialled us.
    Accepted,
    /// We dialled the peer, for this slot.
    Dialled(Slot),
}

/// One body that a local act writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocalBody {
    /// Appends an event to a document of the event profile; the node builds the change (dependencies, actor, signature).
    Event {
        /// New or existing.
        document: DocId,
        /// One CBOR event, at most [`crate::limits::EVENT_BYTES_MAX`] bytes.
        value: Vec<u8>,
    },
    /// Appends a record (tag and CBOR) to a document.
    Record {
        /// New or existing.
        document: DocId,
        /// Tag and CBOR; the tag is the domain's.
        bytes: Vec<u8>,
    },
    /// A change already built by the automerge library, for general documents.
    Change {
        /// New or existing.
        document: DocId,
        /// One raw uncompressed change.
        bytes: Vec<u8>,
    },
}

/// What a desk does: bodies of one scope and local facts, durable together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalAct {
    /// For the answer.
    pub id: ActId,
    /// Where the bodies belong.
    pub scope: Scope,
    /// At least one; more than a batch holds are split into several batches of one commit.
    pub bodies: Vec<LocalBody>,
    /// Local facts written in the same transaction.
    pub notes: Vec<(String, Vec<u8>)>,
}

/// What a hub node may write on top of the authority log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one act at a time; a box would only make callers write more")]
pub enum HubAct {
    /// One step of the authority log, durable together with local facts (a spent token).
    Authority {
        /// For the answer.
        id: ActId,
        /// The step.
        act: AuthorityAct,
        /// Local facts written in the same transaction.
        notes: Vec<(String, Vec<u8>)>,
    },
    /// A day, if it is newer than the newest.
    Day {
        /// For the answer.
        id: ActId,
        /// Today, by the hub's clock and operator.
        day: Day,
    },
}

/// Why a commit was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitRefusal {
    /// No space: nothing was written; reading goes on.
    Full,
}

/// What goes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A desk acts.
    Local(LocalAct),
    /// The hub's office acts.
    Hub(HubAct),
    /// The journal made a commit durable: one position per [`Write::Batch`] and [`Write::LateBody`], in order.
    /// A batch that was already stored answers with its old position.
    Committed(Ticket, Vec<Position>),
    /// The journal could not; every later ticket not yet committed is refused with it.
    Refused(Ticket, CommitRefusal),
    /// The journal's answer.
    Loaded(LoadId, Loaded),
    /// A link to an authenticated peer is up.
    LinkUp {
        /// New.
        link: LinkId,
        /// As its certificate says.
        peer: NodeId,
        /// Who dialled.
        side: Side,
    },
    /// A link is gone; frames not yet received on it never will be.
    LinkDown(LinkId),
    /// A link is gone because the peer closed it for this reason, as the transport tells: its farewell was lost, or it had said no word.
    LinkClosed {
        /// Which.
        link: LinkId,
        /// Why.
        why: Bye,
    },
    /// The dial for this slot failed.
    DialFailed(Slot),
    /// The dial for this slot failed because the peer refused it for this reason.
    DialRefused {
        /// Which.
        slot: Slot,
        /// Why.
        why: Bye,
    },
    /// One frame arrived (without the length prefix).
    Received {
        /// From where.
        link: LinkId,
        /// On which stream.
        lane: Lane,
        /// Type and CBOR.
        frame: Vec<u8>,
    },
    /// Bytes of transmitted frames left the node's queue towards this link.
    Drained {
        /// Which.
        link: LinkId,
        /// How many, length prefixes not counted.
        bytes: usize,
    },
    /// Send this document ahead of the bulk, to every peer that shares its scope.
    Urge(DocId),
    /// Dial every slot now, whatever the back-off says.
    SyncNow,
    /// The time came for [`next_timeout`](crate::node::Node::next_timeout).
    Wake,
}

/// What comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Write this in one transaction.
    Commit(Ticket, Vec<Write>),
    /// Ask the journal.
    Load(LoadId, Load),
    /// Send one frame.
    Transmit {
        /// Where to.
        link: LinkId,
        /// On which stream.
        lane: Lane,
        /// Type and CBOR, without the length prefix.
        frame: Vec<u8>,
    },
    /// Dial this slot.
    Dial(Slot),
    /// Close the link.
    Hangup(LinkId, Bye),
    /// Something the office, the log or a person wants to know.
    Notice(Notice),
}

/// Why a link is closed; the number travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bye {
    /// The process ends.
    Shutdown = 1,
    /// The peer broke the protocol.
    Fault = 2,
    /// The peer's node is revoked.
    Revoked = 3,
    /// Newer links of the same peer took over.
    Replaced = 4,
    /// No hello in time.
    Silent = 5,
    /// Repaired too often without an end.
    GaveUp = 6,
    /// The journal is full: what was sent could not be kept and is to be sent again later.
    NoSpace = 7,
}

/// Where an act of ours stands on its way; a lower rung never takes back a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rung {
    /// Durable at this node only.
    Window,
    /// A relay holds it too, by its unsigned word.
    Relay,
    /// The hub's signed receipt covers it.
    County,
    /// Inside a verified hub backup.
    Safe,
    /// The hub refused it; it must be written again in a form that passes.
    Refused,
}

/// Where an act stands in its chain and in this node's journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActPlace {
    /// Chain.
    pub chain: Chain,
    /// Seq in the chain.
    pub seq: u64,
    /// Its header.
    pub header: Hash,
    /// Journal position here.
    pub at: Position,
}

/// Why a local act was refused; nothing of it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActRefusal {
    /// No space in the journal.
    #[error("the journal is full; nothing was written")]
    Full,
    /// Too many acts wait.
    #[error("{waiting} local acts are waiting already")]
    Busy {
        /// How many.
        waiting: usize,
    },
    /// The node is not in the authority log, or revoked.
    #[error("this node may not sign")]
    NotEnrolled,
    /// Only a hub node may do this.
    #[error("only a hub node may do this")]
    NotHub,
    /// The body would not pass the door.
    #[error("the act would not pass the door: {0}")]
    Door(crate::door::Reason),
    /// The act has no bodies, or one over the bound.
    #[error("the act is empty or too large")]
    Size,
    /// The authority step does not fit on the log.
    #[error("the authority step does not fit: {0}")]
    Authority(String),
}

/// Why vectors were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mending {
    /// Scopes that are newly common.
    Fill,
    /// A cursor was unknown, or a proof differed.
    Repair,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A local or hub act is durable.
    Durable {
        /// Which.
        id: ActId,
        /// One per batch.
        places: Vec<ActPlace>,
    },
    /// A local or hub act was refused.
    ActRefused {
        /// Which.
        id: ActId,
        /// Why.
        why: ActRefusal,
    },
    /// The journal grew to here; projections may follow.
    Grew(Position),
    /// A peer and this node were shown to hold the same.
    Proven {
        /// With whom.
        peer: NodeId,
        /// How many common scopes.
        scopes: usize,
        /// Over which root.
        root: mesh_model::id::Digest,
    },
    /// Vectors were compared and ranges asked for.
    Mended {
        /// With whom.
        peer: NodeId,
        /// Why.
        kind: Mending,
        /// Ranges asked for.
        ranges: usize,
    },
    /// The authority log grew.
    AuthorityMoved {
        /// To here.
        height: u64,
    },
    /// A newer day record is known.
    DayMoved(Day),
    /// Our own valid signature was seen on a header that this store does not hold: the store is a copy, and a new branch is open.
    BranchOpened {
        /// The store as it was.
        old: Branch,
        /// The store as it is.
        new: Branch,
    },
    /// Two headers of one chain have equal seq.
    ForkSeen {
        /// The chain.
        chain: Chain,
        /// The seq.
        seq: u64,
    },
    /// A body did not pass; the hub's own word, or this node's while the hub's is not known.
    BodyRefused {
        /// Batch.
        header: Hash,
        /// Index.
        index: u16,
        /// Why.
        reason: crate::door::Reason,
    },
    /// A peer broke the protocol and its link was closed.
    PeerFault {
        /// Who.
        peer: NodeId,
        /// What.
        fault: crate::fault::Fault,
    },
    /// The journal had no space; reading goes on.
    Full,
    /// A peer says how far it holds our journal.
    HeldBy {
        /// Who.
        peer: NodeId,
        /// In our numbers.
        seq: u64,
    },
}
