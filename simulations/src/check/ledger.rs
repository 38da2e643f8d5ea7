//! What every seat holds, by scope: kept from sightings while a run goes on, or read from the disks that it left. One for all checkers.
//!
//! A disk that rolled back is emptied here; whatever is still on it is told again as stored.

mod cards;

pub use cards::{Card, Lead};

use super::change::Change;
use crate::disk::Content;
use crate::evidence::Evidence;
use crate::layout::Seat;
use crate::numbers::Numbers;
use crate::sighting::Sighting;
use cards::{Leads, read_cards, side_by_side};
use mesh_model::id::{DocId, Hash, NodeId};
use mesh_model::place::Scope;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::journal::{Source, StoredBatch};

/// Number of a batch in the ledger, in the order in which batches were first seen.
pub type CardNo = usize;

/// Batches read from disks before their cards are put away: a county's year takes no room twice.
const READ_AT_A_TIME: usize = 32_768;

/// What the newest [`Sighting::Stored`] was.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    /// Which batch.
    pub card: CardNo,
    /// The seat did not hold it before.
    pub is_new_here: bool,
    /// Its author wrote it there, for the first time.
    pub is_written: bool,
}

/// Where a change is to be found: by its document, then in the order in which batches were first seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Filed {
    /// Its document.
    pub document: DocId,
    card: u32,
    index: u16,
}

/// What one seat holds of one scope: enough to see that two seats hold the same, and the list to find out what differs.
#[derive(Clone, Debug, Default)]
struct Folder {
    /// Sum over the first 16 bytes of the headers: whatever the order, equal sets have equal sums.
    sum: u128,
    cards: Vec<u32>,
}

#[derive(Clone, Debug, Default)]
struct Cabinet {
    held: Vec<u64>,
    folders: BTreeMap<Scope, Folder>,
}

impl Cabinet {
    fn holds(&self, card: CardNo) -> bool {
        self.held.get(card / 64).is_some_and(|word| word & (1 << (card % 64)) != 0)
    }

    fn put(&mut self, card: CardNo, scope: Scope, header: &Hash) {
        if self.held.len() <= card / 64 {
            self.held.resize(card / 64 + 1, 0);
        }
        self.held[card / 64] |= 1 << (card % 64);
        let folder = self.folders.entry(scope).or_default();
        folder.sum = folder.sum.wrapping_add(weight(header));
        folder.cards.push(small(card));
    }
}

/// All seats.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    numbers: Numbers<u32>,
    cards: Vec<Card>,
    holders: Vec<u32>,
    authors: Vec<Option<Seat>>,
    /// The batch in which a change came first, and which of its changes it is.
    changes: Numbers<(u32, u16)>,
    leads: Leads,
    cabinets: BTreeMap<Seat, Cabinet>,
    nodes: BTreeMap<Seat, NodeId>,
    fresh: Option<Fresh>,
}

impl Ledger {
    /// Reads the disks at the end of a run.
    #[must_use]
    pub fn of_disks(evidence: &Evidence) -> Ledger {
        let mut ledger = Ledger::default();
        // The hub's disk holds nearly everything.
        ledger.cards.reserve_exact(evidence.sites.values().map(|site| site.disk.count()).max().unwrap_or_default());
        // Most batches lie on several disks; one look into each is enough.
        let mut unread: Vec<(&Content, Hash)> = Vec::with_capacity(READ_AT_A_TIME);
        for (seat, site) in &evidence.sites {
            ledger.nodes.insert(*seat, site.node);
            for at in site.disk.placed() {
                let header_of = |card: u32| {
                    let card = card as CardNo;
                    ledger.cards.get(card).map_or_else(|| unread[card - ledger.cards.len()].1, |card| card.header)
                };
                if ledger.numbers.get(&at.header, header_of).is_none() {
                    ledger.numbers.put(&at.header, small(ledger.cards.len() + unread.len()), header_of);
                    unread.push((&site.disk, at.header));
                }
                if unread.len() == READ_AT_A_TIME {
                    ledger.read(&mut unread);
                }
            }
        }
        ledger.read(&mut unread);
        for (seat, site) in &evidence.sites {
            for at in site.disk.placed() {
                if let Some(card) = ledger.number(&at.header) {
                    ledger.hold(*seat, card, at.source);
                }
            }
        }
        ledger
    }

