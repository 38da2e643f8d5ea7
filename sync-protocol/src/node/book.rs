//! What the protocol itself remembers: vectors, authority, day, receipts, refusals, each as committed and as staged.
//!
//! What is staged was handed to the journal and is not yet durable: new work is built on it, nothing is said of it. When the journal
//! refuses, the staged half is dropped and the committed half is the truth again.

use crate::authority::{Anchor, Authority};
use crate::batch::{BodyKind, Chain, SignedHeader};
use crate::door::Reason;
use crate::guard::{Guard, Guards};
use crate::journal::{StoredBatch, StoredBody};
use crate::record::{self, Record};
use crate::vector::{Rows, Vectors};
use mesh_model::id::{DocId, Hash};
use mesh_model::time::Day;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

mod landed;

/// Header hashes remembered without asking the journal; covers everything between a load and its answer.
const RECENT_MAX: usize = 8_192;

/// A batch that a commit holds, as far as the core needs it afterwards.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub chain: Chain,
    pub seq: u64,
    pub header: Hash,
    /// With the hash of each one's body as it travelled.
    pub records: Vec<(Record, Hash)>,
    /// Documents that its changes belong to.
    pub documents: Vec<DocId>,
}

impl Taken {
    pub(super) fn of(batch: &StoredBatch, is_hub: bool) -> Taken {
        let records = if is_hub { records_of(batch) } else { Vec::new() };
        let change = |body: &StoredBody| match body {
            StoredBody::Here(body) if body.kind == BodyKind::CHANGE => Some(body.document),
            StoredBody::Here(_) | StoredBody::Missing(_) | StoredBody::Refused { .. } => None,
        };
        let documents = batch.bodies.iter().filter_map(change).collect();
        Taken { chain: batch.header.chain, seq: batch.header.seq, header: batch.header.hash(), records, documents }
    }
}

/// Returns the protocol's records in a batch of a hub node; what does not pass the door has no effect.
pub(super) fn records_of(batch: &StoredBatch) -> Vec<(Record, Hash)> {
    let readable = |body: &StoredBody| match body {
        StoredBody::Here(body) if crate::door::judge_body(&batch.header, body, true).is_ok() => {
            let record = Record::read(&body.bytes).ok().flatten()?;
            Some((record, record::hash_of_body(&body.bytes)))
        }
        StoredBody::Here(_) | StoredBody::Missing(_) | StoredBody::Refused { .. } => None,
    };
    // A newer schema is unread here, whatever it seems to hold.
    if batch.header.schema > crate::batch::SCHEMA {
        return Vec::new();
    }
    batch.bodies.iter().filter_map(readable).collect()
}

/// The newest day record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct DayHead {
    pub day: i32,
    pub hash: Hash,
}

#[derive(Debug, Default)]
pub(super) struct Book {
    guards: Guards,
    pub committed: Vectors,
    /// Moves with every row that is committed.
    pub rows_version: u64,
    staged: BTreeMap<Chain, Rows>,
    authority: Authority,
    staged_authority: Option<Authority>,
    day: DayHead,
    staged_day: Option<DayHead>,
    /// Committed batches of the authority scope with the height they reach, in order.
    pub authority_batches: Vec<(u64, Hash)>,
    /// Committed batches of day records with their day, in order.
    pub day_batches: Vec<(i32, Hash)>,
    landed: landed::Receipts,
    refused: BTreeMap<(Hash, u16), Reason>,
    recent: BTreeSet<Hash>,
    recent_order: VecDeque<Hash>,
    /// Of those remembered, the ones whose commit is under way.
    unsettled: BTreeSet<Hash>,
}

impl Book {
    pub(super) fn new(guards: Guards) -> Book {
        Book { guards, ..Book::default() }
    }

    pub(super) fn rows(&self, chain: &Chain) -> Option<&Rows> {
        self.staged.get(chain).or_else(|| self.committed.rows(chain))
    }

