//! The sending half: what the peer lacks, in journal order, in few and full frames.

use super::book::Taken;
use super::settle::ArrivalCommit;
use super::{LoadFor, Node};
use crate::frame::{Bulk, Frame, Held, Item, Mark};
use crate::io::{Lane, LinkId};
use crate::journal::{DocumentBody, JournalEntry, Load, Position, StoredBatch, StoredBody};
use crate::limits;
use crate::session::{Job, Phase, Session};
use mesh_model::id::{Hash, NodeId};
use mesh_model::place::Class;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;

impl Node {
    /// Sends until the link is full, the journal is asked, or the tail is reached; then says what is held.
    pub(super) fn pump(&mut self, now: Uptime, link: LinkId) {
        let tail = self.tail;
        let Some(session) = self.sessions.get_mut(&link) else { return };
        let room = session.out.room();
        let ready = session.out.loading.is_none() && room > 0;
        if !ready || session.out.phase < Phase::Streaming {
            return;
        }
        // What a peer may hold is judged by its own log too: it gets every step before the papers that the step made common.
        if session.out.phase == Phase::Streaming && session.out.next < tail.seq {
            self.queue_authority(link);
        }
        let Some(session) = self.sessions.get_mut(&link) else { return };
        if let Some(job) = session.out.jobs.pop_front() {
            self.start_job(now, link, job);
            return;
        }
        if session.out.phase == Phase::Streaming && session.out.next < tail.seq && session.out.awaiting_held.is_none() {
            let load = Load::After { seq: session.out.next, bytes_max: room.clamp(limits::BULK_BYTES_AIM, limits::LOAD_BYTES_MAX) };
            let id = self.load_as(load, LoadFor::Entries(link));
            self.note_loading(link, id);
            return;
        }
        self.claim(now, link);
    }

    fn note_loading(&mut self, link: LinkId, id: crate::journal::LoadId) {
        if let Some(session) = self.sessions.get_mut(&link) {
            session.out.loading = Some(id);
        }
    }

    fn start_job(&mut self, now: Uptime, link: LinkId, job: Job) {
        let load = match job {
            Job::Mark(at) => {
                if let Some(session) = self.sessions.get_mut(&link) {
                    session.out.relevant = session.out.relevant.max(at.seq);
                    session.say(at);
                }
                self.transmit(link, Lane::Bulk, &Frame::Mark(Mark::at(at)));
                self.pump(now, link);
                return;
            }
            Job::Headers(headers) => Load::Batches { headers },
            Job::Range { chain, from, to } => Load::Chain { chain, from, to, bytes_max: limits::LOAD_BYTES_MAX },
        };
        let rest = load.clone();
        let id = self.load_as(load, LoadFor::Job(link));
        self.note_loading(link, id);
        self.job_loads.insert(link, rest);
    }

    /// The batches of a job are here: send them, and ask for the rest of a range that was cut at the bound.
    pub(super) fn on_job_loaded(&mut self, now: Uptime, link: LinkId, mut batches: Vec<StoredBatch>) {
        let asked = self.job_loads.remove(&link);
        if let Some(session) = self.sessions.get_mut(&link) {
            session.out.loading = None;
            let ends = batches.first().zip(batches.last()).map(|(first, last)| (first.header.seq, last.header.seq));
            if let (Some(Load::Chain { chain, to, .. }), Some((first, last))) = (asked, ends)
                && last < to
            {
                // The cut may fall between two heads of one seq: that seq is asked for again as a whole.
                let from = if first < last { last } else { last + 1 };
                batches.retain(|batch| batch.header.seq < from);
                session.out.jobs.push_front(Job::Range { chain, from, to });
            }
        }
        let batches: Vec<StoredBatch> = batches.into_iter().filter(|batch| self.may_show(link, batch.header.chain.scope)).collect();
        self.send_batches(link, Lane::Bulk, &batches, None, true);
        self.pump(now, link);
    }

