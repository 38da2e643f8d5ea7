//! What a journal holds, in memory: the contract of [`sync_protocol::journal`] with an index for each question.
//!
//! The batches themselves lie in a [pool](super::pool) that the disks of a county share; here stands which of them are on this disk, in
//! which order, from whom, and which bodies this disk lacks.

mod answers;

use super::pool::{Index, Number, SharedPool, is_protocol_record};
use mesh_model::id::{Branch, DocId, Hash, NodeId};
use std::collections::BTreeMap;
use sync_protocol::batch::Chain;
use sync_protocol::journal::*;

/// The content of one journal.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pool: SharedPool,
    rolling: Hash,
    entries: Vec<Entry>,
    /// The entry of each batch by which it came.
    held: Index<Number, u32>,
    /// Bodies that are not here, although the pool may know them.
    lacks: BTreeMap<(Number, u16), StoredBody>,
    sources: Vec<Source>,
    rows: BTreeMap<Chain, Vec<u8>>,
    cursors: Cursors,
    peers_hold: BTreeMap<NodeId, u64>,
    notes: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    batch: Number,
    mark: [u8; 8],
    /// [`NO_BODY`] when it is the batch itself.
    late_body: u16,
    /// Index in the sources, from 1; 0 when written here.
    source: u16,
}

const NO_BODY: u16 = u16::MAX;
const PLACED_AT_A_TIME: usize = 4_096;

/// Where a batch stands and from whom it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its chain.
    pub chain: Chain,
    /// Its number there.
    pub seq: u64,
    /// Its header.
    pub header: Hash,
    /// `None`: written here.
    pub source: Option<Source>,
    /// Every body is here.
    pub is_whole: bool,
}

impl Content {
    /// Makes an empty journal over a pool.
    #[must_use]
    pub fn over(pool: &SharedPool) -> Content {
        Content { pool: pool.clone(), ..Content::default() }
    }

    /// Returns the newest position.
    #[must_use]
    pub fn tail(&self) -> Position {
        self.entries.len().checked_sub(1).map(|index| self.position(index)).unwrap_or_default()
    }

    fn position(&self, index: usize) -> Position {
        Position { seq: index as u64 + 1, mark: self.entries[index].mark }
    }

    /// Returns every batch in the order it came, with what this disk has of its bodies.
    pub fn batches(&self) -> impl Iterator<Item = StoredBatch> {
        self.entries.iter().filter(|entry| entry.late_body == NO_BODY).map(|entry| self.read(entry))
    }

    /// Returns where every batch stands and from whom it came, in the order it came; much cheaper than [`Content::batches`].
    pub fn placed(&self) -> impl Iterator<Item = Placed> {
        // Some at a time: a year of a county takes no room, and the pool is not held while somebody looks at them.
        self.entries.chunks(PLACED_AT_A_TIME).flat_map(|entries| self.place(entries))
    }

    fn place(&self, entries: &[Entry]) -> Vec<Placed> {
        let pool = self.pool.read();
        let place = |entry: &Entry| {
            let kept = pool.at(entry.batch);
            let chain = pool.chains[kept.chain as usize];
            let is_whole = self.lacks.is_empty() || self.lacked(entry.batch).next().is_none();
            Placed { chain, seq: kept.seq, header: kept.hash, source: self.source(entry.source), is_whole }
        };
        entries.iter().filter(|entry| entry.late_body == NO_BODY).map(place).collect()
    }

    /// Returns how many batches are here.
    #[must_use]
    pub fn count(&self) -> usize {
        self.held.len()
    }

    /// Returns the batch with this header, if it is here.
    #[must_use]
    pub fn batch(&self, header: &Hash) -> Option<StoredBatch> {
        self.held_at(header).map(|index| self.read(&self.entries[index]))
    }

    /// Returns whether the batch with this header is here with every body; `None` when it is not here at all.
    #[must_use]
    pub fn is_whole(&self, header: &Hash) -> Option<bool> {
        let number = self.entries[self.held_at(header)?].batch;
        Some(self.lacked(number).next().is_none())
    }

