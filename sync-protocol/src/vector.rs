//! Heads vectors: what a store holds of each chain, small enough to compare, exact enough to prove.
//!
//! A chain is one row in peace. A forked chain has one row per head: rows share their common past, and each names its own head.

use crate::batch::Chain;
use crate::limits;
use mesh_model::id::{Digest, Hash};
use mesh_model::place::Scope;
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// Headers held beyond a gap, linked among themselves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(array)]
pub struct Range {
    /// First seq held.
    #[n(0)]
    pub from: u64,
    /// `prev` of the first header: what must close the gap.
    #[n(1)]
    pub prev: Hash,
    /// Last seq held.
    #[n(2)]
    pub to: u64,
    /// Header at `to`.
    #[n(3)]
    pub head: Hash,
}

/// One head of a chain: everything from 1 to `seq` is held, and `head` is the header at `seq`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(array)]
pub struct Row {
    /// Contiguous from 1; 0 means nothing contiguous yet.
    #[n(0)]
    pub seq: u64,
    /// Header at `seq`; zeros at 0.
    #[n(1)]
    pub head: Hash,
}

/// What is held of one chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Rows {
    /// Heads, ordered; one in peace.
    #[n(0)]
    pub heads: Vec<Row>,
    /// Beyond a gap, ordered by `from`.
    #[n(1)]
    pub beyond: Vec<Range>,
    /// The chain had more heads than are told apart: nothing more of it is taken in, and it counts as equal everywhere.
    #[n(2)]
    pub given_up: Option<bool>,
}

/// What taking in a header did to a chain's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It extended a head, perhaps closing gaps.
    Extended,
    /// It waits beyond a gap.
    Beyond,
    /// It is another header at a seq already held: the chain is forked.
    Forked,
    /// It was one head too many: the chain is given up, the header is not taken in.
    Overflown,
    /// There is no room for another range or head: it was not taken in and must be sent again.
    NoRoom,
}

impl Rows {
    /// Returns the rows of a chain that is given up.
    #[must_use]
    pub fn overflown() -> Rows {
        Rows { given_up: Some(true), ..Rows::default() }
    }

    /// Returns whether the chain is given up.
    #[must_use]
    pub fn is_overflown(&self) -> bool {
        self.given_up == Some(true)
    }

    /// Returns the heads that are not held elsewhere.
    pub fn heads_but(&self, is_held: impl Fn(&Hash) -> bool) -> impl Iterator<Item = &Row> {
        self.heads.iter().filter(move |row| row.seq > 0 && !is_held(&row.head))
    }

    /// Returns whether a range beyond a gap goes over this place: something held there has no ground here.
    #[must_use]
    pub fn is_torn_at(&self, seq: u64) -> bool {
        self.beyond.iter().any(|range| range.from <= seq && seq <= range.to)
    }

    /// Returns the highest contiguous seq over all heads.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.heads.iter().map(|row| row.seq).max().unwrap_or(0)
    }

    /// Takes in a header that is not yet held. The caller has checked by hash that it is new.
    ///
    /// A header whose `prev` is a head extends it; one whose `prev` ends a range extends the range; any other starts a head of its own
    /// when `forks_at_held` says that its `prev` is held, and waits beyond a gap when not.
    pub fn take(&mut self, seq: u64, prev: Hash, hash: Hash, forks_at_held: bool) -> Taken {
        if let Some(row) = self.heads.iter_mut().find(|row| row.seq + 1 == seq && (row.head == prev)) {
            row.seq = seq;
            row.head = hash;
            self.close_gaps();
            return Taken::Extended;
        }
        if self.heads.is_empty() && seq == 1 {
            self.heads.push(Row { seq, head: hash });
            self.close_gaps();
            return Taken::Extended;
        }
        let extends_range = self.beyond.iter().any(|range| range.to + 1 == seq && range.head == prev);
        if extends_range || !(seq == 1 || forks_at_held) {
            return self.take_beyond(seq, prev, hash);
        }
        // Whether `prev` is held inside a range or in the common past cannot be told from here: the header must come again.
        if self.beyond.iter().any(|range| range.from < seq && seq <= range.to) {
            return Taken::NoRoom;
        }
        self.fork(seq, hash)
    }

    fn fork(&mut self, seq: u64, hash: Hash) -> Taken {
        if self.heads.len() >= limits::FORK_HEADS_MAX {
            *self = Rows::overflown();
            return Taken::Overflown;
        }
        self.heads.push(Row { seq, head: hash });
        self.close_gaps();
        Taken::Forked
    }

    fn take_beyond(&mut self, seq: u64, prev: Hash, hash: Hash) -> Taken {
        if let Some(range) = self.beyond.iter_mut().find(|range| range.to + 1 == seq && range.head == prev) {
            range.to = seq;
            range.head = hash;
        } else if let Some(range) = self.beyond.iter_mut().find(|range| range.from == seq + 1 && range.prev == hash) {
            range.from = seq;
            range.prev = prev;
        } else if self.beyond.len() >= limits::RANGES_BEYOND_GAP_MAX {
            return Taken::NoRoom;
        } else {
            self.beyond.push(Range { from: seq, prev, to: seq, head: hash });
        }
        self.join_ranges();
        Taken::Beyond
    }

    fn join_ranges(&mut self) {
        self.beyond.sort();
        let mut joined: Vec<Range> = Vec::with_capacity(self.beyond.len());
        for range in self.beyond.drain(..) {
            match joined.iter_mut().find(|low| low.to + 1 == range.from && low.head == range.prev) {
                Some(low) => (low.to, low.head) = (range.to, range.head),
                None => joined.push(range),
            }
        }
        self.beyond = joined;
    }

    fn close_gaps(&mut self) {
        let closes = |row: &Row, range: &Range| row.seq + 1 == range.from && row.head == range.prev;
        while let Some(at) = self.heads.iter().position(|row| self.beyond.iter().any(|range| closes(row, range))) {
            let row = self.heads.remove(at);
            // Several ranges may stand on one header: the chain is forked there.
            let (closed, open) = self.beyond.drain(..).partition(|range| closes(&row, range));
            self.beyond = open;
            self.heads.extend(closed.into_iter().map(|range| Row { seq: range.to, head: range.head }));
        }
        self.heads.sort();
        if self.heads.len() > limits::FORK_HEADS_MAX {
            *self = Rows::overflown();
        }
    }

    /// Returns the headers on which ranges stand; a range whose ground is held in the common past is a head in truth.
    pub fn grounds(&self) -> impl Iterator<Item = Hash> {
        self.beyond.iter().map(|range| range.prev)
    }

    /// Makes heads of ranges whose ground is held outside every other range; returns whether anything changed.
    ///
    /// A range can be left standing when another one over the same past closed first.
    pub fn adopt(&mut self, is_held: impl Fn(&Hash) -> bool) -> bool {
        let covered = |ranges: &[Range], seq: u64| ranges.iter().any(|range| range.from <= seq && seq <= range.to);
        let Some(at) = self.beyond.iter().position(|range| is_held(&range.prev) && !covered(&self.beyond, range.from - 1)) else {
            return false;
        };
        if self.heads.len() >= limits::FORK_HEADS_MAX {
            return false;
        }
        let range = self.beyond.remove(at);
        self.heads.push(Row { seq: range.to, head: range.head });
        self.close_gaps();
        self.adopt(is_held);
        true
    }

    /// Returns the canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("encoding into memory cannot fail")
    }

    /// Returns whether every number is one that a chain can have.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let numbers = |range: &Range| 1 <= range.from && range.from <= range.to && range.to <= limits::SEQ_MAX;
        let bounded = self.heads.len() <= limits::FORK_HEADS_MAX && self.beyond.len() <= limits::RANGES_BEYOND_GAP_MAX;
        bounded && self.heads.iter().all(|row| row.seq <= limits::SEQ_MAX) && self.beyond.iter().all(numbers)
    }

    /// Reads the canonical bytes; `None` when they are not rows within the bounds.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Rows> {
        let rows: Rows = minicbor::decode(bytes).ok()?;
        rows.is_sound().then_some(rows)
    }
}

