//! What a session remembers of a peer, and when it calls the line still.

use super::*;
use crate::limits::MARKS_SAID_MAX;
use mesh_model::id::Digest;

fn session() -> Session {
    Session::new(NodeId([1; 16]), Side::Accepted)
}

fn at(seq: u64) -> Position {
    Position { seq, mark: seq.to_be_bytes() }
}

/// The same number in another journal.
fn elsewhere(seq: u64) -> Position {
    Position { seq, mark: [0xee; 8] }
}

/// A claim whose sender read our journal so far.
fn claim(read: Position) -> Proof {
    Proof { height: 1, root: Digest([7; 16]), tail: 0, read: read.seq, mark: read.mark.into(), answer: None, tail_mark: None, lost: None }
}

/// A session whose peer was told of one paper that concerns it, at 5.
fn told_at_five() -> Session {
    let mut session = session();
    session.say(at(5));
    session.out.relevant = 5;
    session
}

#[test]
fn reading_goes_on_at_the_cursor_that_was_durable() {
    let mut session = session();
    session.incoming.start_at(at(9));
    assert_eq!((session.incoming.read, session.incoming.reading), (at(9), at(9)));
}

#[test]
fn what_moved_is_to_be_claimed_and_proven_again() {
    let mut session = session();
    (session.dirty, session.unsaid) = (false, false);
    session.soil();
    assert!(session.dirty, "an old proof does not cover it");
    assert!(session.unsaid, "an old claim does not say it");
}

#[test]
fn as_many_places_as_the_bound_are_known_in_a_claim_and_one_more_costs_the_oldest() {
    let bound = MARKS_SAID_MAX as u64;
    let mut session = session();
    (1..=bound).for_each(|seq| session.say(at(seq)));
    assert!((1..=bound).all(|seq| session.is_abreast(&claim(at(seq)))));
    session.say(at(bound + 1));
    assert!(!session.is_abreast(&claim(at(1))), "the oldest is forgotten");
    assert!((2..=bound + 1).all(|seq| session.is_abreast(&claim(at(seq)))), "and no other");
}

#[test]
fn a_claim_counts_once_its_sender_has_read_all_that_concerned_it() {
    let mut session = told_at_five();
    session.say(at(3));
    assert!(session.is_abreast(&claim(at(5))));
    assert!(!session.is_abreast(&claim(at(3))), "the paper at 5 is still on its way");
    session.say(at(6));
    assert!(session.is_abreast(&claim(at(6))), "more than concerned it is enough");
}

#[test]
fn a_claim_that_names_a_place_never_told_does_not_count() {
    let session = told_at_five();
    assert!(!session.is_abreast(&claim(at(9))));
    assert!(!session.is_abreast(&claim(elsewhere(5))), "the number alone is no place");
}

#[test]
fn a_cursor_of_an_unknown_journal_holds_nothing_of_ours_and_may_be_named_all_the_same() {
    let mut session = session();
    session.say(at(5));
    session.out.unsure = Some(at(5));
    assert!(session.is_abreast(&claim(at(5))), "nothing of ours concerned the peer");
    session.out.relevant = 1;
    assert!(!session.is_abreast(&claim(at(5))), "its 5 is not ours, and ours began at 1");
    session.say(at(2));
    assert!(session.is_abreast(&claim(at(2))), "what we told it is ours");
}

#[test]
fn a_journal_that_grew_to_the_very_place_shown_is_the_one_that_was_read() {
    let mut session = told_at_five();
    session.out.unsure = Some(at(5));
    session.recognise(&[at(4), elsewhere(5), at(6)]);
    assert!(!session.is_abreast(&claim(at(5))), "5 of another history is another place");
    session.recognise(&[at(4), at(5)]);
    assert!(session.is_abreast(&claim(at(5))));
}

type Disturb = fn(&mut Session);

/// Streamed to 4, nothing waits.
fn quiet() -> Session {
    let mut session = session();
    session.out.phase = Phase::Streaming;
    session.out.next = 4;
    session
}

#[test]
fn any_one_thing_on_its_way_disturbs_the_quiet() {
    assert!(quiet().is_quiet(4));
    let disturbances: [(&str, Disturb); 10] = [
        ("not greeted", |session| session.out.phase = Phase::Greeting),
        ("the cursor is looked up", |session| session.out.phase = Phase::Checking),
        ("a want is awaited", |session| session.out.phase = Phase::AwaitingWant),
        ("an answer goes out", |session| session.out.jobs.push_back(Job::Mark(at(4)))),
        ("the journal is asked", |session| session.out.loading = Some(LoadId(1))),
        ("an entry is not sent", |session| session.out.next = 3),
        ("an arrival waits", |session| session.incoming.queue.push_back(Arrival::Mark(at(4)))),
        ("a commit is under way", |session| session.incoming.uncommitted = 1),
        ("an answer is awaited", |session| session.incoming.wanted = Some(at(4))),
        ("something was lost", |session| session.incoming.hole = true),
    ];
    for (what, disturb) in disturbances {
        let mut session = quiet();
        disturb(&mut session);
        assert!(!session.is_quiet(4), "{what}");
    }
}

#[test]
fn a_session_is_quiet_at_the_newest_tail_only() {
    assert!(!quiet().is_quiet(5), "the journal grew");
    assert!(!session().is_quiet(0), "nobody has spoken yet");
}

#[test]
fn a_hello_with_a_root_is_a_claim_without_a_mark_and_one_without_is_none() {
    let hello = Hello {
        version: 1,
        branch: Branch([3; 8]),
        height: 4,
        authority: [5; 8].into(),
        day: 20_700,
        tail: 12,
        read: 5,
        mark: at(5).mark.into(),
        root: Some(Digest([7; 16])),
        shelf_from: None,
        version_min: None,
        features: None,
    };
    assert_eq!(claim_of(&hello), Some(Proof { height: 4, tail: 12, ..claim(at(5)) }));
    assert_eq!(claim_of(&Hello { root: None, ..hello }), None);
}
