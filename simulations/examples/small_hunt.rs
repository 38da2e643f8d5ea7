//! Runs drawn plans with drawn faults under every checker and prints what was broken: a quick look before a real hunt.
//!
//! `small_hunt FROM TO [DAYS] [GUARD]`; every guard from this number on is switched off in turn, in builds that can do so. A seed counts when
//! a promise is broken that the same plan keeps with all guards.

use mesh_model::time::Uptime;
use simulations::check::{Breach, Inspectors, Promise};
use simulations::coverage::Coverage;
use simulations::engine::{Engine, Settings};
use simulations::flow::Flow;
use simulations::layout::Seat;
use simulations::plan::clerks::{Case, Paper};
use simulations::plan::{Action, DAY_MS, Plan, What};
use simulations::sighting::Depth;
use simulations::streams::Stream;
use sync_protocol::guard::Guard;

fn main() {
    let numbers: Vec<u64> = std::env::args().skip(1).map(|word| word.parse().expect("a number")).collect();
    let (from, to) = (numbers.first().copied().unwrap_or(1), numbers.get(1).copied().unwrap_or(20));
    let days = numbers.get(2).map_or(8, |days| u16::try_from(*days).expect("a few days"));
    let guards = &Guard::ALL[numbers.get(3).map_or(Guard::ALL.len(), |number| usize::try_from(*number).expect("a guard") - 1)..];
    match numbers.get(3) {
        None => honest(from, to, days),
        Some(_) => guards.iter().for_each(|guard| sabotaged(*guard, from, to, days)),
    }
}

fn honest(from: u64, to: u64, days: u16) {
    let mut coverage = Coverage::default();
    let mut broken = 0;
    for seed in from..=to {
        let (plan, kinds) = draw(seed, days);
        if from == to {
            plan.actions
                .iter()
                .filter(|action| !matches!(action.what, What::Paper(_) | What::DayDeclared { .. }))
                .for_each(|action| println!("{action:?}"));
        }
        let breaches = run(plan, None, &mut coverage);
        broken += u32::from(!breaches.is_empty());
        for breach in breaches.iter().take(if from == to { 40 } else { 3 }) {
            println!("seed {seed} {kinds:?} {}", line(breach));
        }
    }
    println!("{broken} of {} seeds broken; never reached: {:?}", to - from + 1, coverage.missed());
}

fn sabotaged(guard: Guard, from: u64, to: u64, days: u16) {
    let mut coverage = Coverage::default();
    for seed in from..=to {
        let (plan, kinds) = draw(seed, days);
        let usual: Vec<Promise> = run(plan.clone(), None, &mut coverage).iter().map(|breach| breach.promise).collect();
        let breaches = run(plan, Some(guard), &mut coverage);
        if let Some(breach) = breaches.iter().find(|breach| !usual.contains(&breach.promise)) {
            let all: std::collections::BTreeSet<Promise> = breaches.iter().map(|breach| breach.promise).collect();
            return println!("{guard:?}: seed {seed} {kinds:?} {} of {all:?}", line(breach));
        }
    }
    println!("{guard:?}: not found in seeds {from} to {to}");
}

fn line(breach: &Breach) -> String {
    let at = breach.at.map_or(0, |at| at.0 / 1_000);
    format!("{:?} at {at} s: {}", breach.promise, breach.what)
}

fn run(plan: Plan, sabotage: Option<Guard>, coverage: &mut Coverage) -> Vec<Breach> {
    let settings = Settings { depth: Depth::Full, sabotage, ..Settings::default() };
    let mut inspectors = Inspectors::new(&plan);
    let evidence = Flow.run(plan, &settings, &mut inspectors, coverage, &mut |_| {}).expect("flow runs it");
    inspectors.judge(&evidence, coverage)
}

/// Draws a plan and, each kind with probability one half, faults.
fn draw(seed: u64, days: u16) -> (Plan, Vec<&'static str>) {
    let mut plan = Plan::draw(2, 2, days, seed).expect("a county");
    let mut kinds = Vec::new();
    for kind in ["forget", "full", "poison", "restore", "revoke", "urge"] {
        let mut stream = Stream::new(seed, kind, 0);
        if stream.once_in(2) {
            kinds.push(kind);
            let times = if kind == "revoke" { 1 } else { stream.spread(1, 8) };
            (0..times).for_each(|number| plan.actions.push(fault(kind, number, &mut stream, days)));
        }
    }
    plan.sort();
    (plan, kinds)
}

fn fault(kind: &str, number: u64, stream: &mut Stream, days: u16) -> Action {
    let at = Uptime(stream.between(DAY_MS / 3, u64::from(days) * DAY_MS - 1));
    let any = Seat(u16::try_from(stream.below(7)).expect("a seat"));
    let below = Seat(any.0.max(1));
    let case = Case { intake: below, number: stream.below(4) };
    let for_ms = stream.spread(2_000, 6 * 3_600_000);
    let what = match kind {
        "forget" => What::DiskForgets { seat: any, commits: u32::try_from(stream.spread(1, 40)).expect("a small number") },
        "full" => What::DiskFull { seat: any, for_ms },
        "poison" => What::Poison(Paper { number: 1 << 50 | number, seat: below, case, bytes: 300 }),
        "restore" => What::Restored { seat: any, age_ms: stream.spread(60_000, 3 * DAY_MS), for_ms },
        "revoke" => What::Revoked { seat: below },
        _ => What::Urged { seat: below, case },
    };
    Action { at, what }
}
