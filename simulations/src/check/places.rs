//! No place in a chain is used twice: every disk that holds a place holds the same header there.

use super::{Breach, Promise};
use crate::evidence::Evidence;
use mesh_model::id::Hash;
use std::collections::BTreeMap;
use sync_protocol::batch::Chain;

/// Returns one breach for each second header of a place.
#[must_use]
pub fn breaches(evidence: &Evidence) -> Vec<Breach> {
    let mut first: BTreeMap<(Chain, u64), Hash> = BTreeMap::new();
    let mut found = Vec::new();
    for (seat, machine) in &evidence.sites {
        for batch in machine.disk.batches() {
            let place = (batch.header.chain, batch.header.seq);
            if *first.entry(place).or_insert(batch.header.hash()) != batch.header.hash() {
                let what = format!("site {} holds another number {} of a chain of {}", seat.0, place.1, place.0.node);
                found.push(Breach::new(Promise::Places, what));
            }
        }
    }
    found
}
