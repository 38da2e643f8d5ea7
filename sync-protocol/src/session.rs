//! One link to one peer: what was said, what is on its way, what is still to be compared.
//!
//! ```text
//!            hello out, hello in
//!  Greeting ---------------------> Checking --cursor matches--> Streaming <---------+
//!                                     |                            |   \            |
//!                                     +--cursor unknown--+         |    proof unequal
//!                                                        v         v                |
//!                                                     AwaitingWant --want served----+
//! ```
//! That is the sending half; the receiving half follows marks and proofs in the order of the bulk lane. Both live here as plain state,
//! the reactions are in [`crate::node`].

pub use crate::fault::Fault;

use crate::frame::{Hello, Proof, Vectors};
use crate::io::Side;
use crate::journal::{LoadId, Position, StoredBatch};
use crate::limits;
use mesh_model::id::{Branch, Hash, NodeId};
use mesh_model::place::Shelf;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Where the sending half stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// The peer has not greeted.
    Greeting,
    /// The journal is asked whether it knows the peer's cursor.
    Checking,
    /// Entries go out in journal order.
    Streaming,
    /// Vectors went out; nothing more until the peer says what it wants.
    AwaitingWant,
}

/// Something to send before the stream goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// These batches, without a mark.
    Headers(Vec<Hash>),
    /// A range of a chain, without a mark.
    Range { chain: crate::batch::Chain, from: u64, to: u64 },
    /// The end of an answer to a want.
    Mark(Position),
}

/// The sending half.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub phase: Phase,
    /// Journal position up to which everything common was sent.
    pub next: u64,
    /// The load whose answer the stream waits for.
    pub loading: Option<LoadId>,
    pub jobs: VecDeque<Job>,
    /// The peer lacked nothing of the vectors shown last.
    pub shown_in_vain: bool,
    /// Bytes handed to the link and not yet drained.
    pub queued_bytes: usize,
    /// Bytes that the link carried so far.
    pub carried_bytes: usize,
    /// Sent out of order in this session: the stream skips them.
    pub sent_ahead: BTreeSet<Hash>,
    /// The newest claim made; a claim is repeated only when it changed.
    pub claimed: Option<Proof>,
    /// The operator wants the peer to repeat its claim.
    pub claim_again: bool,
    /// Newest position of ours that concerned this peer.
    pub relevant: u64,
    /// Where the ration shown last ends: the stream goes on once the peer holds our journal up to there.
    pub awaiting_held: Option<u64>,
    /// Positions of ours that this peer was told, newest last: what its claims may name.
    pub said: VecDeque<Position>,
    /// The cursor that the peer showed, while it is not known to be of our journal: its claims may name it, and hold nothing of ours by that.
    pub unsure: Option<Position>,
}

/// What arrived on the ordered lanes and is not yet taken in.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// Batches, with the mark that ends them.
    Batches { batches: VecDeque<StoredBatch>, mark: Option<Position>, urged: bool, known: BTreeMap<Hash, bool> },
    /// The end of an answer to our want.
    Mark(Position),
    /// A claim.
    Proof(Proof),
    /// A comparison.
    Vectors(Box<Vectors>),
}

/// The receiving half.
#[derive(Debug)]
pub(crate) struct Incoming {
    /// How far the peer's journal is durable here.
    pub read: Position,
    /// The newest cursor handed to our journal; ahead of `read`, or behind it when the peer's journal was put back, until that is durable.
    pub reading: Position,
    pub queue: VecDeque<Arrival>,
    /// The load whose answer the front of the queue waits for.
    pub asking: Option<LoadId>,
    /// Commits of this link not yet durable.
    pub uncommitted: usize,
    /// Bytes of batches not yet durable.
    pub intake_bytes: usize,
    /// Something sent could not be kept: marks mean nothing until a comparison has mended it.
    pub hole: bool,
    /// The peer was told of the hole.
    pub hole_said: bool,
    /// The hole is younger than the want that is out, or the want could not name everything: its mark does not close it.
    pub hole_stays: bool,
    /// Nothing of the vectors that the peer showed last was lacking here.
    pub lacked_nothing: bool,
    /// Vectors that came in more than one frame.
    pub shown: Vec<crate::frame::ScopeRows>,
    /// A want is out; marks mean nothing until this one comes.
    pub wanted: Option<Position>,
    /// Where the want began in chains that the peer holds from the ground on: what is torn there once the answer came needs a want that reaches deeper.
    pub awaited: Vec<(crate::batch::Chain, u64)>,
    /// The newest claim of the peer, compared once nothing is in flight.
    pub claim: Option<Proof>,
    /// Comparisons started because claims differed.
    pub mendings: u32,
}

