//! Whatever the order of arrival, the case is the same.

use super::*;
use crate::doc::event::{Decision, HandOver};
use proptest::prelude::*;

/// A whole case with contradicting, unauthorised and unknown acts mixed in.
fn crowded() -> County {
    let mut county = County::new("2026-10-09");
    county.register(V1, "2026-09-17");
    county.act(V1, "2026-09-17", |act| act.forward(T1)).unwrap();
    county.act_having_seen(1, V2, "2026-09-17", |act| act.withdraw(None)).unwrap();
    county.act_having_seen(2, T1, "2026-09-18", |act| act.receive()).unwrap();
    county.recorded.swap(2, 3);
    county.act_having_seen(3, T1, "2026-09-18", |act| act.accept(None).map(|(event, _)| event)).unwrap();
    county.act_having_seen(3, T1, "2026-09-19", |act| act.accept(Some("twice".into())).map(|(event, _)| event)).unwrap();
    county.force(T1, "2026-09-19", Body::Unknown(77));
    county.force(V2, "2026-09-19", Body::Accept(crate::doc::event::Accept { paper_no: None, printed: None }));
    county.force(T2, "2026-09-19", Body::Return(HandOver { to: V1 }));
    county
}

#[test]
fn the_crowded_case_is_not_trivial() {
    let marks: std::collections::BTreeSet<&str> = crowded().fold().history.iter().map(|line| line.mark.word()).collect();
    assert!(marks.len() >= 4, "{marks:?}");
}

/// One act of a random history: who, on which of the site's nodes, what, to which site, and which earlier events its author had seen.
type RandomAct = (usize, u8, usize, usize, Vec<usize>);

fn random_history(acts: &[RandomAct]) -> County {
    let sites = [V1, V2, T1, T2, HUB];
    let mut county = County::new("2026-10-09");
    county.register(V1, "2026-09-17");
    let Body::Register(registered) = CaseEvent::from_value(&county.recorded[0].value).unwrap().body else { unreachable!() };
    for (n, (site, number, kind, to, seen)) in acts.iter().enumerate() {
        let to = HandOver { to: sites[*to] };
        let body = match kind {
            0 => Body::Register(registered.clone()),
            1 => Body::Forward(to),
            2 => Body::Receive,
            3 => Body::Accept(crate::doc::event::Accept { paper_no: Some(n.to_string()), printed: None }),
            4 => Body::Assign(crate::doc::event::Assign { to: "reviewer-02".parse().unwrap() }),
            5 => Body::Decide(crate::doc::event::Decide { decision: Decision::Grant, opinion: None }),
            6 => Body::Decide(crate::doc::event::Decide { decision: Decision::Refuse, opinion: None }),
            7 => Body::Conclude(crate::doc::event::Conclude { result_no: None }),
            8 => Body::Return(to),
            9 => Body::Notify(crate::doc::event::Notify { how: "phone".into() }),
            10 => Body::Deliver(crate::doc::event::Deliver { slip_no: None }),
            _ => Body::Withdraw(crate::doc::event::Withdraw { reason: None }),
        };
        let mut event = CaseEvent { envelope: county.envelope(sites[*site], "2026-09-18"), body };
        event.envelope.node = Some(node(sites[*site], *number));
        event.envelope.minute = u16::try_from(n).ok();
        event.envelope.after = seen.iter().map(|i| county.recorded[i % county.recorded.len()].event).collect();
        county.record(&event);
    }
    county
}

fn some_acts() -> impl Strategy<Value = Vec<RandomAct>> {
    let seen = proptest::collection::vec(0usize..40, 1..4);
    proptest::collection::vec((0usize..5, 1u8..3, 0usize..12, 0usize..5, seen), 1..40)
}

