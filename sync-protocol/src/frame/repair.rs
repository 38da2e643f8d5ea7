//! What a repair says: vectors to be compared, ranges that are asked for. How they are answered is in [`crate::node`].

use super::Mark;
use crate::vector::Rows;
use mesh_model::id::{Branch, Hash, NodeId};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

/// The rows of one chain, as compared in a repair.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ChainRows {
    /// Author.
    #[n(0)]
    pub node: NodeId,
    /// Its store.
    #[n(1)]
    pub branch: Branch,
    /// Heads and ranges beyond gaps.
    #[n(2)]
    pub rows: Rows,
}

/// The rows of one scope.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ScopeRows {
    /// [`Scope::to_bytes`].
    #[n(0)]
    pub scope: ByteVec,
    /// In order.
    #[n(1)]
    pub chains: Vec<ChainRows>,
}

/// Everything the sender holds of the common scopes; the receiver asks for what it lacks.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Vectors {
    /// Authority height at which the common scopes were taken.
    #[n(0)]
    pub height: u64,
    /// All common scopes that are not empty, in order; one frame of several when `more`.
    #[n(1)]
    pub scopes: Vec<ScopeRows>,
    /// Journal position of the sender at which these vectors were true.
    #[n(2)]
    pub at: Mark,
    /// Whether further frames follow.
    #[n(3)]
    pub more: Option<bool>,
}

/// One range asked for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct WantRange {
    /// [`Scope::to_bytes`].
    #[n(0)]
    pub scope: ByteVec,
    /// Author.
    #[n(1)]
    pub node: NodeId,
    /// Its store.
    #[n(2)]
    pub branch: Branch,
    /// First seq wanted.
    #[n(3)]
    pub from: u64,
    /// Last seq wanted.
    #[n(4)]
    pub to: u64,
}

/// Bodies asked for, by header and index.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct WantBodies {
    /// The batch.
    #[n(0)]
    pub header: Hash,
    /// Indexes in it.
    #[n(1)]
    pub indexes: Vec<u16>,
}

/// What the sender lacks.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Want {
    /// Ranges of chains.
    #[n(0)]
    pub ranges: Vec<WantRange>,
    /// Single bodies.
    #[n(1)]
    pub bodies: Option<Vec<WantBodies>>,
    /// The `at` of the vectors answered: the receiver ends its answer with this mark.
    #[n(2)]
    pub at: Mark,
}
