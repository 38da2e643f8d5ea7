//! One published year of the county's working-day calendar.

use super::{ReadDocError, content_hash, hash_if_more, read, write};
use crate::id::Hash;
use crate::time::Day;
use std::collections::{BTreeMap, BTreeSet};

/// A year's exceptions to Monday-Friday, as published by the county (holidays of minority areas included).
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct CalendarYear {
    /// The Gregorian year.
    #[n(0)]
    pub year: i32,
    /// Counts publications of this year, from 1; the highest counts.
    #[n(1)]
    pub revision: u32,
    /// Days off that are not weekends, or weekends named as holidays.
    #[n(2)]
    #[cbor(default)]
    pub holidays: BTreeSet<Day>,
    /// Weekend days on which offices work (调休上班).
    #[n(3)]
    #[cbor(default)]
    pub workdays: BTreeSet<Day>,
    /// Names of the exceptions, for people.
    #[n(4)]
    #[cbor(default)]
    pub names: BTreeMap<Day, String>,
    /// The hash of the bytes as published, where these say more than this build reads; set by reading alone.
    #[cbor(skip)]
    pub published: Option<Hash>,
}

impl CalendarYear {
    /// Returns a year without exceptions, revision 1.
    #[must_use]
    pub fn new(year: i32) -> CalendarYear {
        CalendarYear { year, revision: 1, holidays: BTreeSet::new(), workdays: BTreeSet::new(), names: BTreeMap::new(), published: None }
    }

    /// Returns the same year as the revision after `held`, the revision that is published.
    #[must_use]
    pub fn revised(&self, held: u32) -> CalendarYear {
        CalendarYear { revision: held.saturating_add(1), published: None, ..self.clone() }
    }

    /// Returns the version hash, by which events pin the year.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.published.unwrap_or_else(|| content_hash(&self.to_bytes()))
    }

    /// Returns the bytes that are published.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        write(self)
    }

    /// Reads a published year.
    ///
    /// # Errors
    /// [`ReadDocError`] when the bytes hold something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<CalendarYear, ReadDocError> {
        let year: CalendarYear = read("calendar year", bytes)?;
        let published = hash_if_more(bytes, &year.to_bytes());
        Ok(CalendarYear { published, ..year })
    }
}
