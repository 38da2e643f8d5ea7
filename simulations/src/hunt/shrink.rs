//! From a failing plan to the few actions that matter. Each step is kept only if a promise of the same kind is still broken; with a guard
//! switched off also only if nothing is broken with all guards standing, or what is left would show something else.
//!
//! In this order, so that runs become short early: what comes after the breach, whole kinds of actions, sites, single actions, and last
//! whatever can be ordinary: lines, rhythms, disks.

use super::ddmin::ddmin;
use super::restrict;
use super::trial::{self, Violation};
use crate::engine::EngineKind;
use crate::layout::Seat;
use crate::line::{LineMake, Loss};
use crate::plan::{Action, DAY_MS, Healing, Plan, Rhythm, SiteMake, What};
use std::collections::BTreeSet;
use std::mem::{Discriminant, discriminant};
use std::time::{Duration, Instant};
use sync_protocol::guard::Guard;

/// How a plan is tried again.
#[derive(Clone, Debug)]
pub struct Bench {
    /// Which engine.
    pub engine: EngineKind,
    /// The guard that is switched off.
    pub sabotage: Option<Guard>,
    /// When to stop with what there is.
    pub time: Duration,
}

/// How far shrinking has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    /// Runs so far.
    pub runs: u64,
    /// Sites left, the hub included.
    pub sites: usize,
    /// Days left.
    pub days: u16,
    /// Actions left.
    pub actions: usize,
}

/// What is left.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The plan.
    pub plan: Plan,
    /// What it breaks.
    pub violation: Violation,
    /// Runs that it took.
    pub runs: u64,
}

/// Shrinks a failing plan; `told` is called after each run.
///
/// Returns `None` when the plan does not break that promise at all.
pub fn shrink(plan: &Plan, promise: &str, bench: &Bench, told: &mut dyn FnMut(Stand)) -> Option<Shrunk> {
    let mut work = Work { bench, promise, began: Instant::now(), runs: 0, plan: plan.clone(), violation: None, told };
    if !work.is_broken(plan) {
        return None;
    }
    work.cut_after();
    work.drop_kinds();
    work.drop_sites();
    work.drop_actions();
    work.make_ordinary();
    work.drop_sites();
    work.drop_actions();
    work.shorten();
    Some(Shrunk { violation: work.violation.clone()?, runs: work.runs, plan: work.plan })
}

struct Work<'a> {
    bench: &'a Bench,
    promise: &'a str,
    began: Instant,
    runs: u64,
    /// The smallest plan so far that fails.
    plan: Plan,
    violation: Option<Violation>,
    told: &'a mut dyn FnMut(Stand),
}

impl Work<'_> {
    /// Tries a plan and keeps it when it breaks the same promise.
    fn is_broken(&mut self, plan: &Plan) -> bool {
        // The first try decides whether there is anything to do at all; the budget begins to count after it.
        if self.runs > 0 && self.began.elapsed() >= self.bench.time {
            return false;
        }
        self.runs += 1;
        let violations = trial::violations(plan, self.bench.engine, self.bench.sabotage);
        let broken = violations.into_iter().find(|violation| violation.promise == self.promise);
        let is_sound = |_: &Violation| self.bench.sabotage.is_none() || trial::violations(plan, self.bench.engine, None).is_empty();
        let broken = broken.filter(is_sound);
        let is_broken = broken.is_some();
        if is_broken {
            self.plan = plan.clone();
            self.violation = broken;
        }
        let left = &self.plan;
        (self.told)(Stand { runs: self.runs, sites: left.layout.len(), days: left.days, actions: left.actions.len() });
        is_broken
    }

    fn cut_after(&mut self) {
        if let Some(at_ms) = self.violation.as_ref().and_then(|violation| violation.at_ms) {
            let days = u16::try_from(at_ms / DAY_MS + 1).unwrap_or(u16::MAX);
            if days < self.plan.days {
                let less = restrict::to_days(&self.plan, days);
                self.is_broken(&less);
            }
        }
        self.shorten();
    }

    /// Halves the days as long as that fails, then takes single ones off.
    fn shorten(&mut self) {
        let mut step = self.plan.days / 2;
        while step > 0 {
            let days = self.plan.days.saturating_sub(step).max(1);
            let less = restrict::to_days(&self.plan, days);
            if days == self.plan.days || !self.is_broken(&less) {
                step /= 2;
            }
        }
    }

    fn drop_kinds(&mut self) {
        let mut kinds: Vec<Discriminant<What>> = Vec::new();
        for action in &self.plan.actions {
            if !kinds.contains(&discriminant(&action.what)) {
                kinds.push(discriminant(&action.what));
            }
        }
        for kind in kinds {
            let mut less = self.plan.clone();
            less.actions.retain(|action| discriminant(&action.what) != kind);
            self.is_broken(&less);
        }
    }

    fn drop_sites(&mut self) {
        let whole = self.plan.clone();
        let seats: Vec<Seat> = whole.layout.below_hub().collect();
        let kept = ddmin(&seats, |some| {
            restrict::to_sites(&whole, &some.iter().copied().collect::<BTreeSet<_>>()).is_some_and(|less| self.is_broken(&less))
        });
        debug_assert!(kept.len() <= seats.len());
    }

    fn drop_actions(&mut self) {
        let whole = self.plan.clone();
        let kept = ddmin(&whole.actions, |some: &[Action]| self.is_broken(&Plan { actions: some.to_vec(), ..whole.clone() }));
        debug_assert!(kept.len() <= whole.actions.len());
    }

    /// Makes lines clean, disks quick, rhythms usual, everybody healed: for the whole county at once, then site by site.
    fn make_ordinary(&mut self) {
        let all_healed = Plan { ending: Healing::All, ..self.plan.clone() };
        if all_healed.ending != self.plan.ending {
            self.is_broken(&all_healed);
        }
        for part in [ordinary_line, ordinary_disk, ordinary_rhythm] {
            let mut whole = self.plan.clone();
            whole.sites.values_mut().for_each(part);
            if whole == self.plan || self.is_broken(&whole) {
                continue;
            }
            for seat in self.plan.layout.seats() {
                let mut one = self.plan.clone();
                one.sites.get_mut(&seat).into_iter().for_each(part);
                if one != self.plan {
                    self.is_broken(&one);
                }
            }
        }
    }
}

fn ordinary_line(site: &mut SiteMake) {
    site.line = site.line.map(|line| LineMake { loss: Loss::None, ..LineMake::clean(line.down_bps.max(1_000_000), 20) });
}

fn ordinary_disk(site: &mut SiteMake) {
    site.sync_ms = 5;
}

fn ordinary_rhythm(site: &mut SiteMake) {
    site.rhythm = Rhythm::Always;
}
