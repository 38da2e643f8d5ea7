//! No site holds what the authority log forbids: papers of strangers, of nodes not yet or no longer in the log they cite, county papers that
//! are not the hub's, papers that their author never wrote. Nobody sends anything to a node it knows to be revoked. And what passes no door
//! has the hub's refusal, for all.

use super::known::{Followed, Known};
use super::ledger::{Card, Ledger};
use super::tree;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use crate::sighting::Sighting;
use mesh_model::id::{Hash, NodeId};
use mesh_model::place::Place;
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::record::AuthorityAct;

/// Milliseconds after a site has learned of a revocation in which what it had already handed to the line may still leave.
const PARTING_MS_MAX: u64 = 60_000;

/// The checker.
#[derive(Debug, Default)]
pub struct Authority {
    learned: BTreeMap<(Seat, NodeId), Uptime>,
    last_sent: BTreeMap<(Seat, Seat), Uptime>,
}

impl Inspect for Authority {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, _: &Ledger) {
        match sighting {
            Sighting::Stored { seat, batch, .. } => {
                for (record, _) in tree::records(*batch) {
                    if let Some(AuthorityAct::Revoke { node, .. }) = record.act() {
                        self.learned.entry((*seat, node)).or_insert(at);
                    }
                }
            }
            Sighting::Rolled { seat } => self.learned.retain(|(learner, _), _| learner != seat),
            Sighting::Sent { seat, peer, batches } if !batches.is_empty() => drop(self.last_sent.insert((*seat, *peer), at)),
            _ => {}
        }
    }

    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Authority);
        for ((seat, node), learned) in &self.learned {
            let last = known.seat(*node).filter(|peer| peer != seat).and_then(|peer| self.last_sent.get(&(*seat, peer)));
            if let Some(sent) = last.filter(|sent| **sent > learned.after_ms(PARTING_MS_MAX)) {
                let what = format!("site {} sent papers to node {node} long after it had learned of its revocation", seat.0);
                found.note(Some(*sent), Some(*seat), what);
            }
        }
        for seat in known.layout().seats() {
            for card in known.ledger.held(seat) {
                if let Some(why) = forbidden(known, known.ledger.card(card), known.ledger.author(card)) {
                    let card = known.ledger.card(card);
                    found.note(
                        None,
                        Some(seat),
                        format!("site {} holds number {} of node {}: {why}", seat.0, card.seq, card.lead.chain.node),
                    );
                }
            }
        }
        note_unrefused(known, &mut found);
        found.into()
    }
}

/// A body that calls itself a change and is none is poison: wherever the hub holds it, it must have said so.
fn note_unrefused(known: &Known<'_>, found: &mut Found) {
    let mut poison: BTreeSet<(Hash, u16)> = BTreeSet::new();
    for card in known.ledger.held(Seat::HUB).map(|card| known.ledger.card(card)).filter(|card| !card.unreadable.is_empty()) {
        poison.extend(card.unreadable.iter().map(|index| (card.header, *index)));
    }
    if poison.is_empty() {
        return;
    }
    for batch in known.evidence.sites[&Seat::HUB].disk.batches() {
        for refusal in tree::refusals(batch) {
            poison.remove(&(refusal.header, refusal.index));
        }
    }
    for (header, index) in poison {
        found.note(None, Some(Seat::HUB), format!("body {index} of batch {header} passes no door, and the hub has not refused it"));
    }
}

fn forbidden(known: &Known<'_>, card: &Card, written_at: Option<Seat>) -> Option<&'static str> {
    let node = card.lead.chain.node;
    let Some(member) = known.tree.member(node) else { return Some("a stranger") };
    let cited = card.lead.authority.height;
    if !known.tree.has(card.lead.authority) {
        return Some("it cites a log that nobody has");
    }
    if cited < member.since {
        return Some("it cites a log that does not have its author");
    }
    if member.revoked.is_some_and(|height| cited >= height) {
        return Some("it cites a log that has its author revoked");
    }
    if card.lead.chain.scope.place == Place::County && !known.tree.is_hub(node) {
        return Some("only the hub writes county papers");
    }
    let author = known.seat(node);
    let is_own = written_at.is_some() && written_at == author;
    (known.followed == Followed::Throughout && !is_own).then_some("its author never wrote it")
}
