//! Proof: both sides claim a root over everything common; equal roots with nothing in flight are a proof, unequal ones start a mending.

use super::{LoadFor, Node};
use crate::frame::{Frame, Proof};
use crate::guard::Guard;
use crate::io::{Bye, Lane, LinkId, Notice, Side};
use crate::journal::{Loaded, Position};
use crate::limits;
use crate::session::{Phase, Session};
use mesh_model::time::Uptime;

impl Node {
    /// Says what this side holds, once nothing of it is on its way, and only if that changed.
    pub(super) fn claim(&mut self, now: Uptime, link: LinkId) {
        let Some(session) = self.sessions.get(&link) else { return };
        if session.greeted && session.is_quiet(self.tail.seq) && self.is_claim_due(now, link) {
            let Some(session) = self.sessions.get(&link) else { return };
            let again = session.out.claim_again;
            let claim = self.claim_for(session.peer, session.shelf_from, session.incoming.read, again);
            let said = |claim: &Proof| Proof { tail_mark: None, answer: None, ..claim.clone() };
            let session = self.sessions.get_mut(&link).expect("looked up above");
            session.unsaid = false;
            if session.out.claimed.as_ref().map(said) != Some(said(&claim)) {
                session.out.claimed = Some(claim.clone());
                session.out.claim_again = false;
                self.claims.clear(link);
                session.say(self.tail);
                self.transmit(link, Lane::Bulk, &Frame::Proof(claim));
            }
        }
        self.say_lost(link);
        self.compare_claims(now, link);
    }

    /// A hole that no mending is under way for stops both sides' claims: the peer is asked to show its vectors.
    fn say_lost(&mut self, link: LinkId) {
        let Some(session) = self.sessions.get(&link) else { return };
        if !session.has_unsaid_hole() {
            return;
        }
        let claim = self.claim_for(session.peer, session.shelf_from, session.incoming.read, false);
        let claim = Proof { tail_mark: None, lost: Some(true), ..claim };
        if let Some(session) = self.sessions.get_mut(&link) {
            session.incoming.hole_said = true;
        }
        self.transmit(link, Lane::Bulk, &Frame::Proof(claim));
    }

    /// A claim that says nothing new but a position waits: the county's journal grows all day, a village's papers do not.
    fn is_claim_due(&mut self, now: Uptime, link: LinkId) -> bool {
        let Some(session) = self.sessions.get(&link) else { return false };
        let Some(claimed) = &session.out.claimed else { return true };
        let read = Position { seq: claimed.read, mark: claimed.mark.into() };
        if session.unsaid || session.out.claim_again || read != session.incoming.read {
            return true;
        }
        if claimed.tail == self.tail.seq {
            return false;
        }
        self.claims.set(link, now.after_ms(limits::CLAIM_IDLE_MS)) <= now
    }

    fn claim_for(&mut self, peer: mesh_model::id::NodeId, shelf_from: mesh_model::place::Shelf, read: Position, again: bool) -> Proof {
        let (root, _) = self.common_root(peer, shelf_from);
        Proof {
            height: self.book.authority().head().height,
            root,
            tail: self.tail.seq,
            read: read.seq,
            mark: read.mark.into(),
            answer: again.then_some(true),
            tail_mark: Some(self.tail.mark.into()),
            lost: None,
        }
    }

