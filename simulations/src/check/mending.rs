//! Repairs have a cause and come to an end: stores are compared and found to differ only after a disk of one of the two went back, was full
//! or was poisoned, and until they have proved anew to hold the same; at most a few times a session; never again between sites that had agreed; and no session gives up.

use super::known::Known;
use super::ledger::Ledger;
use super::unsettled::Unsettled;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use crate::plan::Plan;
use crate::sighting::Sighting;
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::io::Mending as Kind;

/// Repairs that one end of one session may see: those that it starts and those that its peer starts, and one for the cursor each.
pub const REPAIRS_PER_SESSION_MAX: u32 = 8;

/// The checker.
#[derive(Debug)]
pub struct Mending {
    found: Found,
    session: BTreeMap<(Seat, Seat), u32>,
    /// What explains a repair; nothing is known of it when only the end is judged.
    unsettled: Option<Unsettled>,
    told: BTreeSet<(Seat, Seat)>,
}

impl Default for Mending {
    fn default() -> Self {
        Mending { found: Found::new(Promise::Mending), session: BTreeMap::new(), unsettled: None, told: BTreeSet::new() }
    }
}

impl Mending {
    /// Watches a plan being carried out.
    #[must_use]
    pub fn following(plan: &Plan) -> Mending {
        Mending { unsettled: Some(Unsettled::for_stores(plan)), ..Mending::default() }
    }

    fn on_ranges(&mut self, at: Uptime, seat: Seat, peer: Seat, ranges: usize) {
        let is_explained = self.unsettled.as_ref().is_none_or(|unsettled| unsettled.between(seat, peer));
        if !is_explained && self.told.insert((seat, peer)) {
            let what = format!("site {} asked site {} for {ranges} ranges, and nothing had happened that explains it", seat.0, peer.0);
            self.found.note(Some(at), Some(seat), what);
        }
    }
}

impl Inspect for Mending {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        if let Some(unsettled) = &mut self.unsettled {
            unsettled.see(at, sighting, ledger);
        }
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
                    self.on_ranges(at, *seat, *peer, *ranges);
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let evidence = known.evidence;
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
