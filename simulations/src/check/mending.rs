//! Repairs have a cause and come to an end: stores are compared and found to differ only after a disk went back, was full or was poisoned; at
//! most a few times a session; never again between sites that had agreed; and no session gives up.

use super::known::Known;
use super::ledger::Ledger;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use crate::sighting::Sighting;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;
use sync_protocol::io::Mending as Kind;

/// Repairs that one end of one session may see: those that it starts and those that its peer starts, and one for the cursor each.
pub const REPAIRS_PER_SESSION_MAX: u32 = 8;

/// The checker.
#[derive(Debug)]
pub struct Mending {
    found: Found,
    session: BTreeMap<(Seat, Seat), u32>,
    first: Option<(Uptime, Seat, Seat, usize)>,
}

impl Default for Mending {
    fn default() -> Self {
        Mending { found: Found::new(Promise::Mending), session: BTreeMap::new(), first: None }
    }
}

impl Inspect for Mending {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, _: &Ledger) {
        match sighting {
            Sighting::LinkUp { seat, peer } | Sighting::LinkDown { seat, peer } => drop(self.session.remove(&(*seat, *peer))),
            Sighting::Mended { seat, peer, kind: Kind::Repair, ranges } => {
                let repairs = self.session.entry((*seat, *peer)).or_default();
                *repairs += 1;
                if *repairs > REPAIRS_PER_SESSION_MAX {
                    let what = format!("site {} repairs for the {repairs}. time in one session with site {}", seat.0, peer.0);
                    self.found.note(Some(at), Some(*seat), what);
                }
                if *ranges > 0 {
                    self.first.get_or_insert((at, *seat, *peer, *ranges));
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let evidence = known.evidence;
        if let Some((at, seat, peer, ranges)) = self.first.filter(|first| known.causes.first_mending.is_none_or(|cause| first.0 < cause)) {
            let what = format!("site {} asked site {} for {ranges} ranges, and nothing had happened that explains it", seat.0, peer.0);
            self.found.note(Some(at), Some(seat), what);
        }
        let ending = &evidence.ending;
        if ending.healed_ms.is_some() && ending.repairs_after != ending.repairs_before {
            let more = ending.repairs_after - ending.repairs_before;
            self.found.note(None, None, format!("{more} more repairs between sites that had agreed"));
        }
        if ending.repairs_after > evidence.sessions {
            self.found.note(None, None, format!("{} repairs in {} sessions", ending.repairs_after, evidence.sessions));
        }
        for (seat, machine) in evidence.sites.iter().filter(|(_, machine)| machine.tally.given_up > 0) {
            let what = format!("site {} gave up {} sessions after too many repairs", seat.0, machine.tally.given_up);
            self.found.note(None, Some(*seat), what);
        }
        self.found.take()
    }
}
