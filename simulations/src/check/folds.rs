//! Equal inputs give equal bytes: whatever sites show of a case or a document, they show the same.
//!
//! Two sites are compared over what both show if they hold the same papers of the place it belongs to, the same county papers as far as both
//! may hold them, an equal height of the log and an equal day: by their digests, which [`super::agreement`] holds to be true. Engines without
//! screens leave nothing to compare.

use super::known::Known;
use super::{Breach, Found, Inspect, Promise};
use crate::evidence::Words;
use crate::layout::Seat;
use mesh_model::id::Digest;
use mesh_model::place::{Place, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// The checker; it looks at the end only.
#[derive(Debug, Default)]
pub struct Folds;

impl Inspect for Folds {
    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Folds);
        if known.evidence.sites.values().all(|site| site.shown.is_empty()) {
            return found.into();
        }
        let homes = homes(known);
        let seats: Vec<Seat> = known.layout().seats().collect();
        for (number, seat) in seats.iter().enumerate() {
            for other in &seats[..number] {
                compare(known, &homes, *other, *seat, &mut found);
            }
        }
        found.into()
    }
}

fn compare(known: &Known<'_>, homes: &BTreeMap<String, BTreeSet<Scope>>, seat: Seat, other: Seat, found: &mut Found) {
    let (ours, theirs) = (&known.evidence.sites[&seat], &known.evidence.sites[&other]);
    let (Some(words), Some(their_words)) = (&ours.words, &theirs.words) else { return };
    if (words.height, words.day) != (their_words.height, their_words.day) || !equal_facts(known, seat, other) {
        return;
    }
    for (what, state) in &ours.shown {
        let Some(shown) = theirs.shown.get(what).filter(|shown| *shown != state) else { continue };
        let equal_papers =
            homes.get(what).is_some_and(|scopes| scopes.iter().all(|scope| digest(words, *scope) == digest(their_words, *scope)));
        if equal_papers {
            let at = state.iter().zip(shown).take_while(|(a, b)| a == b).count();
            let what = format!("sites {} and {} hold the same of {what} and show it differently from byte {at} on", seat.0, other.0);
            found.note(None, Some(other), what);
        }
    }
}

fn digest(words: &Words, scope: Scope) -> Option<(Digest, u64)> {
    words.digests.get(&scope).copied()
}

/// Returns whether two sites hold the same county papers, as far as both may hold them.
fn equal_facts(known: &Known<'_>, seat: Seat, other: Seat) -> bool {
    let words = |seat: Seat| known.evidence.sites[&seat].words.as_ref();
    let (Some(ours), Some(theirs)) = (words(seat), words(other)) else { return false };
    let scopes: BTreeSet<Scope> = ours.digests.keys().chain(theirs.digests.keys()).copied().collect();
    let common = |scope: &Scope| scope.place == Place::County && known.may_hold(seat, *scope) && known.may_hold(other, *scope);
    scopes.into_iter().filter(common).all(|scope| digest(ours, scope) == digest(theirs, scope))
}

/// Returns the scopes in which papers lie of all that can be shown: of cases by the number on receipts, of documents by their name.
fn homes(known: &Known<'_>) -> BTreeMap<String, BTreeSet<Scope>> {
    let mut homes: BTreeMap<String, BTreeSet<Scope>> = BTreeMap::new();
    for receipt in known.evidence.sites.values().flat_map(|site| site.office.receipts.values()) {
        if let Some(number) = &receipt.number {
            homes.entry(number.to_string()).or_default().extend(receipt.places.iter().map(|place| place.chain.scope));
        }
    }
    for card in known.layout().seats().flat_map(|seat| known.ledger.held(seat)).map(|card| known.ledger.card(card)) {
        for (document, _) in &card.changes {
            homes.entry(format!("doc:{document}")).or_default().insert(card.lead.chain.scope);
        }
    }
    homes
}
