//! A journal in memory, for tests and simulations: the same contract, with the faults of a disk.
//!
//! [`Disk`] outlives the journal, as a real disk outlives a process. A commit reaches it at once; [`Disk::cut`] loses everything after the
//! last sync, as a power cut does on a disk that lied.

use crate::journal::{BoxFuture, CommitError, Group, Journal, JournalError, ReadJournal, Reader};
use mesh_model::id::{Hash, NodeId};
use mesh_model::place::Class;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use sync_protocol::batch::Chain;
use sync_protocol::journal::{
    Cursors, DocumentBody, JournalEntry, Load, Loaded, Position, Source, Stored, StoredBatch, StoredBody, Write, mark_of, roll,
};
use sync_protocol::record::RecordTag;

/// What a disk holds: everything committed, and everything synced.
#[derive(Clone, Debug, Default)]
pub struct Disk(Arc<Mutex<Platter>>);

#[derive(Debug, Default)]
struct Platter {
    committed: Content,
    /// What a cut leaves; `None` while every commit syncs.
    synced: Option<Content>,
    full: bool,
}

#[derive(Clone, Debug, Default)]
struct Content {
    rolling: Hash,
    entries: Vec<Entry>,
    batches: BTreeMap<Hash, (Position, StoredBatch)>,
    rows: BTreeMap<Chain, Vec<u8>>,
    cursors: Cursors,
    held: BTreeMap<NodeId, u64>,
    notes: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, Debug)]
struct Entry {
    at: Position,
    header: Hash,
    late_body: Option<u16>,
    source: Option<Source>,
}

impl Disk {
    /// Makes later commits reach the platter only at [`Disk::sync`].
    pub fn be_lazy(&self) {
        self.sync_to_platter();
    }

    /// Makes everything committed safe from a cut.
    pub fn sync(&self) {
        if self.platter().synced.is_some() {
            self.sync_to_platter();
        }
    }

    /// Cuts the power: whatever was not synced is gone.
    pub fn cut(&self) {
        let mut platter = self.platter();
        if let Some(synced) = platter.synced.clone() {
            platter.committed = synced;
        }
    }

    /// Makes every later commit fail for want of space, or lets them pass again.
    pub fn fill(&self, room: Room) {
        self.platter().full = room == Room::None;
    }

    /// Returns a disk with the same content that goes its own way: a clone.
    #[must_use]
    pub fn copy(&self) -> Disk {
        let platter = self.platter();
        Disk(Arc::new(Mutex::new(Platter { committed: platter.committed.clone(), synced: None, full: false })))
    }

    /// Returns a journal on this disk.
    #[must_use]
    pub fn journal(&self) -> MemoryJournal {
        MemoryJournal(self.clone())
    }

    fn sync_to_platter(&self) {
        let mut platter = self.platter();
        platter.synced = Some(platter.committed.clone());
    }

    fn platter(&self) -> MutexGuard<'_, Platter> {
        self.0.lock().expect("nobody panics while holding the platter")
    }
}

/// Whether a disk takes more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// As much as is written.
    Enough,
    /// None.
    None,
}

/// A journal on a [`Disk`].
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal(Disk);

impl Journal for MemoryJournal {
    async fn load(&mut self) -> Result<Stored, JournalError> {
        Ok(self.0.platter().committed.stored())
    }

    async fn commit(&mut self, group: Group) -> Result<Vec<Vec<Position>>, CommitError> {
        let mut platter = self.0.platter();
        if platter.full {
            return Err(CommitError::Full);
        }
        let content = &mut platter.committed;
        let mut answers = Vec::with_capacity(group.len());
        for (_, writes) in group {
            let mut positions = Vec::new();
            for write in writes {
                positions.extend(content.write(write)?);
            }
            answers.push(positions);
        }
        Ok(answers)
    }

    fn reader(&self) -> Reader {
        Reader::new(Arc::new(self.0.clone()))
    }
}

impl ReadJournal for Disk {
    fn fetch(&self, load: Load) -> BoxFuture<'_, Result<Loaded, JournalError>> {
        let answer = self.platter().committed.answer(load);
        Box::pin(std::future::ready(Ok(answer)))
    }

    fn tail(&self) -> BoxFuture<'_, Result<Position, JournalError>> {
        let tail = self.platter().committed.tail();
        Box::pin(std::future::ready(Ok(tail)))
    }

    fn notes(&self, prefix: String) -> BoxFuture<'_, Result<Vec<(String, Vec<u8>)>, JournalError>> {
        let platter = self.platter();
        let notes = platter.committed.notes.iter().filter(|(key, _)| key.starts_with(&prefix));
        let notes = notes.map(|(key, value)| (key.clone(), value.clone())).collect();
        Box::pin(std::future::ready(Ok(notes)))
    }
}

impl Content {
    fn tail(&self) -> Position {
        self.entries.last().map(|entry| entry.at).unwrap_or_default()
    }

    fn append(&mut self, header: Hash, late_body: Option<u16>, source: Option<Source>) -> Position {
        self.rolling = roll(&self.rolling, &header, late_body);
        let at = Position { seq: self.tail().seq + 1, mark: mark_of(&self.rolling) };
        self.entries.push(Entry { at, header, late_body, source });
        at
    }

