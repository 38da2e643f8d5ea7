//! Links up and down, and what the two hellos say.

use super::*;
use crate::node::TimerReason;

#[test]
fn the_dialler_speaks_first_and_says_what_it_holds() {
    let mut hub = Hub::new();
    let hello = hello_in(&hub.link_up(LINK, DIALLED)).expect("the dialler greets at once");
    let head = hub.node.authority().head();
    assert_eq!((hello.version, hello.branch, hello.day), (frame::VERSION, hub.node.branch(), 20_700));
    assert_eq!((hello.height, hello.authority[..].to_vec()), (3, head.hash.0[..8].to_vec()));
    assert_eq!((hello.tail, hello.read, *hello.mark), (4, 0, [0; 8]));
    assert!(hello.root.is_some());
}

#[test]
fn the_listener_speaks_once_it_was_greeted() {
    let mut hub = Hub::new();
    assert_eq!(frames(&hub.link_up(LINK, Side::Accepted)), []);
    assert!(!hub.is_linked());
    let hello = hub.hello(hub.at(4));
    assert!(hello_in(&hub.receive(LINK, Lane::Control, &Frame::Hello(hello))).is_some());
    assert!(hub.is_linked());
}

#[test]
fn a_dialler_that_is_greeted_does_not_greet_again() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    let outputs = hub.greeted(DIALLED, hello);
    assert_eq!(frames(&outputs).iter().filter(|frame| matches!(frame, Frame::Hello(_))).count(), 1);
    assert!(hub.is_linked());
}

#[test]
fn a_revoked_peer_is_told_so_and_not_greeted() {
    let mut hub = Hub::new();
    let act = AuthorityAct::Revoke { node: village(), cuts: Vec::new() };
    hub.give(Input::Hub(HubAct::Authority { id: ActId(5), act, notes: Vec::new() }));
    let outputs = hub.link_up(LINK, DIALLED);
    assert_eq!(frames(&outputs), [Frame::Bye(Farewell::because(Bye::Revoked))]);
    assert_eq!(hangups_in(&outputs), [(LINK, Bye::Revoked)]);
}

#[test]
fn a_fifth_link_of_a_peer_takes_over_from_its_oldest() {
    let mut hub = Hub::new();
    for link in 1..=4 {
        assert_eq!(hangups_in(&hub.link_up(LinkId(link), Side::Accepted)), [], "link {link}");
    }
    assert_eq!(hangups_in(&hub.link_up(LinkId(5), Side::Accepted)), [(LinkId(1), Bye::Replaced)]);
}

#[test]
fn links_of_others_do_not_count_against_a_peer() {
    let mut hub = Hub::new();
    for peer in 1..=6 {
        let up = Input::LinkUp { link: LinkId(peer), peer: NodeId([peer as u8; 16]), side: Side::Accepted };
        assert_eq!(hangups_in(&hub.give(up)), []);
    }
}

#[test]
fn a_peer_is_sent_the_records_of_the_county_that_it_says_it_lacks() {
    for (height, day, records) in [(3, 20_700, 0), (3, 20_699, 1), (2, 20_700, 1), (0, 0, 4)] {
        let mut hub = Hub::new();
        let authority = hub.node.authority().head_at(height).map_or([0; 8].into(), |head| authority_mark(head.hash));
        let hello = Hello { height, day, authority, ..hub.hello(hub.at(4)) };
        let asked: usize = loads_in(&hub.greeted(Side::Accepted, hello)).iter().map(|(_, load)| headers_of(load)).sum();
        assert_eq!(asked, records, "height {height}, day {day}");
    }
}

fn headers_of(load: &Load) -> usize {
    match load {
        Load::Batches { headers } => headers.len(),
        _ => 0,
    }
}

fn dials_at(hub: &Hub) -> Option<Uptime> {
    hub.node.next_timeout().filter(|(_, why)| *why == TimerReason::Dial).map(|(at, _)| at)
}

#[test]
fn a_link_that_was_dialled_and_lost_is_dialled_again_after_a_pause() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    hub.greeted(DIALLED, hello);
    assert_eq!(dials_at(&hub), None);
    hub.give(Input::LinkDown(LINK));
    assert!(!hub.is_linked());
    assert!(dials_at(&hub).is_some_and(|at| at > NOW));
}

#[test]
fn a_slot_that_is_linked_after_all_is_not_dialled() {
    let mut hub = Hub::new();
    hub.give(Input::DialFailed(Slot(0)));
    assert!(dials_at(&hub).is_some());
    hub.link_up(LINK, DIALLED);
    assert_eq!(dials_at(&hub), None);
}

#[test]
fn a_link_that_was_accepted_and_lost_is_the_peers_to_dial() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    hub.greeted(Side::Accepted, hello);
    hub.give(Input::LinkDown(LINK));
    assert!(!hub.is_linked());
    assert_eq!(dials_at(&hub), None);
}

#[test]
fn a_farewell_ends_the_link_and_is_not_answered() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    hub.greeted(DIALLED, hello);
    let outputs = hub.receive(LINK, Lane::Control, &Frame::Bye(Farewell::because(Bye::Shutdown)));
    assert_eq!(hangups_in(&outputs), [(LINK, Bye::Shutdown)]);
    assert_eq!(frames(&outputs), []);
    assert!(!hub.is_linked());
    assert!(dials_at(&hub).is_some());
}

