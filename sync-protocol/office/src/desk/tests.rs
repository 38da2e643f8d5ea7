//! The desk over a real node: receipts, acts, lists; what a rebuild and another clock change, which is nothing.

use super::Desk;
use super::act::act;
use super::register::take_in;
use crate::api::Private;
use crate::api::act::{Accept, Assign, Conclude, Decide, Deliver, Head, Notify};
use crate::api::case::{List, Register, Registered, Show};
use crate::api::{calendar, catalog, doc, site};
use crate::record::Paper;
use crate::testing::{TestCounty, day, item, item_code};
use crate::trouble::Trouble;
use crate::view;
use mesh_model::calendar::WorkDays;
use mesh_model::number::CaseNumber;
use mesh_model::time::Day;
use serde_json::{Value, json};

fn form() -> Register {
    Register {
        item: item_code(),
        applicant: Private(json!({"name": "示例甲", "id_type": "111", "id_no": "511602199001010001", "phone": "000"})),
        staff: "li".parse().expect("a staff id"),
        day: None,
        channel: None,
        note: Some(Private("备注".to_owned())),
    }
}

fn head(number: CaseNumber) -> Head {
    Head { number, staff: "li".parse().expect("a staff id"), day: None }
}

async fn take(desk: &Desk) -> Registered {
    take_in(desk, form()).await.expect("the case is taken in")
}

async fn run_to_delivery(desk: &Desk, number: CaseNumber) {
    let head = || head(number);
    act(desk, Accept { head: head(), paper_no: None }).await.expect("accepted");
    act(desk, Assign { head: head(), to: None }).await.expect("assigned");
    act(desk, Decide { head: head(), decision: None, opinion: Some(Private("同意".to_owned())) }).await.expect("decided");
    act(desk, Conclude { head: head(), result_no: None }).await.expect("concluded");
    act(desk, Notify { head: head(), how: None }).await.expect("notified");
    act(desk, Deliver { head: head(), slip_no: None }).await.expect("delivered");
}

/// Everything a desk shows that must not depend on its machine.
async fn everything(desk: &Desk, number: CaseNumber) -> Vec<Value> {
    fn json(reply: impl serde::Serialize) -> Value {
        serde_json::to_value(reply).expect("serialises")
    }
    vec![
        json(view::cases::list(desk, List::default()).await.expect("lists")),
        json(view::cases::show(desk, Show { number }).await.expect("shows")),
        json(view::catalog::list(desk, catalog::List::default()).await.expect("lists")),
        json(view::sites::list(desk, site::List::default()).await.expect("lists")),
        json(view::calendar::due(desk, calendar::Due { from: day("2026-01-07"), days: WorkDays(5) }).await.expect("counts")),
        json(view::node::digests(desk).await.expect("digests")),
        json(view::dump::dump(desk, doc::Dump { decoded: true, ..doc::Dump::default() }).await.expect("dumps")),
    ]
}

#[tokio::test]
async fn a_receipt_names_the_number_and_hides_the_applicant() {
    let county = TestCounty::found().await;
    insta::assert_json_snapshot!("receipt", take(&county.desk).await);
}

#[tokio::test]
async fn a_case_is_shown_with_its_history_and_without_its_applicant() {
    let county = TestCounty::found().await;
    let number = take(&county.desk).await.number;
    run_to_delivery(&county.desk, number).await;
    insta::assert_json_snapshot!("case_show", view::cases::show(&county.desk, Show { number }).await.expect("shows"));
}

#[tokio::test]
async fn no_view_tells_a_name_a_number_or_a_note() {
    let county = TestCounty::found().await;
    let number = take(&county.desk).await.number;
    run_to_delivery(&county.desk, number).await;
    let text = serde_json::to_string(&everything(&county.desk, number).await).expect("serialises");
    for secret in ["示例甲", "511602199001010001", "备注", "同意"] {
        assert!(!text.contains(secret), "{secret} is told");
    }
}

#[tokio::test]
async fn a_cache_rebuilt_from_nothing_tells_the_same_as_one_that_followed() {
    let county = TestCounty::found().await;
    let number = take(&county.desk).await.number;
    take(&county.desk).await;
    run_to_delivery(&county.desk, number).await;
    let followed = everything(&county.desk, number).await;
    let (rebuilt, _data) = county.desk_from_nothing().await;
    assert_eq!(everything(&rebuilt, number).await, followed);
}

#[tokio::test]
async fn a_clock_ten_years_ahead_changes_no_view() {
    let county = TestCounty::found().await;
    let number = take(&county.desk).await.number;
    let before = everything(&county.desk, number).await;
    county.env.set("2036-01-07");
    let (other, _data) = county.desk_from_nothing().await;
    assert_eq!(everything(&other, number).await, before);
}

#[tokio::test]
async fn a_newer_day_record_makes_a_clock_overdue_without_a_new_event() {
    let county = TestCounty::found().await;
    let number = take(&county.desk).await.number;
    act(&county.desk, Accept { head: head(number), paper_no: None }).await.expect("accepted");
    let verdict = |listed: crate::api::case::Listed| listed.cases[0].clock.clone().expect("a clock runs").verdict;
    assert_eq!(verdict(view::cases::list(&county.desk, List::default()).await.expect("lists")), "running");
    county.desk.sign_day(day("2026-03-02")).await.expect("signed");
    let listed = view::cases::list(&county.desk, List::default()).await.expect("lists");
    assert_eq!((listed.as_of, verdict(listed)), (Some(day("2026-03-02")), "overdue".to_owned()));
}

