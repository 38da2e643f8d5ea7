//! Queues, sessions and dials, told by hand.

use super::desk::*;
use crate::check::*;
use crate::layout::Seat;
use crate::plan::{Action, What};
use std::collections::BTreeSet;
use sync_protocol::journal::StoredBatch;

fn only(promise: Promise) -> BTreeSet<Promise> {
    BTreeSet::from([promise])
}

#[test]
fn queues_have_bounds() {
    let told = |link_bytes, commits| {
        let mut desk = Desk::new();
        desk.see(&Sighting::Queued { seat: HUB, link_bytes, commits });
        desk.broken()
    };
    assert_eq!(told(1_000, 3), BTreeSet::new());
    assert_eq!(told(bounds::LINK_BYTES_MAX + 1, 3), only(Promise::Bounds));
    assert_eq!(told(1_000, bounds::COMMITS_MAX + 1), only(Promise::Bounds));
}

#[test]
fn a_session_that_carries_what_its_receiver_has_is_too_dear() {
    let told = |times: usize| {
        let mut desk = Desk::new();
        let bodies = vec![desk.event(VILLAGE, 1, &[7; 16_000], Vec::new())];
        let paper: StoredBatch = desk.sign(Draft { bodies, ..desk.draft() });
        desk.see(&Sighting::LinkUp { seat: VILLAGE, peer: TOWNSHIP });
        desk.writes(VILLAGE, &paper);
        (0..times).for_each(|_| desk.comes(VILLAGE, TOWNSHIP, &paper));
        desk.see(&Sighting::LinkDown { seat: VILLAGE, peer: TOWNSHIP });
        desk.broken()
    };
    assert_eq!(told(10), BTreeSet::new());
    assert_eq!(told(20), only(Promise::Bounds));
}

fn dials_after(pauses_ms: &[u64]) -> BTreeSet<Promise> {
    let mut desk = Desk::new();
    desk.see(&Sighting::Booted { seat: VILLAGE });
    for pause_ms in pauses_ms {
        desk.see(&Sighting::Dialled { seat: VILLAGE });
        desk.see(&Sighting::LinkUp { seat: VILLAGE, peer: TOWNSHIP });
        desk.wait_ms(900_000);
        desk.see(&Sighting::LinkDown { seat: VILLAGE, peer: TOWNSHIP });
        desk.wait_ms(*pause_ms);
    }
    desk.see(&Sighting::Dialled { seat: VILLAGE });
    desk.broken()
}

#[test]
fn a_lost_link_is_dialled_again_in_time() {
    assert_eq!(dials_after(&[400, 300_000]), BTreeSet::new());
    assert_eq!(dials_after(&[400, 361_000]), only(Promise::Backoff));
    let mut desk = Desk::new();
    desk.see(&Sighting::Booted { seat: VILLAGE });
    desk.see(&Sighting::Dialled { seat: VILLAGE });
    desk.wait_ms(3_600_000);
    desk.see(&Sighting::Proven { seat: HUB, peer: TOWNSHIP, scopes: 0, root: mesh_model::id::Digest::default() });
    assert_eq!(desk.broken(), only(Promise::Backoff), "the site fell asleep");
}

#[test]
fn a_site_without_power_need_not_dial() {
    let mut desk = Desk::new();
    desk.see(&Sighting::Booted { seat: VILLAGE });
    desk.see(&Sighting::PoweredOff { seat: VILLAGE });
    desk.wait_ms(3_600_000);
    desk.see(&Sighting::Booted { seat: VILLAGE });
    desk.see(&Sighting::Dialled { seat: VILLAGE });
    assert_eq!(desk.broken(), BTreeSet::new());
}

#[test]
fn dials_after_a_loss_are_spread() {
    let spread: Vec<u64> = (0..40).map(|number| 250 + number * 12).collect();
    assert_eq!(dials_after(&spread), BTreeSet::new());
    assert_eq!(dials_after(&[750; 40]), only(Promise::Storm));
    assert_eq!(dials_after(&[750; 10]), BTreeSet::new(), "ten dials say nothing");
}