/// One link.
#[derive(Debug)]
pub(crate) struct Session {
    pub peer: NodeId,
    pub side: Side,
    /// The peer's store, once it greeted.
    pub branch: Option<Branch>,
    /// How high the peer's authority log is: by its hello, then by what was sent to it.
    pub height: u64,
    /// Its newest day, likewise.
    pub day: i32,
    /// Neither side wants site scopes on older shelves.
    pub shelf_from: Shelf,
    pub greeted: bool,
    /// Something common moved since the last proof.
    pub dirty: bool,
    /// Something common moved since the last claim.
    pub unsaid: bool,
    /// Frames that overtook the peer's hello on another lane, and their bytes.
    pub early: Vec<(crate::io::Lane, Vec<u8>)>,
    pub early_bytes: usize,
    pub out: Outgoing,
    pub incoming: Incoming,
}

impl Outgoing {
    /// Returns bytes that may still be queued. A link proves what it carries: one that is cut after a minute does not cost the reading and
    /// packing of what a good one would have taken, and two hundred that come back at once do not fill the hub's memory.
    pub(crate) fn room(&self) -> usize {
        let most = self.carried_bytes.saturating_mul(2).clamp(limits::LINK_BYTES_QUEUED_MIN, limits::LINK_BYTES_QUEUED_MAX);
        most.saturating_sub(self.queued_bytes)
    }

    /// Notes that the link took bytes from the queue.
    pub(crate) fn carry(&mut self, bytes: usize) {
        self.queued_bytes = self.queued_bytes.saturating_sub(bytes);
        self.carried_bytes = self.carried_bytes.saturating_add(bytes);
    }
}

impl Incoming {
    /// Begins at the durable cursor.
    pub(crate) fn start_at(&mut self, read: Position) {
        (self.read, self.reading) = (read, read);
    }
}

impl Session {
    pub(crate) fn new(peer: NodeId, side: Side) -> Session {
        Session {
            peer,
            side,
            branch: None,
            height: 0,
            day: 0,
            shelf_from: Shelf(0),
            greeted: false,
            dirty: true,
            unsaid: true,
            early: Vec::new(),
            early_bytes: 0,
            out: Outgoing {
                phase: Phase::Greeting,
                next: 0,
                loading: None,
                jobs: VecDeque::new(),
                shown_in_vain: false,
                queued_bytes: 0,
                carried_bytes: 0,
                sent_ahead: BTreeSet::new(),
                claimed: None,
                claim_again: false,
                relevant: 0,
                awaiting_held: None,
                said: VecDeque::new(),
                unsure: None,
            },
            incoming: Incoming {
                read: Position::default(),
                reading: Position::default(),
                queue: VecDeque::new(),
                asking: None,
                uncommitted: 0,
                intake_bytes: 0,
                hole: false,
                hole_said: false,
                hole_stays: false,
                lacked_nothing: false,
                shown: Vec::new(),
                wanted: None,
                awaited: Vec::new(),
                claim: None,
                mendings: 0,
            },
        }
    }

    /// Notes that something common moved.
    pub(crate) fn soil(&mut self) {
        self.dirty = true;
        self.unsaid = true;
    }

    /// Notes that the peer was told a position of ours.
    pub(crate) fn say(&mut self, at: Position) {
        self.out.said.push_back(at);
        if self.out.said.len() > limits::MARKS_SAID_MAX {
            self.out.said.pop_front();
        }
    }

    /// A journal that was put back and grew to the very place that the peer showed is the one that the peer read.
    pub(crate) fn recognise(&mut self, grown: &[Position]) {
        self.out.unsure = self.out.unsure.filter(|read| !grown.contains(read));
    }

    /// Returns whether a claim was made after its sender had read everything sent to it that concerned it.
    pub(crate) fn is_abreast(&self, claim: &Proof) -> bool {
        let read = Position { seq: claim.read, mark: claim.mark.into() };
        // A cursor of another history is no place in ours, whatever its number.
        let reached = if self.out.unsure == Some(read) { 0 } else { read.seq };
        reached >= self.out.relevant && self.out.said.contains(&read)
    }

    /// Returns whether nothing is on its way in either direction, as far as this side knows.
    pub(crate) fn is_quiet(&self, tail: u64) -> bool {
        let out = self.out.phase == Phase::Streaming && self.out.jobs.is_empty() && self.out.loading.is_none() && self.out.next == tail;
        let incoming = self.incoming.queue.is_empty() && self.incoming.uncommitted == 0 && self.incoming.wanted.is_none();
        out && incoming && !self.incoming.hole
    }
}

/// Returns the claim that a hello makes; `None` when its sender did not compute a root.
pub(crate) fn claim_of(hello: &Hello) -> Option<Proof> {
    let root = hello.root?;
    Some(Proof {
        height: hello.height,
        root,
        tail: hello.tail,
        read: hello.read,
        mark: hello.mark,
        answer: None,
        tail_mark: None,
        lost: None,
    })
}

#[cfg(test)]
mod tests;