    pub(super) fn stage_rows(&mut self, chain: Chain, rows: Rows) {
        self.staged.insert(chain, rows);
    }

    pub(super) fn remember(&mut self, header: Hash) {
        if self.recent.insert(header) {
            self.recent_order.push_back(header);
        }
        self.unsettled.insert(header);
        self.evict_recent();
    }

    /// Forgets the oldest beyond the bound, but never one that the journal does not show yet.
    fn evict_recent(&mut self) {
        while self.recent_order.len() > RECENT_MAX && self.recent_order.front().is_some_and(|oldest| !self.unsettled.contains(oldest)) {
            let oldest = self.recent_order.pop_front().expect("longer than the bound");
            self.recent.remove(&oldest);
        }
    }

    pub(super) fn is_recent(&self, header: &Hash) -> bool {
        self.recent.contains(header)
    }

    /// Returns whether a header is held, durably or on its way, where `answers` is what the journal said of it.
    pub(super) fn holds(&self, header: &Hash, answers: &BTreeMap<Hash, bool>) -> bool {
        self.is_recent(header) || answers.get(header).copied().unwrap_or(false)
    }

    /// The authority log as durable: what may be said to peers.
    pub(super) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The authority log with what is on its way to the journal: what new work is judged by and cites.
    pub(super) fn newest_authority(&self) -> &Authority {
        self.staged_authority.as_ref().unwrap_or(&self.authority)
    }

    /// Stages all of these steps, or none.
    pub(super) fn stage_authority_all<'a>(
        &mut self,
        steps: impl Iterator<Item = (&'a record::AuthorityRecord, Hash)>,
        anchor: &Anchor,
    ) -> Result<(), crate::authority::AuthorityError> {
        let mut steps = steps.peekable();
        if steps.peek().is_none() {
            return Ok(());
        }
        let mut trial = self.newest_authority().clone();
        for (step, hash) in steps {
            trial.append(step, hash, anchor)?;
        }
        self.staged_authority = Some(trial);
        Ok(())
    }

    /// Puts staged rows back to what they were before a batch that is not kept after all.
    pub(super) fn restage_rows(&mut self, chain: Chain, before: Option<Rows>) {
        match before {
            Some(rows) => drop(self.staged.insert(chain, rows)),
            None => drop(self.staged.remove(&chain)),
        }
    }

    pub(super) fn day(&self) -> DayHead {
        self.day
    }

    pub(super) fn newest_day(&self) -> DayHead {
        self.staged_day.unwrap_or(self.day)
    }

    pub(super) fn stage_day(&mut self, record: &record::DayRecord, hash: Hash) {
        if record.day > self.newest_day().day {
            self.staged_day = Some(DayHead { day: record.day, hash });
        }
    }

    /// Makes a commit's rows and records the truth.
    pub(super) fn settle(&mut self, rows: Vec<(Chain, Rows)>, taken: &[Taken], anchor: &Anchor) {
        self.rows_version += u64::from(!rows.is_empty());
        for (chain, rows) in rows {
            if self.staged.get(&chain) == Some(&rows) {
                self.staged.remove(&chain);
            }
            self.committed.put(chain, rows);
        }
        for batch in taken {
            self.unsettled.remove(&batch.header);
            self.landed.on_held(&batch.header);
            for (record, hash) in &batch.records {
                self.settle_record(batch, record, *hash, anchor);
            }
        }
        if self.staged_authority.as_ref().is_some_and(|staged| staged.head() == self.authority.head()) {
            self.staged_authority = None;
        }
        if self.staged_day.is_some_and(|staged| staged.day <= self.day.day) {
            self.staged_day = None;
        }
    }