    /// Entries of the stream are here.
    pub(super) fn on_entries(&mut self, now: Uptime, link: LinkId, entries: Vec<JournalEntry>) {
        let entries = self.within_ration(link, entries);
        let Some(session) = self.sessions.get_mut(&link) else { return };
        session.out.loading = None;
        let Some(last) = entries.last().map(|entry| entry.at) else { return };
        if session.out.phase != Phase::Streaming || session.out.next >= last.seq {
            return self.pump(now, link);
        }
        session.out.next = last.seq;
        let urged = self.peers.get(&session.peer).map(|peer| &peer.held_urged);
        let went_ahead = |header: &Hash| session.out.sent_ahead.contains(header) || urged.is_some_and(|urged| urged.contains(header));
        if entries.iter().any(|entry| went_ahead(&entry.batch.header.hash())) {
            // News that went ahead is news: a claim made before it is not final.
            session.out.relevant = last.seq;
            session.soil();
        }
        let fresh = entries.into_iter().filter(|entry| entry.late_body.is_none());
        let wanted: Vec<JournalEntry> = fresh.filter(|entry| self.is_lacking(link, entry)).collect();
        let batches: Vec<StoredBatch> = wanted.into_iter().map(|entry| entry.batch).collect();
        if !batches.is_empty() {
            if let Some(session) = self.sessions.get_mut(&link) {
                session.out.relevant = last.seq;
                session.soil();
                session.say(last);
            }
            if batches.iter().any(is_whole) {
                self.await_held(link, last.seq);
            }
            self.send_batches(link, Lane::Bulk, &batches, Some(last), false);
        }
        self.pump(now, link);
    }

    pub(super) fn is_lacking(&self, link: LinkId, entry: &JournalEntry) -> bool {
        let header = &entry.batch.header;
        let came_from = entry.source.map(|source| (source.node, source.branch));
        self.would_send(link, header.chain, &header.hash(), came_from)
    }

    fn would_send(
        &self,
        link: LinkId,
        chain: crate::batch::Chain,
        header: &Hash,
        came_from: Option<(NodeId, mesh_model::id::Branch)>,
    ) -> bool {
        let Some(session) = self.sessions.get(&link) else { return false };
        let peers_store = session.branch.map(|branch| (session.peer, branch));
        let has_it = came_from.is_some() && came_from == peers_store || peers_store == Some((chain.node, chain.branch));
        // An urged frame may be lost with its lane: only the peer's word lets the bulk skip it.
        let went_ahead =
            session.out.sent_ahead.contains(header) || self.peers.get(&session.peer).is_some_and(|peer| peer.held_urged.contains(header));
        !has_it && !went_ahead && self.may_show(link, chain.scope)
    }

    fn send_batches(&mut self, link: LinkId, lane: Lane, batches: &[StoredBatch], mark: Option<Position>, ahead: bool) {
        let mut frames: Vec<Vec<Item>> = Vec::new();
        let mut bytes = usize::MAX;
        for batch in batches.iter().filter(|batch| is_whole(batch)) {
            let item = Item::of(batch);
            let size = item.header.len() + 64 + batch.bodies.iter().map(body_bytes).sum::<usize>();
            bytes = bytes.saturating_add(size);
            match frames.last_mut() {
                Some(items) if bytes <= limits::BULK_BYTES_AIM => items.push(item),
                Some(_) | None => {
                    bytes = size;
                    frames.push(vec![item]);
                }
            }
        }
        let last = frames.len().saturating_sub(1);
        for (index, items) in frames.into_iter().enumerate() {
            let mark = mark.filter(|_| index == last).map(Mark::at);
            self.transmit(link, lane, &Frame::Bulk(Bulk { items, mark }));
        }
        if let (true, Some(session)) = (ahead, self.sessions.get_mut(&link)) {
            session.out.sent_ahead.extend(batches.iter().map(|batch| batch.header.hash()));
        }
    }

