//! A journal in memory that keeps the promises of a real one, and breaks them on demand: power cuts, a full disk, a copy put back.

use mesh_model::id::Hash;
use std::collections::BTreeMap;
use sync_protocol::batch::Chain;
use sync_protocol::journal::*;

#[derive(Clone, Default)]
pub struct Disk {
    pub durable: Content,
    /// Handed over and not yet synced: (ticket, lines), in order.
    pub waiting: Vec<(Ticket, Vec<Write>)>,
    /// Batches the disk still has room for.
    pub room: Option<usize>,
}

#[derive(Clone, Default)]
pub struct Content {
    pub entries: Vec<(Position, StoredBatch)>,
    by_hash: BTreeMap<Hash, usize>,
    rolling: Hash,
    rows: BTreeMap<Chain, Vec<u8>>,
    cursors: Cursors,
    held: BTreeMap<mesh_model::id::NodeId, u64>,
    pub notes: BTreeMap<String, Vec<u8>>,
}

impl Content {
    pub fn tail(&self) -> Position {
        self.entries.last().map(|(at, _)| *at).unwrap_or_default()
    }

    fn apply(&mut self, writes: Vec<Write>) -> Vec<Position> {
        let mut positions = Vec::new();
        for write in writes {
            match write {
                Write::Batch(batch) => positions.push(self.append(batch)),
                Write::LateBody { .. } => unreachable!("no late bodies yet"),
                Write::Rows { chain, bytes } => drop(self.rows.insert(chain, bytes)),
                Write::Cursor { peer, branch, at } => self.cursors.put(peer, branch, at),
                Write::Held { peer, seq } => drop(self.held.insert(peer, seq)),
                Write::Note { key, value } => drop(self.notes.insert(key, value)),
            }
        }
        positions
    }

    fn append(&mut self, batch: StoredBatch) -> Position {
        let hash = batch.header.hash();
        if let Some(index) = self.by_hash.get(&hash) {
            return self.entries[*index].0;
        }
        self.rolling = roll(&self.rolling, &hash, None);
        let at = Position { seq: self.tail().seq + 1, mark: mark_of(&self.rolling) };
        self.by_hash.insert(hash, self.entries.len());
        self.entries.push((at, batch));
        at
    }

    pub fn stored(&self) -> Stored {
        use mesh_model::place::Class;
        use sync_protocol::batch::BodyKind;
        use sync_protocol::record::RecordTag;
        let is_county = |batch: &StoredBatch| matches!(batch.header.chain.scope.class, Class::AUTHORITY | Class::DAY);
        let is_record = |batch: &StoredBatch| {
            batch.bodies.iter().any(|body| match body {
                StoredBody::Here(body) => {
                    body.kind == BodyKind::RECORD && RecordTag::of(&body.bytes).is_some_and(|tag| tag.0 < RecordTag::DOMAIN)
                }
                StoredBody::Missing(_) | StoredBody::Refused { .. } => false,
            })
        };
        Stored {
            tail: self.tail(),
            rows: self.rows.clone().into_iter().collect(),
            cursors: self.cursors.iter().collect(),
            held: self.held.clone().into_iter().collect(),
            notes: self.notes.clone().into_iter().collect(),
            county: self.entries.iter().filter(|(_, batch)| is_county(batch)).cloned().collect(),
            records: self.entries.iter().filter(|(_, batch)| !is_county(batch) && is_record(batch)).cloned().collect(),
        }
    }

    pub fn load(&self, load: Load) -> Loaded {
        let batches = || self.entries.iter().map(|(_, batch)| batch);
        match load {
            Load::After { seq, .. } => {
                let after = self.entries.iter().filter(|(at, _)| at.seq > seq).take(7);
                let entry = |(at, batch): &(Position, StoredBatch)| JournalEntry {
                    at: *at,
                    late_body: None,
                    batch: batch.clone(),
                    source: batch.source,
                };
                Loaded::Entries(after.map(entry).collect())
            }
            Load::MarkAt { seq } => Loaded::Mark(self.entries.iter().find(|(at, _)| at.seq == seq).map(|(at, _)| at.mark)),
            Load::Chain { chain, from, to, .. } => {
                let within = |batch: &&StoredBatch| batch.header.chain == chain && (from..=to).contains(&batch.header.seq);
                let mut found: Vec<StoredBatch> = batches().filter(within).cloned().collect();
                found.sort_by_key(|batch| batch.header.seq);
                Loaded::Batches(found)
            }
            Load::Known { headers } => Loaded::Known(headers.iter().map(|hash| self.by_hash.contains_key(hash)).collect()),
            Load::Batches { headers } => {
                Loaded::Batches(batches().filter(|batch| headers.contains(&batch.header.hash())).cloned().collect())
            }
            Load::Document { document } => {
                let mut found = Vec::new();
                for (at, batch) in &self.entries {
                    for (index, body) in (0u16..).zip(&batch.bodies) {
                        if matches!(body, StoredBody::Here(here) if here.document == document) {
                            found.push(DocumentBody { header: batch.header.clone(), index, at: *at, body: body.clone() });
                        }
                    }
                }
                Loaded::Document(found)
            }
        }
    }
}

impl Disk {
    /// Makes the oldest waiting commit durable; `Err` when there is no room for its batches.
    pub fn sync_one(&mut self) -> Option<(Ticket, Result<Vec<Position>, ()>)> {
        if self.waiting.is_empty() {
            return None;
        }
        let batches = self.waiting[0].1.iter().filter(|write| matches!(write, Write::Batch(_))).count();
        let (ticket, writes) = self.waiting.remove(0);
        if let Some(room) = &mut self.room {
            if *room < batches {
                self.waiting.clear();
                return Some((ticket, Err(())));
            }
            *room -= batches;
        }
        Some((ticket, Ok(self.durable.apply(writes))))
    }
}