    fn settle_record(&mut self, batch: &Taken, record: &Record, hash: Hash, anchor: &Anchor) {
        match record {
            Record::Authority(step) => {
                if self.authority.append(step, hash, anchor).is_ok() {
                    match self.authority_batches.last_mut() {
                        Some((top, header)) if *header == batch.header => *top = step.height,
                        Some(_) | None => self.authority_batches.push((step.height, batch.header)),
                    }
                }
            }
            Record::Day(step) if step.day > self.day.day => {
                self.day = DayHead { day: step.day, hash };
                self.day_batches.push((step.day, batch.header));
            }
            Record::Day(_) => {}
            Record::Landed(receipt) => {
                for line in &receipt.chains {
                    let chain = record::chain_of(line, batch.chain.scope);
                    let is_head = self.committed.rows(&chain).is_some_and(|rows| rows.heads.iter().any(|row| row.head == line.head));
                    self.landed.put(chain, line.clone(), is_head || !self.guards.keep(Guard::LandedByHead));
                }
            }
            Record::Refusal(refusal) => {
                self.refused.insert((refusal.header, refusal.index), Reason::from_number(refusal.reason));
            }
        }
    }

    /// Falls back to what is durable: these headers were refused, and may come again.
    pub(super) fn drop_staged(&mut self, refused: impl Iterator<Item = Hash>) {
        self.staged.clear();
        self.staged_authority = None;
        self.staged_day = None;
        // What was committed stays known: an answer of the journal given before that commit may still be on its way.
        for header in refused {
            self.recent.remove(&header);
        }
        self.unsettled.clear();
        let recent = &self.recent;
        self.recent_order.retain(|header| recent.contains(header));
    }

    /// Returns whether the hub's receipts cover (chain, seq), and whether inside a verified backup.
    pub(super) fn landed(&self, chain: &Chain, seq: u64) -> Option<bool> {
        self.landed.covers(chain, seq, self.committed.rows(chain)?)
    }

    /// Returns the heads of receipts of which only the journal knows whether they are held; each is returned once.
    pub(super) fn receipt_heads_to_ask(&mut self) -> Vec<Hash> {
        self.landed.take_asks()
    }

    pub(super) fn on_receipt_head_held(&mut self, head: &Hash) {
        self.landed.on_held(head);
    }

    pub(super) fn refusal(&self, header: &Hash) -> Option<Reason> {
        self.refused.range((*header, 0)..=(*header, u16::MAX)).next().map(|(_, reason)| *reason)
    }

    /// Returns the chains with nothing landed at their heads, in a scope.
    pub(super) fn unlanded_heads(&self, scope: mesh_model::place::Scope) -> Vec<(Chain, u64, Hash)> {
        let authority = &self.authority;
        let chains = self.committed.chains(scope).filter(|(chain, _)| !authority.is_hub(chain.node));
        let heads = chains.flat_map(|(chain, rows)| rows.heads.iter().map(move |head| (*chain, head.seq, head.head)));
        let is_new = |(chain, seq, head): &(Chain, u64, Hash)| *seq > 0 && !self.landed.names(chain, head);
        heads.filter(is_new).collect()
    }

    pub(super) fn day_known(&self) -> Option<Day> {
        (self.day.day > 0).then_some(Day(self.day.day))
    }

    /// Returns whether a founding batch may open an empty log, and its author's key.
    pub(super) fn founding_key(&self, header: &SignedHeader, bodies: &[StoredBody]) -> Option<[u8; 32]> {
        if self.newest_authority().head().height > 0 || header.chain.scope != mesh_model::place::Scope::AUTHORITY || header.seq != 1 {
            return None;
        }
        let Some(StoredBody::Here(first)) = bodies.first() else { return None };
        match Record::read(&first.bytes).ok()?? {
            Record::Authority(step) => match step.act()? {
                record::AuthorityAct::Found { hub, .. } if hub.node() == header.chain.node => Some(hub.signing.into()),
                _ => None,
            },
            Record::Day(_) | Record::Landed(_) | Record::Refusal(_) => None,
        }
    }
}
