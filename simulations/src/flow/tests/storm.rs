//! Every fault at once: counties that are struck by everything still come to agreement, and every point of the engine is passed.

use crate::check::{Breach, Promise, breaches};
use crate::coverage::{Coverage, POINTS};
use crate::engine::{Engine, Settings};
use crate::evidence::Evidence;
use crate::flow::Flow;
use crate::layout::Seat;
use crate::line::{LineMake, Loss, Ppm};
use crate::plan::clerks::{Case, Paper};
use crate::plan::{Action, DAY_MS, InFlight, Plan, Rhythm, Way, What};
use crate::sighting::Blind;
use crate::streams::Stream;
use mesh_model::time::Uptime;

const HOUR_MS: u64 = 3_600_000;

/// A drawn county with three more faults a site and day, of every kind but revocation.
fn storm(seed: u64) -> Plan {
    let mut plan = Plan::busy(1, 2, 10, seed).unwrap();
    for seat in plan.layout.seats().collect::<Vec<_>>() {
        let mut stream = Stream::new(seed, "storm", u64::from(seat.0));
        for _ in 0..30 {
            let at = Uptime(stream.between(DAY_MS / 3, 10 * DAY_MS));
            if let Some(what) = fault(&mut stream, seat) {
                plan.actions.push(Action { at, what });
            }
        }
    }
    if seed.is_multiple_of(2) {
        plan.sites.get_mut(&Seat(1)).unwrap().rhythm = Rhythm::Every { ms: HOUR_MS };
    }
    plan.sort();
    plan
}

fn fault(stream: &mut Stream, seat: Seat) -> Option<What> {
    let for_ms = stream.spread(5_000, 8 * HOUR_MS);
    let is_below = seat != Seat::HUB;
    let case = Case { intake: seat, number: stream.below(6) };
    let number = 1 << 50 | u64::from(seat.0) << 32 | stream.below(1 << 30);
    let way = [Way::Both, Way::Up, Way::Down][usize::try_from(stream.below(3)).unwrap()];
    let loss = Loss::Gilbert { share: Ppm(100_000), burst_packets: 3 };
    match stream.below(10) {
        0 => Some(What::DiskFull { seat, for_ms }),
        1 if is_below => Some(What::LineDown { seat, for_ms, way }),
        2 if is_below => Some(What::LineShaped {
            seat,
            make: LineMake { loss, jitter_ms: 50, ..LineMake::clean(stream.spread(32_000, 4_000_000), 200) },
        }),
        3 if is_below => Some(What::AddressChanged { seat }),
        4 if is_below => Some(What::NatRebound { seat }),
        5 => Some(What::ClockSet { seat, ahead_ms: stream.below(3 * DAY_MS).cast_signed() - DAY_MS.cast_signed() }),
        6 if is_below => Some(What::Poison(Paper { number, seat, case, bytes: 300 })),
        7 => Some(What::Urged { seat, case }),
        8 if is_below => Some(What::Restored { seat, age_ms: for_ms, for_ms: for_ms / 4 }),
        9 if is_below => Some(What::DiskForgets { seat, commits: u32::try_from(stream.between(1, 20)).unwrap() }),
        _ => None,
    }
}

/// A village struck in the very moments that a storm seldom meets.
fn moments() -> Plan {
    let mut plan = Plan::quiet(1, 1, 3, 4).unwrap();
    let seat = Seat(2);
    let mut at = |ms: u64, what: What| plan.actions.push(Action { at: Uptime(10 * HOUR_MS + ms), what });
    let paper = |number: u64, bytes| What::Paper(Paper { number, seat, case: Case { intake: seat, number }, bytes });
    let cut = |in_flight| What::PowerCut { seat, for_ms: 5_000, in_flight };
    at(0, paper(1, 300));
    at(2, cut(InFlight::Lost));
    at(HOUR_MS, paper(2, 300));
    at(HOUR_MS + 2, cut(InFlight::Reached));
    // Slow and far: a bulk that lasts, an urged case beside it, and a cut in the middle.
    at(2 * HOUR_MS, What::LineShaped { seat, make: LineMake::clean(32_000, 1_000) });
    (10..50).for_each(|number| at(2 * HOUR_MS + 1_000, paper(number, 8_000)));
    (5..20).for_each(|second| at(2 * HOUR_MS + second * 1_000, What::Urged { seat, case: Case { intake: seat, number: 10 + second } }));
    at(2 * HOUR_MS + 30_000, What::LineDown { seat, for_ms: HOUR_MS, way: Way::Both });
    // Starts at 5 s, connects at 9 to 10 s, and is cut a second before its hello is there.
    at(5 * HOUR_MS, What::LineShaped { seat, make: LineMake::clean(4_000_000, 2_000) });
    at(6 * HOUR_MS, cut(InFlight::Lost));
    at(6 * HOUR_MS + 10_500, What::LineDown { seat, for_ms: HOUR_MS, way: Way::Both });
    // Last of all, because nobody takes anything from it after that.
    at(10 * HOUR_MS, What::Forged { seat });
    plan.sort();
    plan
}

fn run(plan: Plan, coverage: &mut Coverage) -> Evidence {
    Flow.run(plan, &Settings::default(), &mut Blind, coverage, &mut |_| {}).unwrap()
}

#[test]
fn counties_under_every_fault_agree_in_the_end_and_pass_every_point() {
    let mut coverage = Coverage::default();
    run(moments(), &mut coverage);
    let (mut apart, mut unproven) = (Vec::new(), Vec::new());
    for seed in 0..24 {
        let mut plan = storm(seed);
        if seed % 8 == 7 {
            plan.actions.push(Action { at: Uptime(8 * DAY_MS), what: What::Revoked { seat: Seat(3) } });
            plan.sort();
        }
        let evidence = run(plan, &mut coverage);
        // A revoked site and its parent need not agree.
        let breaches = if seed % 8 == 7 {
            Vec::new()
        } else {
            breaches(&evidence).into_iter().filter(|breach| breach.promise == Promise::Agreement).collect::<Vec<_>>()
        };
        let (same, differ): (Vec<Breach>, Vec<Breach>) = breaches.into_iter().partition(|breach| breach.what.ends_with("do not prove it"));
        if !differ.is_empty() || evidence.ending.rest_frames > 0 {
            apart.push((seed, differ, evidence.ending));
        } else if evidence.ending.healed_ms.is_none() || !same.is_empty() {
            unproven.push(seed);
        }
    }
    assert!(apart.is_empty(), "{apart:#?}");
    // Seeds 8 and 18 once ended with two ends of which only one said that both hold the same.
    assert!(unproven.is_empty(), "{unproven:?}");
    let missed: Vec<&str> = coverage.missed("flow").into_iter().filter(|point| point.starts_with("flow: ")).collect();
    assert!(POINTS.len() >= 25 && missed.is_empty(), "never passed: {missed:?}");
}

#[test]
fn a_storm_repeats_itself_in_one_process() {
    let (first, again) = (run(storm(3), &mut Coverage::default()), run(storm(3), &mut Coverage::default()));
    assert_eq!((first.trace, first.ending, first.at_hub), (again.trace, again.ending, again.at_hub));
    assert_ne!(first.trace, run(storm(4), &mut Coverage::default()).trace);
}
