//! Plans are data, and what one entity draws is its own affair.

use super::*;

fn county(townships: u16, villages: u16, days: u16) -> Plan {
    Plan::busy(townships, villages, days, 11).unwrap()
}

fn of_seat(plan: &Plan, seat: Seat) -> Vec<&Action> {
    plan.actions.iter().filter(|action| action.what.seat() == seat && !matches!(action.what, What::DayDeclared { .. })).collect()
}

#[test]
fn a_township_more_shifts_nothing_in_those_before_it() {
    let (small, large) = (county(1, 2, 20), county(2, 2, 20));
    for seat in [0, 1, 2, 3].map(Seat) {
        assert_eq!(of_seat(&small, seat), of_seat(&large, seat));
    }
    assert!(!of_seat(&large, Seat(4)).is_empty());
}

#[test]
fn a_plan_has_papers_broken_lines_and_power_cuts_within_its_days_and_in_order() {
    let plan = county(3, 3, 30);
    let count = |is: fn(&What) -> bool| plan.actions.iter().filter(|action| is(&action.what)).count();
    assert!(count(|what| matches!(what, What::Paper(_))) > 200);
    assert!(count(|what| matches!(what, What::LineDown { .. })) > 10);
    assert!(count(|what| matches!(what, What::PowerCut { .. })) > 10);
    assert!(plan.actions.is_sorted_by_key(|action| action.at));
    assert!(plan.actions.iter().all(|action| action.at < plan.end()));
}

#[test]
fn a_plan_reads_back_to_itself() {
    let plan = county(1, 2, 10);
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
}

#[test]
fn every_village_stands_under_its_own_township() {
    let layout = Layout::grid(2, 3).unwrap();
    let above: Vec<Option<u16>> = layout.seats().map(|seat| layout.above(seat).map(|above| above.0)).collect();
    assert_eq!(above, [None, Some(0), Some(1), Some(1), Some(1), Some(0), Some(5), Some(5), Some(5)]);
    assert_eq!(layout.below(Seat(5)).collect::<Vec<_>>(), [6, 7, 8].map(Seat));
}
