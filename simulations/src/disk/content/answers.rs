//! The questions a node asks of its journal, each answered from an index.

use super::{Content, Entry};
use sync_protocol::journal::*;

impl Content {
    /// Answers a question.
    #[must_use]
    pub fn answer(&self, load: Load) -> Loaded {
        match load {
            Load::After { seq, bytes_max } => {
                let skip = usize::try_from(seq).unwrap_or(usize::MAX);
                Loaded::Entries(within(self.entries.iter().skip(skip).map(|entry| self.read(entry)), bytes_max, |entry| &entry.batch))
            }
            Load::MarkAt { seq: 0 } => Loaded::Mark(Some([0; 8])),
            Load::MarkAt { seq } => {
                let index = usize::try_from(seq - 1).unwrap_or(usize::MAX);
                Loaded::Mark(self.entries.get(index).map(|entry| entry.at.mark))
            }
            Load::Chain { chain, from, to, bytes_max } => {
                let found = self.by_chain.range((chain, from)..=(chain, to.max(from))).flat_map(|(_, heads)| heads);
                Loaded::Batches(within(found.map(|index| self.batches[*index].1.clone()), bytes_max, |batch| batch))
            }
            Load::Known { headers } => Loaded::Known(headers.iter().map(|hash| self.by_hash.contains_key(hash)).collect()),
            Load::Batches { headers } => Loaded::Batches(headers.iter().filter_map(|hash| self.batch(hash)).cloned().collect()),
            Load::Document { document } => {
                let places = self.by_document.get(&document).into_iter().flatten();
                Loaded::Document(places.map(|place| self.read_body(*place)).collect())
            }
        }
    }

    /// Returns the local facts whose key begins with `prefix`, in order of key.
    #[must_use]
    pub fn notes_under(&self, prefix: &str) -> Vec<(String, Vec<u8>)> {
        let from = self.notes.range(prefix.to_owned()..);
        from.take_while(|(key, _)| key.starts_with(prefix)).map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    fn read(&self, entry: &Entry) -> JournalEntry {
        let batch = self.batches[entry.batch].1.clone();
        JournalEntry { at: entry.at, late_body: entry.late_body, batch, source: entry.source }
    }

    fn read_body(&self, (number, index): (usize, u16)) -> DocumentBody {
        let (at, batch) = &self.batches[number];
        DocumentBody { header: batch.header.clone(), index, at: *at, body: batch.bodies[usize::from(index)].clone() }
    }
}

/// Takes items until their bodies exceed `bytes_max`, but at least one.
fn within<T>(items: impl Iterator<Item = T>, bytes_max: usize, batch: impl Fn(&T) -> &StoredBatch) -> Vec<T> {
    let mut taken: Vec<T> = Vec::new();
    let mut bytes = 0;
    for item in items {
        let here =
            batch(&item).bodies.iter().filter_map(|body| if let StoredBody::Here(body) = body { Some(body.bytes.len()) } else { None });
        bytes += here.sum::<usize>();
        if bytes > bytes_max && !taken.is_empty() {
            break;
        }
        taken.push(item);
    }
    taken
}
