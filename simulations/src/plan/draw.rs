//! From a scenario and a seed to a plan. Nothing is drawn while a run goes on.

use super::chance::happens;
use super::days::Days;
use super::places::{self, Places};
use super::{Action, DAY_MS, Healing, Plan, Rhythm, SiteMake, What, clerks, events, faults, lines};
use crate::layout::{LayoutError, Post, Seat};
use crate::scenario::Scenario;
use crate::streams::Stream;
use mesh_model::time::Uptime;

/// When faults begin: the first morning is spared, so that every site learns who its county is.
pub(super) const FAULTS_FROM_MS: u64 = DAY_MS / 3;

/// What every part of drawing needs.
pub(super) struct Sketch<'a> {
    pub scenario: &'a Scenario,
    pub seed: u64,
    pub places: Places,
    pub days: Days,
}

impl Sketch<'_> {
    /// Opens the stream of one kind of things at one site.
    pub fn stream(&self, kind: &str, seat: Seat) -> Stream {
        self.places.stream(self.seed, kind, seat)
    }

    /// Returns the milliseconds at which the last day ends.
    pub fn end_ms(&self) -> u64 {
        u64::from(self.scenario.head.days) * DAY_MS
    }
}

impl Plan {
    /// Draws the plan of a scenario from a seed; the scenario is one of a single county.
    ///
    /// # Errors
    /// [`LayoutError`] when the classes make no county that can be run.
    pub fn draw(scenario: &Scenario, seed: u64) -> Result<Plan, LayoutError> {
        let sketch = Sketch { scenario, seed, places: places::build(scenario, seed)?, days: Days::new() };
        let layout = sketch.places.layout.clone();
        let mut parts = vec![declared_days(scenario.head.days), events::draw(&sketch), clerks::office::county_papers(&sketch)];
        for seat in layout.seats() {
            parts.push(lines::of_site(&sketch, seat));
            parts.push(faults::of_site(&sketch, seat));
            parts.push(clerks::office::of_site(&sketch, seat));
            parts.push(clerks::workload::of_site(&sketch, seat));
        }
        if let Some(swarm) = scenario.swarm {
            parts.iter_mut().for_each(|part| part.retain(|action| is_on(seed, swarm.odds.0.0, &action.what)));
        }
        let mut actions = Vec::with_capacity(parts.iter().map(Vec::len).sum());
        parts.into_iter().for_each(|part| actions.extend(part));
        let mut plan = Plan {
            seed,
            days: scenario.head.days,
            sites: layout.seats().map(|seat| (seat, site_make(&sketch, seat))).collect(),
            ending: ending(&sketch),
            layout,
            actions,
            bodies: scenario.head.bodies,
        };
        plan.sort();
        Ok(plan)
    }
}

/// Returns the days that the hub declares, one each morning at six.
pub(super) fn declared_days(days: u16) -> Vec<Action> {
    let day = |number: u16| Action { at: Uptime(u64::from(number) * DAY_MS + DAY_MS / 4), what: What::DayDeclared { number } };
    (0..days).map(day).collect()
}

/// Returns the word for a kind of fault; work has none.
#[must_use]
pub(super) fn fault_kind(what: &What) -> Option<&'static str> {
    match what {
        What::AddressChanged { .. } => Some("address"),
        What::ClockSet { .. } => Some("clock"),
        What::DiskForgets { .. } => Some("forget"),
        What::DiskFull { .. } => Some("full"),
        What::Forged { .. } => Some("forge"),
        What::LineDown { .. } => Some("line"),
        What::LineShaped { .. } => Some("shape"),
        What::NatRebound { .. } => Some("nat"),
        What::Poison(_) => Some("poison"),
        What::PowerCut { .. } => Some("power"),
        What::Revoked { .. } => Some("revoke"),
        What::Restored { .. } => Some("restore"),
        What::DayDeclared { .. } | What::Paper(_) | What::Urged { .. } => None,
    }
}

fn is_on(seed: u64, odds: u32, what: &What) -> bool {
    fault_kind(what).is_none_or(|kind| happens(&mut Stream::new(seed, &format!("on/{kind}"), 0), odds))
}

fn site_make(sketch: &Sketch<'_>, seat: Seat) -> SiteMake {
    let spread = sketch.scenario.disk_sync();
    let sync_ms = sketch.stream("sync", seat).spread(spread.from_ms.max(1), spread.to_ms.max(1));
    let class = sketch.places.class(sketch.scenario, seat);
    let rhythm = class.and_then(|class| class.sync.every).map_or(Rhythm::Always, |every| Rhythm::Every { ms: every.0 });
    SiteMake { line: class.map(lines::make), sync_ms: u32::try_from(sync_ms).unwrap_or(u32::MAX), rhythm }
}

fn ending(sketch: &Sketch<'_>) -> Healing {
    let Some(liveness) = sketch.scenario.liveness else { return Healing::All };
    let layout = &sketch.places.layout;
    let mut core = vec![Seat::HUB];
    for seat in layout.below_hub() {
        let above = layout.above(seat).unwrap_or(Seat::HUB);
        let is_in = happens(&mut sketch.stream("core", seat), liveness.core_share.0.0);
        if is_in && core.contains(&above) {
            core.push(seat);
        }
    }
    // A hub alone shows no progress: somebody must be there to make it.
    if core.len() == 1 {
        core.extend(layout.below_hub().find(|seat| layout.post(*seat) == Post::Township).or(layout.below_hub().next()));
    }
    Healing::Core(core)
}
