//! One paper, a whole county, and the same again.

use super::*;
use crate::check;
use crate::layout::Seat;
use crate::line::LineMake;
use crate::plan::clerks::{Case, Paper};
use crate::plan::{Action, InFlight, Way, What};
use crate::sighting::Blind;

const TOWNSHIP: Seat = Seat(1);
const VILLAGE: Seat = Seat(2);
const HOUR_MS: u64 = 3_600_000;

fn run(plan: Plan) -> Evidence {
    Quic.run(plan, &Settings::default(), &mut Blind, &mut Coverage::default(), &mut |_| {}).unwrap()
}

/// A county of one township and one village on clean lines.
fn small(seed: u64, days: u16) -> Plan {
    let mut plan = Plan::quiet(1, 1, days, seed).unwrap();
    for site in plan.sites.values_mut().filter(|site| site.line.is_some()) {
        site.line = Some(LineMake::clean(512_000, 40));
    }
    plan
}

fn at(hour: u64, what: What) -> Action {
    Action { at: Uptime(hour * HOUR_MS), what }
}

fn paper(hour: u64, number: u64, seat: Seat, case: u64) -> Action {
    at(hour, What::Paper(Paper { number, seat, case: Case { intake: VILLAGE, number: case }, bytes: 400 }))
}

#[test]
fn a_paper_of_a_village_reaches_the_hub_with_its_number_and_is_shown_alike_everywhere() {
    let mut plan = small(1, 1);
    plan.actions.extend([paper(9, 1, VILLAGE, 0), paper(10, 2, VILLAGE, 0), paper(11, 3, TOWNSHIP, 0), paper(12, 4, TOWNSHIP, 0)]);
    plan.sort();
    let evidence = run(plan);
    assert_eq!(check::breaches(&evidence), Vec::new());
    let receipts = &evidence.sites[&VILLAGE].office.receipts;
    assert_eq!((receipts.len(), evidence.sites[&TOWNSHIP].office.receipts.len()), (2, 2), "{:?}", evidence.sites[&VILLAGE].office);
    let number = receipts[&1].number.clone().unwrap();
    assert!(number.starts_with("511602101201-20260105-"), "{number}");
    let pages: Vec<Option<&Vec<u8>>> = evidence.sites.values().map(|site| site.shown.get(&number)).collect();
    assert!(pages[0].is_some() && pages.iter().all(|page| *page == pages[0]), "{pages:?}");
    let text = String::from_utf8(pages[0].unwrap().clone()).unwrap();
    assert!(text.contains("\"state\":\"accepted\""), "{text}");
}

#[test]
fn one_plan_gives_one_run_even_in_one_process() {
    let plan = || {
        let mut plan = Plan::draw(1, 2, 2, 5).unwrap();
        plan.actions.push(at(30, What::PowerCut { seat: TOWNSHIP, for_ms: HOUR_MS, in_flight: InFlight::Lost }));
        plan.actions.push(at(33, What::LineDown { seat: VILLAGE, for_ms: 2 * HOUR_MS, way: Way::Down }));
        plan.sort();
        plan
    };
    let (first, second) = (run(plan()), run(plan()));
    assert!(first.trace.1 > 1_000, "{:?}", first.trace);
    assert_eq!(first.trace, second.trace);
}
