//! How far the journals of peers were read, by their stores.

use super::Position;
use mesh_model::id::{Branch, NodeId};
use std::collections::BTreeMap;

/// A cursor for each store that was read; of every peer the one written or met last at the end. A restart keeps the order of writing.
///
/// A store that goes on under a new branch mostly still has the journal that was read under its old one: whoever meets it shows the cursor
/// written last, and its mark tells whether it is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursors(BTreeMap<NodeId, Vec<(Branch, Position)>>);

impl Cursors {
    /// Keeps how far a store was read.
    pub fn put(&mut self, peer: NodeId, branch: Branch, at: Position) {
        let of_peer = self.0.entry(peer).or_default();
        of_peer.retain(|(known, _)| *known != branch);
        of_peer.push((branch, at));
    }

    /// A peer was met as this store: of its cursors, if there is one of it, that is the likeliest next time.
    pub fn prefer(&mut self, peer: NodeId, branch: Branch) {
        if let Some(at) = self.of(peer, branch) {
            self.put(peer, branch, at);
        }
    }

    /// Returns how far a store was read.
    #[must_use]
    pub fn of(&self, peer: NodeId, branch: Branch) -> Option<Position> {
        self.0.get(&peer)?.iter().find(|(known, _)| *known == branch).map(|(_, at)| *at)
    }

    /// Returns the cursor of a peer that was written or met last, whatever its store.
    #[must_use]
    pub fn newest(&self, peer: NodeId) -> Option<Position> {
        self.0.get(&peer)?.last().map(|(_, at)| *at)
    }

    /// Returns all of them, by peer, each peer's in the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, Branch, Position)> + '_ {
        self.0.iter().flat_map(|(peer, cursors)| cursors.iter().map(|(branch, at)| (*peer, *branch, *at)))
    }
}

impl FromIterator<(NodeId, Branch, Position)> for Cursors {
    fn from_iter<I: IntoIterator<Item = (NodeId, Branch, Position)>>(all: I) -> Cursors {
        let mut cursors = Cursors::default();
        all.into_iter().for_each(|(peer, branch, at)| cursors.put(peer, branch, at));
        cursors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: NodeId = NodeId([1; 16]);

    fn at(seq: u64) -> Position {
        Position { seq, mark: [0; 8] }
    }

    #[test]
    fn the_cursor_written_last_is_the_newest_however_far_an_older_one_went() {
        let (old, new) = (Branch([1; 8]), Branch([2; 8]));
        let mut cursors = Cursors::default();
        cursors.put(PEER, new, at(3));
        cursors.put(PEER, old, at(900));
        cursors.put(PEER, new, at(4));
        assert_eq!((cursors.of(PEER, old), cursors.of(PEER, new), cursors.newest(PEER)), (Some(at(900)), Some(at(4)), Some(at(4))));
        assert_eq!(cursors.newest(NodeId([9; 16])), None);
    }

    #[test]
    fn the_order_outlives_a_restart() {
        let mut cursors = Cursors::default();
        (0..5).for_each(|n| cursors.put(PEER, Branch([9 - n; 8]), at(u64::from(n))));
        cursors.prefer(PEER, Branch([8; 8]));
        cursors.prefer(PEER, Branch([77; 8]));
        let reopened: Cursors = cursors.iter().collect();
        assert_eq!(reopened.newest(PEER), Some(at(1)));
        assert_eq!(reopened, cursors);
    }
}
