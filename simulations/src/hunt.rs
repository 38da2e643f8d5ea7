//! Hunting: seed after seed until the time is up, two at a time, each judged by every checker. What is found is kept as a file that runs
//! again, and is cut down to the few actions that matter.
//!
//! A run is one thread that shares nothing with the others. Only the hunt itself looks at a wall clock, to know when to stop.

pub mod ddmin;
pub mod planted;
pub mod regressions;
pub mod repro;
pub mod restrict;
pub mod shrink;
pub mod trial;

use crate::coverage::Coverage;
use crate::engine::{EngineKind, Settings};
use crate::plan::swarm::{self, Size};
use crate::plan::{Healing, Plan};
use crate::sighting::Depth;
use std::ops::RangeInclusive;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use sync_protocol::guard::Guard;
use trial::{Failure, Violation};

/// Runs at a time.
pub const RUNS_AT_A_TIME: usize = 2;
/// Failing seeds of one hunt that are kept; after these it stops.
pub const FINDS_MAX: usize = 20;

/// What to hunt through.
#[derive(Clone, Debug)]
pub struct Ground {
    /// Which engine.
    pub engine: EngineKind,
    /// How large the counties are.
    pub size: Size,
    /// Which seeds.
    pub seeds: RangeInclusive<u64>,
    /// When to stop; `None`: after the last seed, or [`FINDS_MAX`] finds.
    pub time: Option<Duration>,
    /// The guard that is switched off; then the first find ends the hunt.
    pub sabotage: Option<Guard>,
}

/// One failing seed.
#[derive(Clone, Debug)]
pub struct Find {
    /// Which.
    pub seed: u64,
    /// What broke first.
    pub violation: Violation,
    /// What was run.
    pub plan: Plan,
    /// How long the hunt had gone on.
    pub after: Duration,
}

/// What came of a hunt.
#[derive(Debug, Default)]
pub struct Bag {
    /// Seeds that were run and judged.
    pub seeds: u64,
    /// Of these in liveness mode.
    pub liveness: u64,
    /// Events of all runs.
    pub events: u64,
    /// Which points were passed.
    pub coverage: Coverage,
    /// What broke.
    pub finds: Vec<Find>,
    /// Seeds that a guard's absence broke and that break something with every guard standing too: they show nothing of the guard.
    pub unsound: u64,
    /// Seeds that could not be run, and why.
    pub unfit: Vec<(u64, String)>,
    /// How long it took.
    pub took: Duration,
}

/// Hunts; `told` is called after each seed.
///
/// # Errors
/// The engine's own error when it cannot be had at all, so that nothing was hunted.
pub fn hunt(ground: &Ground, told: &mut dyn FnMut(&Bag)) -> Result<Bag, crate::engine::EngineError> {
    trial::engine_of(ground.engine)?;
    let began = Instant::now();
    let mut bag = Bag::default();
    let mut seeds = ground.seeds.clone();
    let (tell, told_by) = mpsc::channel();
    let mut running = 0;
    loop {
        while running < RUNS_AT_A_TIME && ground.time.is_none_or(|time| began.elapsed() < time) && !is_enough(ground, &bag) {
            let Some(seed) = seeds.next() else { break };
            let (tell, ground) = (tell.clone(), ground.clone());
            std::thread::spawn(move || drop(tell.send((seed, try_seed(&ground, seed)))));
            running += 1;
        }
        if running == 0 {
            break;
        }
        let (seed, tried) = told_by.recv().expect("a runner always reports");
        running -= 1;
        bag.note(seed, tried, began.elapsed());
        told(&bag);
    }
    bag.took = began.elapsed();
    bag.finds.sort_by_key(|find| find.seed);
    Ok(bag)
}

fn is_enough(ground: &Ground, bag: &Bag) -> bool {
    bag.finds.len() >= if ground.sabotage.is_some() { 1 } else { FINDS_MAX }
}

/// One seed as it was run.
struct Tried {
    plan: Plan,
    violations: Vec<Violation>,
    /// With every guard standing nothing of it is broken, or none is off.
    is_guards: bool,
    coverage: Coverage,
    events: u64,
}

fn try_seed(ground: &Ground, seed: u64) -> Result<Tried, Failure> {
    let plan = swarm::draw(seed, ground.size, ground.engine).map_err(|error| Failure::Unfit(error.to_string()))?;
    let settings = Settings { depth: Depth::Full, sabotage: ground.sabotage, trace_file: None };
    let run = trial::run(plan.clone(), ground.engine, &settings, &mut |_| {}, |evidence, _| evidence.trace.1);
    let (violations, coverage, events) = match run {
        Ok(judged) => (judged.violations, judged.coverage, judged.gist),
        Err(Failure::Panicked(what)) => (vec![Violation::panic(what)], Coverage::default(), 0),
        Err(other) => return Err(other),
    };
    let is_guards = violations.is_empty() || ground.sabotage.is_none() || trial::violations(&plan, ground.engine, None).is_empty();
    Ok(Tried { plan, violations, is_guards, coverage, events })
}

impl Bag {
    fn note(&mut self, seed: u64, tried: Result<Tried, Failure>, after: Duration) {
        match tried {
            Err(failure) => self.unfit.push((seed, failure.to_string())),
            Ok(tried) => {
                self.seeds += 1;
                self.liveness += u64::from(matches!(tried.plan.ending, Healing::Core(_)));
                self.events += tried.events;
                self.coverage.add(&tried.coverage);
                if !tried.is_guards {
                    self.unsound += 1;
                    return;
                }
                if let Some(violation) = tried.violations.into_iter().next() {
                    self.finds.push(Find { seed, violation, plan: tried.plan, after });
                }
            }
        }
    }

    /// Returns whether everything was kept and every seed could be run.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.finds.is_empty() && self.unfit.is_empty() && self.seeds > 0
    }
}

#[cfg(test)]
mod tests;
