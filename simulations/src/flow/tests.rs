//! One seed is one run, and a county under every fault of its plan keeps every promise.

mod faults;
mod lines;
mod storm;
mod story;

use super::*;
use crate::check::Breach;
use crate::layout::Seat;
use crate::plan::{Action, Way, What};
use crate::report::Summary;
use crate::sighting::Blind;

fn run(plan: Plan) -> Evidence {
    Flow.run(plan, &Settings::default(), &mut Blind, &mut Coverage::default(), &mut |_| {}).unwrap()
}

fn small(seed: u64, days: u16) -> Summary {
    Summary::of(&run(Plan::busy(1, 2, days, seed).unwrap()))
}

#[test]
fn one_seed_gives_one_trace_and_another_seed_another() {
    let (first, again, other) = (small(7, 12), small(7, 12), small(8, 12));
    assert_eq!(first, again);
    assert_ne!(first.trace, other.trace);
}

#[test]
fn twenty_small_counties_keep_every_promise() {
    let (mut receipts, mut power_cuts, mut line_outages) = (0, 0, 0);
    for seed in 0..20 {
        let summary = small(seed, 14);
        let none: [Breach; 0] = [];
        assert_eq!(summary.breaches, none, "seed {seed}");
        assert_eq!((summary.papers.refused, summary.faults), (0, 0), "seed {seed}");
        receipts += summary.papers.receipts;
        power_cuts += summary.power_cuts;
        line_outages += summary.line_outages;
    }
    assert!(receipts > 1_000 && power_cuts > 40 && line_outages > 200, "{receipts}, {power_cuts}, {line_outages}: too little happened");
}

#[test]
fn a_county_without_papers_or_faults_meets_once_and_repairs_nothing() {
    let county = (2, 1, 3, 5);
    let mut plan = Plan::quiet(county.0, county.1, county.2, county.3).unwrap();
    plan.actions.clear();
    let outcome = run(plan);
    let summary = Summary::of(&outcome);
    assert_eq!((summary.repairs, summary.breaches), (0, Vec::new()));
    // Below the hub stand four sites, and all start again three times after the last day; a village may find its township not ready once.
    assert!((16..=20).contains(&summary.sessions), "{} sessions", summary.sessions);
    assert!(outcome.sites.values().all(|site| site.words.as_ref().unwrap().height > 5), "all know the log");
}

#[test]
fn a_paper_waits_for_the_line_and_then_takes_seconds() {
    let county = (1, 1, 2, 3);
    let village = Seat(2);
    let hour = |hour: u64| Uptime(hour * 3_600_000);
    let paper =
        crate::plan::clerks::Paper { number: 1, seat: village, case: crate::plan::clerks::Case { intake: village, number: 0 }, bytes: 500 };
    let mut plan = Plan::quiet(county.0, county.1, county.2, county.3).unwrap();
    plan.actions.push(Action { at: hour(9), what: What::LineDown { seat: village, for_ms: 4 * 3_600_000, way: Way::Both } });
    plan.actions.push(Action { at: hour(10), what: What::Paper(paper) });
    plan.sort();
    let summary = Summary::of(&run(plan));
    let waited_ms = summary.window_to_hub_ms_max.unwrap();
    let latest_ms = 3 * 3_600_000 + sync_protocol::limits::BACKOFF_MS_MAX + 60_000;
    assert!((3 * 3_600_000 - 1_000..latest_ms).contains(&waited_ms), "{waited_ms} ms");
    assert_eq!(summary.breaches, Vec::new());
}

#[test]
fn a_new_day_after_a_broken_night_needs_no_repair() {
    let county = (1, 0, 3, 3);
    let mut plan = Plan::quiet(county.0, county.1, county.2, county.3).unwrap();
    let night = Uptime(29 * 3_600_000);
    plan.actions.push(Action { at: night, what: What::LineDown { seat: Seat(1), for_ms: 2 * 3_600_000, way: Way::Both } });
    plan.sort();
    let summary = Summary::of(&run(plan));
    assert_eq!((summary.repairs, summary.breaches), (0, Vec::new()));
}

#[test]
fn records_of_a_run_are_written_one_a_line_and_end_with_every_disk() {
    let trace = |name: &str| {
        let path = std::env::temp_dir().join(format!("flow-{name}-{}.trace", std::process::id()));
        let settings = Settings { trace_file: Some(path.clone()), ..Settings::default() };
        let plan = Plan::busy(1, 1, 3, 5).unwrap();
        let evidence = Flow.run(plan, &settings, &mut Blind, &mut Coverage::default(), &mut |_| {}).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        (text, evidence.trace)
    };
    let ((first, hash), (second, again)) = (trace("first"), trace("second"));
    assert_eq!((&first, hash), (&second, again));
    assert_eq!(first.lines().count() as u64, hash.1);
    assert_eq!(first.lines().rev().take_while(|line| line.contains(" state ")).count(), 3);
}

#[test]
#[cfg(not(feature = "sabotage"))]
fn a_build_without_switches_refuses_to_switch_a_guard_off() {
    let settings = Settings { sabotage: Some(sync_protocol::guard::Guard::Jitter), ..Settings::default() };
    let ran = Flow.run(Plan::quiet(1, 0, 1, 1).unwrap(), &settings, &mut Blind, &mut Coverage::default(), &mut |_| {});
    assert!(matches!(ran, Err(EngineError::Unfit { engine: EngineKind::Flow, .. })), "{:?}", ran.err());
}
