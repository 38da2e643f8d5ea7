//! What a window refuses before anything is written, and what it prints.

use super::*;
use crate::doc::item::ItemVersion;

fn try_to_register(county: &County, site: SiteId, on: &str, item: &ItemVersion, applicant: &Applicant) -> Result<Receipt, ActError> {
    let number = "511602001005-20260917-0A-0001".parse().unwrap();
    let new = NewCase { number, nonce: [9; 16], item, applicant, channel: Channel::Window, note: None };
    register(&new, &county.actor(site, on), &county.facts, &county.tree).map(|(_, receipt)| receipt)
}

fn why(result: Result<Receipt, ActError>) -> &'static str {
    result.unwrap_err().kind()
}

#[test]
fn a_receipt_says_when_the_applicant_will_be_told() {
    let receipt = County::new("2026-09-17").register(V1, "2026-09-17");
    assert_eq!((receipt.told_by, receipt.provisional), (day("2026-10-10"), false));
    assert_eq!((receipt.promised, receipt.applicant.name.as_str()), (WorkDays(5), "示**"));
    let late = County::new("2026-12-28").register(V1, "2026-12-28");
    assert!(late.provisional);
}

#[test]
fn an_item_is_registered_only_when_complete_effective_and_offered_here() {
    let county = County::new("2026-09-17");
    let on = "2026-09-17";
    let listed = ItemVersion { status: ItemStatus::Listed, guide: None, ..timber() };
    assert_eq!(why(try_to_register(&county, V1, on, &listed, &applicant())), "not_offered_on_day");
    let withdrawn = timber().withdrawn(day(on));
    assert_eq!(why(try_to_register(&county, V1, on, &withdrawn, &applicant())), "not_offered_on_day");
    assert_eq!(why(try_to_register(&county, V1, "2025-12-31", &timber(), &applicant())), "not_offered_on_day");
    let township = ItemVersion { level: Level::Township, ..timber() };
    assert_eq!(why(try_to_register(&county, V1, on, &township, &applicant())), "offered_above");
    assert!(try_to_register(&county, T1, on, &township, &applicant()).is_ok());
}

#[test]
fn an_applicant_who_does_not_fit_is_refused() {
    let county = County::new("2026-09-17");
    let nobody = Applicant { name: String::new(), ..applicant() };
    assert_eq!(why(try_to_register(&county, V1, "2026-09-17", &timber(), &nobody)), "applicant");
}

#[test]
fn a_day_before_the_countys_day_must_be_typed() {
    let mut county = County::new("2026-09-20");
    county.register(V1, "2026-09-17");
    let case = county.fold();
    let mut actor = county.actor(V1, "2026-09-18");
    (actor.day_source, actor.as_of) = (DaySource::Clock, Some(day("2026-09-20")));
    let act = Act { case: &case, actor: &actor, facts: &county.facts, authority: &county.tree };
    assert_eq!(act.forward(T1).unwrap_err().kind(), "day_not_typed");
    actor.day_source = DaySource::Typed;
    let act = Act { case: &case, actor: &actor, facts: &county.facts, authority: &county.tree };
    assert!(act.forward(T1).is_ok());
}

#[test]
fn an_event_that_is_too_long_is_refused_before_it_is_written() {
    let mut county = County::new("2026-09-20");
    county.register(V1, "2026-09-17");
    let reason = crate::doc::sealed::Sealed::text(&"长".repeat(6_000));
    assert_eq!(county.act(V1, "2026-09-18", |act| act.withdraw(Some(reason))).unwrap_err().kind(), "too_long");
}

#[test]
fn acceptance_needs_the_item_version() {
    let mut county = County::new("2026-09-20");
    county.register(V1, "2026-09-17");
    county.act(V1, "2026-09-17", |act| act.forward(T1)).unwrap();
    county.act(T1, "2026-09-18", |act| act.receive()).unwrap();
    county.facts = Facts::default();
    let refusal = county.act(T1, "2026-09-18", |act| act.accept(None).map(|(event, _)| event)).unwrap_err();
    assert_eq!(refusal.kind(), "item_not_here");
}

#[test]
fn nothing_about_the_applicant_shows_in_a_folded_case_or_its_view() {
    let mut county = County::new("2026-09-20");
    county.register(V1, "2026-09-17");
    let case = county.fold();
    let shown = format!("{case:?} {}", serde_json::to_string(&CaseView::of(&case)).unwrap());
    assert!(!shown.contains("示例甲") && !shown.contains("1990"), "{shown}");
}
