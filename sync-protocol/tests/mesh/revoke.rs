//! A revoked node: its links are closed, what it wrote before the cut counts, what lies beyond is kept and has no effect.

use super::county::*;
use sync_protocol::io::{ActPlace, ActRefusal, Bye};
use sync_protocol::record::{AuthorityAct, Cut};

fn revoke(county: &mut County, seat: usize) {
    let node = county.id(seat);
    let rows = county.node(HUB).vectors().chains_of(node).map(|(chain, rows)| (*chain, rows.clone())).collect::<Vec<_>>();
    let cut = |(chain, rows): (sync_protocol::batch::Chain, sync_protocol::vector::Rows)| Cut {
        branch: chain.branch,
        scope: chain.scope.to_bytes().to_vec().into(),
        seq: rows.seq(),
        head: rows.heads[0].head,
    };
    county.authority(AuthorityAct::Revoke { node, cuts: rows.into_iter().map(cut).collect() });
}

/// Hub, township and village linked, with one paper of the village at the hub.
fn linked() -> (County, ActPlace, usize) {
    let mut county = County::new(3);
    let line = county.link(TOWN, HUB);
    county.settle();
    county.link(VILLAGE, TOWN);
    county.settle();
    let (act, _) = county.write(VILLAGE, cases(VILLAGE), "before the cut");
    county.settle();
    let place = county.seats[VILLAGE].durable[&act][0];
    (county, place, line)
}

#[test]
fn a_revoked_nodes_link_is_closed_and_its_next_one_too() {
    let (mut county, ..) = linked();
    revoke(&mut county, VILLAGE);
    assert!(county.hangups.contains(&(TOWN, Bye::Revoked)), "{:?}", county.hangups);
    assert!(county.proven(TOWN, HUB) && county.proven(HUB, TOWN));
    county.hangups.clear();
    county.link(VILLAGE, TOWN);
    county.link(VILLAGE, HUB);
    county.settle();
    assert!(county.hangups.contains(&(TOWN, Bye::Revoked)) && county.hangups.contains(&(HUB, Bye::Revoked)), "{:?}", county.hangups);
    assert!(county.wires[county.wires.len() - 2..].iter().all(|wire| !wire.up));
}

#[test]
fn what_a_revoked_node_wrote_beyond_the_cut_is_kept_and_after_the_revocation() {
    let (mut county, before, line) = linked();
    county.cut(line);
    revoke(&mut county, VILLAGE);
    // The township does not know yet and takes the paper in; the hub keeps it when it comes.
    let (act, document) = county.write(VILLAGE, cases(VILLAGE), "beyond the cut");
    county.settle();
    let beyond = county.seats[VILLAGE].durable[&act][0];
    county.link(TOWN, HUB);
    county.settle();
    for seat in [HUB, TOWN] {
        assert_eq!(county.events(seat, document).len(), 1, "kept at {seat}");
        let authority = county.node(seat).authority();
        assert!(!authority.is_after_revocation(&before.chain, before.seq));
        assert!(authority.is_after_revocation(&beyond.chain, beyond.seq));
    }
    assert!(county.proven(TOWN, HUB) && county.proven(HUB, TOWN));
}

#[test]
fn a_revoked_node_that_knows_it_may_not_sign() {
    let (mut county, ..) = linked();
    revoke(&mut county, VILLAGE);
    // It hears of its own revocation from a disk that a neighbour copied for it: no link tells it any more.
    county.seats[VILLAGE].disk = county.seats[TOWN].disk.clone();
    county.boot(VILLAGE);
    let (act, document) = county.write(VILLAGE, cases(VILLAGE), "too late");
    county.settle();
    assert_eq!(county.seats[VILLAGE].refused, [(act, ActRefusal::NotEnrolled)]);
    assert!(county.events(VILLAGE, document).is_empty());
}
