//! The `flow` engine: real sans-IO nodes, message-level lines, one heap of events, virtual time.
//!
//! A run has four parts. The county is [founded](founding); its plan is carried out to the end of the last day; every fault is healed and the
//! county gets a bounded time to agree; then all sessions start again a few times and at last everybody is left alone, which shows that
//! mending and talking come to an end. What is left is judged by [`crate::check`], which shares no code with this.
//!
//! Not modelled: packet loss and congestion (a frame arrives whole or not at all), a full disk, clocks that lie.

mod agenda;
mod content;
pub mod county;
mod disk;
mod founding;
mod power;
mod roads;
pub mod seat;
mod wire;

pub use content::Content;
pub use disk::Disk;

use crate::check;
use crate::plan::Plan;
use crate::scenario::Scenario;
use agenda::Event;
use county::County;
use mesh_model::time::Uptime;

/// Milliseconds after healing within which everybody must agree: a few times the longest pause between dials, and time to carry a backlog.
pub const HEAL_MS_MAX: u64 = 6 * 3_600_000;
/// How often all sessions start again after that.
const ROUNDS: u32 = 3;
/// Milliseconds of one such round: more than the longest pause between dials.
const ROUND_MS: u64 = 15 * 60_000;
/// Milliseconds during which a county at rest must not say a word.
const REST_MS: u64 = 3_600_000;
const MINUTE_MS: u64 = 60_000;

/// What a run left behind.
#[derive(Debug)]
pub struct Outcome {
    /// The county as it stands at the end.
    pub county: County,
    /// How the end went.
    pub ending: Ending,
}

/// What happened after the last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Milliseconds from healing to agreement, measured in minutes; `None` when it never came.
    pub healed_ms: Option<u64>,
    /// Repairs of the whole run before sessions were started again.
    pub repairs_before: u64,
    /// And after.
    pub repairs_after: u64,
    /// Frames sent while everybody was left alone.
    pub rest_frames: u64,
}

/// Carries out a plan and everything after it.
#[must_use]
pub fn run(scenario: Scenario, plan: Plan) -> Outcome {
    let mut county = County::new(scenario, plan);
    county.found();
    for action in 0..county.plan.actions.len() {
        county.agenda.set_down(county.plan.actions[action].at, Event::Planned { action });
    }
    county.run_until(scenario.end());
    county.heal();
    let healed_ms = await_agreement(&mut county);
    let repairs_before = repairs(&county);
    for _ in 0..ROUNDS {
        county.cut_all_lines();
        pass(&mut county, ROUND_MS);
    }
    let (repairs_after, frames) = (repairs(&county), frames(&county));
    pass(&mut county, REST_MS);
    let rest_frames = self::frames(&county) - frames;
    for machine in county.machines.values() {
        let tail = machine.disk.kept().tail();
        county.trace.note(county.now, &[&tail.seq.to_be_bytes()[..], &tail.mark].concat());
    }
    Outcome { county, ending: Ending { healed_ms, repairs_before, repairs_after, rest_frames } }
}

fn await_agreement(county: &mut County) -> Option<u64> {
    let healed_at = county.now;
    while county.now.ms_since(healed_at) < HEAL_MS_MAX {
        pass(county, MINUTE_MS);
        if check::papers::breaches(county).is_empty() && check::agreement::breaches(county).is_empty() {
            return Some(county.now.ms_since(healed_at));
        }
    }
    None
}

fn pass(county: &mut County, ms: u64) {
    let until: Uptime = county.now.after_ms(ms);
    county.run_until(until);
}

fn repairs(county: &County) -> u64 {
    county.machines.values().map(|machine| machine.tally.repairs).sum()
}

fn frames(county: &County) -> u64 {
    county.machines.values().map(|machine| machine.tally.frames).sum()
}

#[cfg(test)]
mod tests;
