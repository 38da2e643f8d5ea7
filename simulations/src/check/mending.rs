//! Repairs come to an end: at most one for each session of the whole run, none between equal stores, and no session gives up.

use super::{Breach, Promise};
use crate::evidence::Evidence;

/// Returns the breaches of a run in which somebody goes on repairing.
#[must_use]
pub fn breaches(evidence: &Evidence) -> Vec<Breach> {
    let ending = &evidence.ending;
    let mut found = Vec::new();
    if ending.healed_ms.is_some() && ending.repairs_after != ending.repairs_before {
        let more = ending.repairs_after - ending.repairs_before;
        found.push(Breach::new(Promise::Mending, format!("{more} more repairs between sites that had agreed")));
    }
    if ending.repairs_after > evidence.sessions {
        let what = format!("{} repairs in {} sessions", ending.repairs_after, evidence.sessions);
        found.push(Breach::new(Promise::Mending, what));
    }
    for (seat, machine) in &evidence.sites {
        if machine.tally.given_up > 0 {
            let what = format!("site {} gave up {} sessions after too many repairs", seat.0, machine.tally.given_up);
            found.push(Breach::new(Promise::Mending, what));
        }
    }
    found
}
