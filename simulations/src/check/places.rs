//! No place in a chain is used twice, unless a disk that went back explains it; a store that was shown its own lost papers writes on
//! another branch from then on; no process start has the boot id of an earlier one; no actor uses a number twice in a document.

use super::known::Known;
use super::ledger::{Card, Fresh, Ledger};
use super::{Breach, Found, Inspect, Promise};
use crate::layout::Seat;
use crate::sighting::Sighting;
use mesh_model::id::{Branch, Hash, NodeId};
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::batch::Chain;

/// Boot ids of one seat.
#[derive(Debug, Default)]
struct Boots {
    before: BTreeSet<[u8; 16]>,
    now: BTreeSet<[u8; 16]>,
}

/// The checker.
#[derive(Debug)]
pub struct Places {
    found: Found,
    boots: BTreeMap<Seat, Boots>,
    /// Branches on which a seat was shown what it had lost.
    closed: BTreeSet<(Seat, Branch)>,
    first: BTreeMap<(Chain, u64), Hash>,
    doubled: BTreeMap<(Chain, u64), Uptime>,
}

impl Default for Places {
    fn default() -> Self {
        Places {
            found: Found::new(Promise::Places),
            boots: BTreeMap::new(),
            closed: BTreeSet::new(),
            first: BTreeMap::new(),
            doubled: BTreeMap::new(),
        }
    }
}

impl Inspect for Places {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        match sighting {
            // A copy from before the branch was opened knows nothing of it.
            Sighting::Rolled { seat } => self.closed.retain(|(closed, _)| closed != seat),
            Sighting::Booted { seat } => {
                let boots = self.boots.entry(*seat).or_default();
                boots.before.append(&mut boots.now);
            }
            Sighting::Stored { seat, batch, .. } => {
                if let Some(fresh) = ledger.fresh().filter(|fresh| fresh.is_new_here) {
                    self.on_stored(at, *seat, ledger.card(fresh.card), fresh, batch.source.is_none(), ledger.node(*seat));
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        self.note_places(known);
        for ((chain, seq), at) in &self.doubled {
            let author = known.seat(chain.node);
            let excused = author.and_then(|seat| known.causes.forgets.get(&seat)).is_some_and(|first| first <= at);
            if !excused {
                self.found.note(Some(*at), author, format!("number {seq} of a chain of {} is used twice", chain.node));
            }
        }
        self.note_actors(known);
        self.found.take()
    }
}

impl Places {
    fn on_stored(&mut self, at: Uptime, seat: Seat, card: &Card, fresh: Fresh, is_own: bool, node: Option<NodeId>) {
        self.note_place(at, card);
        let branch = (seat, card.lead.chain.branch);
        if !is_own && node == Some(card.lead.chain.node) {
            self.closed.insert(branch);
        }
        if !(is_own && fresh.is_written) {
            return;
        }
        if self.closed.contains(&branch) {
            let what = format!("site {} writes number {} on a branch of which it had been shown what it lost", seat.0, card.seq);
            self.found.note(Some(at), Some(seat), what);
        }
        let boots = self.boots.entry(seat).or_default();
        if boots.before.contains(&card.lead.boot) {
            self.found.note(Some(at), Some(seat), format!("site {} started twice under one boot id", seat.0));
        }
        boots.now.insert(card.lead.boot);
    }

    fn note_place(&mut self, at: Uptime, card: &Card) {
        let place = (card.lead.chain, card.seq);
        if *self.first.entry(place).or_insert(card.header) != card.header {
            self.doubled.entry(place).or_insert(at);
        }
    }

    /// Looks at what is on the disks at the end, chain by chain.
    fn note_places(&mut self, known: &Known<'_>) {
        let mut chains: BTreeMap<Chain, Vec<u64>> = BTreeMap::new();
        for card in known.ledger.held_by_anybody() {
            let Card { lead, seq, .. } = known.ledger.card(card);
            chains.entry(lead.chain).or_default().push(*seq);
        }
        for (chain, mut places) in chains {
            places.sort_unstable();
            for pair in places.windows(2).filter(|pair| pair[0] == pair[1]) {
                self.doubled.entry((chain, pair[0])).or_insert(known.evidence.plan.end());
            }
        }
    }

    fn note_actors(&mut self, known: &Known<'_>) {
        let changes = known.ledger.by_document(known.ledger.held_by_anybody());
        for changes in changes.chunk_by(|one, other| one.document == other.document) {
            let mut first: BTreeMap<([u8; 16], u64), [u8; 32]> = BTreeMap::new();
            for filed in changes {
                let (card, change) = known.ledger.filed(*filed);
                if *first.entry((change.actor, change.seq)).or_insert(change.hash) != change.hash {
                    let node = card.lead.chain.node;
                    let author = known.seat(node);
                    if author.is_some_and(|seat| known.causes.poisoned.contains_key(&seat)) {
                        continue;
                    }
                    let what = format!("an actor of node {node} uses number {} of document {} twice", change.seq, filed.document);
                    self.found.note(None, author, what);
                }
            }
        }
    }
}
