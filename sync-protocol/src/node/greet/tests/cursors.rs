//! How far a peer says it has read, and what that is worth.

use super::*;

/// A hub whose village held its journal up to `held` in an earlier session.
fn hub_held_to(held: usize) -> Hub {
    let mut hub = Hub::new();
    hub.node.credit(village(), held as u64);
    hub.give(Input::Wake);
    hub
}

/// The sequence number after which the stream goes on, if it does.
fn streams_after(outputs: &[Output]) -> Option<u64> {
    loads_in(outputs).into_iter().find_map(|(_, load)| match load {
        Load::After { seq, .. } => Some(seq),
        _ => None,
    })
}

fn asks_mark(outputs: &[Output]) -> Option<LoadId> {
    loads_in(outputs).into_iter().find_map(|(id, load)| matches!(load, Load::MarkAt { .. }).then_some(id))
}

#[test]
fn whoever_has_read_nothing_and_never_held_anything_is_sent_all() {
    let mut hub = Hub::new();
    let hello = hub.hello(Position::default());
    let outputs = hub.greeted(Side::Accepted, hello);
    assert_eq!(streams_after(&outputs), Some(0));
    assert!(!shows_vectors(&outputs));
    assert_eq!(asks_mark(&outputs), None);
    assert_eq!(held_by_in(&outputs), None);
}

#[test]
fn whoever_held_something_and_has_read_nothing_is_asked_what_it_lacks() {
    for held in [1, 4] {
        let mut hub = hub_held_to(held);
        let hello = hub.hello(Position::default());
        let outputs = hub.greeted(Side::Accepted, hello);
        assert!(shows_vectors(&outputs), "held {held}");
        assert_eq!((streams_after(&outputs), asks_mark(&outputs)), (None, None));
    }
}

#[test]
fn whoever_has_read_all_is_sent_nothing_and_holds_all() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    let outputs = hub.greeted(Side::Accepted, hello);
    assert_eq!(loads_in(&outputs), []);
    assert!(!shows_vectors(&outputs));
    assert_eq!(held_by_in(&outputs), Some(4));
}

#[test]
fn a_cursor_at_the_tail_is_worth_as_much_the_second_time() {
    let mut hub = hub_held_to(4);
    let hello = hub.hello(hub.at(4));
    let outputs = hub.greeted(Side::Accepted, hello);
    assert_eq!((loads_in(&outputs), shows_vectors(&outputs)), (Vec::new(), false));
}

#[test]
fn a_cursor_at_the_tail_of_another_journal_is_worth_nothing() {
    let mut hub = Hub::new();
    let hello = hub.hello(Position { seq: 4, mark: [9; 8] });
    let outputs = hub.greeted(Side::Accepted, hello);
    assert!(shows_vectors(&outputs));
    assert_eq!(held_by_in(&outputs), None);
}

#[test]
fn a_cursor_beyond_the_tail_is_worth_nothing_and_nobody_is_asked() {
    let mut hub = Hub::new();
    let hello = hub.hello(Position { seq: 5, mark: hub.at(4).mark });
    let outputs = hub.greeted(Side::Accepted, hello);
    assert!(shows_vectors(&outputs));
    assert_eq!((asks_mark(&outputs), held_by_in(&outputs)), (None, None));
}

#[test]
fn a_cursor_below_the_tail_counts_if_the_journal_knows_its_mark() {
    for held in [0, 1] {
        let mut hub = hub_held_to(held);
        let hello = hub.hello(hub.at(2));
        let outputs = hub.greeted(Side::Accepted, hello);
        assert_eq!((streams_after(&outputs), shows_vectors(&outputs)), (None, false), "not before the journal answered");
        assert_eq!(loads_in(&outputs).into_iter().map(|(_, load)| load).collect::<Vec<_>>(), [Load::MarkAt { seq: 2 }]);
        let mark = hub.at(2).mark;
        let outputs = hub.give(Input::Loaded(asks_mark(&outputs).unwrap(), Loaded::Mark(Some(mark))));
        assert_eq!((streams_after(&outputs), shows_vectors(&outputs)), (Some(2), false));
        assert_eq!(held_by_in(&outputs), Some(2));
    }
}

