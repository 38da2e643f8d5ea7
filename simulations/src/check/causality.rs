//! No site holds a change without what it was written on, nor a batch without the one before it in its chain.
//!
//! While a run goes on, each chain comes in order, unless the plan makes papers overtake others. What vanished from every disk is excused.

use super::known::{Followed, Known};
use super::ledger::{Card, CardNo, Ledger};
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use crate::sighting::Sighting;
use mesh_model::id::{Hash, NodeId};
use mesh_model::time::Uptime;
use std::collections::BTreeMap;

/// The checker.
#[derive(Debug, Default)]
pub struct Causality {
    /// The first batch of each author that came to a seat before the one it follows.
    early: BTreeMap<(Seat, NodeId), (Uptime, CardNo)>,
}

impl Inspect for Causality {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        let (Sighting::Stored { seat, .. }, Some(fresh)) = (sighting, ledger.fresh()) else { return };
        let card = ledger.card(fresh.card);
        if fresh.is_new_here && card.seq > 1 && !ledger.holds(*seat, &card.prev) {
            self.early.entry((*seat, card.lead.chain.node)).or_insert((at, fresh.card));
        }
    }

    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Causality);
        for ((seat, _), (at, card)) in &self.early {
            let (seat, card) = (*seat, known.ledger.card(*card));
            if is_explained(known, *at, seat, card) {
                continue;
            }
            let what =
                format!("site {} stored number {} of a chain of {} before the one before it", seat.0, card.seq, card.lead.chain.node);
            found.note(Some(*at), Some(seat), what);
        }
        for seat in known.layout().seats().filter(|seat| known.reaches_hub(*seat)) {
            judge(known, seat, &mut found);
        }
        found.into()
    }
}

/// A paper may overtake another of its chain when its case was urged, or when a disk on its way went back, was full or held poison before.
fn is_explained(known: &Known<'_>, at: Uptime, seat: Seat, card: &Card) -> bool {
    let home = known.home(card.lead.chain.scope);
    let is_urged = home.and_then(|home| known.causes.urged.get(&home)).is_some_and(|first| *first <= at);
    let author = known.seat(card.lead.chain.node).unwrap_or(seat);
    is_urged || known.way(author, seat).into_iter().any(|seat| known.causes.unsettles(seat, at))
}

fn judge(known: &Known<'_>, seat: Seat, found: &mut Found) {
    let ledger = known.ledger;
    let may_vanish = known.followed == Followed::AtTheEnd && !known.causes.forgets.is_empty();
    for card in ledger.held(seat).map(|card| ledger.card(card)) {
        let follows = card.prev == Hash::default() || ledger.holds(seat, &card.prev) || ledger.is_vanished(&card.prev);
        let is_of = |times: &BTreeMap<Seat, Uptime>| known.seat(card.lead.chain.node).is_some_and(|author| times.contains_key(&author));
        // What a forger wrote before it forged may have gone ahead of its bulk; from then on nobody takes the rest from it.
        if !follows && !may_vanish && !is_of(&known.causes.forgers) {
            let what =
                format!("site {} holds number {} of a chain of {} and not the one before it", seat.0, card.seq, card.lead.chain.node);
            found.note(None, Some(seat), what);
        }
        let deps = card.changes.iter().flat_map(|(document, change)| change.deps.iter().map(move |dep| (document, dep)));
        for (document, dep) in deps.filter(|_| !may_vanish) {
            let is_there = ledger.holds_change(seat, *document, dep) || ledger.is_vanished_change(dep);
            if !is_there && !is_of(&known.causes.poisoned) {
                found.note(
                    None,
                    Some(seat),
                    format!("site {} holds a change on document {document} without what it was written on", seat.0),
                );
            }
        }
    }
}
