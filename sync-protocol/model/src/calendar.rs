//! The county's working days, and due dates counted in them.
//!
//! A calendar is made of yearly documents; a year that is not published gives provisional dates, never a guess passed off as fact.

mod parse;

pub use crate::doc::calendar::CalendarYear;
pub use parse::{CalendarFile, parse_calendar_csv};

use crate::id::Hash;
use crate::time::Day;
use std::collections::BTreeMap;

/// A number of working days, 0 to 65,535.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    minicbor::Encode,
    minicbor::Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct WorkDays(#[n(0)] pub u16);

/// A due date, and whether every year it was counted through is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(flat)]
pub enum Due {
    /// Counted on published years only.
    #[n(0)]
    Fixed(#[n(0)] Day),
    /// Counted through a year that is not published, by weekends and fixed-date holidays; may move.
    #[n(1)]
    Provisional(#[n(0)] Day),
}

impl Due {
    /// Returns the last day on which the act is in time.
    #[must_use]
    pub fn day(self) -> Day {
        match self {
            Due::Fixed(day) | Due::Provisional(day) => day,
        }
    }

    /// Returns whether the date may move when a calendar is published.
    #[must_use]
    pub fn is_provisional(self) -> bool {
        matches!(self, Due::Provisional(_))
    }

    /// Returns the date that binds the office: the earlier of this one and the one printed on paper.
    #[must_use]
    pub fn bound_by(self, printed: Option<Due>) -> Due {
        match printed {
            Some(printed) if printed.day() < self.day() => printed,
            Some(_) | None => self,
        }
    }
}

/// Published calendar years, the highest revision of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    years: BTreeMap<i32, CalendarYear>,
}

impl WorkCalendar {
    /// Puts years together; of two documents of one year the higher revision counts, of equal ones the higher hash.
    #[must_use]
    pub fn from_years(years: impl IntoIterator<Item = CalendarYear>) -> WorkCalendar {
        let mut calendar = WorkCalendar::default();
        for year in years {
            let newer = calendar.years.get(&year.year).is_none_or(|held| (held.revision, held.hash()) < (year.revision, year.hash()));
            if newer {
                calendar.years.insert(year.year, year);
            }
        }
        calendar
    }

    /// Returns the published years in order.
    pub fn years(&self) -> impl Iterator<Item = &CalendarYear> {
        self.years.values()
    }

    /// Returns the document of a year, `None` if it is not published.
    #[must_use]
    pub fn year(&self, year: i32) -> Option<&CalendarYear> {
        self.years.get(&year)
    }

    /// Returns whether the year of this day is published.
    #[must_use]
    pub fn is_published(&self, day: Day) -> bool {
        self.years.contains_key(&day.year())
    }

    /// Returns whether offices work on this day; for a year not published, by weekends and fixed-date holidays.
    #[must_use]
    pub fn is_workday(&self, day: Day) -> bool {
        match self.years.get(&day.year()) {
            Some(year) => year.workdays.contains(&day) || (!day.weekday().is_weekend() && !year.holidays.contains(&day)),
            None => !day.weekday().is_weekend() && !is_fixed_holiday(day),
        }
    }

    /// Returns the hashes of the published years that a count from this day is likely to touch: its own and the next.
    ///
    /// An event pins these, so that a closed case keeps the calendar it was closed under.
    #[must_use]
    pub fn pin(&self, day: Day) -> Vec<Hash> {
        self.years.range(day.year()..=day.year().saturating_add(1)).map(|(_, year)| year.hash()).collect()
    }
}

/// Returns the last day on which an act that has `limit` working days is in time; the start day is not counted.
///
/// 0 working days are due on the start day itself, be it a working day or not. A count that runs through a year that is not published
/// comes back as [`Due::Provisional`].
#[must_use]
pub fn due_on(start: Day, limit: WorkDays, calendar: &WorkCalendar) -> Due {
    let mut day = start;
    let mut left = limit.0;
    let mut published = left == 0 || calendar.is_published(start);
    // No calendar of a real office rests for a year; the bound keeps a hostile document from counting for ever.
    let mut rested = 0;
    while left > 0 && rested <= REST_DAYS_MAX {
        day = day + 1;
        published &= calendar.is_published(day);
        if calendar.is_workday(day) {
            left -= 1;
            rested = 0;
        } else {
            rested += 1;
        }
    }
    if published { Due::Fixed(day) } else { Due::Provisional(day) }
}

const REST_DAYS_MAX: u32 = 366;

/// Returns whether the national rules fix this date as a holiday in every year: 1 January, 1 and 2 May, 1 to 3 October.
fn is_fixed_holiday(day: Day) -> bool {
    let (_, month, day) = day.civil();
    matches!((month, day), (1, 1) | (5, 1 | 2) | (10, 1..=3))
}

#[cfg(test)]
mod tests;
