//! What hellos claim, and the claims that come right after them.

use super::*;
use crate::frame::Want;
use crate::journal::{JournalEntry, Source};
use mesh_model::id::Digest;

/// Over what nobody holds.
const WRONG: Digest = Digest([9; 16]);

/// A claim of the village, which wrote nothing, over a root.
fn claim(root: Digest, read: Position) -> Frame {
    Frame::Proof(Proof { height: 3, root, tail: 0, read: read.seq, mark: read.mark.into(), answer: None, tail_mark: None, lost: None })
}

fn proves(outputs: &[Output]) -> bool {
    outputs.iter().any(|output| matches!(output, Output::Notice(Notice::Proven { .. })))
}

#[test]
fn hellos_that_claim_the_same_are_a_proof_and_others_a_reason_to_compare() {
    let root = hello_in(&Hub::new().link_up(LINK, DIALLED)).unwrap().root;
    for (claimed, is_proof) in [(root, true), (Some(WRONG), false), (None, false)] {
        let mut hub = Hub::new();
        let hello = Hello { root: claimed, ..hub.hello(hub.at(4)) };
        let outputs = hub.greeted(DIALLED, hello);
        assert_eq!(proves(&outputs), is_proof, "{claimed:?}");
        assert_eq!(shows_vectors(&outputs), claimed.is_some() && !is_proof, "{claimed:?}");
    }
}

#[test]
fn a_hello_said_to_a_peer_that_read_all_is_not_said_again_as_a_claim() {
    for side in [Side::Accepted, DIALLED] {
        let mut hub = Hub::new();
        let hello = hub.hello(hub.at(4));
        assert_eq!(claims_in(&hub.greeted(side, hello)), [], "{side:?}");
    }
}

#[test]
fn a_dialler_that_showed_the_cursor_of_another_store_claims_anew_and_wants_an_answer() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    hub.greeted(DIALLED, hello.clone());
    hub.receive(LINK, Lane::Bulk, &Frame::Mark(Mark { seq: 7, mark: [7; 8].into() }));
    hub.give(Input::LinkDown(LINK));
    let outputs = hub.greeted(DIALLED, hello.clone());
    assert_eq!(hello_in(&outputs).map(|hello| hello.read), Some(7));
    assert_eq!(claims_in(&outputs), [], "the store is the one that was read");
    hub.give(Input::LinkDown(LINK));
    let outputs = hub.greeted(DIALLED, Hello { branch: Branch([8; 8]), ..hello });
    assert_eq!(hello_in(&outputs).map(|hello| hello.read), Some(7), "nobody knew yet which store it was");
    let claims = claims_in(&outputs);
    assert_eq!(claims.iter().map(|claim| (claim.read, claim.answer)).collect::<Vec<_>>(), [(0, Some(true))]);
}

#[test]
fn a_peer_that_wants_an_answer_gets_the_claim_again() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    hub.greeted(Side::Accepted, hello);
    let Frame::Proof(quiet) = claim(WRONG, hub.at(3)) else { unreachable!() };
    assert_eq!(claims_in(&hub.receive(LINK, Lane::Bulk, &Frame::Proof(quiet.clone()))), []);
    let asks = Frame::Proof(Proof { answer: Some(true), ..quiet });
    assert_eq!(claims_in(&hub.receive(LINK, Lane::Bulk, &asks)).len(), 1);
}

#[test]
fn a_claim_that_names_the_cursor_of_another_journal_holds_nothing_of_ours() {
    let mut hub = Hub::new();
    let foreign = Position { seq: 4, mark: [9; 8] };
    let hello = hub.hello(foreign);
    hub.greeted(Side::Accepted, hello);
    assert_eq!(held_by_in(&hub.receive(LINK, Lane::Bulk, &claim(WRONG, foreign))), None);
}

#[test]
fn a_peer_that_showed_the_cursor_of_another_store_may_name_the_right_one_in_its_claim() {
    let mut hub = Hub::new();
    let hello = hub.hello(Position { seq: 9, mark: [9; 8] });
    hub.greeted(Side::Accepted, hello);
    assert_eq!(held_by_in(&hub.receive(LINK, Lane::Bulk, &claim(WRONG, hub.at(4)))), Some(4));
}

