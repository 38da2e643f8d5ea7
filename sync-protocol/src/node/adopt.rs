//! Rows that follow from what is held, or from what a peer shows: ranges that are heads in truth, chains that are given up.

use super::Node;
use super::desk::Draft;
use super::settle::Pending;
use crate::batch::Chain;
use crate::frame::ScopeRows;
use crate::io::LinkId;
use crate::vector::Rows;
use mesh_model::id::Hash;
use mesh_model::place::Scope;
use std::collections::BTreeMap;

impl Node {
    pub(super) fn own_grounds(&mut self, link: LinkId) -> Vec<Hash> {
        let Some(session) = self.sessions.get(&link) else { return Vec::new() };
        let scopes = self.common_with(session.peer, session.shelf_from);
        let chains = scopes.iter().copied().flat_map(|scope| self.book.committed.chains(scope));
        chains.flat_map(|(_, rows)| rows.grounds()).collect()
    }

    /// Ranges that stand on what is held are heads: a fork within a gap leaves them behind.
    pub(super) fn adopt_ranges(&mut self, link: LinkId, held: &BTreeMap<Hash, bool>) {
        let Some(session) = self.sessions.get(&link) else { return };
        let scopes = self.common_with(session.peer, session.shelf_from);
        let chains: Vec<Chain> =
            scopes.iter().copied().flat_map(|scope| self.book.committed.chains(scope)).map(|(chain, _)| *chain).collect();
        let mut adopted = Vec::new();
        for chain in chains {
            let Some(mut rows) = self.book.rows(&chain).cloned() else { continue };
            if rows.adopt(|hash| held.get(hash).copied().unwrap_or(false)) {
                adopted.push((chain, rows));
            }
        }
        self.keep_rows(adopted);
    }

    /// A chain with more heads than anybody tells apart is given up by all alike, so that its author stalls nobody but itself.
    pub(super) fn adopt_overflown(&mut self, shown: &[ScopeRows]) {
        let mut given_up = Vec::new();
        for scope_rows in shown {
            let Some(scope) = Scope::from_bytes(&scope_rows.scope) else { continue };
            for chain in scope_rows.chains.iter().filter(|chain| chain.rows.is_overflown()) {
                let id = Chain { node: chain.node, branch: chain.branch, scope };
                // The living branch is ours to write; only a foreign word says that it is overflown.
                let living = id.node == self.id && id.branch == self.branch();
                if !living && !self.book.rows(&id).is_some_and(Rows::is_overflown) {
                    given_up.push((id, Rows::overflown()));
                }
            }
        }
        self.keep_rows(given_up);
    }

    fn keep_rows(&mut self, changed: Vec<(Chain, Rows)>) {
        if changed.is_empty() {
            return;
        }
        let mut draft = Draft::default();
        for (chain, rows) in changed {
            self.book.stage_rows(chain, rows.clone());
            draft.rows.insert(chain, rows);
        }
        let (writes, taken, rows) = draft.finish();
        self.commit(writes, Pending { taken, rows, ..Pending::default() });
    }
}
