//! No acknowledged paper is lost: whatever a window printed a receipt for is on its own disk and on the hub's, bodies and all.
//!
//! One excuse: every disk that ever held the paper went back since, but for disks of nodes from whom nobody takes anything. A paper that any
//! other peer still held must have come home again.

use super::known::{Followed, Known};
use super::{Breach, Found, Inspect, Promise};
use crate::disk::Content;
use crate::evidence::Receipt;
use crate::layout::Seat;
use std::collections::BTreeSet;
use sync_protocol::journal::StoredBody;

/// The checker; it looks at the end only.
#[derive(Debug, Default)]
pub struct Papers;

impl Inspect for Papers {
    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Papers);
        for (seat, machine) in &known.evidence.sites {
            // A disk that is off or cut off keeps what it answered for.
            let holders = BTreeSet::from([Some(*seat), known.reaches_hub(*seat).then_some(Seat::HUB)]);
            let holders: Vec<Seat> = holders.into_iter().flatten().filter(|holder| known.may_have_come(*holder)).collect();
            for (number, receipt) in &machine.office.receipts {
                if known.causes.poison.contains(number) || is_gone(known, *seat, receipt) {
                    continue;
                }
                for holder in &holders {
                    if !holds(&known.evidence.sites[holder].disk, receipt) {
                        let what = format!("paper {number:#x} has a receipt of site {} and is not at site {}", seat.0, holder.0);
                        found.note(Some(receipt.at), Some(*holder), what);
                    }
                }
            }
            let printed = &machine.office.receipts;
            for (number, _) in machine.office.refused.iter().filter(|(number, _)| printed.contains_key(number)) {
                found.note(None, Some(*seat), format!("paper {number:#x} was refused at site {} and has a receipt", seat.0));
            }
        }
        found.into()
    }
}

/// Returns whether nobody is left who could bring a part of this paper.
pub(super) fn is_gone(known: &Known<'_>, seat: Seat, receipt: &Receipt) -> bool {
    let went_back = known.causes.forgets.contains_key(&seat);
    let is_vanished = |header| known.followed == Followed::Throughout && known.ledger.is_vanished(header);
    let is_lost = |header| is_vanished(header) || went_back && known.is_out_of_reach(header);
    receipt.places.iter().any(|place| is_lost(&place.header))
}

fn holds(disk: &Content, receipt: &Receipt) -> bool {
    let is_whole = |body: &StoredBody| match body {
        StoredBody::Here(_) => true,
        // Nothing but poison deserves a refusal: a refused body is a lost one.
        StoredBody::Missing(_) | StoredBody::Refused { .. } => false,
    };
    let is_there =
        |header| disk.is_whole(header) == Some(true) || disk.batch(header).is_some_and(|batch| batch.bodies.iter().all(is_whole));
    receipt.places.iter().all(|place| is_there(&place.header))
}
