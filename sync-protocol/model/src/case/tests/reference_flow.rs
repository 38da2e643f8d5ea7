//! The reference flow with its exact dates, and the year that is not published yet.

use super::*;
use crate::calendar::Due;

fn clock(case: &Folded, id: ClockId) -> Clock {
    case.clocks.iter().find(|clock| clock.id == id).unwrap().clone()
}

fn a_01() -> County {
    let mut county = County::new("2026-09-29");
    county.until_concluded();
    county.act(T1, "2026-09-28", |act| act.hand_back(V1)).unwrap();
    county.act(V1, "2026-09-28", |act| act.receive()).unwrap();
    county.act(V1, "2026-09-29", |act| act.notify("in person".into())).unwrap();
    county
}

#[test]
fn the_reference_flow_has_the_dates_of_the_scenario() {
    let case = a_01().fold();
    assert_eq!((case.state, case.custodian, &case.standing), (State::Notified, Some(V1), &Standing::Understood));
    for (id, due, stopped) in [
        (ClockId::C1, "2026-09-20", "2026-09-17"),
        (ClockId::C3, "2026-09-24", "2026-09-24"),
        (ClockId::C4, "2026-09-30", "2026-09-28"),
        (ClockId::C5, "2026-09-30", "2026-09-29"),
    ] {
        let clock = clock(&case, id);
        assert_eq!((clock.due, clock.stopped, clock.verdict), (Some(Due::Fixed(day(due))), Some(day(stopped)), Verdict::Met), "{id:?}");
    }
    assert!(case.history.iter().all(|line| line.mark == Mark::Effective));
}

#[test]
fn the_reference_flow_ends_with_delivery() {
    let mut county = a_01();
    county.act(V1, "2026-09-30", |act| act.deliver(Some("S-1".into()))).unwrap();
    let case = county.fold();
    assert_eq!((case.state, case.heads.len()), (State::Delivered, 1));
    assert_eq!(case.decision, Some(crate::doc::event::Decision::Grant));
}

#[test]
fn every_site_shows_the_same_bytes() {
    let county = a_01();
    let mut backwards = county.recorded.clone();
    backwards.reverse();
    let view = |recorded: &[Recorded]| serde_json::to_string_pretty(&CaseView::of(&county.fold_of(recorded))).unwrap();
    assert_eq!(view(&county.recorded), view(&backwards));
    insta::assert_snapshot!(view(&county.recorded));
}

#[test]
fn a_clock_that_nobody_stops_is_overdue_the_day_after() {
    let mut county = County::new("2026-09-20");
    county.register(V1, "2026-09-17");
    assert_eq!(clock(&county.fold(), ClockId::C1).verdict, Verdict::Running);
    county.as_of = day("2026-09-21");
    assert_eq!(clock(&county.fold(), ClockId::C1).verdict, Verdict::Overdue);
    county.act(V1, "2026-09-21", |act| act.forward(T1)).unwrap();
    assert_eq!(clock(&county.fold(), ClockId::C1).verdict, Verdict::Late);
}

#[test]
fn a_withdrawal_stops_every_clock() {
    let mut county = County::new("2026-12-01");
    county.register(V1, "2026-09-17");
    county.act(V2, "2026-09-18", |act| act.withdraw(None)).unwrap();
    let case = county.fold();
    assert_eq!((case.state, clock(&case, ClockId::C1).verdict), (State::Withdrawn, Verdict::Ended));
}

/// Registered and received on the first day, accepted on 2026-12-28 with no calendar for 2027.
fn a_03() -> County {
    let mut county = County::new("2026-12-28");
    county.register(V1, "2026-12-28");
    county.act(V1, "2026-12-28", |act| act.forward(T1)).unwrap();
    county.act(T1, "2026-12-28", |act| act.receive()).unwrap();
    county.act(T1, "2026-12-28", |act| act.accept(None).map(|(event, _)| event)).unwrap();
    county
}

fn year_2027(off: &[&str], on: &[&str]) -> CalendarYear {
    let mut year = CalendarYear::new(2027);
    year.holidays = off.iter().map(|text| day(text)).collect();
    year.workdays = on.iter().map(|text| day(text)).collect();
    year
}

#[test]
fn without_next_years_calendar_the_due_date_is_provisional() {
    let due = clock(&a_03().fold(), ClockId::C3).due;
    assert_eq!(due, Some(Due::Provisional(day("2027-01-05"))));
}

