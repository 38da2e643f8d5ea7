//! Words given in the run are true when they are given: an urged paper is called held only by who durably holds it, and a window shows as being
//! at the county only what the hub once held.

use super::known::Known;
use super::ledger::Ledger;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use crate::sighting::Sighting;
use mesh_model::id::Hash;
use mesh_model::time::Uptime;
use std::collections::BTreeSet;
use sync_protocol::io::Rung;

/// The checker of `Held`.
#[derive(Debug)]
pub struct SaidHeld(Found);

impl Default for SaidHeld {
    fn default() -> Self {
        SaidHeld(Found::new(Promise::DurableFirst))
    }
}

impl Inspect for SaidHeld {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        if let Sighting::SaidHeld { seat, peer, headers } = sighting
            && let Some(header) = headers.iter().find(|header| !ledger.holds(*seat, header))
        {
            let what = format!("site {} told site {} to hold urged batch {header} before it was durable there", seat.0, peer.0);
            self.0.note(Some(at), Some(*seat), what);
        }
    }

    fn finish(&mut self, _: &Known<'_>) -> Vec<Breach> {
        self.0.take()
    }
}

/// The checker of rungs shown while the run goes on.
#[derive(Debug)]
pub struct Shown {
    found: Found,
    /// Everything that was ever durable at the hub: a hub that went back takes no receipt back.
    at_hub: BTreeSet<Hash>,
}

impl Default for Shown {
    fn default() -> Self {
        Shown { found: Found::new(Promise::Receipts), at_hub: BTreeSet::new() }
    }
}

impl Inspect for Shown {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        match sighting {
            Sighting::Stored { seat: Seat::HUB, header, .. } => drop(self.at_hub.insert(*header)),
            // A paper that its own disk lost is shown nowhere; its place may be another's by now.
            Sighting::Shown { seat, header, rung: Rung::County | Rung::Safe }
                if ledger.holds(*seat, header) && !self.at_hub.contains(header) =>
            {
                let what = format!("site {} shows batch {header} as being at the county, which never had it", seat.0);
                self.found.note(Some(at), Some(*seat), what);
            }
            _ => {}
        }
    }

    fn finish(&mut self, _: &Known<'_>) -> Vec<Breach> {
        self.found.take()
    }
}
