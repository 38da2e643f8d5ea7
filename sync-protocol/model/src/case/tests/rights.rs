//! Who may do what: an act without right is refused at the window and marked by the fold.

use super::*;
use crate::doc::event::{Accept, Decide, Decision, HandOver};

fn forwarded() -> County {
    let mut county = County::new("2026-09-29");
    county.register(V1, "2026-09-17");
    county.act(V1, "2026-09-17", |act| act.forward(T1)).unwrap();
    county
}

/// Asserts that the window refuses the act, and that the fold marks it the same when it is recorded all the same.
fn refused(county: &mut County, site: SiteId, body: &Body, want: Mark) {
    let refusal = county.act(site, "2026-09-18", |act| act.event(body.clone())).unwrap_err();
    assert_eq!(refusal, ActError::Refused(want));
    let before = county.fold();
    let event = county.force(site, "2026-09-18", body.clone());
    assert_eq!(county.mark(event), want);
    let after = county.fold();
    assert_eq!((before.state, before.custodian, before.offered_to), (after.state, after.custodian, after.offered_to));
}

fn acceptance() -> Body {
    Body::Accept(Accept { paper_no: None, printed: None })
}

#[test]
fn a_village_never_accepts_decides_concludes_or_returns() {
    let mut county = County::new("2026-09-29");
    county.register(V1, "2026-09-17");
    let decide = Body::Decide(Decide { decision: Decision::Grant, opinion: None });
    for body in [acceptance(), decide, Body::Return(HandOver { to: V1 })] {
        refused(&mut county, V1, &body, Mark::Unauthorised(Unauthorised::LevelMayNot));
    }
}

#[test]
fn only_the_custodian_moves_a_case() {
    let mut county = forwarded();
    refused(&mut county, T1, &acceptance(), Mark::Unauthorised(Unauthorised::NotCustodian));
    refused(&mut county, T2, &Body::Receive, Mark::Unauthorised(Unauthorised::NotOffered));
    county.act(T1, "2026-09-18", |act| act.receive()).unwrap();
    refused(&mut county, V1, &Body::Forward(HandOver { to: T1 }), Mark::Unauthorised(Unauthorised::NotCustodian));
    refused(&mut county, T1, &Body::Receive, Mark::Superseded(Superseded::AlreadyDone));
}

#[test]
fn while_an_offer_is_out_the_custodian_waits() {
    let mut county = forwarded();
    refused(&mut county, V1, &Body::Forward(HandOver { to: T1 }), Mark::Superseded(Superseded::OfferPending));
    county.act(V1, "2026-09-18", |act| act.withdraw(None)).unwrap();
    assert_eq!((county.fold().state, county.fold().offered_to), (State::Withdrawn, None));
}

#[test]
fn a_case_goes_up_only_to_sites_above() {
    let mut county = County::new("2026-09-29");
    county.register(V1, "2026-09-17");
    for to in [T2, V2, V1] {
        refused(&mut county, V1, &Body::Forward(HandOver { to }), Mark::Unauthorised(Unauthorised::NotAbove));
    }
    county.act(V1, "2026-09-18", |act| act.forward(HUB)).unwrap();
}

#[test]
fn a_case_goes_back_only_towards_the_site_that_took_it_in() {
    let mut county = County::new("2026-09-29");
    county.until_concluded();
    for to in [V2, T1, HUB] {
        refused(&mut county, T1, &Body::Return(HandOver { to }), Mark::Unauthorised(Unauthorised::NotOnTheWayBack));
    }
}

#[test]
fn the_node_must_belong_to_the_site_that_the_event_names() {
    let mut county = forwarded();
    let mut event = CaseEvent { envelope: county.envelope(T1, "2026-09-18"), body: Body::Receive };
    event.envelope.after = county.fold().heads;
    let id = county.record(&event);
    assert_eq!(county.mark(id), Mark::Effective);
    county.recorded.last_mut().unwrap().node = node(V2, 1);
    assert_eq!(county.mark(id), Mark::Unauthorised(Unauthorised::WrongSite));
    county.recorded.last_mut().unwrap().node = NodeId([0xee; 16]);
    assert_eq!(county.mark(id), Mark::Unauthorised(Unauthorised::UnknownNode));
}