#[test]
fn nobody_dials_every_few_seconds_for_an_hour() {
    let dials_every = |pause_ms: u64| {
        let mut desk = Desk::new();
        desk.see(&Sighting::Booted { seat: VILLAGE });
        for _ in 0..3_600_000 / pause_ms {
            desk.see(&Sighting::Dialled { seat: VILLAGE });
            desk.wait_ms(pause_ms);
        }
        desk.broken()
    };
    assert_eq!(dials_every(20_000), BTreeSet::new());
    assert_eq!(dials_every(5_000), only(Promise::Backoff));
}

#[test]
fn a_revoked_site_knocks_seldom_from_the_day_after_on() {
    let told = |times: u64, starts: u64, full_ms: u64| {
        let mut plan = crate::plan::Plan::quiet(1, 1, 1, 4).unwrap();
        plan.actions.push(Action { at: Uptime(0), what: What::DiskFull { seat: TOWNSHIP, for_ms: full_ms } });
        plan.actions.push(Action { at: Uptime(1_000), what: What::Revoked { seat: VILLAGE } });
        let mut visits = knocks::Knocks::new(&plan);
        let ledger = ledger::Ledger::default();
        for day in 0..3 {
            let at = |number: u64| Uptime(2_000 + day * 86_400_000 + number * 100_000);
            (0..starts).for_each(|number| visits.see(at(number), &Sighting::Booted { seat: VILLAGE }, &ledger));
            let many = if day == 0 { 800 } else { times };
            (0..many).for_each(|number| visits.see(at(number), &Sighting::LinkUp { seat: VILLAGE, peer: TOWNSHIP }, &ledger));
        }
        let desk = Desk::new();
        visits.finish(&known::Known::new(&desk.evidence, &ledger, known::Followed::Throughout)).len()
    };
    assert_eq!(told(100, 0, 0), 0);
    assert_eq!(told(500, 0, 0), 2, "once a day");
    assert_eq!(told(500, 20, 0), 0);
    assert_eq!(told(500, 0, 300_000_000), 0, "the relay's disk is full, and it may not know");
}

#[test]
fn whoever_forged_and_is_revoked_later_may_wait_an_hour_from_the_first_on() {
    let waits = |pause_ms: u64| {
        let mut plan = crate::plan::Plan::quiet(1, 1, 1, 4).unwrap();
        let acts = [(1_000, What::Forged { seat: VILLAGE }), (90_000_000, What::Revoked { seat: VILLAGE })];
        plan.actions.extend(acts.map(|(at, what)| Action { at: Uptime(at), what }));
        let mut backoff = backoff::Backoff::new(&plan);
        let ledger = ledger::Ledger::default();
        backoff.see(Uptime(2_000), &Sighting::Booted { seat: VILLAGE }, &ledger);
        backoff.see(Uptime(2_000 + pause_ms), &Sighting::Dialled { seat: VILLAGE }, &ledger);
        let desk = Desk::new();
        backoff.finish(&known::Known::new(&desk.evidence, &ledger, known::Followed::Throughout))
    };
    assert_eq!(waits(3_600_000), []);
    assert_eq!(waits(3_700_000).len(), 1);
}

#[test]
fn sites_that_are_linked_seldom_dial_by_their_own_rhythm() {
    let mut plan = crate::plan::Plan::quiet(1, 1, 1, 4).unwrap();
    plan.sites.get_mut(&VILLAGE).unwrap().rhythm = crate::plan::Rhythm::Every { ms: 21_600_000 };
    let mut backoff = backoff::Backoff::new(&plan);
    let ledger = ledger::Ledger::default();
    backoff.see(Uptime(0), &Sighting::Booted { seat: VILLAGE }, &ledger);
    backoff.see(Uptime(21_600_000), &Sighting::Dialled { seat: Seat(2) }, &ledger);
    let desk = Desk::new();
    let known = known::Known::new(&desk.evidence, &ledger, known::Followed::Throughout);
    assert_eq!(backoff.finish(&known), Vec::new());
}
