//! What is left at the end, spoilt by hand.

use super::desk::*;
use crate::check::*;
use crate::plan::clerks::{Case, Paper};
use crate::plan::{Action, Healing, What};
use mesh_model::time::Uptime;
use std::collections::BTreeSet;
use sync_protocol::io::{ActRefusal, Rung};

fn only(promise: Promise) -> BTreeSet<Promise> {
    BTreeSet::from([promise])
}

#[test]
fn no_receipt_stands_for_nothing() {
    let mut desk = Desk::new();
    let paper = desk.paper();
    desk.writes(VILLAGE, &paper);
    desk.hand_out(1, &paper, None);
    assert_eq!(desk.broken(), only(Promise::Papers), "it is on no disk that is left");
}

#[test]
fn a_paper_that_every_disk_gave_back_is_excused_and_one_that_a_peer_holds_is_not() {
    let told = |peer_holds: bool| {
        let mut desk = Desk::with(vec![What::Restored { seat: VILLAGE, age_ms: 1, for_ms: 1 }]);
        let paper = desk.paper();
        desk.writes(VILLAGE, &paper);
        if peer_holds {
            desk.comes(VILLAGE, TOWNSHIP, &paper);
        }
        desk.see(&Sighting::Rolled { seat: VILLAGE });
        desk.hand_out(1, &paper, None);
        desk.judge()
    };
    let (kept, coverage) = told(false);
    assert_eq!((kept, coverage.times("seen-paper-gone-from-every-disk")), (Vec::new(), 1));
    assert!(told(true).0.iter().all(|breach| breach.promise == Promise::Papers));
    assert!(!told(true).0.is_empty());
}

#[test]
fn a_refused_paper_has_no_receipt() {
    let mut desk = Desk::with(vec![What::Restored { seat: VILLAGE, age_ms: 1, for_ms: 1 }]);
    let paper = desk.paper();
    desk.writes(VILLAGE, &paper);
    desk.see(&Sighting::Rolled { seat: VILLAGE });
    desk.hand_out(1, &paper, None);
    desk.evidence.sites.get_mut(&VILLAGE).unwrap().office.refused.push((1, ActRefusal::Full));
    assert_eq!(desk.broken(), only(Promise::Papers));
}

#[test]
fn a_value_stands_once_in_a_case() {
    let told = |value: &[u8]| {
        let mut desk = Desk::new();
        let first = desk.paper();
        let bodies = vec![desk.event(VILLAGE, 2, value, Vec::new())];
        let next = desk.sign(Draft { seq: 2, prev: first.header.hash(), bodies, ..desk.draft() });
        for paper in [&first, &next] {
            desk.writes(VILLAGE, paper);
            desk.comes(VILLAGE, TOWNSHIP, paper);
            desk.comes(TOWNSHIP, HUB, paper);
        }
        desk.broken()
    };
    assert_eq!(told(b"looked at"), BTreeSet::new());
    assert_eq!(told(b"taken in"), only(Promise::Idempotence));
}

#[test]
fn receipts_share_neither_batch_nor_number() {
    let told = |numbers: [Option<&str>; 2], one_batch: bool| {
        let mut desk = Desk::with(vec![What::Restored { seat: VILLAGE, age_ms: 1, for_ms: 1 }]);
        let first = desk.paper();
        let bodies = vec![desk.event(VILLAGE, 2, b"looked at", Vec::new())];
        let next = desk.sign(Draft { seq: 2, prev: first.header.hash(), bodies, ..desk.draft() });
        desk.writes(VILLAGE, &first);
        desk.writes(VILLAGE, &next);
        desk.see(&Sighting::Rolled { seat: VILLAGE });
        desk.hand_out(1, &first, numbers[0]);
        desk.hand_out(2, if one_batch { &first } else { &next }, numbers[1]);
        desk.broken()
    };
    assert_eq!(told([Some("511602-26-000001"), Some("511602-26-000002")], false), BTreeSet::new());
    assert_eq!(told([Some("511602-26-000001"); 2], false), only(Promise::Numbers));
    assert_eq!(told([None; 2], true), only(Promise::Idempotence));
}

#[test]
fn what_is_shown_as_being_at_the_county_is_there() {
    let told = |rung: Rung| {
        let mut desk = Desk::new();
        let paper = desk.paper();
        desk.writes(VILLAGE, &paper);
        let words = desk.evidence.sites.get_mut(&VILLAGE).unwrap().words.as_mut().unwrap();
        words.rungs.insert(paper.header.hash(), rung);
        desk.broken()
    };
    assert_eq!(told(Rung::Window), BTreeSet::new());
    assert_eq!(told(Rung::County), only(Promise::Receipts));
}

#[test]
fn in_sync_at_the_end_is_true() {
    let mut desk = Desk::new();
    desk.evidence.sites.get_mut(&VILLAGE).unwrap().disk = crate::disk::Content::default();
    assert_eq!(desk.broken(), BTreeSet::from([Promise::Agreement, Promise::HonestStatus]), "the township says so of the village");
}

