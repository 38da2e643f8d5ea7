//! What leaves a node: judged by the frames themselves, not by what their receiver keeps.

use super::county::*;
use mesh_model::id::Hash;
use mesh_model::place::{Place, Scope};
use std::collections::BTreeSet;
use sync_protocol::frame::{Frame, headers_in};
use sync_protocol::io::{Input, Lane};

/// Runs until nothing happens, and returns (wire, receiving end, frame) of everything that was put on a line.
fn watch(county: &mut County) -> BTreeSet<(usize, usize, Lane, Vec<u8>)> {
    let mut seen = BTreeSet::new();
    for _ in 0..100_000 {
        for (wire, at) in county.wires.iter().enumerate() {
            for (end, queues) in at.queues.iter().enumerate() {
                for (lane, queue) in queues {
                    seen.extend(queue.iter().map(|frame| (wire, end, *lane, frame.clone())));
                }
            }
        }
        if !county.step(0) {
            return seen;
        }
    }
    panic!("the county never comes to rest");
}

fn batches_to(county: &County, seat: usize, frames: &BTreeSet<(usize, usize, Lane, Vec<u8>)>) -> BTreeSet<(Scope, Hash)> {
    let to_seat = frames.iter().filter(|(wire, end, ..)| county.wires[*wire].ends[*end].0 == seat);
    to_seat.flat_map(|(.., frame)| headers_in(frame)).collect()
}

#[test]
fn nothing_of_another_village_is_ever_put_on_a_villages_line() {
    let mut county = County::new(4);
    county.link(TOWN, HUB);
    county.settle();
    county.link(VILLAGE, TOWN);
    county.settle();
    let papers: Vec<_> = (0..5).map(|n| county.write(VILLAGE, cases(VILLAGE), &format!("secret {n}")).1).collect();
    county.write(TOWN, cases(TOWN), "the township's own");
    county.settle();
    // A newcomer is filled, is offered an urged paper, compares vectors after a restart of its township, and dials the hub too.
    county.link(OTHER_VILLAGE, TOWN);
    let mut frames = watch(&mut county);
    county.give(TOWN, Input::Urge(papers[0]));
    frames.extend(watch(&mut county));
    county.link(OTHER_VILLAGE, HUB);
    frames.extend(watch(&mut county));
    county.pass(3_000);
    frames.extend(watch(&mut county));

    let sent = batches_to(&county, OTHER_VILLAGE, &frames);
    assert!(!sent.is_empty());
    let allowed = |scope: &Scope| scope.place == Place::County || *scope == cases(OTHER_VILLAGE);
    assert_eq!(sent.iter().filter(|(scope, _)| !allowed(scope)).collect::<Vec<_>>(), Vec::<&(Scope, Hash)>::new());
}

#[test]
fn a_batch_goes_over_a_line_once() {
    let mut county = County::new(3);
    county.link(TOWN, HUB);
    county.settle();
    county.link(VILLAGE, TOWN);
    county.settle();
    for n in 0..30 {
        county.write(VILLAGE, cases(VILLAGE), &format!("case {n}"));
    }
    let frames = watch(&mut county);
    for seat in [HUB, TOWN] {
        let mut times: Vec<Hash> = frames
            .iter()
            .filter(|(wire, end, ..)| county.wires[*wire].ends[*end].0 == seat)
            .flat_map(|(.., frame)| headers_in(frame))
            .map(|(_, header)| header)
            .collect();
        let all = times.len();
        times.sort_unstable();
        times.dedup();
        assert_eq!((all, times.len()), (30, 30), "to seat {seat}");
    }
    assert!(batches_to(&county, VILLAGE, &frames).is_empty(), "nobody gets back what he sent");
}

#[test]
fn after_a_cut_nobody_gets_back_what_came_from_him() {
    let mut county = County::new(3);
    let line = county.link(TOWN, HUB);
    county.settle();
    county.link(VILLAGE, TOWN);
    county.settle();
    county.cut(line);
    for n in 0..10 {
        county.write(VILLAGE, cases(VILLAGE), &format!("case {n}"));
    }
    county.settle();
    let line = county.link(TOWN, HUB);
    let at_hub = |county: &County| {
        county.seats[HUB].disk.durable.entries.iter().filter(|(_, batch)| batch.header.chain.scope == cases(VILLAGE)).count()
    };
    while at_hub(&county) < 10 {
        assert!(county.step(0));
    }
    // The hub has everything, the township has not heard how far the hub's journal went.
    county.cut(line);
    county.link(TOWN, HUB);
    let frames = watch(&mut county);
    let back = batches_to(&county, TOWN, &frames);
    assert_eq!(back.iter().filter(|(scope, _)| *scope == cases(VILLAGE)).count(), 0);
    assert!(county.proven(TOWN, HUB) && county.proven(HUB, TOWN));
}

#[test]
fn a_journal_that_was_put_back_and_grew_again_is_compared_before_anything_is_streamed() {
    let mut county = County::new(3);
    county.link(TOWN, HUB);
    county.settle();
    let road = county.link(VILLAGE, TOWN);
    county.settle();
    county.write(VILLAGE, cases(VILLAGE), "before the copy");
    county.settle();
    let copy = county.seats[VILLAGE].disk.clone();
    for n in 0..4 {
        county.write(VILLAGE, cases(VILLAGE), &format!("lost {n}"));
    }
    county.settle();
    county.cut(road);
    county.kill(VILLAGE);
    county.seats[VILLAGE].disk = copy;
    county.boot(VILLAGE);
    // Its journal is longer than what the township has read, and another one.
    for n in 0..9 {
        county.write(VILLAGE, cases(VILLAGE), &format!("fresh {n}"));
    }
    county.settle();
    county.link(VILLAGE, TOWN);
    let mut first_on_bulk = None;
    while county.step(0) {
        let (wire, end) = (county.wires.last().expect("linked"), 1);
        let front = wire.queues[end].get(&Lane::Bulk).and_then(|queue| queue.front());
        first_on_bulk = first_on_bulk.or_else(|| front.map(|frame| Frame::read(frame).expect("a node's own frame").name()));
    }
    assert_eq!(first_on_bulk, Some("vectors"), "nothing may be streamed from where another journal ended");
    assert!(county.proven(VILLAGE, TOWN) && county.proven(TOWN, VILLAGE));
}