    /// A claim arrived behind everything its sender sent: it is a mark, a durable word, and a root to compare.
    pub(super) fn on_claim(&mut self, now: Uptime, link: LinkId, claim: Proof) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        let peer = session.peer;
        if claim.lost == Some(true) {
            session.out.shown_in_vain = false;
            return self.on_unequal(now, link);
        }
        if claim.answer == Some(true) {
            session.out.claimed = None;
        }
        let at = claim.tail_mark.map(|mark| Position { seq: claim.tail, mark: mark.into() });
        let read = Position { seq: claim.read, mark: claim.mark.into() };
        // A read with another mark is of another history: it holds nothing of ours.
        let is_ours = session.out.said.contains(&read) && session.out.unsure != Some(read);
        session.incoming.claim = Some(claim);
        if is_ours {
            self.credit(peer, read.seq);
            self.on_ration_held(link, read.seq);
        }
        if let Some(at) = at {
            self.advance_cursor(link, at);
        }
        self.compare_claims(now, link);
    }

    /// Compares the peer's newest claim with what is held, if nothing is in flight either way.
    pub(super) fn compare_claims(&mut self, now: Uptime, link: LinkId) {
        let Some(session) = self.sessions.get(&link) else { return };
        let Some(claim) = &session.incoming.claim else { return };
        let height = self.book.authority().head().height;
        let nothing_in_flight = session.is_quiet(self.tail.seq)
            && claim.tail == session.incoming.read.seq
            && session.is_abreast(claim)
            && claim.height == height
            && self.pending.iter().all(|pending| pending.taken.is_empty() && pending.rows.is_empty());
        if !nothing_in_flight && self.guards().keep(Guard::ProofAtRest) {
            return;
        }
        let (peer, side, root, shelf_from) = (session.peer, session.side, claim.root, session.shelf_from);
        let (ours, scopes) = self.common_root(peer, shelf_from);
        if ours == root || !self.guards().keep(Guard::ProofCompared) {
            self.on_proven(now, link, peer, side, scopes, root);
        } else {
            self.on_unequal(now, link);
        }
    }

    fn on_proven(
        &mut self,
        now: Uptime,
        link: LinkId,
        peer: mesh_model::id::NodeId,
        side: Side,
        scopes: usize,
        root: mesh_model::id::Digest,
    ) {
        if let Some(session) = self.sessions.get_mut(&link) {
            session.incoming.claim = None;
            session.incoming.mendings = 0;
            session.out.shown_in_vain = false;
            session.incoming.lacked_nothing = false;
            session.dirty = false;
        }
        match side {
            Side::Dialled(slot) => self.dialler.on_proven(slot),
            Side::Accepted => {}
        }
        let height = self.book.authority().head().height;
        let known = self.peers.entry(peer).or_default();
        known.proven = Some((now, scopes));
        known.proven_height = Some(height);
        self.notice(Notice::Proven { peer, scopes, root });
    }

    fn on_unequal(&mut self, now: Uptime, link: LinkId) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        session.incoming.claim = None;
        // The peer lacks nothing of what was shown, so we lack something: it finds that out by our claim, unless more vectors come between.
        // Where neither lacked anything and they differ all the same, the dialler shows again.
        let breaks_tie = session.incoming.lacked_nothing && matches!(session.side, Side::Dialled(_));
        if session.out.shown_in_vain && !breaks_tie {
            return;
        }
        session.incoming.mendings += 1;
        if session.incoming.mendings > limits::REPAIRS_PER_SESSION_MAX {
            self.hang_up(now, link, Bye::GaveUp);
            return;
        }
        self.start_mending(link);
        self.pump(now, link);
    }

    pub(super) fn on_loaded(&mut self, now: Uptime, id: crate::journal::LoadId, loaded: Loaded) {
        let Some(why) = self.loads.remove(&id) else { return };
        match (why, loaded) {
            (LoadFor::Heads(document), Loaded::Document(bodies)) => self.on_heads(document, &bodies),
            (LoadFor::Known { link, asked }, Loaded::Known(held)) => self.on_known(now, link, &asked, &held),
            (LoadFor::Entries(link), Loaded::Entries(entries)) => self.on_entries(now, link, entries),
            (LoadFor::Job(link), Loaded::Batches(batches)) => self.on_job_loaded(now, link, batches),
            (LoadFor::Cursor(link), Loaded::Mark(mark)) => self.on_cursor_mark(now, link, mark),
            (LoadFor::VectorHeads { link, asked }, Loaded::Known(held)) => self.on_vector_heads(now, link, &asked, &held),
            (LoadFor::ReceiptHeads(asked), Loaded::Known(held)) => {
                for (head, _) in asked.iter().zip(held).filter(|(_, held)| *held) {
                    self.book.on_receipt_head_held(head);
                }
            }
            (LoadFor::UrgedDocument, Loaded::Document(bodies)) => self.on_urged_document(&bodies),
            (LoadFor::UrgedBatches(places), Loaded::Batches(batches)) => self.on_urged_batches(&batches, &places),
            (why, _) => unreachable!("the journal answers the question it was asked: {why:?}"),
        }
    }
}

impl Session {
    /// Returns whether something that was sent could not be kept, nothing is under way to mend it, and the peer was not told.
    pub(crate) fn has_unsaid_hole(&self) -> bool {
        let incoming = &self.incoming;
        let idle = incoming.wanted.is_none() && incoming.asking.is_none() && incoming.queue.is_empty() && incoming.uncommitted == 0;
        self.greeted && incoming.hole && idle && !incoming.hole_said
    }

    /// Returns whether the sending half may be interrupted by a mending.
    pub(crate) fn may_mend(&self) -> bool {
        self.greeted && self.out.phase != Phase::AwaitingWant
    }
}