#[test]
fn a_core_goes_on_while_the_rest_is_broken() {
    let told = |core: Vec<crate::layout::Seat>, minutes: Option<u64>| {
        let mut desk = Desk::with(vec![What::Restored { seat: NEIGHBOUR, age_ms: 1, for_ms: 1 }]);
        desk.evidence.plan.ending = Healing::Core(core);
        let paper = desk.paper();
        desk.hand_out(1, &paper, None);
        if let Some(minutes) = minutes {
            let at = desk.evidence.plan.end().after_ms(minutes * 60_000);
            desk.evidence.at_hub.insert(paper.header.hash(), at);
        }
        desk.broken().contains(&Promise::Progress)
    };
    let core = || vec![HUB, TOWNSHIP, VILLAGE];
    assert!(told(core(), None));
    assert!(told(core(), Some(10_000)));
    assert!(!told(core(), Some(10)));
    assert!(!told(vec![HUB, TOWNSHIP], None), "the village is not in it");
}

#[test]
fn a_site_that_is_not_healed_need_not_agree() {
    let told = |ending: Healing| {
        let mut desk = Desk::new();
        desk.evidence.plan.ending = ending;
        desk.evidence.sites.get_mut(&NEIGHBOUR).unwrap().words = None;
        desk.broken()
    };
    assert_eq!(told(Healing::Core(vec![HUB, TOWNSHIP, VILLAGE])), BTreeSet::new());
    assert_eq!(told(Healing::All), only(Promise::Agreement));
}

#[test]
fn equal_papers_are_shown_as_equal_states() {
    let told = |states: [&[u8]; 2], differ: bool| {
        let mut desk = Desk::new();
        let paper = desk.paper();
        desk.writes(VILLAGE, &paper);
        desk.comes(VILLAGE, TOWNSHIP, &paper);
        desk.see(&Sighting::Rolled { seat: VILLAGE });
        desk.see(&Sighting::Rolled { seat: TOWNSHIP });
        desk.hand_out(1, &paper, Some("511602-26-000001"));
        for (seat, state) in [VILLAGE, TOWNSHIP].into_iter().zip(states) {
            let site = desk.evidence.sites.get_mut(&seat).unwrap();
            site.shown.insert("511602-26-000001".into(), state.to_vec());
        }
        if differ {
            let words = desk.evidence.sites.get_mut(&VILLAGE).unwrap().words.as_mut().unwrap();
            words.day = Some(1);
        }
        desk.evidence.plan.actions.push(Action { at: Uptime(0), what: What::Restored { seat: VILLAGE, age_ms: 1, for_ms: 1 } });
        desk.broken()
    };
    assert_eq!(told([b"open", b"open"], false), BTreeSet::new());
    assert_eq!(told([b"open", b"closed"], false), only(Promise::Folds));
    assert_eq!(told([b"open", b"closed"], true), BTreeSet::new(), "on another day");
}

#[test]
fn two_papers_of_one_case_carry_its_number() {
    let told = |cases: [u64; 2]| {
        let papers = (1..)
            .zip(cases)
            .map(|(number, case)| What::Paper(Paper { number, seat: VILLAGE, case: Case { intake: VILLAGE, number: case }, bytes: 1 }));
        let mut desk = Desk::with(papers.chain([What::Restored { seat: VILLAGE, age_ms: 1, for_ms: 1 }]).collect());
        let first = desk.paper();
        let bodies = vec![desk.event(VILLAGE, 2, b"looked at", Vec::new())];
        let next = desk.sign(Draft { seq: 2, prev: first.header.hash(), bodies, ..desk.draft() });
        desk.writes(VILLAGE, &first);
        desk.writes(VILLAGE, &next);
        desk.see(&Sighting::Rolled { seat: VILLAGE });
        desk.hand_out(1, &first, Some("511602-26-000001"));
        desk.hand_out(2, &next, Some("511602-26-000001"));
        desk.broken()
    };
    assert_eq!(told([7, 7]), BTreeSet::new());
    assert_eq!(told([7, 8]), only(Promise::Numbers));
}

#[test]
fn a_raw_change_is_read_as_it_was_written() {
    let desk = Desk::new();
    let body = desk.event(VILLAGE, 3, b"looked at", vec![[5; 32], [6; 32]]);
    let (written, hash) = sync_protocol::profile::read_hashed(&body.bytes).unwrap();
    let read = change::read(&body.bytes).unwrap();
    let actor = change::name_of(&written.actor);
    assert_eq!((read.hash, &read.deps[..], read.actor, read.seq), (hash, &written.deps[..], actor, written.seq));
    assert_ne!(read.value, change::read(&desk.event(VILLAGE, 3, b"looked up", Vec::new()).bytes).unwrap().value);
    assert_eq!(change::read(&body.bytes[..body.bytes.len() - 1]), None);
    assert_eq!(change::read(b"not a change at all"), None);
}