    /// Authority and days go first, up to every head that later headers cite; what the peer was sent is remembered.
    pub(super) fn queue_authority(&mut self, link: LinkId) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        let (steps, days) = (&self.book.authority_batches, &self.book.day_batches);
        let steps = &steps[steps.partition_point(|(height, _)| *height <= session.height)..];
        let days = &days[days.partition_point(|(day, _)| *day <= session.day)..];
        let headers: Vec<Hash> = steps.iter().map(|(_, header)| *header).chain(days.iter().map(|(_, header)| *header)).collect();
        session.height = session.height.max(self.book.authority().head().height);
        session.day = session.day.max(self.book.day().day);
        if !headers.is_empty() {
            session.out.jobs.push_back(Job::Headers(headers));
        }
    }

    /// Lets streams that stood at the old tail pass over entries their peer does not lack, without asking the journal.
    pub(super) fn skip_streams(&mut self, old_tail: u64, taken: &[Taken], arrival: Option<&ArrivalCommit>) {
        if self.tail.seq == old_tail {
            return;
        }
        let source = arrival.and_then(|arrival| self.sessions.get(&arrival.link)?.branch.map(|branch| (arrival.peer, branch)));
        let at_tail =
            |session: &Session| session.out.phase == Phase::Streaming && session.out.next == old_tail && session.out.loading.is_none();
        let links: Vec<LinkId> = self.sessions.iter().filter(|(_, session)| at_tail(session)).map(|(link, _)| *link).collect();
        for link in links {
            let lacks = taken.iter().any(|batch| self.would_send(link, batch.chain, &batch.header, source));
            if let (false, Some(session)) = (lacks, self.sessions.get_mut(&link)) {
                session.out.next = self.tail.seq;
            }
        }
        for session in self.sessions.values_mut().filter(|session| session.out.next < self.tail.seq) {
            session.soil();
        }
        let common: Vec<LinkId> =
            self.sessions.keys().copied().filter(|link| taken.iter().any(|batch| self.may_show(*link, batch.chain.scope))).collect();
        for link in common {
            if let Some(session) = self.sessions.get_mut(&link) {
                session.soil();
            }
        }
    }

    pub(super) fn on_drained(&mut self, now: Uptime, link: LinkId, bytes: usize) {
        if let Some(session) = self.sessions.get_mut(&link) {
            session.out.carry(bytes);
        }
        self.pump(now, link);
    }

    pub(super) fn on_urged_document(&mut self, bodies: &[DocumentBody]) {
        let places: BTreeMap<Hash, u64> = bodies.iter().map(|body| (body.header.hash(), body.at.seq)).collect();
        let headers: Vec<Hash> = bodies.iter().map(|body| body.header.hash()).collect();
        if !headers.is_empty() {
            self.load(Load::Batches { headers }, LoadFor::UrgedBatches(places));
        }
    }

    /// Sends whole batches ahead to everyone who shares their scope; the bulk skips them when it gets there.
    pub(super) fn on_urged_batches(&mut self, batches: &[StoredBatch], places: &BTreeMap<Hash, u64>) {
        let greeted = self.sessions.iter().filter(|(_, session)| session.greeted);
        let links: Vec<(LinkId, NodeId)> = greeted.map(|(link, session)| (*link, session.peer)).collect();
        for (link, peer) in links {
            // What the peer has read it has; where it was put back or could not have it then, the stream makes up for that.
            let held = self.peers.get(&peer).map_or(0, |peer| peer.held);
            let lacking = |batch: &&StoredBatch| {
                let (hash, came_from) = (batch.header.hash(), batch.source.map(|source| (source.node, source.branch)));
                places.get(&hash).is_none_or(|seq| *seq > held) && self.would_send(link, batch.header.chain, &hash, came_from)
            };
            let lacking: Vec<StoredBatch> = batches.iter().filter(lacking).cloned().collect();
            // Only shared papers of sites are ever urgent; the county's own go in order, authority first.
            let lacking: Vec<StoredBatch> =
                lacking.into_iter().filter(|batch| batch.header.chain.scope.class != Class::AUTHORITY).collect();
            if !lacking.is_empty() {
                self.send_batches(link, Lane::Urged, &lacking, None, false);
            }
        }
    }

    pub(super) fn say_held(&mut self, link: LinkId, urged: Vec<Hash>) {
        let Some(session) = self.sessions.get(&link) else { return };
        let held = Held { seq: session.incoming.read.seq, urged: Some(urged) };
        self.transmit(link, Lane::Control, &Frame::Held(held));
    }

    pub(super) fn on_held(&mut self, link: LinkId, held: &Held) {
        let Some(session) = self.sessions.get(&link) else { return };
        let peer = session.peer;
        let known = self.peers.entry(peer).or_default();
        let room = limits::HELD_URGED_MAX.saturating_sub(known.held_urged.len());
        known.held_urged.extend(held.urged.iter().flatten().take(room));
    }
}

/// A body that the disk lost cannot be shown; its batch must come to the peer from somebody who has it whole.
fn is_whole(batch: &StoredBatch) -> bool {
    batch.bodies.iter().all(|body| matches!(body, StoredBody::Here(_)))
}

fn body_bytes(body: &StoredBody) -> usize {
    match body {
        StoredBody::Here(body) => body.bytes.len() + 24,
        StoredBody::Missing(_) | StoredBody::Refused { .. } => 36,
    }
}
