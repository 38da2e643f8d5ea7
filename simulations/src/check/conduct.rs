//! Honest nodes never break the protocol in each other's eyes: as long as no disk goes back, nobody is revoked and nobody is hostile, nobody
//! says so of anybody.

use super::known::Known;
use super::ledger::Ledger;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use crate::sighting::Sighting;
use mesh_model::time::Uptime;

/// The checker.
#[derive(Debug, Default)]
pub struct Conduct {
    first: Option<(Uptime, Seat, Seat)>,
}

impl Inspect for Conduct {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, _: &Ledger) {
        if let Sighting::PeerFault { seat, peer } = sighting {
            self.first.get_or_insert((at, *seat, *peer));
        }
    }

    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Conduct);
        if let Some((at, seat, peer)) = self.first.filter(|(at, ..)| known.causes.first_quarrel.is_none_or(|cause| *at < cause)) {
            found.note(Some(at), Some(peer), format!("site {} says that site {} broke the protocol", seat.0, peer.0));
        }
        found.into()
    }
}
