//! An urged document on a line whose bulk does not move.

use super::county::*;
use mesh_model::id::Hash;
use sync_protocol::frame::headers_in;
use sync_protocol::io::{Input, Lane, LocalAct, LocalBody};
use sync_protocol::limits;

/// Bytes that do not compress.
fn noise(seed: u32, bytes: usize) -> Vec<u8> {
    let mut out = vec![0; bytes];
    blake3::Hasher::new().update(&seed.to_be_bytes()).finalize_xof().fill(&mut out);
    out
}

/// A township with 100 large papers that the hub lacks, on a line whose bulk is jammed; returns the last paper.
fn jammed() -> (County, mesh_model::id::DocId) {
    let mut county = County::new(2);
    let line = county.link(TOWN, HUB);
    county.settle();
    county.cut(line);
    let mut last = None;
    for n in 0u32..100 {
        let id = county.act_id();
        let document = mesh_model::id::DocId::derive(cases(TOWN), county.id(TOWN), &n.to_be_bytes());
        let bodies = vec![LocalBody::Event { document, value: noise(n, 15_000) }];
        county.give(TOWN, Input::Local(LocalAct { id, scope: cases(TOWN), bodies, notes: Vec::new() }));
        county.settle();
        last = Some(document);
    }
    county.jammed = Some(Lane::Bulk);
    county.link(TOWN, HUB);
    county.settle();
    (county, last.expect("a hundred were written"))
}

fn waiting(county: &County, lane: Lane) -> Vec<Vec<u8>> {
    let wire = county.wires.last().expect("linked");
    wire.queues.iter().flat_map(|queues| queues.get(&lane).into_iter().flatten()).cloned().collect()
}

#[test]
fn an_urged_document_lands_while_the_bulk_stands_still() {
    let (mut county, document) = jammed();
    assert!(county.events(HUB, document).is_empty());
    county.give(TOWN, Input::Urge(document));
    county.settle();
    assert_eq!(county.events(HUB, document).len(), 1);
    assert_eq!(county.seats[HUB].disk.durable.entries.iter().filter(|(_, batch)| batch.header.chain.scope == cases(TOWN)).count(), 1);
    county.jammed = None;
    county.settle();
    assert_eq!(county.seats[HUB].disk.durable.entries.iter().filter(|(_, batch)| batch.header.chain.scope == cases(TOWN)).count(), 100);
    assert!(county.proven(TOWN, HUB) && county.proven(HUB, TOWN));
}

#[test]
fn a_line_holds_two_frames_until_it_drains_and_then_twice_what_it_carried() {
    let (mut county, _) = jammed();
    let queued = |county: &County| waiting(county, Lane::Bulk).iter().map(Vec::len).sum::<usize>();
    let one_more = limits::LINK_BYTES_QUEUED_MIN + limits::BULK_BYTES_AIM;
    assert!((limits::BULK_BYTES_AIM..one_more).contains(&queued(&county)), "{} bytes", queued(&county));
    let town = county.wires.last().expect("linked").ends[0];
    county.give(TOWN, Input::Drained { link: town.1, bytes: 1 });
    county.settle();
    assert!(queued(&county) < one_more, "a byte proves nothing");
    // As if the line had carried a lot of urged papers.
    county.give(TOWN, Input::Drained { link: town.1, bytes: 10 * limits::LINK_BYTES_QUEUED_MAX });
    county.settle();
    let most = limits::LINK_BYTES_QUEUED_MAX + limits::LOAD_BYTES_MAX;
    assert!((limits::LINK_BYTES_QUEUED_MAX / 2..most).contains(&queued(&county)), "{} bytes", queued(&county));
}

#[test]
fn the_bulk_does_not_send_an_urged_batch_again() {
    let (mut county, document) = jammed();
    county.give(TOWN, Input::Urge(document));
    let mut sent: Vec<Hash> = Vec::new();
    // Everything that is on its way is looked at before it is delivered.
    county.jammed = None;
    for _ in 0..20_000 {
        let front = |queue: &std::collections::VecDeque<Vec<u8>>| queue.front().cloned();
        let before: Vec<Vec<u8>> =
            county.wires.last().expect("linked").queues.iter().flat_map(|queues| queues.values().filter_map(front)).collect();
        if !county.step(0) {
            break;
        }
        let after: Vec<Vec<u8>> =
            county.wires.last().expect("linked").queues.iter().flat_map(|queues| queues.values().filter_map(front)).collect();
        sent.extend(before.iter().filter(|frame| !after.contains(frame)).flat_map(|frame| headers_in(frame)).map(|(_, header)| header));
    }
    let urged = county.seats[TOWN].disk.durable.entries.last().expect("a hundred were written").1.header.hash();
    assert_eq!(sent.iter().filter(|header| **header == urged).count(), 1);
    assert_eq!(county.events(HUB, document).len(), 1);
}

#[test]
fn of_an_urged_case_only_what_the_peer_has_not_read_goes_ahead() {
    let mut county = County::new(2);
    county.link(TOWN, HUB);
    county.settle();
    let (_, document) = county.write(TOWN, cases(TOWN), &"an old page ".repeat(400));
    county.settle();
    county.pass(sync_protocol::limits::CLAIM_IDLE_MS);
    county.settle();
    let before = county.frame_bytes;
    county.give(TOWN, sync_protocol::io::Input::Urge(document));
    county.settle();
    assert_eq!(county.frame_bytes, before, "the hub has read it");
}
