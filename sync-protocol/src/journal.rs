//! What a store keeps for a node, as values: what is written in one commit, what is asked for, what comes back.
//!
//! The journal itself (a trait, SQLite behind it) lives in the runtime; this file is the contract. A commit is all or nothing. Positions are
//! given by the journal in commit order, dense from 1, never renumbered; see [`roll`] for the hash that proves them.

mod cursors;

pub use cursors::Cursors;

use crate::batch::{Body, Chain, SignedHeader};
use mesh_model::id::{Branch, DocId, Hash, NodeId};

/// Names one commit of a node's process; answered once, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// A place in the journal: the entry's number and the first 8 bytes of the rolling hash up to and including it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Dense from 1; 0 is the empty journal.
    pub seq: u64,
    /// First 8 bytes of the rolling hash; zeros at 0.
    pub mark: [u8; 8],
}

/// Extends the rolling hash by one journal entry: a batch by its header hash, a late body by its header hash and index.
#[must_use]
pub fn roll(rolling: &Hash, header: &Hash, late_body: Option<u16>) -> Hash {
    match late_body {
        None => Hash::of(&[b"batch", &rolling.0, &header.0]),
        Some(index) => Hash::of(&[b"body", &rolling.0, &header.0, &index.to_be_bytes()]),
    }
}

/// Returns the 8 bytes of a rolling hash that cursors carry.
#[must_use]
pub fn mark_of(rolling: &Hash) -> [u8; 8] {
    rolling.0[..8].try_into().expect("a hash has 32 bytes")
}

/// What a store knows of one body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredBody {
    /// The bytes are here.
    Here(Body),
    /// Only the entry is known; the body is asked for.
    Missing(Hash),
    /// The hub refused it; the entry is kept, the bytes are not shown to anyone.
    Refused {
        /// The body's entry.
        entry: Hash,
        /// Header hash of the batch that carries the refusal record.
        by: Hash,
    },
}

impl StoredBody {
    /// Returns the body's entry.
    #[must_use]
    pub fn entry(&self) -> Hash {
        match self {
            StoredBody::Here(body) => body.entry(),
            StoredBody::Missing(entry) | StoredBody::Refused { entry, .. } => *entry,
        }
    }
}

/// From whom a batch was received: the peer and the store it showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The peer.
    pub node: NodeId,
    /// The peer's store id at that time.
    pub branch: Branch,
}

/// One batch with what the store has of its bodies, by index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBatch {
    /// The header, verbatim.
    pub header: SignedHeader,
    /// `header.bodies` of them.
    pub bodies: Vec<StoredBody>,
    /// `None`: written here.
    pub source: Option<Source>,
}

/// One line of a commit. All lines of a commit are written, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Appends a batch; takes the next position. A header hash already stored takes no position and changes nothing.
    Batch(StoredBatch),
    /// Stores a body that was missing (or refused and now known); takes the next position.
    LateBody {
        /// The batch.
        header: Hash,
        /// Index in the batch.
        index: u16,
        /// Now known.
        body: StoredBody,
        /// From whom.
        source: Option<Source>,
    },
    /// Replaces the vector rows of a chain by these opaque bytes.
    Rows {
        /// The chain.
        chain: Chain,
        /// [`crate::vector::Rows`], encoded.
        bytes: Vec<u8>,
    },
    /// Replaces what this store has read of a peer's journal.
    Cursor {
        /// The peer.
        peer: NodeId,
        /// The peer's store.
        branch: Branch,
        /// Up to there, in the peer's numbers.
        at: Position,
    },
    /// Replaces how far a peer durably holds this journal.
    Held {
        /// The peer.
        peer: NodeId,
        /// In our numbers.
        seq: u64,
    },
    /// Replaces a small local fact that never travels (branch, numbering, keys' pins).
    Note {
        /// Dotted name.
        key: String,
        /// Opaque.
        value: Vec<u8>,
    },
}

/// What the journal holds when a node opens it; everything else is loaded on demand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The newest position and its whole rolling hash.
    pub tail: Position,
    /// All vector rows.
    pub rows: Vec<(Chain, Vec<u8>)>,
    /// All cursors, each peer's in the order in which they were written, see [`Cursors`].
    pub cursors: Vec<(NodeId, Branch, Position)>,
    /// How far peers hold this journal.
    pub held: Vec<(NodeId, u64)>,
    /// All local facts.
    pub notes: Vec<(String, Vec<u8>)>,
    /// The batches of the authority and day scopes, in journal order.
    pub county: Vec<(Position, StoredBatch)>,
    /// The batches (from any scope) that hold protocol records of [`crate::record`] other than authority and day, in journal order:
    /// those written by hub nodes in site scopes.
    pub records: Vec<(Position, StoredBatch)>,
}

/// Names one question to the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LoadId(pub u64);

/// A question to the journal; it sees only what is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Load {
    /// Entries after a position in journal order: at least one if there is one, then until `bytes_max` of bodies.
    After {
        /// Exclusive.
        seq: u64,
        /// Bytes of bodies.
        bytes_max: usize,
    },
    /// The rolling hash at a position.
    MarkAt {
        /// The position.
        seq: u64,
    },
    /// Batches of one chain (all heads of a fork), `from..=to`, by seq; at least one if there is one, then until `bytes_max`.
    Chain {
        /// The chain.
        chain: Chain,
        /// Inclusive.
        from: u64,
        /// Inclusive.
        to: u64,
        /// Bytes of bodies.
        bytes_max: usize,
    },
    /// Which of these headers are stored.
    Known {
        /// Header hashes.
        headers: Vec<Hash>,
    },
    /// Whole batches by header hash; unknown ones are left out.
    Batches {
        /// Header hashes.
        headers: Vec<Hash>,
    },
    /// Every stored body of a document, in journal order.
    Document {
        /// The document.
        document: DocId,
    },
}

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// Where it stands.
    pub at: Position,
    /// `None`: the batch itself; otherwise the body that came late, and `batch` holds the whole batch as it is now.
    pub late_body: Option<u16>,
    /// The batch.
    pub batch: StoredBatch,
    /// From whom this entry came.
    pub source: Option<Source>,
}

/// One body of a document with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentBody {
    /// The batch's header.
    pub header: SignedHeader,
    /// Index in the batch.
    pub index: u16,
    /// Journal position of the batch.
    pub at: Position,
    /// The bytes, or why not.
    pub body: StoredBody,
}

/// The journal's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// To [`Load::After`].
    Entries(Vec<JournalEntry>),
    /// To [`Load::MarkAt`]: `None` if the journal has no such position.
    Mark(Option<[u8; 8]>),
    /// To [`Load::Chain`] and [`Load::Batches`].
    Batches(Vec<StoredBatch>),
    /// To [`Load::Known`], in the order asked.
    Known(Vec<bool>),
    /// To [`Load::Document`].
    Document(Vec<DocumentBody>),
}