/// All chains a store holds, by scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vectors {
    scopes: BTreeMap<Scope, Held>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Held {
    chains: BTreeMap<Chain, Rows>,
    digest: Option<Digest>,
}

impl Vectors {
    /// Returns the rows of a chain.
    #[must_use]
    pub fn rows(&self, chain: &Chain) -> Option<&Rows> {
        self.scopes.get(&chain.scope)?.chains.get(chain)
    }

    /// Replaces the rows of a chain.
    pub fn put(&mut self, chain: Chain, rows: Rows) {
        let held = self.scopes.entry(chain.scope).or_default();
        held.chains.insert(chain, rows);
        held.digest = None;
    }

    /// Returns whether something of a scope is held.
    #[must_use]
    pub fn holds(&self, scope: Scope) -> bool {
        self.scopes.contains_key(&scope)
    }

    /// Returns the scopes held, in order.
    pub fn scopes(&self) -> impl ExactSizeIterator<Item = Scope> {
        self.scopes.keys().copied()
    }

    /// Returns the chains of a scope, in order.
    pub fn chains(&self, scope: Scope) -> impl Iterator<Item = (&Chain, &Rows)> {
        self.scopes.get(&scope).into_iter().flat_map(|held| held.chains.iter())
    }

    /// Returns every chain of a node, in order.
    pub fn chains_of(&self, node: mesh_model::id::NodeId) -> impl Iterator<Item = (&Chain, &Rows)> {
        self.scopes.values().flat_map(|held| held.chains.iter()).filter(move |(chain, _)| chain.node == node)
    }

    /// Returns the digest of a scope: first 16 bytes of BLAKE3 over its vector; `None` when nothing is held.
    pub fn digest(&mut self, scope: Scope) -> Option<Digest> {
        let held = self.scopes.get_mut(&scope)?;
        Some(*held.digest.get_or_insert_with(|| digest_of(held.chains.iter())))
    }

    /// Returns the digest over (scope, digest) of the given scopes, which must be in order.
    pub fn root(&mut self, scopes: &[Scope]) -> Digest {
        let mut hasher = blake3::Hasher::new();
        for scope in scopes {
            if let Some(digest) = self.digest(*scope) {
                hasher.update(&scope.to_bytes());
                hasher.update(&digest.0);
            }
        }
        truncate(&hasher)
    }
}

fn truncate(hasher: &blake3::Hasher) -> Digest {
    Digest(hasher.finalize().as_bytes()[..16].try_into().expect("a hash has 32 bytes"))
}

/// Returns the digest of one scope's chains, which must be in order.
pub fn digest_of<'a>(chains: impl Iterator<Item = (&'a Chain, &'a Rows)>) -> Digest {
    let mut hasher = blake3::Hasher::new();
    for (chain, rows) in chains {
        hasher.update(&chain.node.0);
        hasher.update(&chain.branch.0);
        hasher.update(&rows.to_bytes());
    }
    truncate(&hasher)
}

#[cfg(test)]
mod tests;
