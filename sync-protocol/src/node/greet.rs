//! Links come up, greet, and go down.

use super::{LoadFor, Node};
use crate::frame::{self, Farewell, Frame, Hello};
use crate::guard::Guard;
use crate::io::{Bye, Lane, LinkId, Notice, Output, Side, Slot};
use crate::journal::{Load, Position, Write};
use crate::limits;
use crate::session::{Arrival, Fault, Phase, Session, claim_of};
use mesh_model::id::NodeId;
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, VecDeque};

impl Node {
    pub(super) fn on_link_up(&mut self, now: Uptime, link: LinkId, peer: NodeId, side: Side) {
        self.sessions.insert(link, Session::new(peer, side));
        self.hellos.set(link, now.after_ms(limits::HELLO_MS_MAX));
        self.peers.entry(peer).or_default();
        if self.is_barred(peer) {
            self.hang_up(now, link, Bye::Revoked);
            return;
        }
        let mut links = self.sessions.iter().filter(|(_, session)| session.peer == peer).map(|(link, _)| *link);
        let oldest = links.next();
        if let (Some(oldest), true) = (oldest, links.count() >= limits::LINKS_PER_PEER_MAX) {
            self.hang_up(now, oldest, Bye::Replaced);
        }
        match side {
            Side::Dialled(slot) => {
                self.dialler.on_linked(now, slot);
                self.say_hello(link);
            }
            Side::Accepted => {}
        }
    }

    pub(super) fn on_link_down(&mut self, now: Uptime, link: LinkId) {
        let Some(session) = self.sessions.remove(&link) else { return };
        self.hellos.clear(link);
        self.claims.clear(link);
        match session.side {
            Side::Dialled(slot) if self.guards().keep(Guard::RedialAfterLoss) => self.dialler.on_failed(now, slot, &mut self.rng),
            Side::Dialled(_) => {}
            Side::Accepted => {}
        }
    }

    pub(super) fn on_link_closed(&mut self, now: Uptime, link: LinkId, why: Bye) {
        self.on_farewell(link, &Farewell::because(why));
        self.on_link_down(now, link);
    }

    pub(super) fn on_dial_refused(&mut self, now: Uptime, slot: Slot, why: Bye) {
        let farewell = Farewell::because(why);
        if farewell.is_in_vain() {
            self.dialler.on_turned_away(slot, farewell.pause_ms_max());
        }
        self.dialler.on_failed(now, slot, &mut self.rng);
    }

    /// Dials later where a session was in vain, whoever says so.
    pub(super) fn heed(&mut self, link: LinkId, farewell: &Farewell) {
        if let (true, Some(Side::Dialled(slot))) = (farewell.is_in_vain(), self.sessions.get(&link).map(|session| session.side)) {
            self.dialler.on_turned_away(slot, farewell.pause_ms_max());
        }
    }

    pub(super) fn on_sync_now(&mut self, now: Uptime) {
        self.dialler.hurry(now);
        let links: Vec<LinkId> = self.sessions.keys().copied().collect();
        for link in links {
            if let Some(session) = self.sessions.get_mut(&link) {
                session.out.claimed = None;
                session.out.claim_again = true;
                session.out.shown_in_vain = false;
            }
            self.pump(now, link);
        }
    }

    /// The dialler speaks first, so that the listener knows which store it answers.
    fn say_hello(&mut self, link: LinkId) {
        let Some(session) = self.sessions.get(&link) else { return };
        let peer = session.peer;
        let read = session.branch.and_then(|branch| self.cursors.of(peer, branch)).or_else(|| self.cursors.newest(peer));
        let head = self.book.authority().head();
        let shelf_from = session.shelf_from;
        let (root, _) = self.common_root(peer, shelf_from);
        let hello = Hello {
            version: frame::VERSION,
            branch: self.branch(),
            height: head.height,
            authority: authority_mark(head.hash),
            day: self.book.day().day,
            tail: self.tail.seq,
            read: read.unwrap_or_default().seq,
            mark: read.unwrap_or_default().mark.into(),
            root: Some(root),
            shelf_from: None,
            version_min: None,
            features: None,
        };
        if let Some(session) = self.sessions.get_mut(&link) {
            session.out.claimed = claim_of(&hello);
            session.say(self.tail);
            session.incoming.start_at(read.unwrap_or_default());
        }
        self.transmit(link, Lane::Control, &Frame::Hello(hello));
    }

