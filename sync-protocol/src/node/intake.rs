//! Taking in what a peer sent: in order, through the door, into tickets.

use super::book::Taken;
use super::desk::Draft;
use super::settle::{ArrivalCommit, Pending};
use super::{LoadFor, Node};
use crate::batch::{Chain, SignedHeader};
use crate::crypto::Suite;
use crate::door::{self, HeaderFault, Reason};
use crate::guard::Guard;
use crate::io::LinkId;
use crate::journal::{Load, Position, Source, StoredBatch, StoredBody, Write};
use crate::record::Record;
use crate::session::{Arrival, Fault};
use crate::vector::{Rows, Taken as TakenAs};
use mesh_model::id::{Branch, Hash};
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, VecDeque};

/// What came of one run of batches.
#[derive(Default)]
struct Run {
    draft: Draft,
    bad_bodies: Vec<(Hash, u16, Reason)>,
    forks: Vec<(Chain, u64)>,
    opened: Option<(Branch, Branch)>,
    urged: Vec<Hash>,
    bytes: usize,
    hole: bool,
}

/// What is to be done with one batch.
enum Verdict {
    Take,
    /// Already here, or not ours to hold.
    Pass,
    /// Cannot be kept now; must come again.
    Hole,
}

impl Node {
    /// Takes in arrivals in order until the queue is empty or an answer of the journal is needed.
    pub(super) fn pump_intake(&mut self, now: Uptime, link: LinkId) {
        loop {
            let Some(session) = self.sessions.get_mut(&link) else { return };
            if session.incoming.asking.is_some() {
                return;
            }
            let Some(arrival) = session.incoming.queue.pop_front() else { break };
            match arrival {
                Arrival::Batches { batches, mark, urged, known } => self.take_batches(now, link, batches, mark, urged, known),
                Arrival::Mark(at) => self.on_mark(link, at),
                Arrival::Proof(proof) => self.on_claim(now, link, proof),
                Arrival::Vectors(vectors) => self.on_vectors(now, link, *vectors),
            }
        }
        self.compare_claims(now, link);
    }

    fn on_mark(&mut self, link: LinkId, at: Position) {
        if !self.guards().keep(Guard::MarkObeyed) {
            return;
        }
        let Some(session) = self.sessions.get_mut(&link) else { return };
        if session.incoming.wanted == Some(at) {
            let awaited = std::mem::take(&mut session.incoming.awaited);
            // What came stands beyond a gap: the chain is forked below what was asked for, and the answer did not bring everything up to its mark.
            let is_torn = |(chain, from): &(Chain, u64)| self.book.rows(chain).is_some_and(|rows| rows.is_torn_at(*from));
            let is_stuck = awaited.iter().any(is_torn);
            let incoming = &mut session.incoming;
            incoming.wanted = None;
            incoming.hole = std::mem::take(&mut incoming.hole_stays) || is_stuck;
            incoming.hole_said = false;
            incoming.mendings += u32::from(is_stuck);
        }
        self.advance_cursor(link, at);
    }

    /// Keeps how far the peer's journal was read, unless something before it is missing.
    pub(super) fn advance_cursor(&mut self, link: LinkId, at: Position) {
        if let Some(cursor) = self.cursor_write(link, at) {
            let Some(session) = self.sessions.get_mut(&link) else { return };
            session.incoming.uncommitted += 1;
            let arrival = ArrivalCommit { link, peer: session.peer, cursor: Some(at), urged: Vec::new(), bytes: 0 };
            self.commit(vec![cursor], Pending { arrival: Some(arrival), ..Pending::default() });
        }
    }

    /// Returns the cursor that a commit is to keep; the caller hands it to the journal.
    fn cursor_write(&mut self, link: LinkId, at: Position) -> Option<Write> {
        let keeps_holes = self.guards().keep(Guard::HoleBlocksCursor);
        let session = self.sessions.get_mut(&link)?;
        let branch = session.branch?;
        let incoming = &mut session.incoming;
        // Compared with what is on its way, not with what is durable: a peer that was put back sends its old mark and its new tail in one flight.
        if incoming.hole && keeps_holes || incoming.wanted.is_some() || incoming.reading == at {
            return None;
        }
        incoming.reading = at;
        Some(Write::Cursor { peer: session.peer, branch, at })
    }

    fn take_batches(
        &mut self,
        now: Uptime,
        link: LinkId,
        batches: VecDeque<StoredBatch>,
        mark: Option<Position>,
        urged: bool,
        known: BTreeMap<Hash, bool>,
    ) {
        let asks = self.asks(&batches, &known);
        if !asks.is_empty() {
            let load = Load::Known { headers: asks.clone() };
            let id = self.load_as(load, LoadFor::Known { link, asked: asks });
            if let Some(session) = self.sessions.get_mut(&link) {
                session.incoming.asking = Some(id);
                session.incoming.queue.push_front(Arrival::Batches { batches, mark, urged, known });
            }
            return;
        }
        let mut run = Run::default();
        let mut fault = None;
        for batch in batches {
            if let Err(found) = self.take_batch(link, batch, urged, &known, &mut run) {
                fault = Some(found);
                break;
            }
        }
        let mark = if fault.is_some() { None } else { mark };
        self.commit_run(link, run, mark);
        match fault {
            // The bulk brings the authority record that an urged batch cites.
            Some(Fault::Header(HeaderFault::Authority)) if urged => {}
            Some(fault) => self.fault(now, link, fault),
            None => {}
        }
    }

