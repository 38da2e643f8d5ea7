//! What the watchers came by, for the coverage of a hunt: a checker that never saw its promise tested has proved nothing.

use super::known::Known;
use super::ledger::Ledger;
use super::papers::is_gone;
use super::{Breach, Inspect, receipts, tree};
use crate::coverage::Coverage;
use crate::layout::Seat;
use crate::sighting::Sighting;
use mesh_model::time::Uptime;
use mesh_office::trouble::Trouble;
use std::collections::BTreeMap;
use sync_protocol::io::{ActRefusal, Mending};
use sync_protocol::record::AuthorityAct;

/// Counts what was seen.
#[derive(Debug, Default)]
pub struct Points {
    seen: BTreeMap<&'static str, u64>,
}

impl Points {
    /// Marks what was passed.
    pub fn mark(&self, coverage: &mut Coverage) {
        self.seen.keys().for_each(|point| coverage.sometimes(point));
    }

    fn pass(&mut self, point: &'static str) {
        *self.seen.entry(point).or_insert(0) += 1;
    }

    fn on_stored(&mut self, seat: Seat, batch: &sync_protocol::journal::StoredBatch, ledger: &Ledger) {
        let Some(fresh) = ledger.fresh().filter(|fresh| fresh.is_new_here) else { return };
        let card = ledger.card(fresh.card);
        if card.seq > 1 && !ledger.holds(seat, &card.prev) {
            self.pass("seen-beyond-a-gap");
        }
        let was_own = ledger.node(seat) == Some(card.lead.chain.node);
        if was_own && batch.source.is_some() {
            self.pass("seen-own-paper-come-home");
        }
        if card.seq == 1 && card.prev != mesh_model::id::Hash::default() {
            self.pass("seen-second-branch-begun");
        }
        if seat == Seat::HUB && receipts::landed(batch).next().is_some() {
            self.pass("seen-landed");
        }
        let revokes = |act: Option<AuthorityAct>| matches!(act, Some(AuthorityAct::Revoke { .. }));
        if seat != Seat::HUB && tree::records(batch).iter().any(|(record, _)| revokes(record.act())) {
            self.pass("seen-revocation-learned");
        }
    }
}

impl Inspect for Points {
    fn see(&mut self, _: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        match sighting {
            Sighting::BranchOpened { .. } => self.pass("seen-branch-opened"),
            Sighting::ForkSeen { .. } => self.pass("seen-fork"),
            Sighting::LinkDown { .. } => self.pass("seen-link-lost"),
            Sighting::Mended { kind: Mending::Repair, .. } => self.pass("seen-repair"),
            Sighting::Mended { kind: Mending::Fill, .. } => self.pass("seen-fill"),
            Sighting::Proven { .. } => self.pass("seen-proof"),
            Sighting::Rolled { .. } => self.pass("seen-disk-gone-back"),
            Sighting::Sent { peer, batches, .. } => {
                if batches.iter().any(|batch| ledger.holds(*peer, &batch.header.hash())) {
                    self.pass("seen-sent-twice");
                }
            }
            Sighting::Stored { seat, batch, .. } => self.on_stored(*seat, batch, ledger),
            Sighting::Booted { .. }
            | Sighting::Dialled { .. }
            | Sighting::GaveUp { .. }
            | Sighting::HeldBy { .. }
            | Sighting::LinkUp { .. }
            | Sighting::PeerFault { .. }
            | Sighting::PoweredOff { .. }
            | Sighting::Printed { .. }
            | Sighting::Queued { .. }
            | Sighting::SaidHeld { .. }
            | Sighting::Shown { .. } => {}
        }
    }

    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        for (seat, site) in &known.evidence.sites {
            if site.office.receipts.values().any(|receipt| is_gone(known, *seat, receipt)) {
                self.pass("seen-paper-gone-from-every-disk");
            }
            // A node refuses by name, a desk by code.
            let is_full = |(_, why): &(u64, ActRefusal)| matches!(why, ActRefusal::Full);
            if site.office.refused.iter().any(is_full) || site.office.refusals.contains_key(Trouble::Full {}.code()) {
                self.pass("seen-act-refused-for-space");
            }
        }
        if matches!(known.evidence.plan.ending, crate::plan::Healing::Core(_)) && known.evidence.ending.healed_ms.is_some() {
            self.pass("seen-core-agree");
        }
        Vec::new()
    }
}