    fn read(&mut self, unread: &mut Vec<(&Content, Hash)>) {
        side_by_side(unread, read_cards).into_iter().for_each(|card| self.put(card));
        unread.clear();
    }

    /// Follows a run.
    pub fn see(&mut self, sighting: &Sighting<'_>) {
        match sighting {
            Sighting::Stored { seat, batch, header } => self.store(*seat, batch, *header),
            Sighting::Rolled { seat } => self.empty(*seat),
            _ => {}
        }
    }

    fn store(&mut self, seat: Seat, batch: &StoredBatch, header: Hash) {
        let card = self.card_of(batch, header);
        self.hold(seat, card, batch.source);
    }

    fn hold(&mut self, seat: Seat, card: CardNo, source: Option<Source>) {
        let (chain, header) = (self.cards[card].lead.chain, self.cards[card].header);
        let is_own = source.is_none();
        if is_own {
            self.nodes.entry(seat).or_insert(chain.node);
        }
        let is_written = is_own && self.authors[card].is_none() && self.nodes.get(&seat) == Some(&chain.node);
        if is_written {
            self.authors[card] = Some(seat);
        }
        let cabinet = self.cabinets.entry(seat).or_default();
        let is_new_here = !cabinet.holds(card);
        if is_new_here {
            cabinet.put(card, chain.scope, &header);
            self.holders[card] += 1;
        }
        self.fresh = Some(Fresh { card, is_new_here, is_written });
    }

    fn card_of(&mut self, batch: &StoredBatch, header: Hash) -> CardNo {
        if let Some(card) = self.number(&header) {
            return card;
        }
        let number = self.cards.len();
        let card = Card::of(batch, header, &mut self.leads);
        self.put(card);
        self.numbers.put(&header, small(number), |card| self.cards[card as CardNo].header);
        number
    }

    fn put(&mut self, card: Card) {
        let number = small(self.cards.len());
        self.cards.push(card);
        let change_at = |at| change_at(&self.cards, at);
        for (index, (_, change)) in (0..).zip(&self.cards[number as CardNo].changes) {
            let hash = Hash(change.hash);
            if self.changes.get(&hash, change_at).is_none() {
                self.changes.put(&hash, (number, index), change_at);
            }
        }
        self.holders.push(0);
        self.authors.push(None);
    }

    fn empty(&mut self, seat: Seat) {
        let cabinet = self.cabinets.remove(&seat).unwrap_or_default();
        for card in cabinet.folders.into_values().flat_map(|folder| folder.cards) {
            self.holders[card as CardNo] -= 1;
        }
    }

    /// Returns what the newest stored batch was.
    #[must_use]
    pub fn fresh(&self) -> Option<Fresh> {
        self.fresh
    }

    /// Returns the number of a batch that was ever seen on a disk.
    #[must_use]
    pub fn number(&self, header: &Hash) -> Option<CardNo> {
        self.numbers.get(header, |card| self.cards[card as CardNo].header).map(|card| card as CardNo)
    }

    /// Returns how many batches were ever seen on a disk.
    #[must_use]
    pub fn count(&self) -> usize {
        self.cards.len()
    }

    /// Returns a batch.
    #[must_use]
    pub fn card(&self, card: CardNo) -> &Card {
        &self.cards[card]
    }

    /// Returns whether a seat holds a batch.
    #[must_use]
    pub fn holds(&self, seat: Seat, header: &Hash) -> bool {
        self.number(header).is_some_and(|card| self.holds_card(seat, card))
    }

    /// Returns whether a seat holds a batch.
    #[must_use]
    pub fn holds_card(&self, seat: Seat, card: CardNo) -> bool {
        self.cabinets.get(&seat).is_some_and(|cabinet| cabinet.holds(card))
    }

    /// Returns whether a batch was durable once and every disk that held it went back since: nobody can bring it again.
    #[must_use]
    pub fn is_vanished(&self, header: &Hash) -> bool {
        self.number(header).is_some_and(|card| self.holders[card] == 0)
    }

