//! A journal that counts what it is asked for while a node runs.

use mesh_runtime::journal::{BoxFuture, CommitError, Group, Journal, JournalError, Note, ReadJournal, Reader};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use sync_protocol::journal::{Load, Loaded, Position, Stored};

/// Counts questions that read batches or bodies; marks and known headers are no documents.
#[derive(Clone, Debug, Default)]
pub struct Asked(Arc<AtomicU64>);

impl Asked {
    /// Returns how many such questions there were.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A journal with a counter at its reader.
pub struct Watched<J> {
    inner: J,
    asked: Asked,
}

impl<J> Watched<J> {
    /// Watches `inner`.
    pub fn new(inner: J, asked: Asked) -> Watched<J> {
        Watched { inner, asked }
    }
}

impl<J: Journal> Journal for Watched<J> {
    async fn load(&mut self) -> Result<Stored, JournalError> {
        self.inner.load().await
    }

    async fn commit(&mut self, group: Group) -> Result<Vec<Vec<Position>>, CommitError> {
        self.inner.commit(group).await
    }

    fn reader(&self) -> Reader {
        Reader::new(Arc::new(WatchedReader { inner: self.inner.reader(), asked: self.asked.clone() }))
    }
}

struct WatchedReader {
    inner: Reader,
    asked: Asked,
}

impl ReadJournal for WatchedReader {
    fn fetch(&self, load: Load) -> BoxFuture<'_, Result<Loaded, JournalError>> {
        match load {
            Load::After { .. } | Load::Chain { .. } | Load::Batches { .. } | Load::Document { .. } => {
                self.asked.0.fetch_add(1, Ordering::SeqCst);
            }
            Load::MarkAt { .. } | Load::Known { .. } => {}
        }
        Box::pin(self.inner.fetch(load))
    }

    fn tail(&self) -> BoxFuture<'_, Result<Position, JournalError>> {
        Box::pin(self.inner.tail())
    }

    fn notes(&self, prefix: String) -> BoxFuture<'_, Result<Vec<Note>, JournalError>> {
        Box::pin(async move { self.inner.notes(&prefix).await })
    }
}
