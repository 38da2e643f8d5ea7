//! What comes in before and after the hello, lane by lane.

use super::*;

fn held_in(outputs: &[Output]) -> Vec<Hash> {
    let urged = |frame| match frame {
        Frame::Held(held) => held.urged,
        _ => None,
    };
    frames(outputs).into_iter().filter_map(urged).flatten().collect()
}

fn stores(outputs: &[Output], header: Hash) -> bool {
    let is_it = |write: &Write| matches!(write, Write::Batch(batch) if batch.header.hash() == header);
    outputs.iter().any(|output| matches!(output, Output::Commit(_, writes) if writes.iter().any(is_it)))
}

fn reads_to(outputs: &[Output]) -> Vec<Position> {
    let cursor = |write: &Write| match write {
        Write::Cursor { peer, branch, at } if (*peer, *branch) == (village(), STORE) => Some(*at),
        _ => None,
    };
    let commits = outputs.iter().filter_map(|output| match output {
        Output::Commit(_, writes) => Some(writes),
        _ => None,
    });
    commits.flatten().filter_map(cursor).collect()
}

fn bulk() -> Frame {
    Frame::Bulk(Bulk { items: vec![Item::of(&paper())], mark: None })
}

/// A frame of exactly so many bytes: a mark with a field of a newer release.
fn mark_of_bytes(bytes: usize) -> Vec<u8> {
    let padded = |pad: usize| {
        let mut body = minicbor::Encoder::new(Vec::new());
        body.map(3).unwrap().u8(0).unwrap().u64(1).unwrap().u8(1).unwrap().bytes(&[1; 8]).unwrap();
        body.u8(99).unwrap().bytes(&vec![0; pad]).unwrap();
        [&3u16.to_be_bytes()[..], body.writer()].concat()
    };
    let frame = padded(bytes - (padded(bytes).len() - bytes));
    assert_eq!((frame.len(), Frame::read(&frame).map(|frame| frame.name())), (bytes, Ok("mark")));
    frame
}

#[test]
fn every_byte_received_is_counted_with_its_length_prefix() {
    let mut hub = Hub::new();
    let received = |hub: &Hub| hub.node.peers().iter().find(|status| status.peer == village()).map(|status| status.bytes.1);
    hub.link_up(LINK, Side::Accepted);
    assert_eq!(received(&hub), Some(0));
    let hello = Frame::Hello(hub.hello(hub.at(4)));
    hub.receive(LINK, Lane::Control, &hello);
    let first = hello.to_bytes().len() as u64 + 4;
    assert_eq!(received(&hub), Some(first));
    hub.receive(LINK, Lane::Bulk, &bulk());
    assert_eq!(received(&hub), Some(first + bulk().to_bytes().len() as u64 + 4));
}

#[test]
fn what_overtook_the_hello_is_taken_in_after_it_on_the_lane_where_it_came() {
    for lane in [Lane::Urged, Lane::Bulk] {
        let mut hub = Hub::new();
        hub.link_up(LINK, Side::Accepted);
        let header = paper().header.hash();
        assert!(!stores(&hub.receive(LINK, lane, &bulk()), header), "nobody knows yet whose store it comes from");
        let hello = hub.hello(hub.at(4));
        let outputs = hub.receive(LINK, Lane::Control, &Frame::Hello(hello));
        assert!(stores(&outputs, header));
        assert_eq!(held_in(&outputs).contains(&header), lane == Lane::Urged);
    }
}

#[test]
fn a_frame_that_overtook_the_hello_is_counted_once() {
    let mut hub = Hub::new();
    hub.link_up(LINK, Side::Accepted);
    let hello = Frame::Hello(hub.hello(hub.at(4)));
    hub.receive(LINK, Lane::Bulk, &bulk());
    hub.receive(LINK, Lane::Control, &hello);
    let counted = hub.node.peers().iter().map(|status| status.bytes.1).sum::<u64>();
    assert_eq!(counted, [bulk(), hello].iter().map(|frame| frame.to_bytes().len() as u64 + 4).sum::<u64>());
}

#[test]
fn frames_before_the_hello_wait_up_to_their_bound_and_one_byte_more_ends_the_link() {
    let full = limits::INTAKE_BYTES_MAX / limits::FRAME_BYTES_MAX;
    let mut hub = Hub::new();
    hub.link_up(LINK, Side::Accepted);
    for _ in 0..full {
        let outputs = hub.give(Input::Received { link: LINK, lane: Lane::Bulk, frame: mark_of_bytes(limits::FRAME_BYTES_MAX) });
        assert_eq!(fault_in(&outputs), None);
    }
    let skipped = hub.receive(LINK, Lane::Bulk, &Frame::Skip(0x8001));
    assert_eq!(fault_in(&skipped), None, "what is skipped does not wait");
    let outputs = hub.give(Input::Received { link: LINK, lane: Lane::Bulk, frame: mark_of_bytes(200) });
    assert_eq!(fault_in(&outputs), Some(Fault::Bound("frames before the hello")));
    assert_eq!(hangups_in(&outputs), [(LINK, Bye::Fault)]);
}

#[test]
fn only_an_urged_paper_is_called_held_at_once() {
    for lane in [Lane::Urged, Lane::Bulk] {
        let mut hub = Hub::new();
        let hello = hub.hello(hub.at(4));
        hub.greeted(Side::Accepted, hello);
        let outputs = hub.receive(LINK, lane, &bulk());
        let header = paper().header.hash();
        assert!(stores(&outputs, header));
        assert_eq!(held_in(&outputs), Vec::from_iter((lane == Lane::Urged).then_some(header)));
    }
}

#[test]
fn a_mark_moves_the_cursor_of_the_store_that_greeted() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    hub.greeted(Side::Accepted, hello);
    let at = Position { seq: 7, mark: [7; 8] };
    assert_eq!(reads_to(&hub.receive(LINK, Lane::Bulk, &Frame::Mark(Mark::at(at)))), [at]);
    hub.give(Input::LinkDown(LINK));
    let hello = hello_in(&hub.link_up(LINK, DIALLED)).unwrap();
    assert_eq!((hello.read, *hello.mark), (7, [7; 8]), "the next hello shows it");
}

#[test]
fn a_batch_that_cannot_be_read_ends_the_link() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    hub.greeted(Side::Accepted, hello);
    let item = Item { header: b"no header".to_vec().into(), ..Item::of(&paper()) };
    let outputs = hub.receive(LINK, Lane::Bulk, &Frame::Bulk(Bulk { items: vec![item], mark: None }));
    assert!(matches!(fault_in(&outputs), Some(Fault::Frame(_))));
    let unreadable = Input::Received { link: LINK, lane: Lane::Bulk, frame: vec![0] };
    assert_eq!(hub.give(unreadable), [], "the link is gone");
}