#[test]
fn a_cursor_below_the_tail_with_another_mark_is_worth_nothing() {
    for answer in [Some([9; 8]), None] {
        let mut hub = Hub::new();
        let hello = hub.hello(hub.at(2));
        let outputs = hub.greeted(Side::Accepted, hello);
        let outputs = hub.give(Input::Loaded(asks_mark(&outputs).unwrap(), Loaded::Mark(answer)));
        assert_eq!((streams_after(&outputs), shows_vectors(&outputs)), (None, true), "{answer:?}");
        assert_eq!(held_by_in(&outputs), None);
    }
}

#[test]
fn whoever_is_lost_while_its_cursor_is_looked_up_holds_what_it_showed_and_may_want() {
    let mut hub = Hub::new();
    let read = hub.at(2);
    let hello = hub.hello(read);
    let question = asks_mark(&hub.greeted(Side::Accepted, hello.clone())).expect("the journal is asked");
    let mut lost = claim_of(&Hello { root: Some(mesh_model::id::Digest::default()), ..hello }).expect("a root makes a claim");
    lost.lost = Some(true);
    assert!(shows_vectors(&hub.receive(LINK, Lane::Bulk, &Frame::Proof(lost))));
    let outputs = hub.give(Input::Loaded(question, Loaded::Mark(Some(read.mark))));
    assert_eq!((held_by_in(&outputs), streams_after(&outputs)), (Some(2), None));
    let want = frame::Want { ranges: Vec::new(), bodies: None, at: Mark::at(hub.at(4)) };
    hub.receive(LINK, Lane::Control, &Frame::Want(want));
    assert!(hub.is_linked());
}

#[test]
fn the_store_met_last_is_the_one_whose_cursor_is_shown_next() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    let mut shown = Vec::new();
    for (store, mark) in [(7, Some(7)), (8, Some(8)), (7, None), (7, None)] {
        let outputs = hub.greeted(DIALLED, Hello { branch: Branch([store; 8]), ..hello.clone() });
        shown.extend(hello_in(&outputs).map(|hello| hello.read));
        if let Some(seq) = mark {
            hub.receive(LINK, Lane::Bulk, &Frame::Mark(Mark { seq, mark: [store; 8].into() }));
        }
        hub.give(Input::LinkDown(LINK));
    }
    assert_eq!(shown, [0, 7, 8, 7]);
}

#[test]
fn the_answer_of_a_listener_shows_the_cursor_of_the_store_that_greeted() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    hub.greeted(Side::Accepted, hello.clone());
    hub.receive(LINK, Lane::Bulk, &Frame::Mark(Mark { seq: 7, mark: [7; 8].into() }));
    hub.give(Input::LinkDown(LINK));
    let answer = hello_in(&hub.greeted(Side::Accepted, hello)).unwrap();
    assert_eq!((answer.read, *answer.mark), (7, [7; 8]));
}

#[test]
fn what_a_peer_holds_is_kept_before_it_is_said() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    let outputs = hub.greeted(Side::Accepted, hello);
    let held = Write::Held { peer: village(), seq: 4 };
    let kept = outputs.iter().position(|output| matches!(output, Output::Commit(_, writes) if writes.contains(&held)));
    let said = outputs.iter().position(|output| matches!(output, Output::Notice(Notice::HeldBy { .. })));
    assert!(kept.is_some() && kept < said);
}

#[test]
fn what_a_peer_holds_only_grows_and_never_past_the_tail() {
    let mut hub = Hub::new();
    let mut credit = |read: u64| {
        hub.node.credit(village(), read);
        held_by_in(&hub.give(Input::Wake))
    };
    assert_eq!(credit(0), None);
    assert_eq!(credit(2), Some(2));
    assert_eq!(credit(2), None, "said once");
    assert_eq!(credit(1), None);
    assert_eq!(credit(5), None, "nobody holds what is not written");
    assert_eq!(credit(4), Some(4));
}

#[test]
fn urged_papers_are_remembered_until_the_peer_holds_the_whole_journal() {
    let mut hub = Hub::new();
    let hello = hub.hello(Position::default());
    hub.greeted(Side::Accepted, hello);
    let urged = Hash([8; 32]);
    hub.receive(LINK, Lane::Control, &Frame::Held(frame::Held { seq: 0, urged: Some(vec![urged]) }));
    let remembers = |hub: &Hub| hub.node.peers[&village()].held_urged.contains(&urged);
    hub.node.credit(village(), 3);
    assert!(remembers(&hub));
    hub.node.credit(village(), 4);
    assert!(!remembers(&hub), "the cursor says it all");
}
