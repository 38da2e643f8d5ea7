//! Where a ticket becomes the truth, or is dropped: the only place from which anything is said of it.

use super::Node;
use super::book::Taken;
use crate::batch::Chain;
use crate::door::Reason;
use crate::guard::Guard;
use crate::io::{ActId, ActPlace, ActRefusal, Bye, CommitRefusal, LinkId, Notice};
use crate::journal::{Position, Ticket};
use crate::session::Session;
use crate::vector::Rows;
use mesh_model::id::{Branch, Hash, NodeId};
use mesh_model::time::Uptime;

/// What a commit stands for, kept until the journal answers.
#[derive(Debug)]
pub(super) struct Pending {
    pub ticket: Ticket,
    pub taken: Vec<Taken>,
    pub rows: Vec<(Chain, Rows)>,
    pub answer: Option<ActId>,
    pub arrival: Option<ArrivalCommit>,
    pub bad_bodies: Vec<(Hash, u16, Reason)>,
    pub forks: Vec<(Chain, u64)>,
    pub opened: Option<(Branch, Branch)>,
    pub saves_branches: bool,
}

/// What of a link's traffic a commit makes durable.
#[derive(Debug)]
pub(super) struct ArrivalCommit {
    pub link: LinkId,
    pub peer: NodeId,
    pub cursor: Option<Position>,
    pub urged: Vec<Hash>,
    pub bytes: usize,
}

impl Default for Pending {
    fn default() -> Self {
        Pending {
            ticket: Ticket(0),
            taken: Vec::new(),
            rows: Vec::new(),
            answer: None,
            arrival: None,
            bad_bodies: Vec::new(),
            forks: Vec::new(),
            opened: None,
            saves_branches: false,
        }
    }
}

impl Node {
    pub(super) fn on_committed(&mut self, now: Uptime, ticket: Ticket, positions: &[Position]) {
        let Some(pending) = self.pending.pop_front() else { return };
        assert_eq!(pending.ticket, ticket, "the journal answers tickets in order");
        assert_eq!(pending.taken.len(), positions.len(), "the journal gives each batch its position");
        let old_tail = self.tail.seq;
        if let Some(newest) = positions.iter().max_by_key(|at| at.seq).filter(|at| at.seq > old_tail) {
            self.tail = *newest;
        }
        for session in self.sessions.values_mut() {
            session.recognise(positions);
        }
        let height = self.book.authority().head().height;
        let day = self.book.day().day;
        let has_rows = !pending.rows.is_empty();
        self.book.settle(pending.rows, &pending.taken, &self.config.anchor());
        let others = pending.taken.iter().filter(|_| pending.arrival.is_some()).map(|taken| taken.documents.as_slice());
        self.desk.on_durable(ticket, others);
        self.ask_receipt_heads();
        self.skip_streams(old_tail, &pending.taken, pending.arrival.as_ref());
        if pending.taken.is_empty() && has_rows {
            // Rows that were adopted without a batch change what is claimed, and no position tells.
            self.sessions.values_mut().for_each(Session::soil);
        }
        if let Some(arrival) = pending.arrival {
            self.on_arrival_durable(arrival);
        }
        if let Some(id) = pending.answer {
            self.say_durable(id, &pending.taken, positions.iter().copied());
        }
        if let Some((old, new)) = pending.opened {
            self.notice(Notice::BranchOpened { old, new });
        }
        for (chain, seq) in pending.forks {
            self.notice(Notice::ForkSeen { chain, seq });
        }
        self.refuse_bodies(&pending.taken, &pending.bad_bodies);
        self.owe_receipts(now, &pending.taken);
        if self.tail.seq > old_tail {
            self.notice(Notice::Grew(self.tail));
        }
        if self.book.authority().head().height > height {
            self.notice(Notice::AuthorityMoved { height: self.book.authority().head().height });
            self.drop_revoked(now);
        }
        if self.book.day().day > day {
            self.notice(Notice::DayMoved(mesh_model::time::Day(self.book.day().day)));
        }
        let links: Vec<LinkId> = self.sessions.keys().copied().collect();
        for link in links {
            self.pump_intake(now, link);
            self.pump(now, link);
        }
    }

    pub(super) fn say_durable(&mut self, id: ActId, taken: &[Taken], positions: impl Iterator<Item = Position>) {
        let place = |(taken, at): (&Taken, Position)| ActPlace { chain: taken.chain, seq: taken.seq, header: taken.header, at };
        let places = taken.iter().zip(positions).map(place).collect();
        self.notice(Notice::Durable { id, places });
    }

    fn on_arrival_durable(&mut self, arrival: ArrivalCommit) {
        let Some(session) = self.sessions.get_mut(&arrival.link) else { return };
        session.incoming.uncommitted -= 1;
        session.incoming.intake_bytes -= arrival.bytes;
        if let Some(cursor) = arrival.cursor {
            session.incoming.read = cursor;
            if let Some(branch) = session.branch {
                self.cursors.put(arrival.peer, branch, cursor);
            }
        }
        if !arrival.urged.is_empty() {
            self.say_held(arrival.link, arrival.urged);
        }
    }

    /// The journal had no space: what was staged is gone, what was promised was not said.
    pub(super) fn on_refused(&mut self, now: Uptime, ticket: Ticket, why: CommitRefusal) {
        let CommitRefusal::Full = why;
        let from = self.pending.iter().position(|pending| pending.ticket == ticket);
        let refused: Vec<Pending> = self.pending.drain(from.unwrap_or(0)..).collect();
        let forgets = self.guards().keep(Guard::RefusalForgotten);
        self.book.drop_staged(refused.iter().filter(|_| forgets).flat_map(|pending| &pending.taken).map(|taken| taken.header));
        self.desk.on_refused();
        self.notice(Notice::Full);
        for pending in refused {
            self.desk.branches_unsaved |= pending.saves_branches;
            self.owe_again(now, &pending);
            if let Some(id) = pending.answer {
                self.notice(Notice::ActRefused { id, why: ActRefusal::Full });
            }
            if let Some(arrival) = pending.arrival.filter(|_| self.guards().keep(Guard::HoleBlocksCursor)) {
                self.starved.insert(arrival.link);
            }
        }
    }

    pub(super) fn hang_up_starved(&mut self, now: Uptime) {
        for link in std::mem::take(&mut self.starved) {
            self.hang_up(now, link, Bye::NoSpace);
        }
    }

    /// Returns whether a peer is revoked by the durable log: nobody talks to it.
    pub(super) fn is_barred(&self, peer: NodeId) -> bool {
        let revoked = self.book.authority().node(peer).is_some_and(|enrolled| enrolled.revoked.is_some());
        revoked && self.guards().keep(Guard::RevokedHungUp)
    }

    fn drop_revoked(&mut self, now: Uptime) {
        let revoked = |session: &Session| self.is_barred(session.peer);
        let links: Vec<LinkId> = self.sessions.iter().filter(|(_, session)| revoked(session)).map(|(link, _)| *link).collect();
        for link in links {
            self.hang_up(now, link, Bye::Revoked);
        }
    }
}
