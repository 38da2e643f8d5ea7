//! What happens once exists once: no header stands twice in a journal, no two receipts share a batch, no value stands twice in a case.

use super::known::Known;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use mesh_model::id::{DocId, Hash};
use mesh_model::place::Class;
use std::collections::{BTreeMap, BTreeSet};

/// The checker; it looks at the end only.
#[derive(Debug, Default)]
pub struct Idempotence;

impl Inspect for Idempotence {
    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Idempotence);
        for (seat, site) in &known.evidence.sites {
            let mut headers = BTreeSet::new();
            for at in site.disk.placed().into_iter().filter(|at| !headers.insert(at.header)) {
                found.note(None, Some(*seat), format!("the journal of site {} has number {} twice", seat.0, at.seq));
            }
        }
        shared_receipts(known, &mut found);
        doubled_values(known, &mut found);
        found.into()
    }
}

fn shared_receipts(known: &Known<'_>, found: &mut Found) {
    let mut papers: BTreeMap<Hash, u64> = BTreeMap::new();
    for (seat, site) in &known.evidence.sites {
        for (number, receipt) in &site.office.receipts {
            for place in &receipt.places {
                let first = *papers.entry(place.header).or_insert(*number);
                if first != *number {
                    let what = format!("papers {first:#x} and {number:#x} have receipts for one batch");
                    found.note(Some(receipt.at), Some(*seat), what);
                }
            }
        }
    }
}

fn doubled_values(known: &Known<'_>, found: &mut Found) {
    let mut values: BTreeMap<(DocId, Hash), Hash> = BTreeMap::new();
    let cards = known.ledger.held(Seat::HUB).map(|card| known.ledger.card(card));
    for card in cards.filter(|card| card.chain.scope.class == Class::CASES) {
        for (document, change) in &card.changes {
            if let Some(other) = values.insert((*document, change.value), card.header) {
                let what = format!("one value stands twice in case {document}: batches {other} and {}", card.header);
                found.note(None, Some(Seat::HUB), what);
            }
        }
    }
}
