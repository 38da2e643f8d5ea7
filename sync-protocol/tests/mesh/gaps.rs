//! A forked chain with a range beyond a gap whose ground nobody has any more: whoever holds the same proves it, and whoever lacks something gets
//! it, however the range stands beside the heads.

use super::adversary::{forge, send, three};
use super::county::*;
use mesh_model::id::{Branch, DocId, Hash, NodeId};
use sync_protocol::batch::{Body, BodyKind};
use sync_protocol::frame::{Frame, Proof};
use sync_protocol::io::{Input, Lane, Rung};
use sync_protocol::journal::StoredBatch;

/// Headers from 1 on, each on the one before.
fn chain_of(county: &County, side: &str, length: u64) -> Vec<StoredBatch> {
    let mut prev = Hash::default();
    let mut batches = Vec::new();
    for seq in 1..=length {
        let bytes = format!("{side} {seq}").into_bytes();
        let body = Body { document: DocId::derive(cases(VILLAGE), NodeId::default(), &bytes), kind: BodyKind::WRAP, bytes };
        let batch = forge(county, VILLAGE, Branch([5; 8]), cases(VILLAGE), seq, prev, 1, vec![body]);
        prev = batch.header.hash();
        batches.push(batch);
    }
    batches
}

/// Township and hub hold 1 and 2 of one side, 2 and 3 of another; returns the line between them and number 3 of the first side.
fn county_with_a_lost_ground() -> (County, usize, StoredBatch) {
    let (mut county, line, road) = three();
    let (whole, torn) = (chain_of(&county, "whole", 3), chain_of(&county, "torn", 3));
    send(&mut county, road, 1, &[&whole[..2], &torn[1..]].concat());
    assert!(county.proven(TOWN, HUB) && county.proven(HUB, TOWN), "the story begins in peace");
    (county, line, whole[2].clone())
}

fn assert_at_rest(county: &County) {
    assert_eq!(county.hangups, Vec::new());
    assert!(county.proven(TOWN, HUB) && county.proven(HUB, TOWN));
    assert_eq!(county.node(TOWN).digests(), county.node(HUB).digests());
}

#[test]
fn two_that_hold_the_same_beside_a_lost_ground_compare_once_and_prove_it() {
    let (mut county, line, _) = county_with_a_lost_ground();
    let (hub, link) = county.wires[line].ends[1];
    let asks = Proof {
        height: 0,
        root: mesh_model::id::Digest::default(),
        tail: 0,
        read: 0,
        mark: [0; 8].into(),
        answer: None,
        tail_mark: None,
        lost: Some(true),
    };
    let repairs = |county: &County| county.node(TOWN).peers().iter().map(|peer| peer.repairs).sum::<u32>();
    let before = repairs(&county);
    county.give(hub, Input::Received { link, lane: Lane::Bulk, frame: Frame::Proof(asks).to_bytes() });
    county.settle();
    assert_eq!(repairs(&county) - before, 1);
    // What was asked for in the township's name is no claim of the township: it makes one.
    county.give(TOWN, Input::SyncNow);
    county.settle();
    assert_at_rest(&county);
}

#[test]
fn a_head_that_was_passed_long_ago_is_no_gap_beside_a_lost_ground() {
    let (mut county, line, third) = county_with_a_lost_ground();
    send(&mut county, line, 0, &[third]);
    assert_at_rest(&county);
}

#[test]
fn a_copy_that_wrote_more_than_a_comparison_asks_for_is_held_only_when_all_of_it_came() {
    for written in [15, 16, 17, 18, 33, 300] {
        let mut county = County::new(3);
        let road = county.link(VILLAGE, TOWN);
        county.link(TOWN, HUB);
        county.settle();
        let copy = county.seats[VILLAGE].disk.clone();
        for n in 1..written {
            county.write(VILLAGE, cases(VILLAGE), &format!("lost with the disk {n}"));
        }
        county.settle();
        county.cut(road);
        county.kill(VILLAGE);
        county.seats[VILLAGE].disk = copy;
        county.boot(VILLAGE);
        let papers: Vec<_> = (0..written).map(|n| county.write(VILLAGE, cases(VILLAGE), &format!("written on the copy {n}"))).collect();
        county.settle();
        // A session asks deeper three times; below that the next one goes on.
        for _ in 0..2 {
            if !county.proven(VILLAGE, TOWN) {
                county.link(VILLAGE, TOWN);
            }
            while county.step(0) {
                for (act, document) in &papers {
                    let is_shown = county.rung(VILLAGE, *act) != Rung::Window;
                    assert!(!is_shown || county.events(TOWN, *document).len() == 1, "{written} papers: shown as relayed before it was");
                }
            }
        }
        assert!(county.proven(VILLAGE, TOWN) && county.proven(TOWN, VILLAGE) && county.proven(TOWN, HUB), "{written} papers");
        assert!(county.hangups.len() <= usize::from(written == 300), "{written} papers: {:?}", county.hangups);
        assert!(papers.iter().all(|(_, document)| county.events(HUB, *document).len() == 1), "{written} papers");
    }
}