proptest! {
    #[test]
    fn random_histories_fold_the_same_in_any_order(acts in some_acts(), seed in proptest::num::u64::ANY) {
        let county = random_history(&acts);
        let mut shuffled = county.recorded.clone();
        shuffled.sort_by_key(|recorded| crate::id::Hash::of(&[&seed.to_be_bytes(), &recorded.event.0]));
        let case = county.fold();
        prop_assert_eq!(&county.fold_of(&shuffled), &case);
        prop_assert_eq!(case.history.len(), county.recorded.len());
        prop_assert_eq!(case.custodian.is_some(), case.state != State::Start);
        let effective = |kind| case.history.iter().filter(|l| l.mark == Mark::Effective && l.written.as_ref().unwrap().kind() == kind).count();
        use crate::doc::event::EventKind as Kind;
        for once in [Kind::Register, Kind::Accept, Kind::Decide, Kind::Conclude, Kind::Notify, Kind::Deliver, Kind::Withdraw] {
            prop_assert!(effective(once) <= 1);
        }
        prop_assert!(effective(Kind::Withdraw) + effective(Kind::Decide) <= 1, "decided and withdrawn");
    }

    #[test]
    fn the_fold_does_not_depend_on_the_order_of_arrival(order in Just((0..9usize).collect::<Vec<_>>()).prop_shuffle(), twice in 0usize..9) {
        let county = crowded();
        let mut shuffled: Vec<Recorded> = order.iter().map(|i| county.recorded[*i].clone()).collect();
        shuffled.push(county.recorded[twice].clone());
        prop_assert_eq!(county.fold_of(&shuffled), county.fold());
    }

    #[test]
    fn parts_of_a_case_fold_without_panic_and_mark_what_waits(keep in proptest::collection::vec(proptest::bool::ANY, 9)) {
        let county = crowded();
        let part: Vec<Recorded> = county.recorded.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(r, _)| r.clone()).collect();
        let case = county.fold_of(&part);
        prop_assert_eq!(case.history.len(), part.len());
        let held: std::collections::BTreeSet<EventId> = part.iter().map(|r| r.event).collect();
        for line in &case.history {
            let causes = &line.written.as_ref().unwrap().envelope.after;
            prop_assert!(line.mark == Mark::Waiting || causes.iter().all(|cause| held.contains(cause)));
        }
    }
}

#[test]
fn an_event_waits_for_what_its_author_had_seen() {
    let mut county = County::new("2026-09-29");
    county.until_concluded();
    let mut gap = county.recorded.clone();
    gap.remove(2);
    let case = county.fold_of(&gap);
    assert_eq!((case.state, case.custodian, case.offered_to), (State::Forwarded, Some(V1), Some(T1)));
    assert_eq!(case.history.iter().filter(|line| line.mark == Mark::Waiting).count(), 4);
    assert_eq!(case.heads, [county.recorded[1].event]);
}

#[test]
fn of_two_acceptances_that_know_nothing_of_each_other_one_counts_on_every_replica() {
    let mut county = County::new("2026-09-29");
    county.register(V1, "2026-09-17");
    county.act(V1, "2026-09-17", |act| act.forward(T1)).unwrap();
    county.act(T1, "2026-09-18", |act| act.receive()).unwrap();
    let one = county.act_having_seen(3, T1, "2026-09-18", |act| act.accept(Some("10:05".into())).map(|(event, _)| event)).unwrap();
    let two = county.act_having_seen(3, T1, "2026-09-18", |act| act.accept(Some("10:20".into())).map(|(event, _)| event)).unwrap();
    let (first, second) = (one.min(two), one.max(two));
    assert_eq!(county.mark(first), Mark::Effective);
    assert_eq!(county.mark(second), Mark::Superseded(Superseded::AlreadyDone));
    county.act(T1, "2026-09-18", |act| act.assign("reviewer-02".parse().unwrap())).unwrap();
    assert_eq!(county.fold().heads.len(), 1, "the next act has seen both");
}

#[test]
fn a_case_above_this_build_is_shown_and_closed() {
    let mut county = County::new("2026-09-29");
    county.register(V1, "2026-09-17");
    let case = fold(RulesLevel(2), &county.recorded, &county.facts, &county.tree, county.as_of);
    assert_eq!((case.state, &case.standing), (State::Registered, &Standing::NeedsNewer { level: RulesLevel(2) }));
    let actor = county.actor(V1, "2026-09-17");
    let act = Act { case: &case, actor: &actor, facts: &county.facts, authority: &county.tree };
    assert_eq!(act.forward(T1).unwrap_err().kind(), "needs_newer");
    assert_eq!(level_of(&county.recorded), Some(RulesLevel(1)));
    assert_eq!(level_of(&[]), None);
}

#[test]
fn a_fact_that_is_not_here_leaves_the_date_open() {
    let mut county = County::new("2026-09-29");
    county.until_concluded();
    county.facts = Facts::default();
    let case = county.fold();
    assert_eq!(case.state, State::Concluded);
    assert_eq!(case.standing, Standing::Incomplete { missing: vec![Missing::Item(timber().hash())] });
    let promise = case.clocks.iter().find(|clock| clock.id == ClockId::C3).unwrap();
    assert_eq!((promise.due, promise.verdict), (None, Verdict::Unknown));
    assert!(promise.printed.is_some());
}

#[test]
fn a_value_that_is_no_event_is_marked_and_harms_nothing() {
    let mut county = County::new("2026-09-29");
    county.register(V1, "2026-09-17");
    let good = county.fold();
    let value = b"poison".to_vec();
    county.recorded.push(Recorded { event: EventId::of(&value), value, ..county.recorded[0].clone() });
    let case = county.fold();
    assert_eq!((case.state, case.history.len()), (good.state, 2));
    assert!(case.history.iter().any(|line| line.mark == Mark::Unreadable));
    county.act(V1, "2026-09-17", |act| act.decide(Decision::Grant, None)).unwrap_err();
}
