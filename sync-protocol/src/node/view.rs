//! What people and the office ask of a node.

use super::Node;
use crate::io::{ActPlace, Rung};
use mesh_model::id::{Digest, NodeId};
use mesh_model::place::Scope;
use mesh_model::time::{Day, Uptime};
use std::collections::BTreeSet;

/// What is remembered of a peer.
#[derive(Debug, Default)]
pub(super) struct Peer {
    pub held: u64,
    pub held_urged: BTreeSet<mesh_model::id::Hash>,
    pub proven: Option<(Uptime, usize)>,
    pub proven_height: Option<u64>,
    pub repairs: u32,
    pub fills: u32,
    pub bytes: (u64, u64),
    /// How much it is shown at a time; `None`: as much as the link bears.
    pub ration: Option<super::ration::Ration>,
    pub common: Option<super::common::Common>,
}

/// What a node knows of a peer, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerStatus {
    /// Who.
    pub peer: NodeId,
    /// Whether a link is up and greeted.
    pub linked: bool,
    /// Whether that link's newest claims were equal and nothing changed since.
    pub in_sync: bool,
    /// When roots were last shown equal, in this process.
    pub proven_at: Option<Uptime>,
    /// Over how many scopes.
    pub proven_scopes: usize,
    /// How far the peer holds our journal, in our numbers.
    pub held: u64,
    /// Repairs counted in this process.
    pub repairs: u32,
    /// Newly common scopes filled in this process.
    pub fills: u32,
    /// Frame bytes sent and received in this process, length prefixes included.
    pub bytes: (u64, u64),
}

impl Node {
    /// Returns the newest day record's day, if any is known.
    #[must_use]
    pub fn day(&self) -> Option<Day> {
        self.book.day_known()
    }

    /// Returns the newest journal position that is durable.
    #[must_use]
    pub fn tail(&self) -> crate::journal::Position {
        self.tail
    }

    /// Returns whether so much waits for the disk that the driver should stop reading bulk lanes for now.
    #[must_use]
    pub fn is_sated(&self) -> bool {
        let intake_bytes: usize = self.sessions.values().map(|session| session.incoming.intake_bytes).sum();
        let crowded = |session: &crate::session::Session| session.incoming.queue.len() > crate::limits::ARRIVALS_WAITING_MAX;
        intake_bytes > crate::limits::INTAKE_BYTES_MAX || self.sessions.values().any(crowded)
    }

    /// Returns the rung of an act of this node, or of any chain held here.
    #[must_use]
    pub fn rung(&self, place: &ActPlace) -> Rung {
        if self.book.refusal(&place.header).is_some() {
            return Rung::Refused;
        }
        match self.book.landed(&place.chain, place.seq) {
            Some(true) => return Rung::Safe,
            Some(false) => return Rung::County,
            None => {}
        }
        let authority = self.authority();
        if authority.is_hub(self.id) {
            return Rung::County;
        }
        let shares = |peer: &NodeId| authority.is_common(self.id, *peer, place.chain.scope, authority.head().height);
        let holds = |peer: &Peer| peer.held >= place.at.seq || peer.held_urged.contains(&place.header);
        if self.peers.iter().any(|(id, peer)| holds(peer) && shares(id)) { Rung::Relay } else { Rung::Window }
    }

    /// Returns what is known of each peer, by node id.
    #[must_use]
    pub fn peers(&self) -> Vec<PeerStatus> {
        self.peers.iter().map(|(id, peer)| self.peer_status(*id, peer)).collect()
    }

    /// Returns whether a link to a peer stands whose newest claims were equal, and nothing changed since.
    #[must_use]
    pub fn is_in_sync(&self, peer: NodeId) -> bool {
        self.links_with(peer).any(|session| !session.dirty && session.is_quiet(self.tail.seq))
    }

    fn links_with(&self, peer: NodeId) -> impl Iterator<Item = &crate::session::Session> {
        self.sessions.values().filter(move |session| session.peer == peer && session.greeted)
    }

    fn peer_status(&self, id: NodeId, peer: &Peer) -> PeerStatus {
        let linked = self.links_with(id).next().is_some();
        let proven_now = self.is_in_sync(id);
        PeerStatus {
            peer: id,
            linked,
            in_sync: proven_now,
            proven_at: peer.proven.map(|(at, _)| at),
            proven_scopes: peer.proven.map_or(0, |(_, scopes)| scopes),
            held: peer.held,
            repairs: peer.repairs,
            fills: peer.fills,
            bytes: peer.bytes,
        }
    }

    /// Returns each scope held here with its digest and number of contiguous batches, in order of scope.
    #[must_use]
    pub fn digests(&self) -> Vec<(Scope, Digest, u64)> {
        let vectors = &self.book.committed;
        let line = |scope: Scope| {
            let batches = vectors.chains(scope).map(|(_, rows)| rows.seq()).sum();
            (scope, crate::vector::digest_of(vectors.chains(scope)), batches)
        };
        vectors.scopes().map(line).collect()
    }

    /// Returns the heads vectors of everything held, as durable.
    #[must_use]
    pub fn vectors(&self) -> &crate::vector::Vectors {
        &self.book.committed
    }

    /// Returns the scopes this node and a peer have in common now, in order; only those that hold something.
    #[must_use]
    pub fn common_scopes(&self, peer: NodeId) -> Vec<Scope> {
        let authority = self.authority();
        let height = authority.head().height;
        self.book.committed.scopes().filter(|scope| authority.is_common(self.id, peer, *scope, height)).collect()
    }
}
