//! What a node and a peer have in common: asked at every claim, changed by few commits, so it is kept until something moves it.

use super::Node;
use crate::io::LinkId;
use mesh_model::id::{Digest, NodeId};
use mesh_model::place::{Scope, Shelf};
use std::sync::Arc;

/// What was common with a peer when it was last asked.
#[derive(Clone, Debug)]
pub(super) struct Common {
    basis: Basis,
    scopes: Arc<[Scope]>,
    /// Over those scopes, at a version of the book's rows.
    root: Option<(u64, Digest)>,
}

/// What the answer follows from. Scopes are never given up: as many as before are the same as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Basis {
    height: u64,
    scopes_held: usize,
    shelf_from: Shelf,
}

impl Node {
    fn basis(&self, shelf_from: Shelf) -> Basis {
        Basis { height: self.book.authority().head().height, scopes_held: self.book.committed.scopes().len(), shelf_from }
    }

    /// Returns whether papers of this scope may go out on this link, by the authority log as this node holds it.
    pub(super) fn may_show(&self, link: LinkId, scope: Scope) -> bool {
        self.sessions.get(&link).is_some_and(|session| self.is_common_with(session.peer, session.shelf_from, scope))
    }

    fn is_common_with(&self, peer: NodeId, shelf_from: Shelf, scope: Scope) -> bool {
        let known = self.peers.get(&peer).and_then(|known| known.common.as_ref()).filter(|common| common.basis == self.basis(shelf_from));
        if let Some(common) = known.filter(|_| self.book.committed.holds(scope)) {
            return common.scopes.binary_search(&scope).is_ok();
        }
        self.is_common_by_log(peer, shelf_from, scope)
    }

    fn is_common_by_log(&self, peer: NodeId, shelf_from: Shelf, scope: Scope) -> bool {
        let wanted = scope.class.is_county() || scope.shelf >= shelf_from;
        wanted && self.may_share(self.book.authority(), peer, scope)
    }

    /// Returns the scopes that hold something and are common with a peer, in order.
    pub(super) fn common_with(&mut self, peer: NodeId, shelf_from: Shelf) -> Arc<[Scope]> {
        let basis = self.basis(shelf_from);
        if let Some(common) = self.peers.get(&peer).and_then(|known| known.common.as_ref()).filter(|common| common.basis == basis) {
            return common.scopes.clone();
        }
        let scopes: Arc<[Scope]> = self.book.committed.scopes().filter(|scope| self.is_common_by_log(peer, shelf_from, *scope)).collect();
        self.peers.entry(peer).or_default().common = Some(Common { basis, scopes: scopes.clone(), root: None });
        scopes
    }

    /// Returns the root over everything common with a peer, and over how many scopes it is.
    pub(super) fn common_root(&mut self, peer: NodeId, shelf_from: Shelf) -> (Digest, usize) {
        let scopes = self.common_with(peer, shelf_from);
        let version = self.book.rows_version;
        let common = self.peers.get_mut(&peer).and_then(|known| known.common.as_mut()).expect("just asked");
        let root = match common.root {
            Some((at, root)) if at == version => root,
            Some(_) | None => self.book.committed.root(&scopes),
        };
        common.root = Some((version, root));
        (root, scopes.len())
    }
}