#[test]
fn a_registration_counts_only_in_the_scope_of_its_site() {
    let mut county = County::new("2026-09-29");
    county.register(V1, "2026-09-17");
    county.recorded[0].scope = Scope::site(V2, Class::CASES, Shelf(2026));
    let case = county.fold();
    assert_eq!(case.state, State::Start);
    assert_eq!(case.history[0].mark, Mark::Unauthorised(Unauthorised::WrongScope));
}

#[test]
fn a_second_registration_never_takes_the_place_of_the_one_that_made_the_document() {
    let mut county = County::new("2026-09-29");
    county.register(V1, "2026-09-17");
    let own = county.recorded[0].clone();
    let doc = crate::id::DocId::derive(own.scope, own.node, &[9; 16]);
    let Body::Register(mut other) = CaseEvent::from_value(&own.value).unwrap().body else { unreachable!("the first event registers") };
    other.level = RulesLevel(99);
    // Nonces are tried until the foreign registration has the smaller event id and would win a tie.
    let foreign = (0u16..).find_map(|nonce| {
        other.nonce = nonce.to_be_bytes().to_vec();
        let event = CaseEvent { envelope: county.envelope(V1, "2026-09-17"), body: Body::Register(other.clone()) };
        (EventId::of(&event.to_value()) < own.event).then_some(event)
    });
    let id = county.record(&foreign.unwrap());
    let case = fold_document(doc, &county.recorded, &county.facts, &county.tree, county.as_of);
    assert_eq!((case.level, case.state), (RulesLevel(1), State::Registered));
    let mark = case.history.iter().find(|line| line.event == id).unwrap().mark;
    assert_eq!(mark, Mark::Unauthorised(Unauthorised::WrongDocument));
}

#[test]
fn what_lies_after_a_revocation_has_no_effect_until_admitted() {
    let mut county = forwarded();
    let received = county.act(T1, "2026-09-18", |act| act.receive()).unwrap();
    let at = county.recorded.last().unwrap().clone();
    let position = Position { node: at.node, branch: at.branch, scope: at.scope, seq: at.seq };
    county.tree.revoke(at.node, [((at.branch, at.scope), at.seq)]);
    assert_eq!(county.mark(received), Mark::Effective, "the hub held it");
    county.tree.revoke(at.node, [((at.branch, at.scope), at.seq - 1)]);
    assert_eq!((county.mark(received), county.fold().custodian), (Mark::AfterRevocation, Some(V1)));
    county.tree.revoke(at.node, []);
    assert_eq!(county.mark(received), Mark::AfterRevocation, "a chain that is not named has no effect");
    county.tree.admit(position);
    assert_eq!(county.mark(received), Mark::Effective);
}

#[test]
fn an_event_that_another_batch_carries_again_counts_once() {
    let mut county = forwarded();
    let lost = county.act(T1, "2026-09-18", |act| act.receive()).unwrap();
    let again = Recorded { branch: Branch([2; 8]), seq: 1, ..county.recorded.last().unwrap().clone() };
    county.tree.revoke(again.node, [((again.branch, again.scope), 1)]);
    assert_eq!(county.mark(lost), Mark::AfterRevocation);
    county.recorded.push(again);
    assert_eq!(county.mark(lost), Mark::Effective);
    assert_eq!(county.fold().history.len(), 3);
}

#[test]
fn nothing_is_done_to_a_case_before_its_registration() {
    let mut county = County::new("2026-09-29");
    refused(&mut county, T1, &acceptance(), Mark::Superseded(Superseded::NotRegistered));
}
