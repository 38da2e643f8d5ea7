//! An insider who keeps the formats and means harm.

use super::county::*;
use mesh_model::id::Hash;
use sync_protocol::batch::{AuthorityHead, Chain, Header, SignedHeader};
use sync_protocol::frame::{Bulk, Frame, Item};
use sync_protocol::io::{Bye, Input, Lane, LocalAct, LocalBody};
use sync_protocol::profile::{EventChange, actor};

#[test]
fn an_event_with_the_greatest_number_does_not_close_a_case_to_others() {
    let mut county = County::new(3);
    county.link(TOWN, HUB);
    county.settle();
    county.link(VILLAGE, TOWN);
    county.settle();
    let (_, document) = county.write(VILLAGE, cases(VILLAGE), "case 1");
    county.settle();
    let mut boot = [TOWN as u8; 16];
    boot[8..].copy_from_slice(&county.seats[TOWN].boots.to_be_bytes());
    let change = EventChange {
        deps: Vec::new(),
        actor: actor(county.id(TOWN), &boot, document),
        seq: 1,
        start_op: (1 << 63) - 1,
        value: b"harm".to_vec(),
    };
    let id = county.act_id();
    let bodies = vec![LocalBody::Change { document, bytes: change.to_bytes().0 }];
    county.give(TOWN, Input::Local(LocalAct { id, scope: cases(VILLAGE), bodies, notes: Vec::new() }));
    county.settle();
    let id = county.act_id();
    county.append(VILLAGE, id, cases(VILLAGE), document, b"event 2");
    county.settle();
    assert_eq!(county.seats[VILLAGE].refused, []);
}

#[test]
fn headers_with_the_greatest_seq_do_no_harm() {
    let mut county = County::new(2);
    let wire = county.link(TOWN, HUB);
    county.settle();
    let key = county.seats[TOWN].key.clone();
    let mut items = Vec::new();
    for seq in [u64::MAX, 7] {
        let header = Header {
            alg: 1,
            schema: 1,
            chain: Chain { node: key.node(), branch: county.branch(TOWN), scope: cases(TOWN) },
            seq,
            prev: Hash([seq as u8; 32]),
            boot: [0; 16],
            authority: AuthorityHead::default(),
            day: mesh_model::time::Day(0),
            entries: Hash::default(),
            bodies: 1,
        };
        let header = SignedHeader::sign(header, &key);
        items.push(Item { header: header.bytes().to_vec().into(), signature: (*header.signature()).into(), bodies: Vec::new() });
    }
    let (seat, link) = county.wires[wire].ends[1];
    let frame = Frame::Bulk(Bulk { items, mark: None }).to_bytes();
    county.give(seat, Input::Received { link, lane: Lane::Bulk, frame });
    county.settle();
    assert!(county.hangups.iter().any(|(seat, _)| *seat == HUB));
}

#[test]
fn a_batch_whose_bodies_were_held_back_is_neither_proven_nor_landed() {
    use sync_protocol::frame::ItemBody;
    let mut county = County::new(2);
    let wire = county.link(TOWN, HUB);
    county.settle();
    let (act, document) = county.write(TOWN, cases(TOWN), "case 1");
    // Whatever carries bodies is put on the line with their entries only, as a relay could.
    for _ in 0..1_000 {
        for queue in county.wires[wire].queues[1].values_mut() {
            for frame in queue.iter_mut() {
                if let Ok(Frame::Bulk(mut bulk)) = Frame::read(frame) {
                    for item in &mut bulk.items {
                        let batch = item.clone().open().expect("an honest node's batch");
                        item.bodies = batch.bodies.iter().map(|body| ItemBody::Blinded(body.entry())).collect();
                    }
                    *frame = Frame::Bulk(bulk).to_bytes();
                }
            }
        }
        if !county.step(0) {
            county.pass(2_000);
        }
    }
    assert!(county.events(HUB, document).is_empty());
    assert!(!county.proven(TOWN, HUB) && !county.proven(HUB, TOWN), "proven without the body");
    assert_ne!(county.rung(TOWN, act), sync_protocol::io::Rung::County, "landed without the body");
}

