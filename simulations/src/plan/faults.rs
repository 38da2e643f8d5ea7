//! Faults of machines: the mains, the clock, the disk.

use super::chance::{exponential, happens};
use super::draw::{FAULTS_FROM_MS, Sketch};
use super::{Action, DAY_MS, FIRST_DAY, InFlight, What};
use crate::layout::Seat;
use crate::scenario::Outages;
use crate::scenario::units::Hours;
use crate::streams::Stream;
use mesh_model::time::Uptime;

/// 1 January 2000, days since 1970: what a clock shows whose battery is dead.
const DEAD_CLOCK_DAY: i64 = 10_957;

/// Draws what befalls one site's machine.
pub(super) fn of_site(sketch: &Sketch<'_>, seat: Seat) -> Vec<Action> {
    let class = sketch.places.class(sketch.scenario, seat);
    let mains = if seat == Seat::HUB { sketch.scenario.hub.outages } else { class.and_then(|class| class.cuts) };
    let mut actions: Vec<Action> = mains.map(|mains| power_cuts(sketch, seat, mains)).unwrap_or_default();
    if let Some(hours) = powered_hours(sketch, seat) {
        actions.extend(nights(sketch, seat, hours));
    }
    actions.extend(clock(sketch, seat, &actions));
    actions.extend(disk(sketch, seat));
    actions
}

/// Returns the hours in which a site has power, when they are not all.
pub(super) fn powered_hours(sketch: &Sketch<'_>, seat: Seat) -> Option<Hours> {
    let class = sketch.places.class(sketch.scenario, seat)?;
    class.calendar.iter().filter_map(|season| Some((season, season.power_only?))).find_map(|(season, hours)| {
        let kind = format!("power-only/{}-{}", hours.from_ms, hours.to_ms);
        happens(&mut sketch.stream(&kind, seat), season.share.0.0).then_some(hours)
    })
}

/// Draws when something is away: after a time without memory, for a time without memory. Each end is its own number.
pub(super) fn away(mut stream: Stream, outages: Outages, end_ms: u64) -> Vec<(u64, u64)> {
    let mut at = FAULTS_FROM_MS;
    let mut times = Vec::new();
    loop {
        at = at.saturating_add(exponential(&mut stream, outages.mtbf.0).max(1_000));
        let for_ms = exponential(&mut stream, outages.mttr.0).max(1_000);
        if at >= end_ms {
            return times;
        }
        times.push((at, for_ms));
        at = at.saturating_add(for_ms);
    }
}

fn power_cuts(sketch: &Sketch<'_>, seat: Seat, mains: Outages) -> Vec<Action> {
    let times = away(sketch.stream("power", seat), mains, sketch.end_ms());
    times.into_iter().map(|(at, for_ms)| cut(sketch, seat, at, for_ms)).collect()
}

fn cut(sketch: &Sketch<'_>, seat: Seat, at: u64, for_ms: u64) -> Action {
    let in_flight = in_flight(&mut sketch.stream(&format!("in-flight/{at}"), seat));
    Action { at: Uptime(at), what: What::PowerCut { seat, for_ms, in_flight } }
}

/// Draws what becomes of the commits under way.
pub(super) fn in_flight(stream: &mut Stream) -> InFlight {
    if stream.once_in(2) { InFlight::Reached } else { InFlight::Lost }
}

/// The mains work only in these hours: off for the rest of every day.
fn nights(sketch: &Sketch<'_>, seat: Seat, hours: Hours) -> Vec<Action> {
    let off_ms = DAY_MS - hours.len_ms();
    let starts = (0..u64::from(sketch.scenario.head.days)).map(|day| day * DAY_MS + hours.to_ms);
    starts.filter(|at| (FAULTS_FROM_MS..sketch.end_ms()).contains(at)).map(|at| cut(sketch, seat, at, off_ms)).collect()
}

fn clock(sketch: &Sketch<'_>, seat: Seat, cuts: &[Action]) -> Vec<Action> {
    let clock = sketch.scenario.clock;
    let mut actions = Vec::new();
    let mut stream = sketch.stream("clock", seat);
    let set = |at: u64, ahead_ms: i64| Action { at: Uptime(at), what: What::ClockSet { seat, ahead_ms } };
    if happens(&mut stream, clock.wrong_share.0.0) {
        let most = clock.wrong_max.map_or(DAY_MS, |most| most.0);
        let ahead = i64::try_from(stream.spread(1_000, most.max(1_000))).unwrap_or(i64::MAX);
        actions.push(set(FAULTS_FROM_MS, if stream.once_in(2) { ahead } else { -ahead }));
    }
    if happens(&mut sketch.stream("battery", seat), clock.dead_battery_share.0.0) {
        for (at, for_ms) in cuts.iter().filter_map(|action| match action.what {
            What::PowerCut { for_ms, .. } => Some((action.at.0, for_ms)),
            _ => None,
        }) {
            let on = at + for_ms;
            let today = i64::from(FIRST_DAY) + i64::try_from(on / DAY_MS).unwrap_or(0);
            actions.push(set(on, (DEAD_CLOCK_DAY - today) * i64::try_from(DAY_MS).unwrap_or(0)));
            actions.extend(clock.set_right_after.map(|after| set(on + after.0, 0)));
        }
    }
    actions.retain(|action| action.at.0 < sketch.end_ms());
    actions
}

fn disk(sketch: &Sketch<'_>, seat: Seat) -> Vec<Action> {
    let disk = sketch.scenario.disk;
    let mut actions = Vec::new();
    if let Some(full) = disk.full {
        let times = away(sketch.stream("full", seat), full, sketch.end_ms());
        actions.extend(times.into_iter().map(|(at, for_ms)| Action { at: Uptime(at), what: What::DiskFull { seat, for_ms } }));
    }
    if happens(&mut sketch.stream("forgetful", seat), disk.forgetful_share.0.0) {
        let commits = disk.forgetful_commits.unwrap_or(20);
        actions.push(Action { at: Uptime(FAULTS_FROM_MS), what: What::DiskForgets { seat, commits } });
    }
    actions
}
