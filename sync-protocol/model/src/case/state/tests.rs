//! The table of transitions, row by row.

use super::*;
use std::collections::BTreeMap;

/// Every pair that moves or keeps a case; all other pairs must leave it where it is, with a reason.
const EFFECTIVE: [(State, EventKind, State); 20] = [
    (State::Start, EventKind::Register, State::Registered),
    (State::Registered, EventKind::Forward, State::Forwarded),
    (State::Registered, EventKind::Accept, State::Accepted),
    (State::Registered, EventKind::Withdraw, State::Withdrawn),
    (State::Forwarded, EventKind::Forward, State::Forwarded),
    (State::Forwarded, EventKind::Receive, State::Forwarded),
    (State::Forwarded, EventKind::Accept, State::Accepted),
    (State::Forwarded, EventKind::Withdraw, State::Withdrawn),
    (State::Accepted, EventKind::Assign, State::InReview),
    (State::Accepted, EventKind::Withdraw, State::Withdrawn),
    (State::InReview, EventKind::Assign, State::InReview),
    (State::InReview, EventKind::Decide, State::Decided),
    (State::InReview, EventKind::Withdraw, State::Withdrawn),
    (State::Decided, EventKind::Conclude, State::Concluded),
    (State::Concluded, EventKind::Return, State::Returned),
    (State::Concluded, EventKind::Notify, State::Notified),
    (State::Returned, EventKind::Return, State::Returned),
    (State::Returned, EventKind::Receive, State::Returned),
    (State::Returned, EventKind::Notify, State::Notified),
    (State::Notified, EventKind::Deliver, State::Delivered),
];

#[test]
fn every_pair_of_state_and_event_is_in_the_table() {
    let effective: BTreeMap<(State, EventKind), State> = EFFECTIVE.iter().map(|(from, kind, to)| ((*from, *kind), *to)).collect();
    for from in State::ALL {
        for kind in EventKind::KNOWN {
            match (step(from, kind), effective.get(&(from, kind))) {
                (Step::Go(to), Some(want)) => assert_eq!(to, *want, "{from:?} {kind:?}"),
                (Step::Stay(_), None) => {}
                (got, want) => panic!("{from:?} {kind:?}: {got:?} instead of {want:?}"),
            }
        }
        assert_eq!(step(from, EventKind::Unknown(4_711)), Step::Unknown);
    }
}

#[test]
fn the_same_event_again_has_no_effect_and_says_so() {
    for (from, kind) in [
        (State::Registered, EventKind::Register),
        (State::Accepted, EventKind::Accept),
        (State::Decided, EventKind::Decide),
        (State::Concluded, EventKind::Conclude),
        (State::Notified, EventKind::Notify),
        (State::Delivered, EventKind::Deliver),
        (State::Withdrawn, EventKind::Withdraw),
    ] {
        assert_eq!(step(from, kind), Step::Stay(Superseded::AlreadyDone), "{from:?} {kind:?}");
    }
}

#[test]
fn a_withdrawal_after_the_decision_says_that_it_was_decided_earlier() {
    for from in [State::Decided, State::Concluded, State::Returned, State::Notified, State::Delivered] {
        assert_eq!(step(from, EventKind::Withdraw), Step::Stay(Superseded::DecidedEarlier));
    }
}

#[test]
fn nothing_moves_a_case_that_has_ended() {
    for from in State::ALL.into_iter().filter(|state| state.is_final()) {
        for kind in EventKind::KNOWN {
            assert!(matches!(step(from, kind), Step::Stay(_)), "{from:?} {kind:?}");
        }
    }
}
