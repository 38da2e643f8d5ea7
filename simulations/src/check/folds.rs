//! Equal inputs give equal bytes: whatever sites show of a case, they show the same.
//!
//! To be fed by engines that fold cases; the sites handed in must hold the same papers of each case that they show.

use super::{Breach, Found, Promise};
use crate::layout::Seat;
use std::collections::BTreeMap;

/// Returns one breach for each case that two sites show differently: states by case, by site.
#[must_use]
pub fn breaches(shown: &BTreeMap<Seat, BTreeMap<String, Vec<u8>>>) -> Vec<Breach> {
    let mut found = Found::new(Promise::Folds);
    let mut first: BTreeMap<&str, (Seat, &[u8])> = BTreeMap::new();
    for (seat, cases) in shown {
        for (case, state) in cases {
            let (other, theirs) = *first.entry(case).or_insert((*seat, state));
            if theirs != &state[..] {
                found.note(None, Some(*seat), format!("sites {} and {} show different states of case {case}", other.0, seat.0));
            }
        }
    }
    found.into()
}
