//! Rungs are true: what the hub says has landed is on its disk at that moment; what a window shows as being at the relay or at the county is
//! there.

use super::known::Known;
use super::ledger::Ledger;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use crate::sighting::Sighting;
use mesh_model::id::Hash;
use mesh_model::place::Scope;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;
use sync_protocol::io::Rung;
use sync_protocol::journal::{StoredBatch, StoredBody};
use sync_protocol::record::Record;

/// The checker.
#[derive(Debug)]
pub struct Receipts {
    found: Found,
    /// What each window printed, by its place in the window's journal.
    printed: BTreeMap<Seat, BTreeMap<u64, (Scope, Hash)>>,
    /// How far each peer was said to hold each journal.
    held: BTreeMap<(Seat, Seat), u64>,
    /// The first paper that a peer was said to hold and did not; whether it may hold it is judged at the end.
    unheld: BTreeMap<(Seat, Seat, Scope), (Uptime, Hash)>,
}

impl Default for Receipts {
    fn default() -> Self {
        Receipts { found: Found::new(Promise::Receipts), printed: BTreeMap::new(), held: BTreeMap::new(), unheld: BTreeMap::new() }
    }
}

impl Receipts {
    fn on_landed(&mut self, at: Uptime, batch: &StoredBatch, ledger: &Ledger) {
        for (seq, _) in landed(batch).filter(|(_, head)| !ledger.holds(Seat::HUB, head)) {
            self.found.note(
                Some(at),
                Some(Seat::HUB),
                format!("the hub says that number {seq} of a chain has landed and does not hold it"),
            );
        }
    }

    fn on_held(&mut self, at: Uptime, seat: Seat, peer: Seat, seq: u64, ledger: &Ledger) {
        let from = self.held.insert((seat, peer), seq).map_or(1, |before| before.min(seq) + 1);
        let Some(printed) = self.printed.get(&seat).filter(|_| from <= seq) else { return };
        for (scope, header) in printed.range(from..=seq).map(|(_, paper)| paper) {
            if ledger.holds(seat, header) && !ledger.holds(peer, header) {
                self.unheld.entry((seat, peer, *scope)).or_insert((at, *header));
            }
        }
    }
}

impl Inspect for Receipts {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        match sighting {
            Sighting::Stored { seat: Seat::HUB, batch, .. }
                if batch.source.is_none() && ledger.fresh().is_some_and(|fresh| fresh.is_written) =>
            {
                self.on_landed(at, batch, ledger);
            }
            Sighting::Printed { seat, places, .. } => {
                let papers = places.iter().map(|place| (place.at.seq, (place.chain.scope, place.header)));
                self.printed.entry(*seat).or_default().extend(papers);
            }
            Sighting::Rolled { seat } => {
                // Its journal grows again from an older end: the numbers mean other papers.
                self.printed.remove(seat);
                self.held.retain(|(whose, _), _| whose != seat);
            }
            Sighting::HeldBy { seat, peer, seq } => self.on_held(at, *seat, *peer, *seq, ledger),
            _ => {}
        }
    }

    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        for ((seat, peer, scope), (at, header)) in &self.unheld {
            if known.may_hold(*peer, *scope) {
                let what = format!("site {} takes batch {header} to be held by site {}, which does not", seat.0, peer.0);
                self.found.note(Some(*at), Some(*seat), what);
            }
        }
        let hub = &known.evidence.sites[&Seat::HUB].disk;
        for (seat, site) in &known.evidence.sites {
            let rungs = site.words.iter().flat_map(|words| &words.rungs);
            for (header, _) in rungs.filter(|(_, rung)| matches!(rung, Rung::County | Rung::Safe)) {
                if hub.is_whole(header).is_none() && !known.ledger.is_vanished(header) {
                    self.found.note(
                        None,
                        Some(*seat),
                        format!("site {} shows batch {header} as being at the county, and it is not", seat.0),
                    );
                }
            }
        }
        self.found.take()
    }
}

/// Returns what a batch says has landed: the last number and header of each chain.
pub(super) fn landed(batch: &StoredBatch) -> impl Iterator<Item = (u64, Hash)> + '_ {
    let records = batch.bodies.iter().filter_map(|body| match body {
        StoredBody::Here(body) => Record::read(&body.bytes).ok().flatten(),
        StoredBody::Missing(_) | StoredBody::Refused { .. } => None,
    });
    records
        .filter_map(|record| if let Record::Landed(landed) = record { Some(landed.chains) } else { None })
        .flatten()
        .map(|line| (line.seq, line.head))
}