#[tokio::test]
async fn a_calendar_that_comes_late_moves_the_due_dates_of_open_cases() {
    let county = TestCounty::found().await;
    let number = take(&county.desk).await.number;
    county.env.set("2026-12-30");
    act(&county.desk, Accept { head: Head { day: Some(day("2026-12-30")), ..head(number) }, paper_no: None }).await.expect("accepted");
    let due = |listed: crate::api::case::Listed| listed.cases[0].due.expect("a clock runs");
    let before = due(view::cases::list(&county.desk, List::default()).await.expect("lists"));
    let year = mesh_model::calendar::CalendarYear::new(2027);
    county.desk.publish(vec![Paper::Calendar(year)]).await.expect("published");
    let after = due(view::cases::list(&county.desk, List::default()).await.expect("lists"));
    assert!(before.provisional && !after.provisional, "{before:?} {after:?}");
}

#[tokio::test]
async fn a_day_before_the_county_s_day_must_be_typed() {
    let county = TestCounty::found().await;
    county.env.set("2016-01-07");
    let refused = take_in(&county.desk, form()).await.expect_err("the clock is wrong");
    assert!(matches!(refused, Trouble::Act { kind: "day_not_typed", .. }), "{refused:?}");
    let typed = take_in(&county.desk, Register { day: Some(day("2026-01-06")), ..form() }).await.expect("typed");
    assert_eq!((typed.day_typed, typed.registered_on), (true, day("2026-01-06")));
}

#[tokio::test]
async fn a_day_in_the_future_is_refused_at_entry() {
    let county = TestCounty::found().await;
    let on = |text: &str| Register { day: Some(day(text)), ..form() };
    let refused = take_in(&county.desk, on("2026-01-09")).await.expect_err("two days ahead");
    assert!(matches!(refused, Trouble::Act { kind: "day_in_future", .. }), "{refused:?}");
    take_in(&county.desk, on("2026-01-08")).await.expect("a day record may be a day late");
    let number = take(&county.desk).await.number;
    let ahead = Accept { head: Head { day: Some(day("2030-01-01")), ..head(number) }, paper_no: None };
    assert!(matches!(act(&county.desk, ahead).await, Err(Trouble::Act { kind: "day_in_future", .. })));
}

#[tokio::test]
async fn a_count_beyond_the_year_9999_is_told_as_such() {
    let county = TestCounty::found().await;
    let ask = calendar::Due { from: day("9999-12-30"), days: WorkDays(5) };
    assert_eq!(view::calendar::due(&county.desk, ask).await, Err(Trouble::DayOutOfRange {}));
}

#[tokio::test]
async fn a_refused_act_says_which_step_is_missing() {
    let county = TestCounty::found().await;
    let number = take(&county.desk).await.number;
    let early = act(&county.desk, Decide { head: head(number), decision: None, opinion: None }).await.expect_err("too early");
    let said = early.say(crate::trouble::Lang::Chinese);
    assert!(said.cause.contains("受理") && said.next.contains("case accept"), "{said:?}");
}

#[tokio::test]
async fn a_clock_far_ahead_of_the_county_s_day_must_be_confirmed_by_a_typed_day() {
    let county = TestCounty::found().await;
    county.env.set("2026-02-16");
    take(&county.desk).await;
    county.env.set("2026-02-17");
    let refused = take_in(&county.desk, form()).await.expect_err("over forty days ahead");
    assert!(matches!(refused, Trouble::Act { kind: "clock_ahead", .. }), "{refused:?}");
    let typed = take_in(&county.desk, Register { day: Some(day("2026-02-17")), ..form() }).await.expect("typed");
    assert_eq!((typed.day_typed, typed.registered_on), (true, day("2026-02-17")));
}

#[tokio::test]
async fn a_case_keeps_the_item_version_it_was_registered_under() {
    let county = TestCounty::found().await;
    let number = take(&county.desk).await.number;
    let changed = mesh_model::doc::item::ItemVersion { name: "新名".to_owned(), ..item(2) };
    county.desk.publish(vec![Paper::Item(Box::new(changed))]).await.expect("published");
    let shown = view::cases::show(&county.desk, Show { number }).await.expect("shows");
    let newer = take(&county.desk).await;
    assert_eq!((shown.item.expect("pinned").name.as_deref(), newer.item_version), (Some("示例事项"), 2));
}

#[tokio::test]
async fn a_withdrawn_item_is_refused_at_the_window() {
    let county = TestCounty::found().await;
    let withdrawn = item(1).withdrawn(day("2026-01-07"));
    county.desk.publish(vec![Paper::Item(Box::new(withdrawn))]).await.expect("published");
    let refused = take_in(&county.desk, form()).await.expect_err("withdrawn");
    assert!(matches!(refused, Trouble::Act { kind: "not_offered_on_day", .. }), "{refused:?}");
}

#[tokio::test]
async fn a_list_pages_in_order_of_number() {
    let county = TestCounty::found().await;
    for _ in 0..5 {
        take(&county.desk).await;
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = view::cases::list(&county.desk, List { after, limit: Some(2), ..List::default() }).await.expect("lists");
        assert_eq!(page.total, 5);
        seen.extend(page.cases.iter().filter_map(|line| line.number));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert!(seen.len() == 5 && seen.is_sorted(), "{seen:?}");
}

#[tokio::test]
async fn own_acts_of_a_hub_are_at_the_county_at_once() {
    let county = TestCounty::found().await;
    take(&county.desk).await;
    let status = view::node::status(&county.desk).await.expect("answers");
    assert_eq!((status.my_acts.rung.as_str(), status.cases), ("county", 1));
    assert_eq!(status.my_acts.total, status.my_acts.at_county);
    assert_eq!(status.county_news.day, Some(Day(day("2026-01-07").0)));
}
