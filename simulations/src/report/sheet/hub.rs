//! What the hub bore: its busiest minute, and the storm when many sites come back at once.

use crate::evidence::{Evidence, HubMinute};
use crate::layout::Seat;
use crate::plan::{Plan, What};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const MINUTE_MS: u64 = 60_000;
/// Minutes shown before sites come back.
pub(in crate::report) const BEFORE: u32 = 30;
/// Minutes looked at afterwards.
pub(in crate::report) const AFTER: u32 = 120;
/// Lines that come back within so many minutes come back together.
const TOGETHER: u64 = 10;
/// Outages shorter than this many minutes make no storm: nobody has given up yet.
const SHORT: u64 = 10;

/// What the hub bore.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubLoad {
    /// Sessions that began in the busiest minute.
    pub peak_sessions: u64,
    /// Bytes of the minute that moved most.
    pub peak_bytes: u64,
    /// Commits of the minute that made most durable.
    pub peak_commits: u64,
    /// Minutes with more than half as many sessions as the busiest.
    pub minutes_above_half: u64,
    /// The fiercest return of many sites, or the busiest minute where none returned.
    pub storm: Option<Storm>,
}

/// Many sites come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storm {
    /// Why they were away.
    pub cause: StormCause,
    /// The minute of the run in which they could come back.
    pub minute: u32,
    /// Milliseconds that they, or the hub, had been away.
    pub away_ms: u64,
    /// Sites that had been cut off, as far as the plan says.
    pub sites: u64,
    /// Sessions of the busiest minute from then on, within two hours.
    pub peak_sessions: u64,
    /// Bytes of the busiest minute.
    pub peak_bytes: u64,
    /// Minutes until 95 % of the sessions of those two hours had begun.
    pub settled_minutes: u64,
    /// Sessions minute by minute, from 30 minutes before to 120 after.
    pub sessions: Vec<u32>,
}

/// Why many sites were away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StormCause {
    /// Nobody was: this is the busiest time of the run.
    Busiest,
    /// The hub had no power.
    HubPower,
    /// The lines of many sites were down.
    Lines,
}

/// Returns what the hub bore; `None` when it was not recorded.
pub(super) fn of(evidence: &Evidence) -> Option<HubLoad> {
    let minutes = &evidence.chronicle.hub;
    let peak = minutes.iter().map(|minute| minute.sessions).max()?;
    Some(HubLoad {
        peak_sessions: u64::from(peak),
        peak_bytes: minutes.iter().map(|minute| minute.bytes).max().unwrap_or(0),
        peak_commits: minutes.iter().map(|minute| u64::from(minute.commits)).max().unwrap_or(0),
        minutes_above_half: minutes.iter().filter(|minute| 2 * u64::from(minute.sessions) > u64::from(peak)).count() as u64,
        storm: storm(evidence),
    })
}

struct Return {
    cause: StormCause,
    at_ms: u64,
    away_ms: u64,
    sites: u64,
}

fn storm(evidence: &Evidence) -> Option<Storm> {
    let minutes = &evidence.chronicle.hub;
    let mut returns = hub_returns(&evidence.plan);
    returns.extend(line_returns(&evidence.plan));
    let storms = returns.iter().map(|back| tell(minutes, back));
    // Of equal peaks the earliest: a later one adds nothing.
    if let Some(fiercest) = storms.rev().max_by_key(|storm| storm.peak_sessions)
        && fiercest.peak_sessions > 0
    {
        return Some(fiercest);
    }
    let busiest = minutes.iter().rev().max_by_key(|minute| minute.sessions)?;
    let at_ms = u64::from(busiest.minute) * MINUTE_MS;
    Some(tell(minutes, &Return { cause: StormCause::Busiest, at_ms, away_ms: 0, sites: 0 }))
}

fn tell(minutes: &[HubMinute], back: &Return) -> Storm {
    let minute = u32::try_from(back.at_ms / MINUTE_MS).unwrap_or(u32::MAX);
    let from = minute.saturating_sub(BEFORE);
    let mut sessions = vec![0; usize::try_from(BEFORE + AFTER + 1).expect("a small number")];
    let mut peak_bytes = 0;
    let shown = minutes.partition_point(|one| one.minute < from)..minutes.partition_point(|one| one.minute <= minute.saturating_add(AFTER));
    for one in &minutes[shown] {
        let place = usize::try_from(one.minute + BEFORE - minute).expect("within the window");
        sessions[place] = one.sessions;
        if one.minute >= minute {
            peak_bytes = peak_bytes.max(one.bytes);
        }
    }
    let after = &sessions[usize::try_from(BEFORE).expect("a small number")..];
    let all: u64 = after.iter().map(|count| u64::from(*count)).sum();
    let mut begun = 0;
    let settled = after.iter().position(|count| {
        begun += u64::from(*count);
        begun * 100 >= all * 95
    });
    Storm {
        cause: back.cause,
        minute,
        away_ms: back.away_ms,
        sites: back.sites,
        peak_sessions: after.iter().copied().max().map_or(0, u64::from),
        peak_bytes,
        settled_minutes: settled.unwrap_or(0) as u64,
        sessions,
    }
}

fn hub_returns(plan: &Plan) -> Vec<Return> {
    let sites = plan.layout.below_hub().count() as u64;
    let back = |action: &crate::plan::Action| match action.what {
        What::PowerCut { seat: Seat::HUB, for_ms, .. } | What::Restored { seat: Seat::HUB, for_ms, .. } => {
            Some(Return { cause: StormCause::HubPower, at_ms: action.at.0 + for_ms, away_ms: for_ms, sites })
        }
        _ => None,
    };
    plan.actions.iter().filter_map(back).filter(|back| back.away_ms >= SHORT * MINUTE_MS).collect()
}

/// Returns the times at which a quarter of all lines, and at least three, come back together.
fn line_returns(plan: &Plan) -> Vec<Return> {
    let many = (plan.layout.below_hub().count() / 4).max(3);
    let mut ends: BTreeMap<u64, (BTreeSet<Seat>, u64)> = BTreeMap::new();
    for action in &plan.actions {
        if let What::LineDown { seat, for_ms, .. } = action.what
            && for_ms >= SHORT * MINUTE_MS
        {
            let (seats, away) = ends.entry((action.at.0 + for_ms) / MINUTE_MS).or_default();
            seats.insert(seat);
            *away = (*away).max(for_ms);
        }
    }
    let mut found = Vec::new();
    let mut past = None;
    for start in ends.keys().copied() {
        if past.is_some_and(|end| start < end) {
            continue;
        }
        let together: Vec<_> = ends.range(start..start + TOGETHER).map(|(_, end)| end).collect();
        let seats: BTreeSet<Seat> = together.iter().flat_map(|(seats, _)| seats.iter().copied()).collect();
        if seats.len() >= many {
            past = Some(start + TOGETHER);
            let away_ms = together.iter().map(|(_, away)| *away).max().unwrap_or(0);
            found.push(Return { cause: StormCause::Lines, at_ms: start * MINUTE_MS, away_ms, sites: seats.len() as u64 });
        }
    }
    found
}
