//! Repairs come to an end: honest disks need next to none, equal stores need none, and no session gives up.

use super::{Breach, Promise};
use crate::flow::Outcome;

/// Returns the breaches of a run in which somebody goes on repairing.
#[must_use]
pub fn breaches(outcome: &Outcome) -> Vec<Breach> {
    let ending = &outcome.ending;
    let mut found = Vec::new();
    if ending.healed_ms.is_some() && ending.repairs_after != ending.repairs_before {
        let more = ending.repairs_after - ending.repairs_before;
        found.push(Breach::new(
            Promise::Mending,
            format!("{more} more repairs between sites that had agreed"),
        ));
    }
    for (seat, machine) in &outcome.county.machines {
        if machine.tally.given_up > 0 {
            let what = format!("site {} gave up {} sessions after too many repairs", seat.0, machine.tally.given_up);
            found.push(Breach::new(Promise::Mending, what));
        }
    }
    found
}
