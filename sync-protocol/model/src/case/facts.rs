//! Published facts that events name by content hash: item versions and calendar years.

use crate::calendar::{CalendarYear, WorkCalendar};
use crate::doc::item::ItemVersion;
use crate::doc::{ReadDocError, content_hash};
use crate::id::Hash;
use std::collections::BTreeMap;

/// A fact that an event names and that is not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "fact", content = "hash")]
pub enum Missing {
    /// A published calendar year.
    Calendar(Hash),
    /// A published item version.
    Item(Hash),
}

/// The facts at hand. The newest revision of each calendar year serves open cases; ended cases keep the years they name.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    items: BTreeMap<Hash, ItemVersion>,
    years: BTreeMap<Hash, CalendarYear>,
    calendar: WorkCalendar,
}

impl Facts {
    /// Adds an item version by its published bytes and returns its hash.
    ///
    /// # Errors
    /// [`ReadDocError`] when the bytes hold something else; nothing is added.
    pub fn add_item_bytes(&mut self, bytes: &[u8]) -> Result<Hash, ReadDocError> {
        let hash = content_hash(bytes);
        self.items.insert(hash, ItemVersion::from_bytes(bytes)?);
        Ok(hash)
    }

    /// Adds an item version and returns its hash.
    pub fn add_item(&mut self, item: ItemVersion) -> Hash {
        let hash = item.hash();
        self.items.insert(hash, item);
        hash
    }

    /// Adds a published calendar year and returns its hash.
    pub fn add_year(&mut self, year: CalendarYear) -> Hash {
        let hash = year.hash();
        self.years.insert(hash, year);
        self.calendar = WorkCalendar::from_years(self.years.values().cloned());
        hash
    }

    /// Returns the item version with this hash.
    #[must_use]
    pub fn item(&self, hash: Hash) -> Option<&ItemVersion> {
        self.items.get(&hash)
    }

    /// Returns the calendar of the newest revisions.
    #[must_use]
    pub fn calendar(&self) -> &WorkCalendar {
        &self.calendar
    }

    /// Returns the calendar made of exactly the pinned years.
    ///
    /// # Errors
    /// The first pinned year that is not here.
    pub fn pinned_calendar(&self, pins: &[Hash]) -> Result<WorkCalendar, Missing> {
        let years: Result<Vec<CalendarYear>, Missing> =
            pins.iter().map(|hash| self.years.get(hash).cloned().ok_or(Missing::Calendar(*hash))).collect();
        years.map(WorkCalendar::from_years)
    }
}
