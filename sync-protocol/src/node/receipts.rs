//! The hub's word: receipts for what landed, refusals of what does not pass. Records like any other, over any path.

use super::book::{Book, Taken};
use super::settle::Pending;
use super::{LoadFor, Node};
use crate::batch::Body;
use crate::door::Reason;
use crate::io::Notice;
use crate::journal::Load;
use crate::limits;
use crate::record::{Landed, LandedChain, Record, Refusal};
use mesh_model::id::{Hash, NodeId};
use mesh_model::place::{Place, Scope};
use mesh_model::time::Uptime;
use std::collections::BTreeMap;

/// The era of a hub that never had to recover.
const FIRST_ERA: u64 = 1;

/// What the hub owes, by scope: not before this time.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    owed: BTreeMap<Scope, Uptime>,
    paid: BTreeMap<Scope, Uptime>,
}

impl Receipts {
    /// After a start: everything that has no receipt yet is owed at once.
    pub(super) fn restore(&mut self, book: &Book, own: NodeId) {
        if book.authority().is_hub(own) {
            let owed = book.committed.scopes().filter(|scope| scope.place != Place::County && !book.unlanded_heads(*scope).is_empty());
            self.owed = owed.map(|scope| (scope, Uptime(0))).collect();
        }
    }

    pub(super) fn next(&self) -> Option<Uptime> {
        self.owed.values().min().copied()
    }
}

impl Node {
    /// Notes that batches of others became durable at the hub.
    pub(super) fn owe_receipts(&mut self, now: Uptime, taken: &[Taken]) {
        if !self.book.authority().is_hub(self.id) {
            return;
        }
        for batch in taken.iter().filter(|batch| batch.chain.node != self.id && batch.chain.scope.place != Place::County) {
            let gathered = now.after_ms(limits::LANDED_GATHER_MS);
            let paid = self.receipts.paid.get(&batch.chain.scope);
            let due = paid.map_or(gathered, |at| gathered.max(at.after_ms(self.config.landed_pause_ms)));
            self.receipts.owed.entry(batch.chain.scope).or_insert(due);
        }
    }

    /// Writes the receipts that are due.
    pub(super) fn pay_receipts(&mut self, now: Uptime) {
        let due: Vec<Scope> = self.receipts.owed.iter().filter(|(_, at)| **at <= now).map(|(scope, _)| *scope).collect();
        for scope in due {
            self.receipts.owed.remove(&scope);
            let heads = self.book.unlanded_heads(scope);
            if heads.is_empty() {
                continue;
            }
            let line = |(chain, seq, head): (crate::batch::Chain, u64, Hash)| LandedChain {
                node: chain.node,
                branch: chain.branch,
                seq,
                head,
                safe: 0,
            };
            let lines: Vec<LandedChain> = heads.into_iter().map(line).collect();
            let record = |lines: &[LandedChain]| Record::Landed(Landed { era: FIRST_ERA, chains: lines.to_vec() }).to_body(scope);
            self.receipts.paid.insert(scope, now);
            self.write_records(scope, lines.chunks(limits::LANDED_CHAINS_MAX).map(record).collect());
        }
    }

    /// A body did not pass: here and now a local mark; at the hub, the record that ends it for all.
    pub(super) fn refuse_bodies(&mut self, taken: &[Taken], bad: &[(Hash, u16, Reason)]) {
        let is_hub = self.book.authority().is_hub(self.id);
        for (header, index, reason) in bad {
            self.notice(Notice::BodyRefused { header: *header, index: *index, reason: *reason });
            let scope = taken.iter().find(|batch| batch.header == *header).map(|batch| batch.chain.scope);
            if let (true, Some(scope)) = (is_hub, scope) {
                let record = Record::Refusal(Refusal { header: *header, index: *index, reason: *reason as u16 });
                self.write_records(scope, vec![record.to_body(scope)]);
            }
        }
    }

    /// Asks the journal whether what the hub says it holds is what is held here.
    pub(super) fn ask_receipt_heads(&mut self) {
        let heads = self.book.receipt_heads_to_ask();
        for headers in heads.chunks(limits::WANT_RANGES_MAX) {
            let headers = headers.to_vec();
            self.load(Load::Known { headers: headers.clone() }, LoadFor::ReceiptHeads(headers));
        }
    }

    fn write_records(&mut self, scope: Scope, bodies: Vec<Body>) {
        match self.draft(scope, bodies) {
            Ok(draft) => self.commit_own(draft, None, Vec::new()),
            Err(refusal) => unreachable!("the hub's own records are small and pass its door: {refusal}"),
        }
    }

    pub(super) fn owe_again(&mut self, now: Uptime, refused: &Pending) {
        self.owe_receipts(now, &refused.taken);
        if self.book.authority().is_hub(self.id) {
            for batch in refused.taken.iter().filter(|batch| batch.chain.node == self.id && batch.chain.scope.place != Place::County) {
                self.receipts.owed.insert(batch.chain.scope, now.after_ms(limits::BACKOFF_MS_MIN));
            }
        }
    }
}