    /// Returns the hashes of which only the journal knows whether they are held.
    fn asks(&self, batches: &VecDeque<StoredBatch>, known: &BTreeMap<Hash, bool>) -> Vec<Hash> {
        let mut rows: BTreeMap<Chain, Rows> = BTreeMap::new();
        let mut asks = Vec::new();
        for batch in batches {
            let header = &batch.header;
            let rows = rows.entry(header.chain).or_insert_with(|| self.book.rows(&header.chain).cloned().unwrap_or_default());
            if self.book.is_recent(&header.hash()) {
                continue;
            }
            let extends = rows.heads.iter().any(|row| row.seq + 1 == header.seq && row.head == header.prev);
            let opens = rows.heads.is_empty() && rows.beyond.is_empty();
            let past_all =
                header.seq > rows.seq() + 1 && !rows.beyond.iter().any(|range| range.from <= header.seq && header.seq <= range.to);
            if extends || opens || past_all {
                rows.take(header.seq, header.prev, header.hash(), false);
                continue;
            }
            asks.extend([header.hash(), header.prev].into_iter().filter(|hash| !known.contains_key(hash)));
        }
        asks.sort_unstable();
        asks.dedup();
        asks
    }

    pub(super) fn on_known(&mut self, now: Uptime, link: LinkId, asked: &[Hash], held: &[bool]) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        session.incoming.asking = None;
        if let Some(Arrival::Batches { known, .. }) = session.incoming.queue.front_mut() {
            known.extend(asked.iter().copied().zip(held.iter().copied()));
        }
        self.pump_intake(now, link);
        self.pump(now, link);
    }

    fn take_batch(
        &mut self,
        link: LinkId,
        mut batch: StoredBatch,
        urged: bool,
        known: &BTreeMap<Hash, bool>,
        run: &mut Run,
    ) -> Result<(), Fault> {
        let hash = batch.header.hash();
        let numbered = |book: &super::Book| book.rows(&batch.header.chain).is_some_and(|rows| batch.header.seq <= rows.seq());
        if self.book.holds(&hash, known) || !self.guards().keep(Guard::KnownByHash) && numbered(&self.book) {
            run.urged.extend(urged.then_some(hash));
            return Ok(());
        }
        self.judge_batch(&batch)?;
        // Only whole batches are kept: a body left out by a peer must come, or the proof would cover what is not here.
        if batch.bodies.iter().any(|body| !matches!(body, StoredBody::Here(_))) {
            run.hole |= !urged;
            return Ok(());
        }
        let forks = self.book.holds(&batch.header.prev, known);
        let chain = batch.header.chain;
        let before = (self.book.rows(&chain).cloned(), run.draft.rows.get(&chain).cloned());
        match self.place_batch(link, &batch.header, forks, run) {
            Verdict::Pass => return Ok(()),
            Verdict::Hole => {
                run.hole |= !urged;
                return Ok(());
            }
            Verdict::Take => {}
        }
        let session = self.sessions.get(&link).expect("arrivals belong to a live link");
        batch.source = session.branch.map(|branch| Source { node: session.peer, branch });
        let is_hub = self.book.newest_authority().is_hub(batch.header.chain.node);
        let taken = Taken::of(&batch, is_hub || batch.header.authority.height == 0);
        if let Err(fault) = self.stage_records(&taken) {
            // The batch is not stored: the rows must not name it.
            self.book.restage_rows(chain, before.0);
            match before.1 {
                Some(rows) => drop(run.draft.rows.insert(chain, rows)),
                None => drop(run.draft.rows.remove(&chain)),
            }
            return Err(fault);
        }
        self.note_bad_bodies(&batch, run);
        self.book.remember(hash);
        run.urged.extend(urged.then_some(hash));
        run.bytes += batch.bodies.iter().map(size_of_body).sum::<usize>();
        run.draft.taken.push(taken);
        run.draft.writes.push(Write::Batch(batch));
        Ok(())
    }

    fn judge_batch(&self, batch: &StoredBatch) -> Result<(), Fault> {
        if batch.bodies.iter().map(size_of_body).sum::<usize>() > crate::limits::BATCH_BYTES_MAX {
            return Err(HeaderFault::Size.into());
        }
        let entries: Vec<Hash> = batch.bodies.iter().map(StoredBody::entry).collect();
        let suite = self.judging_suite();
        if let Some(key) = self.book.founding_key(&batch.header, &batch.bodies) {
            return Ok(door::judge_signed(&batch.header, &entries, &key, &suite)?);
        }
        Ok(door::judge_header(&batch.header, &entries, self.book.newest_authority(), &suite)?)
    }

    fn judging_suite(&self) -> Suite {
        let suite = *self.config.key.suite();
        if self.guards().keep(Guard::SignatureChecked) { suite } else { Suite { verify: |_, _, _| true, ..suite } }
    }

    fn place_batch(&mut self, link: LinkId, header: &SignedHeader, forks_at_held: bool, run: &mut Run) -> Verdict {
        let peer = self.sessions.get(&link).expect("arrivals belong to a live link").peer;
        let authority = self.book.newest_authority();
        let own = header.chain.node == self.id;
        if !own && !self.may_share(authority, peer, header.chain.scope) {
            return Verdict::Pass;
        }
        let mut rows = self.book.rows(&header.chain).cloned().unwrap_or_default();
        if rows.is_overflown() {
            return Verdict::Pass;
        }
        match rows.take(header.seq, header.prev, header.hash(), forks_at_held) {
            TakenAs::NoRoom => return Verdict::Hole,
            TakenAs::Overflown => {
                self.book.stage_rows(header.chain, rows.clone());
                run.draft.rows.insert(header.chain, rows);
                run.forks.push((header.chain, header.seq));
                return Verdict::Pass;
            }
            TakenAs::Forked => run.forks.push((header.chain, header.seq)),
            TakenAs::Extended | TakenAs::Beyond => {}
        }
        self.book.stage_rows(header.chain, rows.clone());
        run.draft.rows.insert(header.chain, rows);
        // Our own signature on what we do not hold: this store is a copy, or was put back. Only the living branch can be written twice.
        if own && header.chain.branch == self.branch() && self.guards().keep(Guard::BranchAfterRestore) {
            run.opened = Some((header.chain.branch, self.draw_branch()));
        }
        Verdict::Take
    }

    fn stage_records(&mut self, taken: &Taken) -> Result<(), Fault> {
        let steps = taken.records.iter().filter_map(|(record, hash)| match record {
            Record::Authority(step) => Some((step, *hash)),
            Record::Day(_) | Record::Landed(_) | Record::Refusal(_) => None,
        });
        self.book.stage_authority_all(steps, &self.config.anchor()).map_err(|_| Fault::Authority)?;
        for (record, hash) in &taken.records {
            match record {
                Record::Authority(_) => {}
                Record::Day(step) => self.book.stage_day(step, *hash),
                Record::Landed(_) | Record::Refusal(_) => {}
            }
        }
        Ok(())
    }

    fn note_bad_bodies(&self, batch: &StoredBatch, run: &mut Run) {
        if !self.guards().keep(Guard::BodyJudged) {
            return;
        }
        let is_hub = self.book.newest_authority().is_hub(batch.header.chain.node);
        for (index, body) in (0u16..).zip(&batch.bodies) {
            let StoredBody::Here(body) = body else { continue };
            if let Err(reason) = door::judge_body(&batch.header, body, is_hub) {
                run.bad_bodies.push((batch.header.hash(), index, reason));
            }
        }
    }

    fn commit_run(&mut self, link: LinkId, run: Run, mark: Option<Position>) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        session.incoming.hole |= run.hole;
        session.incoming.hole_stays |= run.hole && session.incoming.wanted.is_some();
        let peer = session.peer;
        let cursor = match mark {
            Some(at) if !self.guards().keep(Guard::CursorWithData) => {
                self.advance_cursor(link, at);
                None
            }
            Some(at) => self.cursor_write(link, at),
            None => None,
        };
        let nothing = run.draft.writes.is_empty() && run.draft.rows.is_empty() && cursor.is_none() && run.urged.is_empty();
        if nothing {
            return;
        }
        let session = self.sessions.get_mut(&link).expect("looked up above");
        session.incoming.uncommitted += 1;
        session.incoming.intake_bytes += run.bytes;
        let at = cursor.as_ref().and(mark);
        let mut urged = run.urged;
        if !self.guards().keep(Guard::HeldAfterCommit) {
            self.say_held(link, std::mem::take(&mut urged));
        }
        let arrival = ArrivalCommit { link, peer, cursor: at, urged, bytes: run.bytes };
        let (mut writes, taken, rows) = run.draft.finish();
        writes.extend(cursor);
        let pending = Pending {
            taken,
            rows,
            arrival: Some(arrival),
            bad_bodies: run.bad_bodies,
            forks: run.forks,
            opened: run.opened,
            ..Pending::default()
        };
        self.commit(writes, pending);
    }
}

fn size_of_body(body: &StoredBody) -> usize {
    match body {
        StoredBody::Here(body) => body.bytes.len(),
        StoredBody::Missing(_) | StoredBody::Refused { .. } => 32,
    }
}