    fn change_in(&self, change: &[u8; 32]) -> Option<CardNo> {
        self.changes.get(&Hash(*change), |at| change_at(&self.cards, at)).map(|(card, _)| card as CardNo)
    }

    /// Returns whether a change was durable once and is on no disk any more.
    #[must_use]
    pub fn is_vanished_change(&self, change: &[u8; 32]) -> bool {
        self.change_in(change).is_some_and(|card| self.holders[card] == 0)
    }

    /// Returns whether a seat holds a change, in whatever batch.
    #[must_use]
    pub fn holds_change(&self, seat: Seat, document: DocId, change: &[u8; 32]) -> bool {
        let is_in = |card: CardNo| self.cards[card].changes.iter().any(|(other, read)| (*other, &read.hash) == (document, change));
        match self.change_in(change) {
            None => false,
            Some(card) => self.holds_card(seat, card) || self.held(seat).any(is_in),
        }
    }

    /// Returns every batch that somebody holds.
    pub fn held_by_anybody(&self) -> impl Iterator<Item = CardNo> + Clone {
        (0..self.cards.len()).filter(|card| self.holders[*card] > 0)
    }

    /// Returns the changes of these batches in order of document.
    #[must_use]
    pub fn by_document(&self, cards: impl Iterator<Item = CardNo> + Clone) -> Vec<Filed> {
        let mut changes = Vec::with_capacity(cards.clone().map(|card| self.cards[card].changes.len()).sum());
        for card in cards {
            let documents = self.cards[card].changes.iter().map(|(document, _)| *document);
            changes.extend((0..).zip(documents).map(|(index, document)| Filed { document, card: small(card), index }));
        }
        changes.sort_unstable();
        changes
    }

    /// Returns a change and the batch it came in.
    #[must_use]
    pub fn filed(&self, filed: Filed) -> (&Card, &Change) {
        let card = &self.cards[filed.card as CardNo];
        (card, &card.changes[usize::from(filed.index)].1)
    }

    /// Returns where a batch was written: durable on its author's own disk as its own.
    #[must_use]
    pub fn author(&self, card: CardNo) -> Option<Seat> {
        self.authors[card]
    }

    /// Returns the node of a seat that wrote something.
    #[must_use]
    pub fn node(&self, seat: Seat) -> Option<NodeId> {
        self.nodes.get(&seat).copied()
    }

    /// Returns all that a seat holds, by scope, in the order it came.
    pub fn held(&self, seat: Seat) -> impl Iterator<Item = CardNo> + Clone + '_ {
        self.cabinets
            .get(&seat)
            .into_iter()
            .flat_map(|cabinet| cabinet.folders.values())
            .flat_map(|folder| &folder.cards)
            .map(|card| *card as CardNo)
    }

    /// Returns, for each scope not in `but`, something that `seat` holds and `peer` does not.
    #[must_use]
    pub fn lacking(&self, seat: Seat, peer: Seat, but: &BTreeSet<(Seat, Seat, Scope)>) -> Vec<(Scope, CardNo)> {
        let (Some(ours), theirs) = (self.cabinets.get(&seat), self.cabinets.get(&peer)) else { return Vec::new() };
        let mut found = Vec::new();
        for (scope, folder) in &ours.folders {
            let equal = theirs.and_then(|cabinet| cabinet.folders.get(scope)).is_some_and(|other| other.sum == folder.sum);
            if equal || but.contains(&(seat, peer, *scope)) {
                continue;
            }
            let lacks = |card: &CardNo| theirs.is_none_or(|cabinet| !cabinet.holds(*card));
            found.extend(folder.cards.iter().map(|card| *card as CardNo).find(lacks).map(|card| (*scope, card)));
        }
        found
    }
}

fn change_at(cards: &[Card], (card, index): (u32, u16)) -> Hash {
    Hash(cards[card as CardNo].changes[usize::from(index)].1.hash)
}

fn small(card: CardNo) -> u32 {
    u32::try_from(card).expect("fewer than four thousand million batches")
}

/// Returns what a header adds to the sum of a set.
pub(super) fn weight(header: &Hash) -> u128 {
    u128::from_le_bytes(header.0[..16].try_into().expect("a hash has 32 bytes"))
}
