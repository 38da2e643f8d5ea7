//! A hunt runs what it says, finds what is there, and cuts it down.

use super::repro::Repro;
use super::shrink::{Bench, shrink};
use super::*;
use crate::layout::Seat;
use crate::plan::clerks::{Case, Paper};
use crate::plan::{Action, InFlight, Way, What};
use mesh_model::time::Uptime;

fn ground(seeds: RangeInclusive<u64>) -> Ground {
    let size = Size { sites: 4, days: 3 };
    Ground { engine: EngineKind::Flow, size, seeds, time: None, sabotage: None }
}

#[test]
fn a_hunt_runs_every_seed_once_and_a_fifth_of_them_for_liveness() {
    let mut told = 0;
    let bag = hunt(&ground(1..=10), &mut |_| told += 1).unwrap();
    assert_eq!((bag.seeds + bag.unfit.len() as u64, told), (10, 10));
    assert_eq!(bag.liveness, 2);
    assert!(bag.events > 1_000);
}

#[test]
fn a_hunt_without_time_runs_nothing_and_is_not_clean() {
    let bag = hunt(&Ground { time: Some(Duration::ZERO), ..ground(1..=10) }, &mut |_| {}).unwrap();
    assert!(bag.seeds == 0 && !bag.is_clean());
}

/// The paper that a clerk hands in twice.
const TWICE: u64 = 1 << 50;

/// A county with many faults that do no harm and one clerk who hands one and the same event in twice: it stands twice in the case.
fn broken_plan() -> Plan {
    let mut plan = Plan::busy(2, 2, 6, 3).unwrap();
    plan.actions.retain(|action| !matches!(action.what, What::PowerCut { .. }));
    let village = Seat(2);
    let mut at = |minute: u64, what: What| plan.actions.push(Action { at: Uptime(minute * 60_000), what });
    let case = Case { intake: village, number: 1 << 30 };
    at(9 * 60, What::LineDown { seat: village, for_ms: 3 * 3_600_000, way: Way::Both });
    at(10 * 60, What::Paper(Paper { number: TWICE, seat: village, case, bytes: 300 }));
    at(11 * 60, What::PowerCut { seat: village, for_ms: 60_000, in_flight: InFlight::Lost });
    at(12 * 60, What::Paper(Paper { number: TWICE, seat: village, case, bytes: 300 }));
    plan.sort();
    plan
}

#[test]
fn a_failing_county_is_cut_down_to_the_few_actions_that_matter() {
    let plan = broken_plan();
    assert!(plan.actions.len() > 60, "{}", plan.actions.len());
    let bench = Bench { engine: EngineKind::Flow, sabotage: None, time: Duration::from_secs(300) };
    let shrunk = shrink(&plan, "idempotence", &bench, &mut |_| {}).unwrap();
    assert_eq!(shrunk.violation.promise, "idempotence");
    let is_one = |action: &Action| matches!(&action.what, What::Paper(paper) if paper.number == TWICE);
    assert_eq!(shrunk.plan.actions.iter().filter(|action| is_one(action)).count(), 2, "{:?}", shrunk.plan.actions);
    assert_eq!(shrunk.plan.actions.len(), 2, "{:?}", shrunk.plan.actions);
    assert!(shrunk.plan.layout.len() <= 3 && shrunk.plan.days == 1, "{} sites, {} days", shrunk.plan.layout.len(), shrunk.plan.days);
}

#[test]
fn a_plan_that_keeps_its_promises_cannot_be_shrunk() {
    let bench = Bench { engine: EngineKind::Flow, sabotage: None, time: Duration::from_secs(300) };
    assert!(shrink(&Plan::quiet(1, 1, 1, 1).unwrap(), "papers", &bench, &mut |_| {}).is_none());
}

#[test]
fn a_failing_run_is_read_back_as_it_was_written() {
    let violation = Violation { promise: "papers".into(), at_ms: Some(7), seat: Some(Seat(2)), what: "gone".into() };
    let repro = repro::Repro::new("swarm2".into(), EngineKind::Flow, None, Plan::quiet(1, 1, 1, 9).unwrap(), violation);
    let path = std::env::temp_dir().join(format!("simulate-test-{}", std::process::id())).join("repro.json");
    repro.write(&path).unwrap();
    assert_eq!(repro::Repro::read(&path).unwrap(), repro);
    std::fs::write(&path, "{\n\"shape\": 1,\n}").unwrap();
    assert!(repro::Repro::read(&path).unwrap_err().to_string().contains("line 3"));
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

#[test]
fn every_seed_of_the_list_of_regressions_keeps_its_promises() {
    let list = regressions::read(regressions::LIST).unwrap();
    assert!(!list.is_empty());
    for regression in list {
        let plan = regression.plan().expect("a ready scenario can be drawn");
        let settings = Settings { depth: Depth::Full, ..Settings::default() };
        let judged = trial::run(plan, regression.engine, &settings, &mut |_| {}, |_, _| ()).unwrap();
        assert_eq!(judged.violations, Vec::new(), "{regression:?}");
    }
}

#[test]
fn every_find_that_was_shrunk_stays_mended() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/found");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 5, "the folder only grows");
    for file in files {
        let found = Repro::read(&file).unwrap();
        let settings = Settings { depth: Depth::Full, ..Settings::default() };
        let judged = trial::run(found.plan, found.engine, &settings, &mut |_| {}, |_, _| ()).unwrap();
        assert_eq!(judged.violations, Vec::new(), "{}", file.display());
    }
}

#[test]
fn a_line_that_is_no_seed_is_told_with_its_number() {
    for (text, reason) in [
        ("# none\nflow x swarm2 note", "2: the seed is no number"),
        ("flow 7 swarm2", "1: the note is missing"),
        ("walk 7 swarm2 note", "1: \"walk\" is neither"),
        ("flow 7 swarm0 note", "1: \"swarm0\" is neither"),
    ] {
        assert!(regressions::read(text).unwrap_err().to_string().contains(reason), "{text}");
    }
}
