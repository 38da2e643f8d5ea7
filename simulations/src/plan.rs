//! What will happen, as data, drawn from the seed before the run: papers, broken lines, power cuts.
//!
//! An action can be taken out of a plan and nothing else shifts; that is what makes a failing run shrinkable. How the lines are when they
//! work is in [`lines`], who writes when in [`clerks`].

pub mod clerks;
pub mod lines;

use crate::scenario::{DAY_MS, Scenario, Seat};
use crate::streams::Stream;
use lines::LineMake;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;

/// One thing that happens at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// When.
    pub at: Uptime,
    /// What.
    pub what: What,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The hub declares a day.
    DayDeclared {
        /// Days since the first of the run.
        number: u16,
    },
    /// From here on a site's disk answers before it keeps: a power cut takes back the newest commits.
    DiskForgets {
        /// Whose.
        seat: Seat,
        /// How many of the newest commits it would lose.
        commits: usize,
    },
    /// The line between a site and the one above carries nothing.
    LineDown {
        /// The lower end.
        seat: Seat,
        /// Milliseconds.
        for_ms: u64,
    },
    /// A clerk writes a paper.
    Paper(clerks::Paper),
    /// The power fails.
    PowerCut {
        /// Where.
        seat: Seat,
        /// Milliseconds until the machine starts again.
        for_ms: u64,
        /// What becomes of the commits that are on their way to the disk.
        in_flight: InFlight,
    },
}

/// What a power cut does to commits that were handed to the disk and not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InFlight {
    /// They are gone.
    Lost,
    /// They are durable, only nobody was told.
    Reached,
}

/// A whole plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How each line works when it does, by its lower end.
    pub lines: BTreeMap<Seat, LineMake>,
    /// In order of time.
    pub actions: Vec<Action>,
}

impl Plan {
    /// Draws a scenario's plan.
    #[must_use]
    pub fn draw(scenario: &Scenario) -> Plan {
        let mut plan = Plan::quiet(scenario);
        for seat in scenario.seats() {
            plan.actions.extend(clerks::draw(scenario, seat));
            plan.actions.extend(power_cuts(scenario, seat));
            if scenario.above(seat).is_some() {
                plan.actions.extend(lines::draw_outages(scenario, seat));
            }
        }
        plan.sort();
        plan
    }

    /// Returns the plan of a county in which nothing breaks and nobody writes: only days are declared.
    #[must_use]
    pub fn quiet(scenario: &Scenario) -> Plan {
        let below_hub = scenario.seats().filter(|seat| *seat != Seat::HUB);
        let day = |number: u16| Action { at: Uptime(u64::from(number) * DAY_MS + DAY_MS / 4), what: What::DayDeclared { number } };
        Plan {
            lines: below_hub.map(|seat| (seat, LineMake::draw(scenario, seat))).collect(),
            actions: (0..scenario.days).map(day).collect(),
        }
    }

    /// Puts the actions in order of time; those of one time stay in the order they have.
    pub fn sort(&mut self) {
        self.actions.sort_by_key(|action| action.at);
    }
}

/// Draws a site's power cuts: every few days to every few weeks, from a blink to most of a day.
fn power_cuts(scenario: &Scenario, seat: Seat) -> Vec<Action> {
    let mut stream = Stream::new(scenario.seed, "power", u64::from(seat.0));
    let pause_days = stream.between(4, 20);
    let mut at = Uptime(DAY_MS / 3);
    let mut cuts = Vec::new();
    loop {
        at = at.after_ms(stream.between(DAY_MS / 8, 2 * pause_days * DAY_MS));
        let for_ms = stream.spread(2_000, 18 * 3_600_000);
        let in_flight = if stream.once_in(2) { InFlight::Reached } else { InFlight::Lost };
        if at >= scenario.end() {
            return cuts;
        }
        cuts.push(Action { at, what: What::PowerCut { seat, for_ms, in_flight } });
        at = at.after_ms(for_ms);
    }
}

#[cfg(test)]
mod tests;