#[test]
fn a_batch_under_a_signature_that_nobody_made_stays_where_it_was_written() {
    let mut county = County::new(3);
    county.link(TOWN, HUB);
    county.settle();
    county.link(VILLAGE, TOWN);
    county.settle();
    let (_, document) = county.write_forged(VILLAGE, cases(VILLAGE));
    county.settle();
    assert_eq!(county.events(VILLAGE, document).len(), 1);
    assert!([HUB, TOWN].into_iter().all(|seat| county.events(seat, document).is_empty()));
    assert!(county.hangups.contains(&(TOWN, Bye::Fault)), "{:?}", county.hangups);
}

/// A village that knows its county, and whose line is down.
fn county_with_a_village_apart() -> County {
    let mut county = County::new(3);
    county.link(TOWN, HUB);
    county.settle();
    let line = county.link(VILLAGE, TOWN);
    county.settle();
    county.cut(line);
    county
}

#[test]
fn whoever_was_called_a_fault_shows_little_and_what_stands_before_the_refused_paper_arrives() {
    let mut county = county_with_a_village_apart();
    let honest: Vec<_> = (0..5).map(|n| county.write(VILLAGE, cases(VILLAGE), &format!("honest {n}")).1).collect();
    county.settle();
    let (_, forged) = county.write_forged(VILLAGE, cases(VILLAGE));
    let behind: Vec<_> = (0..200).map(|n| county.write(VILLAGE, cases(VILLAGE), &format!("behind {n}")).1).collect();
    county.settle();
    let sent_bytes = |county: &County| county.node(VILLAGE).peers().iter().map(|peer| peer.bytes.0).sum::<u64>();
    let visit = |county: &mut County| {
        let (before, hangups) = (sent_bytes(county), county.hangups.len());
        county.link(VILLAGE, TOWN);
        county.settle();
        assert!(county.hangups[hangups..].contains(&(TOWN, Bye::Fault)), "{:?}", county.hangups);
        sent_bytes(county) - before
    };
    let all = visit(&mut county);
    // One, two, and then four with the forged one among them; the visit after it begins with one again, and so on.
    let visits: Vec<u64> = (0..4).map(|_| visit(&mut county)).collect();
    assert!(honest.iter().all(|document| county.events(HUB, *document).len() == 1), "what stands before the refused paper arrives");
    assert!(visits.iter().all(|bytes| bytes * 5 < all), "{visits:?} of {all} bytes: all was shown again");
    assert!(behind.iter().chain([&forged]).all(|document| county.events(TOWN, *document).is_empty()));
}

/// A village whose hundred papers were called a fault, which is mended, and a township with as many papers for it.
fn mended() -> County {
    let mut county = county_with_a_village_apart();
    for n in 0..100 {
        county.write(VILLAGE, cases(VILLAGE), &format!("up {n}"));
        county.write(TOWN, cases(VILLAGE), &format!("down {n}"));
    }
    county.settle();
    let refused = county.link(VILLAGE, TOWN);
    let (seat, link) = county.wires[refused].ends[0];
    county.give(seat, Input::LinkClosed { link, why: Bye::Fault });
    county.cut(refused);
    county
}

#[test]
fn a_ration_ends_when_what_was_called_a_fault_is_mended() {
    let mut county = mended();
    county.link(VILLAGE, TOWN);
    county.settle();
    assert!(county.proven(VILLAGE, TOWN) && county.proven(TOWN, VILLAGE));
    assert_eq!(county.node(VILLAGE).digests(), county.node(TOWN).digests());
}

#[test]
fn a_session_that_is_cut_counts_for_a_ration_by_the_cursor_of_the_next() {
    let mut county = mended();
    let held = |county: &County| county.node(TOWN).digests().iter().map(|(_, _, batches)| batches).sum::<u64>();
    let mut grown = Vec::new();
    for _ in 0..3 {
        let before = held(&county);
        let wire = county.link(VILLAGE, TOWN);
        // The line is cut when the township's disk has the papers, and its word is lost.
        while held(&county) == before && county.step(0) {}
        county.cut(wire);
        grown.push(held(&county) - before);
    }
    assert_eq!(grown, [1, 2, 4]);
}
