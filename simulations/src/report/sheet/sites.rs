//! Each site: what it moved, how often it was linked, how old its knowledge was, what its card costs.

use crate::evidence::{Evidence, SiteDay};
use crate::layout::{Post, Seat};
use crate::plan::DAY_MS;
use crate::report::figures::{ppm, quantile};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Days of a month as tariffs and reports count them.
const MONTH_DAYS: u128 = 30;

/// One site below the hub. Figures that nobody recorded are `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteSheet {
    /// Its number.
    pub seat: Seat,
    /// Where it stands.
    pub post: Post,
    /// Its class in the scenario.
    pub class: String,
    /// Its division code.
    pub code: Option<String>,
    /// Bits a second of its slower direction.
    pub line_bps: Option<u64>,
    /// Bytes sent in the whole run.
    pub sent_bytes: u64,
    /// Bytes received in the whole run.
    pub received_bytes: u64,
    /// Both, in 30 days.
    pub month_bytes: u64,
    /// The most bytes that it moved in one direction on one day.
    pub busiest_day_bytes: Option<u64>,
    /// Sessions, as dialler.
    pub sessions: u64,
    /// Dials that led to nothing.
    pub failed_dials: u64,
    /// Share of the time with a session to the site above, parts a million.
    pub linked_ppm: u32,
    /// On days with a session: how old its knowledge was at the day's end, the middle one.
    pub stale_online_p50_ms: Option<u64>,
    /// And what 95 % of those days did not exceed.
    pub stale_online_p95_ms: Option<u64>,
    /// On all days, the middle one.
    pub stale_p50_ms: Option<u64>,
    /// On all days, what 95 % did not exceed.
    pub stale_p95_ms: Option<u64>,
    /// Days without a session.
    pub dark_days: Option<u64>,
    /// The most papers that waited at a day's end.
    pub backlog_max: Option<u64>,
    /// What its card costs in 30 days, thousandths of the currency; `None` without a tariff.
    pub month_cost_milli: Option<u64>,
}

/// Returns each site below the hub, by number.
pub(super) fn of(evidence: &Evidence) -> Vec<SiteSheet> {
    let mut days: BTreeMap<Seat, Vec<&SiteDay>> = BTreeMap::new();
    for day in &evidence.chronicle.days {
        days.entry(day.seat).or_default().push(day);
    }
    evidence.plan.layout.below_hub().map(|seat| one(evidence, seat, days.get(&seat).map_or(&[], Vec::as_slice))).collect()
}

fn one(evidence: &Evidence, seat: Seat, days: &[&SiteDay]) -> SiteSheet {
    let site = evidence.plan.layout.site(seat);
    let line = evidence.plan.sites.get(&seat).and_then(|make| make.line);
    let tally = evidence.sites.get(&seat).map(|left| left.tally).unwrap_or_default();
    let moved = u128::from(tally.sent_bytes) + u128::from(tally.received_bytes);
    let month = moved * MONTH_DAYS / u128::from(evidence.plan.days.max(1));
    let online = || days.iter().filter(|day| is_linked(day));
    let all = staleness(days.iter().copied());
    let linked = staleness(online().copied());
    SiteSheet {
        seat,
        post: site.post,
        class: site.class.clone(),
        code: site.code.clone(),
        line_bps: line.map(|line| line.up_bps.min(line.down_bps)),
        sent_bytes: tally.sent_bytes,
        received_bytes: tally.received_bytes,
        month_bytes: u64::try_from(month).unwrap_or(u64::MAX),
        busiest_day_bytes: days.iter().map(|day| day.sent_bytes.max(day.received_bytes)).max(),
        sessions: tally.sessions,
        failed_dials: tally.failed_dials,
        linked_ppm: ppm(tally.linked_ms, evidence.plan.end().0).min(1_000_000),
        stale_online_p50_ms: quantile(&linked, 50),
        stale_online_p95_ms: quantile(&linked, 95),
        stale_p50_ms: quantile(&all, 50),
        stale_p95_ms: quantile(&all, 95),
        dark_days: (!days.is_empty()).then(|| days.iter().filter(|day| !is_linked(day)).count() as u64),
        backlog_max: days.iter().map(|day| u64::from(day.backlog)).max(),
        month_cost_milli: None,
    }
}

/// Returns whether a site had a session that day.
pub(super) fn is_linked(day: &SiteDay) -> bool {
    day.sessions > 0 || day.linked_ms > 0
}

/// Returns how old a site's knowledge was; one that never had any is as old as the run.
pub(super) fn stale_ms(day: &SiteDay) -> u64 {
    day.stale_ms.unwrap_or((u64::from(day.day) + 1) * DAY_MS)
}

/// Returns the ages over some site days, in order.
pub(super) fn staleness<'a>(days: impl Iterator<Item = &'a SiteDay>) -> Vec<u64> {
    let mut ages: Vec<u64> = days.map(stale_ms).collect();
    ages.sort_unstable();
    ages
}
