//! The days of a run: dates, working days by the national calendar, market days.

use super::{DAY_MS, DAYS_MAX, FIRST_DAY};
use crate::scenario::units::Dates;
use mesh_model::calendar::{WorkCalendar, parse_calendar_csv};
use mesh_model::time::Day;

/// Days looked up beyond the longest run: a case goes on after the last of them.
const BEYOND: u16 = 100;

/// The days of a run.
#[derive(Debug)]
pub struct Days {
    /// By day of the run: a year of a county asks millions of times.
    working: Vec<Working>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Working {
    No,
    Yes,
}

impl Days {
    /// Reads the national calendar. After its last year weekends and fixed holidays count.
    #[must_use]
    pub fn new() -> Days {
        let file = parse_calendar_csv(include_str!("../../../ops/demo/data/workdays-CN.csv"));
        let calendar = WorkCalendar::from_years(file.whole_years());
        let working = |day: u16| if calendar.is_workday(date(day)) { Working::Yes } else { Working::No };
        Days { working: (0..DAYS_MAX + BEYOND).map(working).collect() }
    }

    /// Returns whether offices work on this day of the run.
    #[must_use]
    pub fn works(&self, day: u16) -> bool {
        self.working.get(usize::from(day)) == Some(&Working::Yes)
    }

    /// Returns the first working day on or after this one, within ten weeks.
    #[must_use]
    pub fn next_working(&self, day: u16) -> u16 {
        (day..day.saturating_add(70)).find(|day| self.works(*day)).unwrap_or(day)
    }

    /// Returns the day of the run that is so many working days after this one.
    #[must_use]
    pub fn working_days_after(&self, day: u16, working: u16) -> u16 {
        (0..working).fold(self.next_working(day), |day, _| self.next_working(day.saturating_add(1)))
    }
}

impl Default for Days {
    fn default() -> Days {
        Days::new()
    }
}

fn date(day: u16) -> Day {
    Day(FIRST_DAY + i32::from(day))
}

/// Returns whether a day of the run is one of these dates.
#[must_use]
pub fn is_among(day: u16, dates: Dates) -> bool {
    let (_, month, day_of_month) = date(day).civil();
    dates.hold(month, day_of_month)
}

/// Returns whether a day of the run is market day, when every so many days of the month is one.
#[must_use]
pub fn is_market(day: u16, every: u8) -> bool {
    let (_, _, day_of_month) = date(day).civil();
    every > 0 && day_of_month % every == 0
}

/// Returns the beginnings and lengths of the times on these dates, in milliseconds of the run.
#[must_use]
pub fn spans(days: u16, dates: Dates) -> Vec<(u64, u64)> {
    let mut spans: Vec<(u64, u64)> = Vec::new();
    for day in (0..days).filter(|day| is_among(*day, dates)) {
        let start = u64::from(day) * DAY_MS;
        match spans.last_mut() {
            Some((from, len)) if *from + *len == start => *len += DAY_MS,
            Some(_) | None => spans.push((start, DAY_MS)),
        }
    }
    spans
}
