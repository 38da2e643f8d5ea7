//! What happens once exists once: no header stands twice in a journal, no two receipts share a batch, no value stands twice in a case.

use super::known::Known;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use mesh_model::id::Hash;
use mesh_model::place::Class;
use std::collections::BTreeMap;

/// The checker; it looks at the end only.
#[derive(Debug, Default)]
pub struct Idempotence;

impl Inspect for Idempotence {
    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Idempotence);
        doubled_headers(known, &mut found);
        shared_receipts(known, &mut found);
        doubled_values(known, &mut found);
        found.into()
    }
}

fn doubled_headers(known: &Known<'_>, found: &mut Found) {
    let mut last_at: Vec<Option<Seat>> = vec![None; known.ledger.count()];
    for (seat, site) in &known.evidence.sites {
        for at in site.disk.placed() {
            let Some(card) = known.ledger.number(&at.header) else { continue };
            if last_at[card].replace(*seat) == Some(*seat) {
                found.note(None, Some(*seat), format!("the journal of site {} has number {} twice", seat.0, at.seq));
            }
        }
    }
}

fn shared_receipts(known: &Known<'_>, found: &mut Found) {
    let mut papers: Vec<Option<u64>> = vec![None; known.ledger.count()];
    for (seat, site) in &known.evidence.sites {
        for (number, receipt) in &site.office.receipts {
            // What no disk holds any more is the affair of [`super::papers`].
            for card in receipt.places.iter().filter_map(|place| known.ledger.number(&place.header)) {
                let first = *papers[card].get_or_insert(*number);
                if first != *number {
                    let what = format!("papers {first:#x} and {number:#x} have receipts for one batch");
                    found.note(Some(receipt.at), Some(*seat), what);
                }
            }
        }
    }
}

fn doubled_values(known: &Known<'_>, found: &mut Found) {
    let ledger = known.ledger;
    let cases = ledger.held(Seat::HUB).filter(|card| ledger.card(*card).lead.chain.scope.class == Class::CASES);
    for changes in ledger.by_document(cases).chunk_by(|one, other| one.document == other.document) {
        let mut values: BTreeMap<[u8; 16], Hash> = BTreeMap::new();
        for filed in changes {
            let (card, change) = ledger.filed(*filed);
            if let Some(other) = values.insert(change.value, card.header) {
                let what = format!("one value stands twice in case {}: batches {other} and {}", filed.document, card.header);
                found.note(None, Some(Seat::HUB), what);
            }
        }
    }
}
