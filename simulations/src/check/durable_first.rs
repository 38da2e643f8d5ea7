//! A receipt is printed, and a batch is sent, only after it is durable where that happens.

use super::known::Known;
use super::ledger::Ledger;
use super::{Breach, Found, Inspect, Promise};
use crate::sighting::Sighting;
use mesh_model::time::Uptime;

/// The checker.
#[derive(Debug)]
pub struct DurableFirst(Found);

impl Default for DurableFirst {
    fn default() -> Self {
        DurableFirst(Found::new(Promise::DurableFirst))
    }
}

impl Inspect for DurableFirst {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        match sighting {
            Sighting::Printed { seat, paper, places } => {
                if let Some(place) = places.iter().find(|place| !ledger.holds(*seat, &place.header)) {
                    let what = format!("site {} printed paper {paper:#x} before number {} was durable there", seat.0, place.seq);
                    self.0.note(Some(at), Some(*seat), what);
                }
            }
            Sighting::Sent { seat, peer, batches } => {
                if let Some(batch) = batches.iter().find(|batch| !ledger.holds(*seat, &batch.header.hash())) {
                    let what = format!("site {} sent site {} number {}, not durable where it was sent", seat.0, peer.0, batch.header.seq);
                    self.0.note(Some(at), Some(*seat), what);
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, _: &Known<'_>) -> Vec<Breach> {
        self.0.take()
    }
}