#[test]
fn a_later_computed_date_leaves_the_printed_one_binding_and_an_earlier_one_replaces_it() {
    let mut later = a_03();
    later.facts.add_year(year_2027(&["2027-01-01", "2027-01-04", "2027-01-05"], &[]));
    let clock_later = clock(&later.fold(), ClockId::C3);
    assert_eq!(clock_later.computed, Some(Due::Fixed(day("2027-01-07"))));
    assert_eq!(clock_later.printed, Some(Due::Provisional(day("2027-01-05"))));
    assert_eq!(clock_later.due.unwrap().day(), day("2027-01-05"));
    let mut earlier = a_03();
    earlier.facts.add_year(year_2027(&["2027-01-01"], &["2027-01-02", "2027-01-03"]));
    let clock_earlier = clock(&earlier.fold(), ClockId::C3);
    assert_eq!(clock_earlier.due, Some(Due::Fixed(day("2027-01-03"))));
    assert_eq!(clock_earlier.printed, Some(Due::Provisional(day("2027-01-05"))));
}

#[test]
fn a_case_that_has_ended_keeps_its_calendar() {
    let mut county = a_03();
    county.act(V1, "2026-12-29", |act| act.withdraw(None)).unwrap();
    let before = county.fold().clocks;
    county.facts.add_year(year_2027(&["2027-01-01", "2027-01-04", "2027-01-05"], &[]));
    assert_eq!(county.fold().clocks, before);
}

#[test]
fn a_case_registered_at_the_deciding_site_needs_no_return() {
    let mut county = County::new("2026-09-18");
    let item = timber();
    let applicant = applicant();
    let number = "511602001000-20260917-0A-0001".parse().unwrap();
    let new = NewCase { number, nonce: [9; 16], item: &item, applicant: &applicant, channel: Channel::Window, note: None };
    let (event, receipt) = register(&new, &county.actor(T1, "2026-09-17"), &county.facts, &county.tree).unwrap();
    assert_eq!(receipt.told_by, day("2026-09-28"));
    county.record(&event);
    county.recorded[0].scope = Scope::site(T1, Class::CASES, Shelf(2026));
    county.act(T1, "2026-09-17", |act| act.accept(None).map(|(event, _)| event)).unwrap();
    county.act(T1, "2026-09-17", |act| act.assign("reviewer-02".parse().unwrap())).unwrap();
    county.act(T1, "2026-09-17", |act| act.decide(crate::doc::event::Decision::Refuse, None)).unwrap();
    county.act(T1, "2026-09-17", |act| act.conclude(None)).unwrap();
    county.act(T1, "2026-09-17", |act| act.notify("at the window".into())).unwrap();
    county.act(T1, "2026-09-17", |act| act.deliver(None)).unwrap();
    let case = county.fold();
    assert_eq!(case.state, State::Delivered);
    assert_eq!(case.clocks.iter().map(|clock| clock.id).collect::<Vec<_>>(), [ClockId::C3]);
}

#[test]
fn a_case_goes_up_to_the_county_and_back_in_steps() {
    let mut county = County::new("2026-09-25");
    county.register(V1, "2026-09-17");
    county.act(V1, "2026-09-17", |act| act.forward(T1)).unwrap();
    county.act(T1, "2026-09-18", |act| act.receive()).unwrap();
    county.act(T1, "2026-09-18", |act| act.forward(HUB)).unwrap();
    county.act(HUB, "2026-09-18", |act| act.receive()).unwrap();
    county.act(HUB, "2026-09-18", |act| act.accept(Some("受-7".into())).map(|(event, _)| event)).unwrap();
    county.act(HUB, "2026-09-18", |act| act.assign("dept-01".parse().unwrap())).unwrap();
    county.act(HUB, "2026-09-21", |act| act.decide(crate::doc::event::Decision::Grant, None)).unwrap();
    county.act(HUB, "2026-09-21", |act| act.conclude(None)).unwrap();
    county.act(HUB, "2026-09-21", |act| act.hand_back(T1)).unwrap();
    county.act(T1, "2026-09-22", |act| act.receive()).unwrap();
    assert_eq!(county.act(T1, "2026-09-22", |act| act.notify("phone".into())).unwrap_err().kind(), "not_returned");
    county.act(T1, "2026-09-22", |act| act.hand_back(V1)).unwrap();
    county.act(V1, "2026-09-23", |act| act.receive()).unwrap();
    county.act(V1, "2026-09-24", |act| act.notify("phone".into())).unwrap();
    let case = county.fold();
    assert_eq!((case.state, case.custodian), (State::Notified, Some(V1)));
    assert_eq!(clock(&case, ClockId::C1).stopped, Some(day("2026-09-17")));
    assert_eq!(clock(&case, ClockId::C5).start, day("2026-09-23"));
}
