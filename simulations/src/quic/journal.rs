//! A journal on a simulated disk: takes its time, loses what was not synced, fills up, forgets, is put back.

use crate::disk::{Content, Disk, Synced};
use crate::plan::InFlight;
use mesh_model::time::Uptime;
use mesh_runtime::journal::{BoxFuture, CommitError, Group, Journal, JournalError, Note, ReadJournal, Reader};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use sync_protocol::journal::{Load, Loaded, Position, Stored};
use tokio::time::Instant;

/// A machine's disk with what the world does to it.
#[derive(Debug)]
pub struct Store {
    /// What is on it and on its way.
    pub disk: Disk,
    /// Takes nothing more until then.
    pub full_until: Option<Instant>,
    /// Milliseconds of one sync.
    pub sync_ms: u64,
    /// Commits waiting or under way.
    pub waiting: u64,
    /// Syncs done.
    pub syncs: u64,
    /// What became durable since somebody looked, in order.
    pub news: Vec<(Instant, Position)>,
}

/// The disk of one machine; survives every process.
#[derive(Clone, Debug)]
pub struct SharedStore(Arc<Mutex<Store>>);

impl Store {
    /// Cuts the power under whatever is on its way.
    pub fn cut_power(&mut self, in_flight: InFlight) -> Aftermath {
        let answered = self.disk.content().tail();
        let now = Instant::now();
        // Fullness is judged by the clock of the runtime, before a commit: the disk's own is not used.
        let (reached, _) = self.disk.cut_power(Uptime(0), in_flight);
        self.news.extend(reached.into_iter().map(|at| (now, at)));
        self.waiting = 0;
        if self.disk.content().tail().seq < answered.seq { Aftermath::Forgot } else { Aftermath::Whole }
    }

    /// Ends every fault.
    pub fn be_sound(&mut self) {
        self.disk.be_honest();
        self.full_until = None;
    }

    /// Takes what became durable since the last time.
    pub fn take_news(&mut self) -> Vec<(Instant, Position)> {
        std::mem::take(&mut self.news)
    }
}

/// What a power cut left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aftermath {
    /// The disk lost what it had answered for.
    Forgot,
    /// Everything answered for is there.
    Whole,
}

impl SharedStore {
    /// Makes an empty disk.
    #[must_use]
    pub fn new(sync_ms: u32) -> SharedStore {
        let store = Store { disk: Disk::default(), full_until: None, sync_ms: u64::from(sync_ms), waiting: 0, syncs: 0, news: Vec::new() };
        SharedStore(Arc::new(Mutex::new(store)))
    }

    /// Returns the disk.
    pub fn lock(&self) -> MutexGuard<'_, Store> {
        self.0.lock().expect("nobody panics while holding a disk")
    }
}

/// The journal of one process.
#[derive(Debug)]
pub struct SimJournal(SharedStore);

impl SimJournal {
    /// Opens a disk's journal.
    #[must_use]
    pub fn new(store: &SharedStore) -> SimJournal {
        SimJournal(store.clone())
    }
}

impl Journal for SimJournal {
    async fn load(&mut self) -> Result<Stored, JournalError> {
        Ok(self.0.lock().disk.content().stored())
    }

    async fn commit(&mut self, group: Group) -> Result<Vec<Vec<Position>>, CommitError> {
        let sync_ms = {
            let mut store = self.0.lock();
            if store.full_until.is_some_and(|until| Instant::now() < until) {
                return Err(CommitError::Full);
            }
            store.waiting = group.len() as u64;
            for (ticket, writes) in group {
                store.disk.take(ticket, writes);
            }
            let starts = store.disk.starts_sync();
            debug_assert!(starts, "one group is under way at a time");
            store.sync_ms
        };
        tokio::time::sleep(Duration::from_millis(sync_ms)).await;
        let mut store = self.0.lock();
        let Synced::Kept(group) = store.disk.end_sync(Uptime(0)) else { return Err(CommitError::Full) };
        let answers: Vec<Vec<Position>> = group.into_iter().map(|(_, positions)| positions).collect();
        let now = Instant::now();
        store.news.extend(answers.iter().flatten().map(|at| (now, *at)));
        store.waiting = 0;
        store.syncs += 1;
        Ok(answers)
    }

    fn reader(&self) -> Reader {
        Reader::new(Arc::new(SimReader(self.0.clone())))
    }
}

struct SimReader(SharedStore);

impl SimReader {
    fn with<T: Send + 'static>(&self, look: impl FnOnce(&Content) -> T) -> BoxFuture<'_, Result<T, JournalError>> {
        let answer = look(self.0.lock().disk.content());
        Box::pin(std::future::ready(Ok(answer)))
    }
}

impl ReadJournal for SimReader {
    fn fetch(&self, load: Load) -> BoxFuture<'_, Result<Loaded, JournalError>> {
        self.with(|content| content.answer(load))
    }

    fn tail(&self) -> BoxFuture<'_, Result<Position, JournalError>> {
        self.with(Content::tail)
    }

    fn notes(&self, prefix: String) -> BoxFuture<'_, Result<Vec<Note>, JournalError>> {
        self.with(|content| content.notes_under(&prefix))
    }
}
