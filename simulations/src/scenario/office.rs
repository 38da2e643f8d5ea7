//! Clerks and citizens as a scenario writes them down; the defaults are the measured loads of real offices.

use super::units::{Amount, Bytes, Dates, Hours, Ms, Share};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The office: how many cases, in which hours.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Office {
    /// When windows are open.
    pub open: Hours,
    /// When they are not, in between.
    pub lunch: Option<Hours>,
    /// Cases that a site takes in on a working day, by class, or by `township` and `village` for every class of that post.
    pub cases_per_day: BTreeMap<String, Amount>,
    /// Events of one case.
    pub events_per_case: u8,
    /// Working days that a case takes.
    pub case_days: u16,
    /// Bytes of one event.
    pub bytes: Sizes,
    /// Cases in which the county decides.
    pub hub_share: Share,
    /// Every so many days of the month is market day; 0 for none.
    pub market_every_days: u8,
    /// How much busier a market day is.
    pub market_factor: Amount,
    /// The busiest day of the year.
    pub peak: Option<PeakDay>,
    /// Renewals that everybody needs at once.
    pub campaign: Option<Campaign>,
    /// Clerks that leave in a year; a new one is slow for a month.
    pub turnover: Share,
    /// Catalogue changes and orders of the county in a week.
    pub county_papers_per_week: Amount,
}

impl Default for Office {
    fn default() -> Office {
        const HOUR_MS: u64 = 3_600_000;
        Office {
            open: Hours { from_ms: 17 * HOUR_MS / 2, to_ms: 35 * HOUR_MS / 2 },
            lunch: Some(Hours { from_ms: 12 * HOUR_MS, to_ms: 14 * HOUR_MS }),
            cases_per_day: [("township".to_owned(), Amount(20_200)), ("village".to_owned(), Amount(270))].into(),
            events_per_case: 8,
            case_days: 5,
            bytes: Sizes { p50: Bytes(650), p95: Bytes(2_000) },
            hub_share: Share(crate::line::Ppm(150_000)),
            market_every_days: 0,
            market_factor: Amount(3_000),
            peak: None,
            campaign: None,
            turnover: Share(crate::line::Ppm(0)),
            county_papers_per_week: Amount(4_000),
        }
    }
}

/// Sizes, by their median and the twentieth part that is larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    /// The middle one.
    pub p50: Bytes,
    /// Only one in twenty is larger.
    pub p95: Bytes,
}

/// The busiest day of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeakDay {
    /// Which.
    pub on: Dates,
    /// How much busier.
    pub factor: Amount,
}

/// Renewals that everybody needs at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// When.
    pub on: Dates,
    /// Cases that a site takes in on each working day of it.
    pub cases_per_day: Amount,
    /// Which part of the sites.
    pub share: Share,
}

/// What sites of a class write beside the cases of the office.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// Which class.
    pub class: String,
    /// Papers of each site on every day.
    pub writes_per_day: Amount,
    /// How large.
    pub bytes: Sizes,
    /// Documents that the site and the one above both write, half of all its papers.
    #[serde(default)]
    pub shared_docs: u16,
    /// Not modelled: photographs travel apart from papers.
    #[serde(default)]
    pub photos_per_week: Amount,
    /// Leave out weekends and holidays.
    #[serde(default)]
    pub days: WhichDays,
    /// When a paper may be written; a day of work unless said.
    pub hours: Option<Hours>,
    /// How long an idle site waits before it writes. Zero unless said.
    #[serde(default)]
    pub starts_after: Ms,
}

/// On which days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhichDays {
    /// All.
    #[default]
    Every,
    /// Those on which offices work.
    Working,
}
