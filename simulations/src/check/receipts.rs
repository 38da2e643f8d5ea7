//! The hub's word is true: what it says has landed is on its disk at that moment; what a window shows as being at the county is there.

use super::known::Known;
use super::ledger::Ledger;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use crate::sighting::Sighting;
use mesh_model::id::Hash;
use mesh_model::time::Uptime;
use sync_protocol::io::Rung;
use sync_protocol::journal::{StoredBatch, StoredBody};
use sync_protocol::record::Record;

/// The checker.
#[derive(Debug)]
pub struct Receipts(Found);

impl Default for Receipts {
    fn default() -> Self {
        Receipts(Found::new(Promise::Receipts))
    }
}

impl Inspect for Receipts {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        if let Sighting::Stored { seat: Seat::HUB, batch, .. } = sighting
            && batch.source.is_none()
            && ledger.fresh().is_some_and(|fresh| fresh.is_written)
        {
            for (seq, _) in landed(batch).filter(|(_, head)| !ledger.holds(Seat::HUB, head)) {
                self.0.note(
                    Some(at),
                    Some(Seat::HUB),
                    format!("the hub says that number {seq} of a chain has landed and does not hold it"),
                );
            }
        }
    }

    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let hub = &known.evidence.sites[&Seat::HUB].disk;
        for (seat, site) in &known.evidence.sites {
            let rungs = site.words.iter().flat_map(|words| &words.rungs);
            for (header, _) in rungs.filter(|(_, rung)| matches!(rung, Rung::County | Rung::Safe)) {
                if hub.batch(header).is_none() && !known.ledger.is_vanished(header) {
                    self.0.note(None, Some(*seat), format!("site {} shows batch {header} as being at the county, and it is not", seat.0));
                }
            }
        }
        self.0.take()
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