    /// Returns the bodies of a batch that are not here, by index.
    fn lacked(&self, number: Number) -> impl Iterator<Item = (u16, &StoredBody)> {
        self.lacks.range((number, 0)..=(number, u16::MAX)).map(|((_, index), body)| (*index, body))
    }

    fn held_at(&self, header: &Hash) -> Option<usize> {
        let number = self.pool.read().number_of(header)?;
        self.held.get(&number).map(|index| *index as usize)
    }

    /// Returns the batch that stands or was completed at a position.
    #[must_use]
    pub fn batch_at(&self, seq: u64) -> Option<StoredBatch> {
        self.entry_at(seq).map(|entry| self.read(entry))
    }

    /// Returns the number in the pool of the batch at a position.
    pub(crate) fn number_at(&self, seq: u64) -> Option<u32> {
        self.entry_at(seq).map(|entry| entry.batch.0)
    }

    /// Returns whether the batch with this number in the pool is here.
    pub(crate) fn holds_number(&self, number: u32) -> bool {
        self.held.contains_key(&Number(number))
    }

    fn entry_at(&self, seq: u64) -> Option<&Entry> {
        usize::try_from(seq).ok()?.checked_sub(1).and_then(|index| self.entries.get(index))
    }

    /// Returns the newest position that a peer is known to hold.
    #[must_use]
    pub fn held_by_peers(&self) -> u64 {
        self.peers_hold.values().max().copied().unwrap_or(0)
    }

    /// Returns whether anything of a document is here.
    #[must_use]
    pub fn knows(&self, document: DocId) -> bool {
        let pool = self.pool.read();
        pool.document(&document).iter().any(|place| self.has_body(*place))
    }

    fn has_body(&self, place: (Number, u16)) -> bool {
        self.held.contains_key(&place.0) && !self.lacks.contains_key(&place)
    }

    fn read(&self, entry: &Entry) -> StoredBatch {
        let mut batch = self.pool.read().read(entry.batch);
        let first = if entry.late_body == NO_BODY { entry } else { &self.entries[self.held[&entry.batch] as usize] };
        batch.source = self.source(first.source);
        if self.lacks.is_empty() {
            return batch;
        }
        for (index, body) in self.lacked(entry.batch) {
            batch.bodies[usize::from(index)] = body.clone();
        }
        batch
    }

    fn source(&self, number: u16) -> Option<Source> {
        usize::from(number).checked_sub(1).map(|index| self.sources[index])
    }

    fn number_source(&mut self, source: Option<Source>) -> u16 {
        let Some(source) = source else { return 0 };
        let index = self.sources.iter().rposition(|known| *known == source).unwrap_or_else(|| {
            self.sources.push(source);
            self.sources.len() - 1
        });
        u16::try_from(index + 1).expect("a disk hears of fewer than 65,535 stores")
    }

    /// Writes one commit and returns a position for each batch and late body.
    pub fn apply(&mut self, writes: Vec<Write>) -> Vec<Position> {
        let mut positions = Vec::new();
        for write in writes {
            match write {
                Write::Batch(batch) => positions.push(self.append(batch)),
                Write::LateBody { header, index, body, source } => positions.push(self.append_late(&header, index, body, source)),
                Write::Rows { chain, bytes } => drop(self.rows.insert(chain, bytes)),
                Write::Cursor { peer, branch, at } => self.cursors.put(peer, branch, at),
                Write::Held { peer, seq } => drop(self.peers_hold.insert(peer, seq)),
                Write::Note { key, value } => drop(self.notes.insert(key, value)),
            }
        }
        positions
    }

