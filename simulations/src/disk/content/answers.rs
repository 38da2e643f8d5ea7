//! The questions a node asks of its journal, each answered from an index.

use super::{Content, Entry, NO_BODY};
use crate::disk::pool::Number;
use mesh_model::id::DocId;
use sync_protocol::journal::*;

impl Content {
    /// Answers a question.
    #[must_use]
    pub fn answer(&self, load: Load) -> Loaded {
        match load {
            Load::After { seq, bytes_max } => {
                let skip = usize::try_from(seq).unwrap_or(usize::MAX).min(self.entries.len());
                let indexes = self.within((skip..self.entries.len()).map(|index| (index, self.entries[index].batch)), bytes_max);
                Loaded::Entries(indexes.into_iter().map(|(index, _)| self.read_entry(index)).collect())
            }
            Load::MarkAt { seq: 0 } => Loaded::Mark(Some([0; 8])),
            Load::MarkAt { seq } => Loaded::Mark(self.entry_at(seq).map(|entry| entry.mark)),
            Load::Chain { chain, from, to, bytes_max } => {
                let found: Vec<(usize, Number)> = {
                    let pool = self.pool.read();
                    let held =
                        pool.chain(&chain, from, to).filter_map(|number| self.held.get(&number).map(|index| (*index as usize, number)));
                    held.collect()
                };
                let found = self.within(found.into_iter(), bytes_max);
                Loaded::Batches(found.into_iter().map(|(index, _)| self.read(&self.entries[index])).collect())
            }
            Load::Known { headers } => Loaded::Known(headers.iter().map(|hash| self.held_at(hash).is_some()).collect()),
            Load::Batches { headers } => Loaded::Batches(headers.iter().filter_map(|hash| self.batch(hash)).collect()),
            Load::Document { document } => Loaded::Document(self.document(document)),
        }
    }

    /// Returns the local facts whose key begins with `prefix`, in order of key.
    #[must_use]
    pub fn notes_under(&self, prefix: &str) -> Vec<(String, Vec<u8>)> {
        let from = self.notes.range(prefix.to_owned()..);
        from.take_while(|(key, _)| key.starts_with(prefix)).map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    fn read_entry(&self, index: usize) -> JournalEntry {
        let entry: &Entry = &self.entries[index];
        let late_body = (entry.late_body != NO_BODY).then_some(entry.late_body);
        JournalEntry { at: self.position(index), late_body, batch: self.read(entry), source: self.source(entry.source) }
    }

    fn document(&self, document: DocId) -> Vec<DocumentBody> {
        let mut places: Vec<(u32, Number, u16)> = {
            let pool = self.pool.read();
            let here = pool.document(&document).iter().filter(|place| self.has_body(**place));
            here.map(|(number, index)| (self.held[number], *number, *index)).collect()
        };
        places.sort_unstable();
        let body = |(at, _, index): (u32, Number, u16)| {
            let mut batch = self.read(&self.entries[at as usize]);
            let body = batch.bodies.swap_remove(usize::from(index));
            DocumentBody { header: batch.header, index, at: self.position(at as usize), body }
        };
        places.into_iter().map(body).collect()
    }

    /// Takes batches until their bodies exceed `bytes_max`, but at least one.
    fn within(&self, batches: impl Iterator<Item = (usize, Number)>, bytes_max: usize) -> Vec<(usize, Number)> {
        let pool = self.pool.read();
        let mut taken = Vec::new();
        let mut bytes = 0;
        for (index, number) in batches {
            bytes += pool.at(number).body_bytes as usize;
            if bytes > bytes_max && !taken.is_empty() {
                break;
            }
            taken.push((index, number));
        }
        taken
    }
}
