//! When nodes dial again: later each time, never later than the bound, not all together, and at once after a success.

use super::county::*;
use mesh_model::time::Uptime;
use sync_protocol::crypto::SigningKey;
use sync_protocol::guard::Guards;
use sync_protocol::io::{Input, Output, Slot};
use sync_protocol::journal::Stored;
use sync_protocol::limits::{BACKOFF_MS_MAX, BACKOFF_MS_MIN};
use sync_protocol::node::{Config, Node, TimerReason};

/// Returns the pauses after each of `failures` dials that fail at once.
fn pauses(seed: u8, failures: usize) -> Vec<u64> {
    pauses_with(seed, failures, Guards::default())
}

/// As [`pauses`], with the given guards.
pub fn pauses_with(seed: u8, failures: usize, guards: Guards) -> Vec<u64> {
    let config = Config {
        key: SigningKey::from_secret(&[1; 32]),
        root_pin: [0; 32],
        boot: [1; 16],
        seed: [seed; 32],
        slots: 1,
        landed_pause_ms: 1_000,
        guards,
    };
    let mut node = Node::open(config, Stored::default()).unwrap();
    let mut now = Uptime(5_000);
    let mut pauses = Vec::new();
    node.handle(now, Input::Wake);
    for _ in 0..failures {
        assert!(dialled(&mut node), "the time to dial has come");
        node.handle(now, Input::DialFailed(Slot(0)));
        let (next, why) = node.next_timeout().expect("a slot is always tried again");
        assert_eq!(why, TimerReason::Dial);
        pauses.push(next.ms_since(now));
        node.handle(Uptime(next.0 - 1), Input::Wake);
        assert!(!dialled(&mut node), "not before its time");
        now = next;
        node.handle(now, Input::Wake);
    }
    pauses
}

fn dialled(node: &mut Node) -> bool {
    std::iter::from_fn(|| node.poll_output()).filter(|output| matches!(output, Output::Dial(Slot(0)))).count() > 0
}

#[test]
fn pauses_grow_and_stay_within_the_bound() {
    let of_all: Vec<Vec<u64>> = (0..60).map(|seed| pauses(seed, 24)).collect();
    let mean = |at: usize| of_all.iter().map(|pauses| pauses[at]).sum::<u64>() / of_all.len() as u64;
    assert!(mean(0) < BACKOFF_MS_MIN + BACKOFF_MS_MIN / 2);
    for at in [2, 4, 6, 8] {
        assert!(mean(at) > 2 * mean(at - 2), "pause {at}: {} after {}", mean(at), mean(at - 2));
    }
    assert!(mean(20) > BACKOFF_MS_MAX / 4 && mean(20) < BACKOFF_MS_MAX * 3 / 4, "{} is not spread over the whole bound", mean(20));
    for pause in of_all.into_iter().flatten() {
        assert!((BACKOFF_MS_MIN / 2..BACKOFF_MS_MAX + BACKOFF_MS_MIN / 2).contains(&pause), "{pause} ms");
    }
}

#[test]
fn two_nodes_do_not_come_back_as_one_wave() {
    assert_ne!(pauses(1, 8), pauses(2, 8));
    assert_eq!(pauses(1, 8), pauses(1, 8), "and the same generator gives the same pauses");
}

/// A township that could not reach the hub for a while.
fn discouraged() -> County {
    let mut county = County::new(2);
    county.slots = 1;
    county.kill(TOWN);
    county.boot(TOWN);
    for _ in 0..12 {
        county.pass(BACKOFF_MS_MAX * 2);
        county.give(TOWN, Input::DialFailed(Slot(0)));
    }
    county.settle();
    county
}

fn pause(county: &County) -> u64 {
    let (next, why) = county.node(TOWN).next_timeout().expect("the slot waits");
    assert_eq!(why, TimerReason::Dial);
    next.ms_since(county.now)
}

#[test]
fn a_proof_ends_a_series_of_failures() {
    let mut county = discouraged();
    let line = county.link(TOWN, HUB);
    county.settle();
    assert!(county.proven(TOWN, HUB));
    county.cut(line);
    assert!(pause(&county) < 2 * BACKOFF_MS_MIN, "{} ms", pause(&county));
}

#[test]
fn a_link_that_proves_nothing_does_not() {
    let of_many: Vec<u64> = (0..10)
        .map(|_| {
            let mut county = discouraged();
            let line = county.link(TOWN, HUB);
            county.cut(line);
            pause(&county)
        })
        .collect();
    assert!(of_many.iter().max() > Some(&(10 * BACKOFF_MS_MIN)), "{of_many:?}");
}

#[test]
fn sync_now_dials_at_once() {
    let mut county = discouraged();
    assert!(pause(&county) > 0);
    county.give(TOWN, Input::SyncNow);
    assert!(county.node(TOWN).next_timeout().is_none_or(|(_, why)| why != TimerReason::Dial), "the dial went out");
}