/// The hub took in the paper of the village at 5, and the village did not hear of that before its line broke.
fn hub_that_took_a_paper() -> (Hub, Source) {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    hub.greeted(Side::Accepted, hello);
    let mark = Some(Mark { seq: 1, mark: [1; 8].into() });
    hub.receive(LINK, Lane::Bulk, &Frame::Bulk(Bulk { items: vec![Item::of(&paper())], mark }));
    hub.give(Input::LinkDown(LINK));
    assert_eq!(hub.node.tail().seq, 5);
    (hub, Source { node: village(), branch: STORE })
}

#[test]
fn a_paper_that_came_from_the_peer_stands_in_the_way_of_no_proof() {
    let (mut hub, source) = hub_that_took_a_paper();
    let (root, _) = hub.node.common_root(village(), Shelf(0));
    let hello = Hello { tail: 1, root: Some(root), ..hub.hello(hub.at(4)) };
    let asked = loads_in(&hub.greeted(Side::Accepted, hello));
    let mark = Loaded::Mark(Some(hub.at(4).mark));
    let asked = loads_in(&hub.give(Input::Loaded(asked[0].0, mark)));
    assert!(matches!(asked[0].1, Load::After { seq: 4, .. }));
    let batch = StoredBatch { source: Some(source), ..paper() };
    let entry = JournalEntry { at: hub.at(5), late_body: None, batch, source: Some(source) };
    let outputs = hub.give(Input::Loaded(asked[0].0, Loaded::Entries(vec![entry])));
    assert!(proves(&outputs));
    let told: Vec<_> = claims_in(&outputs).into_iter().map(|claim| (claim.tail, claim.tail_mark.map(|mark| *mark))).collect();
    assert_eq!(told, [(5, Some(hub.at(5).mark))], "a hello names no mark: only a claim moves the peer's cursor");
}

#[test]
fn a_peer_is_shown_no_older_shelf_than_it_wants() {
    for (shelf_from, shown) in [(None, true), (Some(2026), true), (Some(2027), false)] {
        let (mut hub, _) = hub_that_took_a_paper();
        let hello = Hello { shelf_from, ..hub.hello(Position { seq: 5, mark: [9; 8] }) };
        let outputs = hub.greeted(Side::Accepted, hello);
        let is_paper = |scope: &frame::ScopeRows| *scope.scope == paper().header.chain.scope.to_bytes().to_vec();
        let shows = |frame| matches!(frame, Frame::Vectors(vectors) if vectors.scopes.iter().any(is_paper));
        assert_eq!(frames(&outputs).into_iter().any(shows), shown, "from {shelf_from:?}");
    }
}

#[test]
fn vectors_shown_in_vain_are_shown_again_to_an_operator_in_a_hurry() {
    let mut hub = Hub::new();
    let hello = hub.hello(Position { seq: 4, mark: [9; 8] });
    assert!(shows_vectors(&hub.greeted(Side::Accepted, hello)));
    let nothing = Want { ranges: Vec::new(), bodies: None, at: Mark::at(hub.at(4)) };
    hub.receive(LINK, Lane::Control, &Frame::Want(nothing));
    let differs = claim(WRONG, hub.at(4));
    assert!(!shows_vectors(&hub.receive(LINK, Lane::Bulk, &differs)), "the peer lacks nothing: it is the peer's to show");
    hub.give(Input::SyncNow);
    assert!(shows_vectors(&hub.receive(LINK, Lane::Bulk, &differs)));
}

#[test]
fn a_cursor_that_was_recognised_counts_in_a_proof_after_a_comparison_at_the_same_place() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    hub.greeted(Side::Accepted, hello);
    let (right, _) = hub.node.common_root(village(), Shelf(0));
    assert!(shows_vectors(&hub.receive(LINK, Lane::Bulk, &claim(WRONG, hub.at(4)))));
    let nothing = Want { ranges: Vec::new(), bodies: None, at: Mark::at(hub.at(4)) };
    hub.receive(LINK, Lane::Control, &Frame::Want(nothing));
    assert!(proves(&hub.receive(LINK, Lane::Bulk, &claim(right, hub.at(4)))));
}
