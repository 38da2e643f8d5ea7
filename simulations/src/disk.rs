//! A disk that syncs whole groups of commits, takes its time, and loses at a power cut what it had not synced.
//!
//! Told to [forget](Disk::forget), it answers before it keeps, as drives with a volatile cache do; then a cut takes back what was answered.
//! [Full](Disk::fill), it keeps nothing new. [Rolled back](Disk::roll_back), it holds an older copy of itself.

pub mod content;
pub mod packed;
pub mod pool;
mod shelves;

pub use content::{Content, Placed};
pub use pool::SharedPool;

use crate::plan::InFlight;
use mesh_model::time::Uptime;
use std::collections::VecDeque;
use sync_protocol::journal::{Position, Ticket, Write};

/// One machine's disk.
#[derive(Debug, Default)]
pub struct Disk {
    content: Content,
    waiting: VecDeque<(Ticket, Vec<Write>)>,
    /// How many of those waiting are under way to the platter.
    under_way: usize,
    full_until: Uptime,
    cache: Option<Cache>,
}

/// What a forgetful disk answered for and still owes to the platter.
#[derive(Debug)]
struct Cache {
    kept: Content,
    owed: VecDeque<Vec<Write>>,
    commits: usize,
}

/// How a sync ended.
#[derive(Debug)]
pub enum Synced {
    /// The group is in the content, in order.
    Kept(Vec<(Ticket, Vec<Position>)>),
    /// Nothing was written; this ticket and every later one is refused.
    Full {
        /// The first refused.
        first: Ticket,
        /// Batches that were to be written, of this site's own and of others.
        lost: Refused,
    },
}

/// What a full disk refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// Batches written here.
    pub own: usize,
    /// Batches of others.
    pub of_peers: usize,
}

impl Disk {
    /// Makes an empty disk over a county's pool.
    #[must_use]
    pub fn over(pool: &SharedPool) -> Disk {
        Disk { content: Content::over(pool), ..Disk::default() }
    }

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

    /// Returns how many commits wait, those under way included.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
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

    /// Ends the sync under way.
    pub fn end_sync(&mut self, now: Uptime) -> Synced {
        if now < self.full_until
            && let Some((first, _)) = self.waiting.front()
        {
            let (first, lost) = (*first, self.refuse_all());
            return Synced::Full { first, lost };
        }
        let group: Vec<(Ticket, Vec<Write>)> = self.waiting.drain(..std::mem::take(&mut self.under_way)).collect();
        Synced::Kept(group.into_iter().map(|(ticket, writes)| (ticket, self.write(writes))).collect())
    }

    fn refuse_all(&mut self) -> Refused {
        self.under_way = 0;
        let mut refused = Refused::default();
        for write in self.waiting.drain(..).flat_map(|(_, writes)| writes) {
            if let Write::Batch(batch) = write {
                let count = if batch.source.is_none() { &mut refused.own } else { &mut refused.of_peers };
                *count += 1;
            }
        }
        refused
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
        match &mut self.cache {
            // What is owed already stays owed, or the platter would lack it in the middle.
            Some(cache) => cache.commits = commits,
            None => self.cache = Some(Cache { kept: self.content.clone(), owed: VecDeque::new(), commits }),
        }
    }

    /// Keeps nothing new until then.
    pub fn fill(&mut self, until: Uptime) {
        self.full_until = self.full_until.max(until);
    }

    /// Keeps everything it answered for, answers honestly from here on, and has room.
    pub fn be_honest(&mut self) {
        self.cache = None;
        self.full_until = Uptime(0);
    }

    /// Stays full for ever if it is full now: nobody comes to help.
    pub fn stay_as_it_is(&mut self, now: Uptime) {
        if self.full_until > now {
            self.full_until = Uptime(u64::MAX);
        }
    }

    /// Cuts the power; returns what became durable without anybody being told, and whether something answered for is gone.
    pub fn cut_power(&mut self, now: Uptime, in_flight: InFlight) -> (Vec<Position>, Aftermath) {
        let reached = match in_flight {
            InFlight::Reached => match self.end_sync(now) {
                Synced::Kept(group) => group.into_iter().flat_map(|(_, positions)| positions).collect(),
                Synced::Full { .. } => Vec::new(),
            },
            InFlight::Lost => Vec::new(),
        };
        self.waiting.clear();
        self.under_way = 0;
        let Some(cache) = &mut self.cache else { return (reached, Aftermath::Whole) };
        let forgot = !cache.owed.is_empty();
        cache.owed.clear();
        self.content = cache.kept.clone();
        (if forgot { Vec::new() } else { reached }, if forgot { Aftermath::Forgot } else { Aftermath::Whole })
    }

    /// Puts an older copy back; the power is off.
    pub fn roll_back(&mut self, copy: Content) {
        if let Some(cache) = &mut self.cache {
            cache.owed.clear();
            cache.kept = copy.clone();
        }
        self.content = copy;
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