    fn append(&mut self, batch: StoredBatch) -> Position {
        let hash = batch.header.hash();
        let source = self.number_source(batch.source);
        let lacks: Vec<(u16, StoredBody)> = (0..)
            .zip(&batch.bodies)
            .filter(|(_, body)| !matches!(body, StoredBody::Here(_)))
            .map(|(index, body)| (index, body.clone()))
            .collect();
        let number = self.pool.write().take(batch);
        if let Some(index) = self.held.get(&number) {
            return self.position(*index as usize);
        }
        self.held.insert(number, u32::try_from(self.entries.len()).expect("fewer entries than the pool has numbers"));
        self.lacks.extend(lacks.into_iter().map(|(index, body)| ((number, index), body)));
        self.enter(number, &hash, None, source)
    }

    fn append_late(&mut self, header: &Hash, index: u16, body: StoredBody, source: Option<Source>) -> Position {
        let held = self.held_at(header).expect("a late body follows its batch");
        let number = self.entries[held].batch;
        let is_here = matches!(body, StoredBody::Here(_));
        let same = match self.lacks.get(&(number, index)) {
            None => is_here,
            Some(old) => std::mem::discriminant(old) == std::mem::discriminant(&body),
        };
        if same {
            let is_it = |entry: &Entry| entry.batch == number && (entry.late_body == NO_BODY || entry.late_body == index);
            let found = self.entries.iter().rposition(is_it).expect("a stored batch has an entry");
            return self.position(found);
        }
        if is_here {
            self.lacks.remove(&(number, index));
            self.pool.write().complete(number, index, body);
        } else {
            self.lacks.insert((number, index), body);
        }
        let source = self.number_source(source);
        self.enter(number, header, Some(index), source)
    }

    fn enter(&mut self, batch: Number, header: &Hash, late_body: Option<u16>, source: u16) -> Position {
        self.rolling = roll(&self.rolling, header, late_body);
        self.entries.push(Entry { batch, mark: mark_of(&self.rolling), late_body: late_body.unwrap_or(NO_BODY), source });
        self.tail()
    }

    /// Returns one hash over everything that is here.
    #[must_use]
    pub fn digest(&self) -> Hash {
        let mut parts: Vec<Vec<u8>> = vec![self.rolling.0.to_vec()];
        parts.extend(self.rows.iter().map(|(chain, bytes)| [&chain.node.0[..], &chain.branch.0, &chain.scope.to_bytes(), bytes].concat()));
        let cursor = |(peer, branch, at): (NodeId, Branch, Position)| [&peer.0[..], &branch.0, &at.seq.to_be_bytes(), &at.mark].concat();
        parts.extend(self.cursors.iter().map(cursor));
        parts.extend(self.peers_hold.iter().map(|(peer, seq)| [&peer.0[..], &seq.to_be_bytes()].concat()));
        parts.extend(self.notes.iter().map(|(key, value)| [key.as_bytes(), value].concat()));
        parts.extend(self.lacks.iter().map(|((number, index), _)| [&number.0.to_be_bytes()[..], &index.to_be_bytes()].concat()));
        Hash::of(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    /// Returns what a node is opened with.
    #[must_use]
    pub fn stored(&self) -> Stored {
        let own: Vec<(usize, bool)> = {
            let pool = self.pool.read();
            let first = self.entries.iter().enumerate().filter(|(_, entry)| entry.late_body == NO_BODY);
            let of = first.map(|(index, entry)| (index, pool.at(entry.batch)));
            of.filter(|(_, kept)| kept.is_county || kept.has_record).map(|(index, kept)| (index, kept.is_county)).collect()
        };
        let read = |index: usize| (self.position(index), self.read(&self.entries[index]));
        let records = own.iter().filter(|(_, is_county)| !is_county).map(|(index, _)| read(*index));
        Stored {
            tail: self.tail(),
            rows: self.rows.iter().map(|(chain, bytes)| (*chain, bytes.clone())).collect(),
            cursors: self.cursors.iter().collect(),
            held: self.peers_hold.iter().map(|(peer, seq)| (*peer, *seq)).collect(),
            notes: self.notes.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
            county: own.iter().filter(|(_, is_county)| *is_county).map(|(index, _)| read(*index)).collect(),
            records: records.filter(|(_, batch)| batch.bodies.iter().any(is_protocol_record)).collect(),
        }
    }
}