    pub(super) fn on_received(&mut self, now: Uptime, link: LinkId, lane: Lane, bytes: &[u8]) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        self.peers.entry(session.peer).or_default().bytes.1 += bytes.len() as u64 + 4;
        self.on_frame(now, link, lane, bytes);
    }

    fn on_frame(&mut self, now: Uptime, link: LinkId, lane: Lane, bytes: &[u8]) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        let frame = match Frame::read(bytes) {
            Ok(frame) => frame,
            Err(error) => return self.fault(now, link, Fault::Frame(error.to_string())),
        };
        match (session.greeted, frame) {
            (_, Frame::Skip(_)) => {}
            (_, Frame::Bye(farewell)) => self.on_bye(now, link, &farewell),
            (false, Frame::Hello(hello)) => self.on_hello(now, link, &hello),
            (true, Frame::Hello(_)) => self.fault(now, link, Fault::Twice),
            // Lanes are separate streams: a lost datagram lets the bulk overtake the hello.
            (false, _) => {
                session.early_bytes += bytes.len();
                session.early.push((lane, bytes.to_vec()));
                if session.early_bytes > limits::INTAKE_BYTES_MAX {
                    self.fault(now, link, Fault::Bound("frames before the hello"));
                }
            }
            (true, Frame::Want(want)) => self.on_want(now, link, &want),
            (true, Frame::Held(held)) => self.on_held(link, &held),
            (true, Frame::Bulk(bulk)) => self.on_bulk(now, link, lane, bulk),
            (true, Frame::Mark(mark)) => self.arrive(now, link, Arrival::Mark(mark.position())),
            (true, Frame::Proof(proof)) => self.arrive(now, link, Arrival::Proof(proof)),
            (true, Frame::Vectors(vectors)) => self.arrive(now, link, Arrival::Vectors(Box::new(vectors))),
        }
    }

    fn on_bulk(&mut self, now: Uptime, link: LinkId, lane: Lane, bulk: frame::Bulk) {
        let mark = bulk.mark.as_ref().map(frame::Mark::position);
        let opened: Result<VecDeque<_>, _> = bulk.items.into_iter().map(frame::Item::open).collect();
        match opened {
            Ok(batches) => self.arrive(now, link, Arrival::Batches { batches, mark, urged: lane == Lane::Urged, known: BTreeMap::new() }),
            Err(error) => self.fault(now, link, Fault::Frame(error.to_string())),
        }
    }

    fn arrive(&mut self, now: Uptime, link: LinkId, arrival: Arrival) {
        if let Some(session) = self.sessions.get_mut(&link) {
            session.incoming.queue.push_back(arrival);
        }
        self.pump_intake(now, link);
        self.pump(now, link);
    }

    fn on_bye(&mut self, now: Uptime, link: LinkId, farewell: &Farewell) {
        self.on_farewell(link, farewell);
        self.outputs.push_back(Output::Hangup(link, Bye::Shutdown));
        self.on_link_down(now, link);
    }

    fn on_hello(&mut self, now: Uptime, link: LinkId, hello: &Hello) {
        if hello.version_min.unwrap_or(1) > frame::VERSION {
            return self.fault(now, link, Fault::Version);
        }
        let known = self.book.authority().head_at(hello.height);
        if known.is_some_and(|head| authority_mark(head.hash) != hello.authority) {
            return self.fault(now, link, Fault::Authority);
        }
        let Some(session) = self.sessions.get_mut(&link) else { return };
        session.greeted = true;
        self.hellos.clear(link);
        session.branch = Some(hello.branch);
        self.cursors.prefer(session.peer, hello.branch);
        session.height = hello.height;
        session.day = hello.day;
        session.shelf_from = hello.shelf_from();
        let shown = session.incoming.read;
        session.incoming.start_at(self.cursors.of(session.peer, hello.branch).unwrap_or_default());
        if matches!(session.side, Side::Dialled(_)) && shown != session.incoming.read {
            // The cursor we showed is of another store of the peer. It may count all the same, but only a claim with its mark can say so.
            session.out.claimed = None;
            session.out.claim_again = true;
        }
        session.incoming.claim = claim_of(hello);
        let (side, early) = (session.side, std::mem::take(&mut session.early));
        match side {
            Side::Accepted => self.say_hello(link),
            Side::Dialled(_) => {}
        }
        self.check_cursor(now, link, Position { seq: hello.read, mark: hello.mark.into() });
        for (lane, bytes) in early {
            self.on_frame(now, link, lane, &bytes);
        }
    }

    /// The peer says how far it read our journal: that is worth something only if our rolling hash agrees.
    fn check_cursor(&mut self, now: Uptime, link: LinkId, read: Position) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        session.out.phase = Phase::Checking;
        session.out.next = read.seq;
        session.say(read);
        session.out.unsure = Some(read);
        if read.seq != self.tail.seq {
            // The hello's claim cannot move a cursor: it is made again behind the stream.
            session.out.claimed = None;
        }
        // Whoever held some of our journal and shows no cursor goes by another store of ours or of its own: what it lacks is asked, not all sent.
        let forgot = read.seq == 0 && self.peers.get(&session.peer).is_some_and(|known| known.held > 0);
        if !forgot && (read.seq == 0 || read.seq == self.tail.seq) {
            let known = read.seq == 0 || self.marks_agree(read.mark, self.tail.mark);
            self.on_cursor_checked(now, link, read, known);
        } else if forgot || read.seq > self.tail.seq {
            self.on_cursor_checked(now, link, read, false);
        } else {
            self.load(Load::MarkAt { seq: read.seq }, LoadFor::Cursor(link));
            self.shown_cursors.insert(link, read);
        }
    }

    pub(super) fn on_cursor_mark(&mut self, now: Uptime, link: LinkId, mark: Option<[u8; 8]>) {
        let Some(read) = self.shown_cursors.remove(&link) else { return };
        let known = mark.is_some_and(|ours| self.marks_agree(ours, read.mark));
        self.on_cursor_checked(now, link, read, known);
    }

    fn marks_agree(&self, ours: [u8; 8], theirs: [u8; 8]) -> bool {
        ours == theirs || !self.guards().keep(Guard::CursorHash)
    }

    fn on_cursor_checked(&mut self, now: Uptime, link: LinkId, read: Position, known: bool) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        let peer = session.peer;
        // A peer that called itself lost meanwhile was shown vectors and is to answer them.
        let is_checking = session.out.phase == Phase::Checking;
        if known {
            session.out.unsure = None;
            if is_checking {
                session.out.phase = Phase::Streaming;
                self.queue_authority(link);
            }
            self.credit(peer, read.seq);
            self.on_ration_held(link, read.seq);
        } else if is_checking {
            self.start_mending(link);
        }
        self.pump_intake(now, link);
        self.pump(now, link);
    }

    /// Notes how far a peer durably holds our journal.
    pub(super) fn credit(&mut self, peer: NodeId, read: u64) {
        let known = self.peers.entry(peer).or_default();
        if read > known.held && read <= self.tail.seq {
            known.held = read;
            if read == self.tail.seq {
                known.held_urged.clear();
            }
            self.commit(vec![Write::Held { peer, seq: read }], super::settle::Pending::default());
            self.notice(Notice::HeldBy { peer, seq: read });
        }
    }
}

fn authority_mark(hash: mesh_model::id::Hash) -> minicbor::bytes::ByteArray<8> {
    let mark: [u8; 8] = hash.0[..8].try_into().expect("a hash has 32 bytes");
    mark.into()
}

#[cfg(test)]
mod tests;
