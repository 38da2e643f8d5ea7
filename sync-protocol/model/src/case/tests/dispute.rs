//! Acts that contradict each other: in clear order one stands, in doubt the case is on hold and nothing goes out.

use super::*;
use crate::doc::event::Decision;

fn in_review() -> County {
    let mut county = County::new("2026-09-29");
    county.register(V1, "2026-09-17");
    county.act(V1, "2026-09-17", |act| act.forward(T1)).unwrap();
    county.act(T1, "2026-09-18", |act| act.receive()).unwrap();
    county.act(T1, "2026-09-18", |act| act.accept(None).map(|(event, _)| event)).unwrap();
    county.act(T1, "2026-09-18", |act| act.assign("reviewer-02".parse().unwrap())).unwrap();
    county
}

#[test]
fn a_withdrawal_that_knew_of_the_decision_is_not_effective() {
    let mut county = in_review();
    county.act(T1, "2026-09-21", |act| act.decide(Decision::Grant, None)).unwrap();
    assert_eq!(county.act(V1, "2026-09-21", |act| act.withdraw(None)).unwrap_err().kind(), "decided_earlier");
    let forced = county.force(V1, "2026-09-21", Body::Withdraw(crate::doc::event::Withdraw { reason: None }));
    assert_eq!(county.mark(forced), Mark::Superseded(Superseded::DecidedEarlier));
    assert!(!county.fold().on_hold);
}

#[test]
fn a_decision_that_knew_of_the_withdrawal_is_not_effective() {
    let mut county = in_review();
    county.act(V1, "2026-09-21", |act| act.withdraw(None)).unwrap();
    assert_eq!(county.act(T1, "2026-09-21", |act| act.decide(Decision::Grant, None)).unwrap_err().kind(), "withdrawn_earlier");
}

#[test]
fn a_withdrawal_beside_a_decision_puts_the_case_on_hold_until_a_person_decides() {
    let mut county = in_review();
    let decision = county.act(T1, "2026-09-21", |act| act.decide(Decision::Grant, None)).unwrap();
    let withdrawal = county.act_having_seen(2, V1, "2026-09-20", |act| act.withdraw(None)).unwrap();
    assert_eq!(county.mark(decision), Mark::Effective);
    assert_eq!(county.mark(withdrawal), Mark::Superseded(Superseded::DecidedMeanwhile));
    assert!(county.fold().on_hold);
    county.act(T1, "2026-09-22", |act| act.conclude(None)).unwrap();
    county.act(T1, "2026-09-22", |act| act.hand_back(V1)).unwrap();
    county.act(V1, "2026-09-22", |act| act.receive()).unwrap();
    county.act(V1, "2026-09-22", |act| act.notify("phone".into())).unwrap();
    assert_eq!(county.act(V1, "2026-09-22", |act| act.deliver(None)).unwrap_err().kind(), "on_hold");
}

#[test]
fn a_result_that_is_delivered_stands_whatever_was_taken_in_meanwhile() {
    let mut county = in_review();
    county.act(T1, "2026-09-21", |act| act.decide(Decision::Grant, None)).unwrap();
    county.act(T1, "2026-09-21", |act| act.conclude(None)).unwrap();
    county.act(T1, "2026-09-21", |act| act.hand_back(V1)).unwrap();
    county.act(V1, "2026-09-22", |act| act.receive()).unwrap();
    county.act(V1, "2026-09-22", |act| act.notify("phone".into())).unwrap();
    county.act(V1, "2026-09-22", |act| act.deliver(None)).unwrap();
    let withdrawal = county.act_having_seen(2, V2, "2026-09-20", |act| act.withdraw(None)).unwrap();
    assert_eq!(county.mark(withdrawal), Mark::Superseded(Superseded::DecidedEarlier));
    assert_eq!((county.fold().state, county.fold().on_hold), (State::Delivered, false));
}

#[test]
fn two_different_decisions_beside_each_other_put_the_case_on_hold() {
    let mut county = in_review();
    county.act_having_seen(5, T1, "2026-09-21", |act| act.decide(Decision::Grant, None)).unwrap();
    county.act_having_seen(5, T1, "2026-09-21", |act| act.decide(Decision::Refuse, None)).unwrap();
    assert!(county.fold().on_hold);
    let mut same = in_review();
    same.act_having_seen(5, T1, "2026-09-21", |act| act.decide(Decision::Grant, None)).unwrap();
    same.act_having_seen(5, T1, "2026-09-22", |act| act.decide(Decision::Grant, None)).unwrap();
    assert!(!same.fold().on_hold);
}
