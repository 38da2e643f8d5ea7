//! Honest nodes never break the protocol in each other's eyes: as long as no disk of the two went back, none of them knows of a revocation and
//! none holds what passes no door, neither says so of the other.

use super::known::{Causes, Known};
use super::ledger::Ledger;
use super::unsettled::Unsettled;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use crate::plan::Plan;
use crate::sighting::Sighting;
use mesh_model::time::Uptime;
use std::collections::BTreeSet;

/// The checker.
#[derive(Debug)]
pub struct Conduct {
    found: Found,
    unsettled: Unsettled,
    /// Sites that forge: whoever meets them says so rightly.
    forgers: BTreeSet<Seat>,
}

impl Conduct {
    /// Watches a plan being carried out.
    #[must_use]
    pub fn new(plan: &Plan) -> Conduct {
        Conduct {
            found: Found::new(Promise::Conduct),
            unsettled: Unsettled::for_conduct(plan),
            forgers: Causes::of(plan).forgers.into_keys().collect(),
        }
    }
}

impl Inspect for Conduct {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        self.unsettled.see(at, sighting, ledger);
        if let Sighting::PeerFault { seat, peer } = sighting
            && !self.unsettled.between(*seat, *peer)
            && !self.forgers.contains(peer)
        {
            let what = format!("site {} says that site {} broke the protocol", seat.0, peer.0);
            self.found.note(Some(at), Some(*peer), what);
        }
    }

    fn finish(&mut self, _: &Known<'_>) -> Vec<Breach> {
        self.found.take()
    }
}
