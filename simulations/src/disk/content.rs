//! What a journal holds, in memory: the contract of [`sync_protocol::journal`] with an index for each question.

mod answers;

use mesh_model::id::{Branch, DocId, Hash, NodeId};
use mesh_model::place::Class;
use std::collections::BTreeMap;
use sync_protocol::batch::{BodyKind, Chain};
use sync_protocol::journal::*;
use sync_protocol::record::RecordTag;

/// The content of one journal.
#[derive(Clone, Debug, Default)]
pub struct Content {
    rolling: Hash,
    entries: Vec<Entry>,
    batches: Vec<(Position, StoredBatch)>,
    by_hash: BTreeMap<Hash, usize>,
    /// All heads of a fork stand beside each other.
    by_chain: BTreeMap<(Chain, u64), Vec<usize>>,
    by_document: BTreeMap<DocId, Vec<(usize, u16)>>,
    rows: BTreeMap<Chain, Vec<u8>>,
    cursors: BTreeMap<(NodeId, Branch), Position>,
    held: BTreeMap<NodeId, u64>,
    notes: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, Debug)]
struct Entry {
    at: Position,
    batch: usize,
    late_body: Option<u16>,
    source: Option<Source>,
}

impl Content {
    /// Returns the newest position.
    #[must_use]
    pub fn tail(&self) -> Position {
        self.entries.last().map(|entry| entry.at).unwrap_or_default()
    }

    /// Returns every batch in the order it came.
    pub fn batches(&self) -> impl Iterator<Item = &StoredBatch> {
        self.batches.iter().map(|(_, batch)| batch)
    }

    /// Returns the batch with this header, if it is here.
    #[must_use]
    pub fn batch(&self, header: &Hash) -> Option<&StoredBatch> {
        self.by_hash.get(header).map(|index| &self.batches[*index].1)
    }

    /// Returns the batch that stands or was completed at a position.
    #[must_use]
    pub fn batch_at(&self, seq: u64) -> Option<&StoredBatch> {
        let entry = usize::try_from(seq).ok()?.checked_sub(1).and_then(|index| self.entries.get(index));
        entry.map(|entry| &self.batches[entry.batch].1)
    }

    /// Returns whether anything of a document is here.
    #[must_use]
    pub fn knows(&self, document: DocId) -> bool {
        self.by_document.contains_key(&document)
    }

    /// Writes one commit and returns a position for each batch and late body.
    pub fn apply(&mut self, writes: Vec<Write>) -> Vec<Position> {
        let mut positions = Vec::new();
        for write in writes {
            match write {
                Write::Batch(batch) => positions.push(self.append(batch)),
                Write::LateBody { header, index, body, source } => positions.push(self.append_late(&header, index, body, source)),
                Write::Rows { chain, bytes } => drop(self.rows.insert(chain, bytes)),
                Write::Cursor { peer, branch, at } => drop(self.cursors.insert((peer, branch), at)),
                Write::Held { peer, seq } => drop(self.held.insert(peer, seq)),
                Write::Note { key, value } => drop(self.notes.insert(key, value)),
            }
        }
        positions
    }

    fn append(&mut self, batch: StoredBatch) -> Position {
        let hash = batch.header.hash();
        if let Some(index) = self.by_hash.get(&hash) {
            return self.batches[*index].0;
        }
        let number = self.batches.len();
        let at = self.enter(number, &hash, None, batch.source);
        self.by_hash.insert(hash, number);
        self.by_chain.entry((batch.header.chain, batch.header.seq)).or_default().push(number);
        for (index, body) in (0..).zip(&batch.bodies) {
            if let StoredBody::Here(body) = body {
                self.by_document.entry(body.document).or_default().push((number, index));
            }
        }
        self.batches.push((at, batch));
        at
    }

    fn append_late(&mut self, header: &Hash, index: u16, body: StoredBody, source: Option<Source>) -> Position {
        let number = *self.by_hash.get(header).expect("a late body follows its batch");
        let old = &mut self.batches[number].1.bodies[usize::from(index)];
        if std::mem::discriminant(old) == std::mem::discriminant(&body) {
            let is_it = |entry: &&Entry| entry.batch == number && entry.late_body.is_none_or(|late| late == index);
            return self.entries.iter().rev().find(is_it).expect("a stored batch has an entry").at;
        }
        match &body {
            StoredBody::Here(here) => self.by_document.entry(here.document).or_default().push((number, index)),
            StoredBody::Missing(_) | StoredBody::Refused { .. } => {
                if let StoredBody::Here(here) = &*old {
                    self.by_document.entry(here.document).or_default().retain(|place| *place != (number, index));
                }
            }
        }
        *old = body;
        self.enter(number, header, Some(index), source)
    }

    fn enter(&mut self, batch: usize, header: &Hash, late_body: Option<u16>, source: Option<Source>) -> Position {
        self.rolling = roll(&self.rolling, header, late_body);
        let at = Position { seq: self.tail().seq + 1, mark: mark_of(&self.rolling) };
        self.entries.push(Entry { at, batch, late_body, source });
        at
    }

    /// Returns what a node is opened with.
    #[must_use]
    pub fn stored(&self) -> Stored {
        let is_county = |batch: &StoredBatch| matches!(batch.header.chain.scope.class, Class::AUTHORITY | Class::DAY);
        let has_record = |batch: &StoredBatch| batch.bodies.iter().any(is_protocol_record);
        Stored {
            tail: self.tail(),
            rows: self.rows.iter().map(|(chain, bytes)| (*chain, bytes.clone())).collect(),
            cursors: self.cursors.iter().map(|((peer, branch), at)| (*peer, *branch, *at)).collect(),
            held: self.held.iter().map(|(peer, seq)| (*peer, *seq)).collect(),
            notes: self.notes.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
            county: self.batches.iter().filter(|(_, batch)| is_county(batch)).cloned().collect(),
            records: self.batches.iter().filter(|(_, batch)| !is_county(batch) && has_record(batch)).cloned().collect(),
        }
    }
}

fn is_protocol_record(body: &StoredBody) -> bool {
    match body {
        StoredBody::Here(body) if body.kind == BodyKind::RECORD => {
            RecordTag::of(&body.bytes).is_some_and(|tag| (1..RecordTag::DOMAIN).contains(&tag.0))
        }
        StoredBody::Here(_) | StoredBody::Missing(_) | StoredBody::Refused { .. } => false,
    }
}
