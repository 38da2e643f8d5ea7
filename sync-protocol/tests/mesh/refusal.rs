//! A body that the hub refuses poisons nothing but itself.

use super::county::*;
use mesh_model::id::DocId;
use sync_protocol::door::Reason;
use sync_protocol::io::{ActId, Notice, Rung};

fn settle_with_receipts(county: &mut County) {
    county.settle();
    county.pass(2_000);
    county.settle();
    county.pass(2_000);
    county.settle();
}

/// A village with one bad paper between two good ones, linked through its township; returns the bad act, the wire and the good papers.
fn story() -> (County, ActId, usize, [DocId; 2]) {
    let mut county = County::new(3);
    county.link(TOWN, HUB);
    county.settle();
    let road = county.link(VILLAGE, TOWN);
    county.settle();
    let (_, before) = county.write(VILLAGE, cases(VILLAGE), "before");
    let bad = county.write_rubbish(VILLAGE, cases(VILLAGE));
    let (_, after) = county.write(VILLAGE, cases(VILLAGE), "after");
    settle_with_receipts(&mut county);
    (county, bad, road, [before, after])
}

#[test]
fn a_refused_body_arrives_is_refused_for_all_and_later_papers_arrive_too() {
    let (county, bad, _, [before, after]) = story();
    let place = county.seats[VILLAGE].durable[&bad][0];
    for seat in [HUB, TOWN] {
        let entries = &county.seats[seat].disk.durable.entries;
        assert!(entries.iter().any(|(_, batch)| batch.header.hash() == place.header), "the batch is at {seat}");
        assert_eq!(county.events(seat, before), [b"before".to_vec()]);
        assert_eq!(county.events(seat, after), [b"after".to_vec()]);
        let refused = Notice::BodyRefused { header: place.header, index: 0, reason: Reason::Profile };
        assert!(county.seats[seat].notices.contains(&refused), "{seat} says so");
    }
    assert_eq!([HUB, TOWN, VILLAGE].map(|seat| county.node(seat).rung(&place)), [Rung::Refused; 3]);
}

#[test]
fn the_papers_around_a_refused_one_are_at_the_county() {
    let (county, bad, ..) = story();
    let rungs: Vec<Rung> = county.seats[VILLAGE]
        .durable
        .iter()
        .filter(|(id, _)| **id != bad)
        .map(|(_, places)| county.node(VILLAGE).rung(&places[0]))
        .collect();
    assert_eq!(rungs, [Rung::County; 2]);
}

#[test]
fn nobody_asks_for_a_refused_body_again() {
    let (mut county, _, road, _) = story();
    let mended = |county: &County| {
        county.seats.iter().flat_map(|seat| &seat.notices).filter(|notice| matches!(notice, Notice::Mended { .. })).count()
    };
    let before = mended(&county);
    county.cut(road);
    let frames = county.frames;
    county.link(VILLAGE, TOWN);
    county.settle();
    assert!(county.proven(VILLAGE, TOWN) && county.proven(TOWN, VILLAGE) && county.proven(TOWN, HUB));
    assert_eq!((county.frames - frames, mended(&county)), (2, before));
}

#[test]
fn a_refusal_is_remembered_after_a_restart() {
    let (mut county, bad, ..) = story();
    let place = county.seats[VILLAGE].durable[&bad][0];
    for seat in [HUB, TOWN, VILLAGE] {
        county.kill(seat);
        county.boot(seat);
        county.settle();
        assert_eq!(county.node(seat).rung(&place), Rung::Refused);
    }
}
