//! How old the sites' knowledge was over the days: quantiles, the strip of site by day, the longest spell in the dark.

use super::sites::{is_linked, stale_ms, staleness};
use crate::evidence::{Evidence, SiteDay};
use crate::layout::Seat;
use crate::plan::DAY_MS;
use crate::report::figures::{Quantiles, quantile};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where one level of the strip ends and the next begins, in hours. Up to the first is level 0, beyond the last level 6.
pub const LEVEL_HOURS: [u64; 6] = [1, 8, 24, 72, 168, 720];
/// Columns of a strip, at most: longer runs have several days in one.
const COLUMNS_MAX: u16 = 120;
const HOUR_MS: u64 = 3_600_000;

/// What was recorded over the days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Milliseconds of age at the end of days with a session, over sites and days.
    pub stale_online_ms: Option<Quantiles>,
    /// Over all days.
    pub stale_ms: Option<Quantiles>,
    /// Site by day.
    pub strip: Strip,
    /// The day on which the sites knew least.
    pub worst_day: Option<WorstDay>,
    /// The longest spell without a session.
    pub dark: Option<DarkSpell>,
}

/// Site by day, one character a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strip {
    /// Days in one column; the worst of them is shown.
    pub days_per_column: u16,
    /// A row of levels 0 to 6 for each site, `.` where nothing was recorded.
    pub rows: Vec<(Seat, String)>,
}

/// The day on which the sites knew least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorstDay {
    /// Days since the run began.
    pub day: u16,
    /// The age of the middle site.
    pub median_ms: u64,
    /// Sites whose knowledge was older than a day.
    pub over_day: u64,
    /// Older than seven days.
    pub over_week: u64,
    /// Older than thirty days.
    pub over_month: u64,
}

/// The longest spell in which one site had no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DarkSpell {
    /// Which site.
    pub seat: Seat,
    /// How many days.
    pub days: u16,
    /// Its last day.
    pub last_day: u16,
    /// How old the site's knowledge was at its end.
    pub stale_ms: u64,
    /// And at the end of the first day with a session; `None` when the run ended in the dark.
    pub stale_after_ms: Option<u64>,
}

/// Returns what was recorded; `None` when nothing was.
pub(super) fn of(evidence: &Evidence) -> Option<Course> {
    let days = &evidence.chronicle.days;
    if days.is_empty() {
        return None;
    }
    let below = || days.iter().filter(|day| day.seat != Seat::HUB);
    Some(Course {
        stale_online_ms: Quantiles::of(staleness(below().filter(|day| is_linked(day)))),
        stale_ms: Quantiles::of(staleness(below())),
        strip: strip(evidence),
        worst_day: worst_day(evidence),
        dark: dark(evidence),
    })
}

fn strip(evidence: &Evidence) -> Strip {
    let days = evidence.plan.days.max(1);
    let days_per_column = days.div_ceil(COLUMNS_MAX);
    let columns = usize::from(days.div_ceil(days_per_column));
    let mut rows: BTreeMap<Seat, Vec<char>> = evidence.plan.layout.below_hub().map(|seat| (seat, vec!['.'; columns])).collect();
    for day in &evidence.chronicle.days {
        let cell = rows.get_mut(&day.seat).and_then(|row| row.get_mut(usize::from(day.day / days_per_column)));
        if let Some(cell) = cell {
            // '.' sorts before every digit.
            *cell = (*cell).max(level(stale_ms(day)));
        }
    }
    Strip { days_per_column, rows: rows.into_iter().map(|(seat, row)| (seat, row.into_iter().collect())).collect() }
}

fn level(age_ms: u64) -> char {
    let level = LEVEL_HOURS.iter().filter(|hours| age_ms > **hours * HOUR_MS).count();
    char::from_digit(u32::try_from(level).unwrap_or(6), 10).expect("one of seven levels")
}

fn worst_day(evidence: &Evidence) -> Option<WorstDay> {
    let mut ages: BTreeMap<u16, Vec<u64>> = BTreeMap::new();
    for day in evidence.chronicle.days.iter().filter(|day| day.seat != Seat::HUB) {
        ages.entry(day.day).or_default().push(stale_ms(day));
    }
    let sum = |ages: &[u64]| ages.iter().map(|age| u128::from(*age)).sum::<u128>();
    let (day, mut ages) = ages.into_iter().rev().max_by_key(|(_, ages)| sum(ages))?;
    ages.sort_unstable();
    let over = |days: u64| ages.iter().filter(|age| **age > days * DAY_MS).count() as u64;
    Some(WorstDay { day, median_ms: quantile(&ages, 50)?, over_day: over(1), over_week: over(7), over_month: over(30) })
}

fn dark(evidence: &Evidence) -> Option<DarkSpell> {
    let mut by_site: BTreeMap<Seat, BTreeMap<u16, &SiteDay>> = BTreeMap::new();
    for day in evidence.chronicle.days.iter().filter(|day| day.seat != Seat::HUB) {
        by_site.entry(day.seat).or_default().insert(day.day, day);
    }
    let mut longest: Option<DarkSpell> = None;
    for (seat, days) in by_site {
        let mut run = 0_u16;
        for (number, day) in &days {
            run = if is_linked(day) { 0 } else { run + 1 };
            if run > longest.map_or(0, |spell| spell.days) {
                let next = days.get(&(number + 1)).map(|day| stale_ms(day));
                longest = Some(DarkSpell { seat, days: run, last_day: *number, stale_ms: stale_ms(day), stale_after_ms: next });
            }
        }
    }
    longest
}