/// The longest of the pauses after so many sessions that prove something and end for this reason.
fn longest_pause(sessions: usize, bye: Bye) -> u64 {
    let root = hello_in(&Hub::new().link_up(LINK, DIALLED)).unwrap().root;
    let mut hub = Hub::new();
    let hello = Hello { root, ..hub.hello(hub.at(4)) };
    let pause = |_| {
        let outputs = hub.greeted(DIALLED, hello.clone());
        assert!(outputs.iter().any(|output| matches!(output, Output::Notice(Notice::Proven { .. }))));
        hub.receive(LINK, Lane::Control, &Frame::Bye(Farewell::because(bye)));
        dials_at(&hub).expect("a slot is always tried again").ms_since(NOW)
    };
    (0..sessions).map(pause).max().unwrap_or(0)
}

#[test]
fn whoever_is_turned_away_comes_later_each_time_whatever_was_proven_before() {
    for bye in [Bye::Shutdown, Bye::Replaced] {
        assert!(longest_pause(20, bye) <= 2 * limits::BACKOFF_MS_MIN, "{bye:?}");
    }
    for bye in [Bye::Silent, Bye::GaveUp, Bye::NoSpace] {
        let longest = longest_pause(20, bye);
        assert!((limits::BACKOFF_MS_MAX / 4..=2 * limits::BACKOFF_MS_MAX).contains(&longest), "{bye:?}");
    }
    for bye in [Bye::Fault, Bye::Revoked] {
        let longest = longest_pause(30, bye);
        assert!((limits::TURNED_AWAY_MS_MAX / 4..=limits::TURNED_AWAY_MS_MAX).contains(&longest), "{bye:?}");
    }
}

#[test]
fn who_is_refused_by_the_transport_comes_later_each_time_too() {
    let longest = |refuse: &dyn Fn(&mut Hub, Bye), why| {
        let mut hub = Hub::new();
        let pause = |_| {
            refuse(&mut hub, why);
            dials_at(&hub).expect("a slot is always tried again").ms_since(NOW)
        };
        (0..30).map(pause).max()
    };
    let closed = |hub: &mut Hub, why| {
        hub.link_up(LINK, DIALLED);
        hub.give(Input::LinkClosed { link: LINK, why });
    };
    let refused = |hub: &mut Hub, why| drop(hub.give(Input::DialRefused { slot: Slot(0), why }));
    for refuse in [&closed as &dyn Fn(&mut Hub, Bye), &refused] {
        assert!(longest(refuse, Bye::Revoked) > Some(limits::BACKOFF_MS_MAX * 2));
        assert!(longest(refuse, Bye::NoSpace) <= Some(limits::BACKOFF_MS_MAX * 2));
    }
}

#[test]
fn nobody_is_sent_away_for_longer_than_an_hour_nor_called_back_sooner_than_after_a_failed_dial() {
    let pause = |retry_after_s| Farewell { code: Bye::Fault as u16, retry_after_s }.pause_ms_max();
    for (asked_s, pause_ms) in
        [(None, 300_000), (Some(0), 300_000), (Some(299), 300_000), (Some(1_200), 1_200_000), (Some(u32::MAX), 3_600_000)]
    {
        assert_eq!(pause(asked_s), pause_ms, "{asked_s:?}");
    }
}

#[test]
fn an_operator_in_a_hurry_shortens_the_pause_and_has_claims_repeated() {
    let mut hub = Hub::new();
    hub.give(Input::DialFailed(Slot(0)));
    let hello = hub.hello(hub.at(4));
    hub.greeted(Side::Accepted, hello);
    let outputs = hub.give(Input::SyncNow);
    assert!(outputs.contains(&Output::Dial(Slot(0))));
    let answers: Vec<_> = claims_in(&outputs).into_iter().map(|claim| claim.answer).collect();
    assert_eq!(answers, [Some(true)]);
}

#[test]
fn a_peer_that_speaks_only_newer_versions_is_no_peer() {
    let newest = frame::VERSION;
    for (version_min, fault) in [(None, None), (Some(newest), None), (Some(newest + 1), Some(Fault::Version))] {
        let mut hub = Hub::new();
        let hello = Hello { version_min, ..hub.hello(hub.at(4)) };
        assert_eq!(fault_in(&hub.greeted(Side::Accepted, hello)), fault, "{version_min:?}");
        assert_eq!(hub.is_linked(), version_min <= Some(newest));
    }
}

#[test]
fn a_peer_of_another_countys_log_is_no_peer_and_one_that_is_ahead_may_be() {
    let hub = Hub::new();
    let (good, foreign) = (hub.hello(hub.at(4)).authority, [9; 8].into());
    let below = authority_mark(hub.node.authority().head_at(2).unwrap().hash);
    let table =
        [(3, good, None), (3, foreign, Some(Fault::Authority)), (2, below, None), (2, good, Some(Fault::Authority)), (4, foreign, None)];
    for (height, authority, fault) in table {
        let mut hub = Hub::new();
        let hello = Hello { height, authority, ..hub.hello(hub.at(4)) };
        assert_eq!(fault_in(&hub.greeted(Side::Accepted, hello)), fault, "height {height}");
    }
}

#[test]
fn a_second_hello_is_a_fault() {
    let mut hub = Hub::new();
    let hello = hub.hello(hub.at(4));
    hub.greeted(Side::Accepted, hello.clone());
    assert_eq!(fault_in(&hub.receive(LINK, Lane::Control, &Frame::Hello(hello))), Some(Fault::Twice));
    assert!(!hub.is_linked());
}
