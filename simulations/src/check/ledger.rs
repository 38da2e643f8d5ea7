//! What every seat holds, by scope: kept from sightings while a run goes on, or read from the disks that it left. One for all checkers.
//!
//! A disk that rolled back is emptied here; whatever is still on it is told again as stored.

use super::change::{self, Change};
use crate::disk::Content;
use crate::evidence::Evidence;
use crate::layout::Seat;
use crate::sighting::Sighting;
use mesh_model::id::{DocId, Hash, NodeId};
use mesh_model::place::Scope;
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use sync_protocol::batch::{AuthorityHead, BodyKind, Chain};
use sync_protocol::journal::{Source, StoredBatch, StoredBody};

/// Hashes are even already: their first bytes place them. The order in such a map is never seen.
#[derive(Clone, Debug, Default)]
struct Prefix(u64);

impl Hasher for Prefix {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk::<8>() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Number of a batch in the ledger, in the order in which batches were first seen.
pub type CardNo = usize;

/// What is known of one batch, wherever it lies.
#[derive(Clone, Debug)]
pub struct Card {
    /// Its name.
    pub header: Hash,
    /// Whose, and where it belongs.
    pub chain: Chain,
    /// Place in the chain.
    pub seq: u64,
    /// The header before it.
    pub prev: Hash,
    /// The author's process start.
    pub boot: [u8; 16],
    /// What the author knew of the authority log.
    pub authority: AuthorityHead,
    /// Bytes of its bodies.
    pub bytes: u64,
    /// Changes in it that could be read.
    pub changes: Vec<(DocId, Change)>,
    /// Indexes of bodies that call themselves changes and are none.
    pub unreadable: Vec<u16>,
}

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

/// What one seat holds of one scope: enough to see that two seats hold the same, and the list to find out what differs.
#[derive(Clone, Debug, Default)]
struct Folder {
    /// Sum over the first 16 bytes of the headers: whatever the order, equal sets have equal sums.
    sum: u128,
    cards: Vec<CardNo>,
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
        folder.cards.push(card);
    }
}

/// All seats.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    numbers: HashMap<Hash, CardNo, BuildHasherDefault<Prefix>>,
    cards: Vec<Card>,
    holders: Vec<u32>,
    authors: Vec<Option<Seat>>,
    changes: HashMap<[u8; 32], CardNo, BuildHasherDefault<Prefix>>,
    cabinets: BTreeMap<Seat, Cabinet>,
    nodes: BTreeMap<Seat, NodeId>,
    fresh: Option<Fresh>,
}

impl Ledger {
    /// Reads the disks at the end of a run.
    #[must_use]
    pub fn of_disks(evidence: &Evidence) -> Ledger {
        let mut ledger = Ledger::default();
        for (seat, site) in &evidence.sites {
            ledger.nodes.insert(*seat, site.node);
            ledger.read_disk(*seat, &site.disk);
        }
        ledger
    }

    fn read_disk(&mut self, seat: Seat, disk: &Content) {
        for at in disk.placed() {
            // Most batches lie on several disks; one look into each is enough.
            match self.numbers.get(&at.header) {
                Some(card) => self.hold(seat, *card, at.source),
                None => disk.batch(&at.header).into_iter().for_each(|batch| self.read(seat, batch)),
            }
        }
    }

    fn read(&mut self, seat: Seat, batch: impl Borrow<StoredBatch>) {
        let batch = batch.borrow();
        self.store(seat, batch, batch.header.hash());
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
        let (chain, header) = (self.cards[card].chain, self.cards[card].header);
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
        if let Some(card) = self.numbers.get(&header) {
            return *card;
        }
        let card = self.cards.len();
        let here = batch.bodies.iter().filter_map(|body| if let StoredBody::Here(body) = body { Some(body) } else { None });
        let written = here.clone().filter(|body| body.kind == BodyKind::CHANGE);
        let changes: Vec<(DocId, Change)> =
            written.filter_map(|body| change::read(&body.bytes).map(|change| (body.document, change))).collect();
        let is_unreadable = |body: &StoredBody| match body {
            StoredBody::Here(body) => body.kind == BodyKind::CHANGE && change::read(&body.bytes).is_none(),
            StoredBody::Missing(_) | StoredBody::Refused { .. } => false,
        };
        let unreadable = (0..).zip(&batch.bodies).filter(|(_, body)| is_unreadable(body)).map(|(index, _)| index).collect();
        for (_, change) in &changes {
            self.changes.entry(change.hash).or_insert(card);
        }
        let bytes = here.map(|body| body.bytes.len() as u64).sum();
        let head = &batch.header;
        let (chain, seq, prev, boot, authority) = (head.chain, head.seq, head.prev, head.boot, head.authority);
        self.cards.push(Card { header, chain, seq, prev, boot, authority, bytes, changes, unreadable });
        self.numbers.insert(header, card);
        self.holders.push(0);
        self.authors.push(None);
        card
    }

    fn empty(&mut self, seat: Seat) {
        let cabinet = self.cabinets.remove(&seat).unwrap_or_default();
        for card in cabinet.folders.into_values().flat_map(|folder| folder.cards) {
            self.holders[card] -= 1;
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
        self.numbers.get(header).copied()
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

    /// Returns whether a change was durable once and is on no disk any more.
    #[must_use]
    pub fn is_vanished_change(&self, change: &[u8; 32]) -> bool {
        self.changes.get(change).is_some_and(|card| self.holders[*card] == 0)
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
    pub fn held(&self, seat: Seat) -> impl Iterator<Item = CardNo> + '_ {
        self.cabinets.get(&seat).into_iter().flat_map(|cabinet| cabinet.folders.values()).flat_map(|folder| folder.cards.iter().copied())
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
            let lacks = |card: &&CardNo| theirs.is_none_or(|cabinet| !cabinet.holds(**card));
            found.extend(folder.cards.iter().find(lacks).map(|card| (*scope, *card)));
        }
        found
    }
}

/// Returns what a header adds to the sum of a set.
pub(super) fn weight(header: &Hash) -> u128 {
    u128::from_le_bytes(header.0[..16].try_into().expect("a hash has 32 bytes"))
}
