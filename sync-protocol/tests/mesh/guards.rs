//! What a county does when one guard is switched off: each of these is a fault that a hunt must see.

use super::backoff::pauses_with;
use super::county::*;
use sync_protocol::guard::{Guard, Guards};
use sync_protocol::io::{Bye, Notice};
use sync_protocol::limits::BACKOFF_MS_MAX;

/// Hub, township and village, started again without a guard and linked.
fn linked_without(guard: Guard) -> (County, usize) {
    let mut county = County::new(4);
    county.guards = Guards::without(Some(guard));
    for seat in [HUB, TOWN, VILLAGE, OTHER_VILLAGE] {
        county.kill(seat);
        county.boot(seat);
    }
    county.settle();
    county.link(TOWN, HUB);
    county.settle();
    let road = county.link(VILLAGE, TOWN);
    county.link(OTHER_VILLAGE, TOWN);
    county.settle();
    (county, road)
}

#[test]
fn without_durable_before_said_an_act_is_called_durable_before_the_disk_has_it() {
    for (guard, said) in [(Guard::DurableBeforeSaid, true), (Guard::HeldAfterCommit, false)] {
        let (mut county, _) = linked_without(guard);
        let (act, _) = county.write(VILLAGE, cases(VILLAGE), "paper");
        while county.seats[VILLAGE].disk.waiting.is_empty() {
            assert!(county.step(0), "the act goes to the disk");
        }
        assert_eq!(county.seats[VILLAGE].durable.contains_key(&act), said, "{guard:?}");
        county.settle();
        assert!(county.seats[VILLAGE].durable.contains_key(&act), "{guard:?}");
    }
}

#[test]
fn without_entitlement_papers_go_to_those_who_may_not_hold_them() {
    for (guard, disclosed) in [(Guard::Entitlement, 1), (Guard::ProofCompared, 0)] {
        let (mut county, _) = linked_without(guard);
        let (_, document) = county.write(VILLAGE, cases(VILLAGE), "paper");
        county.settle();
        assert_eq!(county.events(OTHER_VILLAGE, document).len(), disclosed, "{guard:?}");
    }
}

#[test]
fn without_signature_checked_a_forged_batch_spreads() {
    let (mut county, _) = linked_without(Guard::SignatureChecked);
    let (_, document) = county.write_forged(VILLAGE, cases(VILLAGE));
    county.settle();
    assert_eq!([HUB, TOWN].map(|seat| county.events(seat, document).len()), [1, 1]);
}

#[test]
fn without_body_judged_nobody_refuses_rubbish() {
    let (mut county, _) = linked_without(Guard::BodyJudged);
    county.write_rubbish(VILLAGE, cases(VILLAGE));
    county.settle();
    let refused = |notice: &Notice| matches!(notice, Notice::BodyRefused { .. });
    assert!(!county.seats.iter().flat_map(|seat| &seat.notices).any(refused));
}

#[test]
fn without_bounds_and_jitter_pauses_are_long_and_all_alike() {
    let endless = pauses_with(1, 24, Guards::without(Some(Guard::BackoffBounded)));
    assert!(endless.iter().any(|pause| *pause > BACKOFF_MS_MAX));
    let without_jitter = Guards::without(Some(Guard::Jitter));
    assert_eq!(pauses_with(1, 8, without_jitter), pauses_with(2, 8, without_jitter));
}

#[test]
fn without_mark_obeyed_a_repair_never_ends() {
    for (guard, ends) in [(Guard::MarkObeyed, false), (Guard::LandedByHead, true)] {
        let (mut county, road) = linked_without(guard);
        let copy = county.seats[TOWN].disk.durable.clone();
        county.write(VILLAGE, cases(VILLAGE), "paper");
        county.settle();
        // The township comes back on an older copy of its disk: the village has read beyond its tail, everything is compared.
        county.cut(road);
        county.kill(TOWN);
        county.seats[TOWN].disk.durable = copy;
        county.boot(TOWN);
        county.link(VILLAGE, TOWN);
        county.settle();
        assert_eq!(county.proven(VILLAGE, TOWN), ends, "{guard:?}");
    }
}

#[test]
fn without_revoked_hung_up_a_revoked_node_keeps_its_link() {
    for (guard, hung_up) in [(Guard::RevokedHungUp, false), (Guard::KnownByHash, true)] {
        let (mut county, _) = linked_without(guard);
        let act = sync_protocol::record::AuthorityAct::Revoke { node: county.id(VILLAGE), cuts: Vec::new() };
        county.authority(act);
        county.settle();
        assert_eq!(county.hangups.contains(&(TOWN, Bye::Revoked)), hung_up, "{guard:?}");
    }
}
