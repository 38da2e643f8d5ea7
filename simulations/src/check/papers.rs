//! No acknowledged paper is lost: whatever a window printed a receipt for is on its own disk and on the hub's, bodies and all.

use super::{Breach, Promise};
use crate::disk::Content;
use crate::evidence::{Evidence, Receipt};
use crate::layout::Seat;
use sync_protocol::journal::StoredBody;

/// Returns one breach for each receipt that stands for nothing.
#[must_use]
pub fn breaches(evidence: &Evidence) -> Vec<Breach> {
    let mut found = Vec::new();
    for (seat, machine) in &evidence.sites {
        for (number, receipt) in &machine.office.receipts {
            for holder in [*seat, Seat::HUB] {
                if !holds(&evidence.sites[&holder].disk, receipt) {
                    let what = format!("paper {number:#x} has a receipt of site {} and is not at site {}", seat.0, holder.0);
                    found.push(Breach::new(Promise::Papers, what));
                }
            }
        }
    }
    found
}

fn holds(disk: &Content, receipt: &Receipt) -> bool {
    let is_whole = |body: &StoredBody| match body {
        StoredBody::Here(_) => true,
        // Nothing in these runs deserves a refusal: a refused body is a lost one.
        StoredBody::Missing(_) | StoredBody::Refused { .. } => false,
    };
    receipt.places.iter().all(|place| disk.batch(&place.header).is_some_and(|batch| batch.bodies.iter().all(is_whole)))
}
