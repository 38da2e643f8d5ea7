//! A disk that syncs whole groups of commits, takes its time, and loses at a power cut what it had not synced.
//!
//! Told to [forget](Disk::forget), it answers before it keeps, as drives with a volatile cache do; then a cut takes back what was answered.

pub mod content;

pub use content::Content;

use crate::plan::InFlight;
use std::collections::VecDeque;
use sync_protocol::journal::{Position, Ticket, Write};

/// One machine's disk.
#[derive(Debug, Default)]
pub struct Disk {
    content: Content,
    waiting: VecDeque<(Ticket, Vec<Write>)>,
    /// How many of those waiting are under way to the platter.
    under_way: usize,
    cache: Option<Cache>,
}

/// What a forgetful disk answered for and still owes to the platter.
#[derive(Debug)]
struct Cache {
    kept: Content,
    owed: VecDeque<Vec<Write>>,
    commits: usize,
}

impl Disk {
    /// Returns what the node may believe to be durable.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// Returns what really is.
    #[must_use]
    pub fn kept(&self) -> &Content {
        self.cache.as_ref().map_or(&self.content, |cache| &cache.kept)
    }

    /// Returns what really is durable, for good.
    #[must_use]
    pub fn into_kept(self) -> Content {
        self.cache.map_or(self.content, |cache| cache.kept)
    }

    /// Takes a commit; it waits for the next sync.
    pub fn take(&mut self, ticket: Ticket, writes: Vec<Write>) {
        self.waiting.push_back((ticket, writes));
    }

    /// Starts syncing everything that waits; false when nothing waits or a sync is under way.
    #[must_use]
    pub fn starts_sync(&mut self) -> bool {
        let starts = self.under_way == 0 && !self.waiting.is_empty();
        if starts {
            self.under_way = self.waiting.len();
        }
        starts
    }

    /// Ends the sync under way: its commits are in the content, in order.
    pub fn end_sync(&mut self) -> Vec<(Ticket, Vec<Position>)> {
        let group: Vec<(Ticket, Vec<Write>)> = self.waiting.drain(..std::mem::take(&mut self.under_way)).collect();
        group.into_iter().map(|(ticket, writes)| (ticket, self.write(writes))).collect()
    }

    fn write(&mut self, writes: Vec<Write>) -> Vec<Position> {
        if let Some(cache) = &mut self.cache {
            cache.owed.push_back(writes.clone());
            while cache.owed.len() > cache.commits {
                let oldest = cache.owed.pop_front().expect("more than none are owed");
                cache.kept.apply(oldest);
            }
        }
        self.content.apply(writes)
    }

    /// Answers before it keeps from here on: the newest `commits` would not survive a power cut.
    pub fn forget(&mut self, commits: usize) {
        let kept = self.kept().clone();
        self.cache = Some(Cache { kept, owed: VecDeque::new(), commits });
    }

    /// Keeps everything it answered for, and answers honestly from here on.
    pub fn be_honest(&mut self) {
        self.cache = None;
    }

    /// Puts an older copy back; the power is off.
    pub fn roll_back(&mut self, copy: Content) {
        if let Some(cache) = &mut self.cache {
            cache.owed.clear();
            cache.kept = copy.clone();
        }
        self.content = copy;
    }

    /// Cuts the power; returns what became durable without anybody being told.
    pub fn cut_power(&mut self, in_flight: InFlight) -> Vec<Position> {
        let reached = match in_flight {
            InFlight::Reached => self.end_sync(),
            InFlight::Lost => Vec::new(),
        };
        self.waiting.clear();
        self.under_way = 0;
        if let Some(cache) = &mut self.cache {
            cache.owed.clear();
            self.content = cache.kept.clone();
        }
        reached.into_iter().flat_map(|(_, positions)| positions).collect()
    }
}