    fn write(&mut self, write: Write) -> Result<Option<Position>, CommitError> {
        match write {
            Write::Batch(batch) => {
                let hash = batch.header.hash();
                if let Some((at, _)) = self.batches.get(&hash) {
                    return Ok(Some(*at));
                }
                let at = self.append(hash, None, batch.source);
                self.batches.insert(hash, (at, batch));
                return Ok(Some(at));
            }
            Write::LateBody { header, index, body, source } => return self.write_late(header, index, body, source).map(Some),
            Write::Rows { chain, bytes } => {
                self.rows.insert(chain, bytes);
            }
            Write::Cursor { peer, branch, at } => {
                self.cursors.put(peer, branch, at);
            }
            Write::Held { peer, seq } => {
                self.held.insert(peer, seq);
            }
            Write::Note { key, value } => {
                self.notes.insert(key, value);
            }
        }
        Ok(None)
    }

    fn write_late(&mut self, header: Hash, index: u16, body: StoredBody, source: Option<Source>) -> Result<Position, CommitError> {
        let slot = self.batches.get_mut(&header).and_then(|(_, batch)| batch.bodies.get_mut(usize::from(index)));
        let slot = slot.ok_or_else(|| CommitError::Failed { what: "store a late body", source: "its batch is not stored".into() })?;
        if std::mem::discriminant(slot) == std::mem::discriminant(&body) {
            let known = self.entries.iter().rev().find(|entry| entry.header == header && entry.late_body.is_none_or(|late| late == index));
            return Ok(known.map(|entry| entry.at).expect("a stored batch has an entry"));
        }
        *slot = body;
        Ok(self.append(header, Some(index), source))
    }

    fn stored(&self) -> Stored {
        let mut batches: Vec<&(Position, StoredBatch)> = self.batches.values().collect();
        batches.sort_by_key(|(at, _)| at.seq);
        let (county, rest): (Vec<_>, Vec<_>) =
            batches.into_iter().partition(|(_, batch)| matches!(batch.header.chain.scope.class, Class::AUTHORITY | Class::DAY));
        Stored {
            tail: self.tail(),
            rows: self.rows.iter().map(|(chain, bytes)| (*chain, bytes.clone())).collect(),
            cursors: self.cursors.iter().collect(),
            held: self.held.iter().map(|(peer, seq)| (*peer, *seq)).collect(),
            notes: self.notes.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
            county: county.into_iter().cloned().collect(),
            records: rest.into_iter().filter(|(_, batch)| batch.bodies.iter().any(is_protocol_record)).cloned().collect(),
        }
    }

    fn answer(&self, load: Load) -> Loaded {
        match load {
            Load::After { seq, bytes_max } => {
                let skip = usize::try_from(seq).unwrap_or(usize::MAX);
                let entries = self.entries.iter().skip(skip).map(|entry| {
                    let (_, batch) = &self.batches[&entry.header];
                    JournalEntry { at: entry.at, late_body: entry.late_body, batch: batch.clone(), source: entry.source }
                });
                Loaded::Entries(within(entries, bytes_max, |entry| &entry.batch))
            }
            Load::MarkAt { seq: 0 } => Loaded::Mark(Some([0; 8])),
            Load::MarkAt { seq } => {
                let index = usize::try_from(seq - 1).unwrap_or(usize::MAX);
                Loaded::Mark(self.entries.get(index).map(|entry| entry.at.mark))
            }
            Load::Chain { chain, from, to, bytes_max } => {
                let of_chain = self.batches.values().filter(|(_, batch)| batch.header.chain == chain);
                let mut found: Vec<_> = of_chain.filter(|(_, batch)| (from..=to).contains(&batch.header.seq)).collect();
                found.sort_by_key(|(at, batch)| (batch.header.seq, at.seq));
                Loaded::Batches(within(found.into_iter().map(|(_, batch)| batch.clone()), bytes_max, |batch| batch))
            }
            Load::Known { headers } => Loaded::Known(headers.iter().map(|hash| self.batches.contains_key(hash)).collect()),
            Load::Batches { headers } => {
                Loaded::Batches(headers.iter().filter_map(|hash| self.batches.get(hash)).map(|(_, batch)| batch.clone()).collect())
            }
            Load::Document { document } => {
                let mut found = Vec::new();
                for (at, batch) in self.batches.values() {
                    for (index, body) in batch.bodies.iter().enumerate() {
                        if matches!(body, StoredBody::Here(body) if body.document == document) {
                            let index = u16::try_from(index).expect("a batch is bounded");
                            found.push(DocumentBody { header: batch.header.clone(), index, at: *at, body: body.clone() });
                        }
                    }
                }
                found.sort_by_key(|body| (body.at.seq, body.index));
                Loaded::Document(found)
            }
        }
    }
}

/// Takes items until their bodies exceed `bytes_max`, but at least one.
fn within<T>(items: impl Iterator<Item = T>, bytes_max: usize, batch: impl Fn(&T) -> &StoredBatch) -> Vec<T> {
    let mut bytes = 0;
    let mut taken = Vec::new();
    for item in items {
        let here = batch(&item).bodies.iter().filter_map(|body| match body {
            StoredBody::Here(body) => Some(body.bytes.len()),
            StoredBody::Missing(_) | StoredBody::Refused { .. } => None,
        });
        bytes += here.sum::<usize>();
        if bytes > bytes_max && !taken.is_empty() {
            break;
        }
        taken.push(item);
    }
    taken
}

fn is_protocol_record(body: &StoredBody) -> bool {
    match body {
        StoredBody::Here(body) if body.kind == sync_protocol::batch::BodyKind::RECORD => {
            RecordTag::of(&body.bytes).is_some_and(|tag| (1..RecordTag::DOMAIN).contains(&tag.0))
        }
        StoredBody::Here(_) | StoredBody::Missing(_) | StoredBody::Refused { .. } => false,
    }
}
