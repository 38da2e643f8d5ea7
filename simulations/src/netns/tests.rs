//! Which plans fit, and that the ready ones do; running them is in `tests/netns.rs`.

use super::scenarios::{Line, Outcome, Report, SHAPE, scenarios};
use super::*;
use crate::plan::Action;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;

fn why_not(plan: &Plan) -> String {
    match fits(plan) {
        Ok(()) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_ready_scenario_fits_and_its_forms_read() {
    let all = scenarios();
    assert_eq!(all.len(), 6);
    for scenario in all {
        assert_eq!(why_not(&scenario.plan), "", "{}", scenario.name);
        for action in &scenario.plan.actions {
            if let What::Paper(paper) = &action.what {
                papers::form(scenario.plan.seed, paper).unwrap();
            }
        }
    }
}

#[test]
fn a_plan_of_days_of_strange_papers_or_of_lying_disks_is_refused_with_its_reason() {
    let quiet = Plan::quiet(1, 1, 1, 3).unwrap();
    assert_eq!(why_not(&quiet), "");
    let with = |at, what| {
        let mut plan = quiet.clone();
        plan.actions.push(Action { at: Uptime(at), what });
        plan.sort();
        why_not(&plan)
    };
    let late = with(60_001, What::NatRebound { seat: Seat(1) });
    assert!(late.contains("60001 ms"), "{late}");
    let lies = with(1, What::DiskForgets { seat: Seat(1), commits: 3 });
    assert!(lies.contains("DiskForgets"), "{lies}");
    let hub = with(1, What::NatRebound { seat: Seat::HUB });
    assert!(hub.contains("the hub has no line up"), "{hub}");
    let case = crate::plan::clerks::Case { intake: Seat(2), number: 0 };
    let strange = with(1, What::Paper(crate::plan::clerks::Paper { number: 5, seat: Seat(1), case, bytes: 900 }));
    assert!(strange.contains("0x5"), "{strange}");
    assert!(why_not(&Plan::quiet(5, 0, 1, 3).unwrap()).contains("5 sites"));
}

#[test]
fn a_report_with_a_skip_or_without_scenarios_is_not_accepted() {
    let line = |outcome| Line { name: "one", outcome, took_ms: 1, figures: BTreeMap::new() };
    let report = |outcomes: Vec<Outcome>| Report { shape: SHAPE, scenarios: outcomes.into_iter().map(line).collect() };
    let skipped = Outcome::Skipped { why: "no root".into() };
    assert!(report(vec![Outcome::Passed]).is_accepted());
    assert!(!report(vec![Outcome::Passed, skipped]).is_accepted());
    assert!(!report(vec![Outcome::Failed { why: vec![], kept: None }]).is_accepted());
    assert!(!report(vec![Outcome::Passed, Outcome::Interrupted]).is_accepted());
    assert!(!report(vec![]).is_accepted());
}
