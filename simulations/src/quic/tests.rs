//! One paper, a whole county, and the same again.

use super::*;
use crate::check;
use crate::layout::Seat;
use crate::line::{Congestion, LineMake, Loss, Nat, Ppm};
use crate::plan::clerks::{Case, Paper};
use crate::plan::{Action, Healing, InFlight, Rhythm, Way, What};
use crate::sighting::{Blind, Sighting};
use std::collections::BTreeSet;

const TOWNSHIP: Seat = Seat(1);
const VILLAGE: Seat = Seat(2);
const HOUR_MS: u64 = 3_600_000;

fn run(plan: Plan) -> Evidence {
    Quic.run(plan, &Settings::default(), &mut Blind, &mut Coverage::default(), &mut |_| {}).unwrap()
}

/// A county of one township and one village on clean lines.
fn small(seed: u64, days: u16) -> Plan {
    let mut plan = Plan::quiet(1, 1, days, seed).unwrap();
    for site in plan.sites.values_mut().filter(|site| site.line.is_some()) {
        site.line = Some(LineMake::clean(512_000, 40));
    }
    plan
}

fn at(hour: u64, what: What) -> Action {
    Action { at: Uptime(hour * HOUR_MS), what }
}

fn paper(hour: u64, number: u64, seat: Seat, case: u64) -> Action {
    at(hour, What::Paper(Paper { number, seat, case: Case { intake: VILLAGE, number: case }, bytes: 400 }))
}

#[test]
fn a_paper_of_a_village_reaches_the_hub_with_its_number_and_is_shown_alike_everywhere() {
    let mut plan = small(1, 1);
    plan.actions.extend([paper(9, 1, VILLAGE, 0), paper(10, 2, VILLAGE, 0), paper(11, 3, TOWNSHIP, 0), paper(12, 4, TOWNSHIP, 0)]);
    plan.sort();
    let evidence = run(plan);
    assert_eq!(check::breaches(&evidence), Vec::new());
    let receipts = &evidence.sites[&VILLAGE].office.receipts;
    assert_eq!((receipts.len(), evidence.sites[&TOWNSHIP].office.receipts.len()), (2, 2), "{:?}", evidence.sites[&VILLAGE].office);
    let number = receipts[&1].number.clone().unwrap();
    assert!(number.starts_with("511602101201-20260105-"), "{number}");
    let pages: Vec<Option<&Vec<u8>>> = evidence.sites.values().map(|site| site.shown.get(&*number)).collect();
    assert!(pages[0].is_some() && pages.iter().all(|page| *page == pages[0]), "{pages:?}");
    let text = String::from_utf8(pages[0].unwrap().clone()).unwrap();
    assert!(text.contains("\"state\":\"accepted\""), "{text}");
}

#[test]
fn one_plan_gives_one_run_even_in_one_process() {
    let plan = || {
        let mut plan = Plan::busy(1, 2, 2, 5).unwrap();
        plan.actions.push(at(30, What::PowerCut { seat: TOWNSHIP, for_ms: HOUR_MS, in_flight: InFlight::Lost }));
        plan.actions.push(at(33, What::LineDown { seat: VILLAGE, for_ms: 2 * HOUR_MS, way: Way::Down }));
        plan.sort();
        plan
    };
    let (first, second) = (run(plan()), run(plan()));
    assert!(first.trace.1 > 1_000, "{:?}", first.trace);
    assert_eq!(first.trace, second.trace);
}

#[test]
fn a_site_that_keeps_a_rhythm_is_silent_between_its_sessions_and_its_papers_arrive_with_the_next() {
    let mut plan = small(2, 1);
    plan.sites.get_mut(&VILLAGE).unwrap().rhythm = Rhythm::Every { ms: 6 * HOUR_MS };
    plan.actions.extend([paper(9, 1, VILLAGE, 0), paper(10, 2, VILLAGE, 0)]);
    plan.sort();
    let evidence = run(plan);
    assert_eq!(check::breaches(&evidence), Vec::new());
    let day = |seat: Seat| *evidence.chronicle.days.iter().find(|line| line.seat == seat).unwrap();
    assert!((3..=6).contains(&day(VILLAGE).sessions), "{:?}", day(VILLAGE));
    assert!(day(VILLAGE).linked_ms < 10 * 60_000, "{:?}", day(VILLAGE));
    assert!(day(TOWNSHIP).linked_ms > 23 * 3_600_000, "{:?}", day(TOWNSHIP));
    let arrived = evidence.at_hub[&evidence.sites[&VILLAGE].office.receipts[&1].places[0].header];
    let printed = evidence.sites[&VILLAGE].office.receipts[&1].at;
    assert!((10 * 60_000..7 * HOUR_MS).contains(&arrived.ms_since(printed)), "{arrived:?} {printed:?}");
}

/// A village on a lossy line behind a box, and everything that can happen to it in a day.
fn hard(seed: u64) -> Plan {
    let mut plan = small(seed, 2);
    let loss = Loss::Gilbert { share: Ppm(30_000), burst_packets: 4 };
    let (nat, odd) = (Some(Nat { udp_timeout_ms: 15_000 }), Ppm(10_000));
    let make = LineMake { loss, nat, duplicate: odd, reorder: odd, jitter_ms: 30, ..LineMake::clean(128_000, 150) };
    plan.sites.get_mut(&VILLAGE).unwrap().line = Some(make);
    let seat = VILLAGE;
    let case = Case { intake: VILLAGE, number: 0 };
    plan.actions.extend([
        paper(9, 1, VILLAGE, 0),
        at(10, What::AddressChanged { seat }),
        at(11, What::NatRebound { seat }),
        at(12, What::LineDown { seat, for_ms: HOUR_MS, way: Way::Up }),
        at(13, What::ClockSet { seat, ahead_ms: 400 * 24 * 3_600_000 }),
        paper(14, 2, VILLAGE, 1),
        at(15, What::ClockSet { seat, ahead_ms: 0 }),
        at(16, What::DiskFull { seat, for_ms: HOUR_MS }),
        paper(16, 3, VILLAGE, 2),
        at(18, What::PowerCut { seat, for_ms: 60_000, in_flight: InFlight::Reached }),
        at(19, What::LineShaped { seat, make: LineMake { congestion: Congestion::Bbr, ..make } }),
        paper(20, 4, VILLAGE, 3),
        at(21, What::Urged { seat, case }),
        at(22, What::PowerCut { seat: Seat::HUB, for_ms: 600_000, in_flight: InFlight::Lost }),
        at(30, What::Restored { seat, age_ms: 15 * HOUR_MS, for_ms: 60_000 }),
        paper(34, 5, VILLAGE, 4),
    ]);
    plan.sort();
    plan
}

#[test]
fn everything_that_can_happen_to_a_site_heals_and_no_receipt_is_lost() {
    let evidence = run(hard(3));
    assert_eq!(check::breaches(&evidence), Vec::new());
    let village = &evidence.sites[&VILLAGE];
    let printed: Vec<u64> = village.office.receipts.keys().copied().collect();
    assert_eq!((printed, village.office.missed), (vec![1, 4, 5], 2), "{:?}", village.office);
    let numbers: BTreeSet<Option<&str>> = village.office.receipts.values().map(|receipt| receipt.number.as_deref()).collect();
    assert_eq!(numbers.len(), 3, "{numbers:?}");
    assert_eq!(evidence.sites[&TOWNSHIP].shown, evidence.sites[&Seat::HUB].shown);
}

#[test]
fn a_revoked_site_is_not_let_in_again_and_hears_nothing_more() {
    let mut plan = small(4, 1);
    plan.actions.extend([paper(9, 1, VILLAGE, 0), at(10, What::Revoked { seat: VILLAGE }), paper(12, 2, VILLAGE, 1)]);
    plan.ending = Healing::Core(vec![Seat::HUB, TOWNSHIP]);
    plan.sort();
    let evidence = run(plan);
    let village = &evidence.sites[&VILLAGE];
    assert!(evidence.ending.healed_ms.is_some());
    let at_hub = |paper: u64| evidence.at_hub.contains_key(&village.office.receipts[&paper].places[0].header);
    assert!(at_hub(1));
    assert!(village.office.receipts.get(&2).is_none_or(|_| !at_hub(2)));
    assert!(village.words.as_ref().unwrap().height < evidence.sites[&Seat::HUB].words.as_ref().unwrap().height + 1);
    assert_eq!(village.words.as_ref().unwrap().day, Some(crate::plan::FIRST_DAY));
}

/// Notes when links of the township came up.
struct LinksUp(Vec<Uptime>);

impl Watch for LinksUp {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>) {
        if matches!(sighting, Sighting::LinkUp { seat: TOWNSHIP, peer: Seat::HUB }) {
            self.0.push(at);
        }
    }
}

#[test]
fn a_hub_that_was_killed_and_restarted_is_dialled_again_at_once() {
    let mut plan = small(6, 1);
    let cut_at = 9 * HOUR_MS;
    plan.actions.push(at(9, What::PowerCut { seat: Seat::HUB, for_ms: 3_000, in_flight: InFlight::Lost }));
    let written = Paper { number: 1, seat: TOWNSHIP, case: Case { intake: TOWNSHIP, number: 0 }, bytes: 400 };
    plan.actions.push(Action { at: Uptime(cut_at + 4_000), what: What::Paper(written) });
    plan.sort();
    let mut links = LinksUp(Vec::new());
    Quic.run(plan, &Settings::default(), &mut links, &mut Coverage::default(), &mut |_| {}).unwrap();
    let again = links.0.iter().find(|at| at.0 >= cut_at).unwrap();
    assert!(again.ms_since(Uptime(cut_at)) < 10_000, "{again:?}");
}

#[test]
fn poison_of_a_village_is_refused_by_the_hub_and_harms_nobody() {
    let mut plan = small(7, 1);
    let hostile = Paper { number: 2, seat: VILLAGE, case: Case { intake: VILLAGE, number: 1 }, bytes: 300 };
    plan.actions.extend([paper(9, 1, VILLAGE, 0), at(10, What::Poison(hostile)), paper(11, 3, VILLAGE, 2)]);
    plan.sort();
    let mut coverage = Coverage::default();
    let evidence = Quic.run(plan, &Settings::default(), &mut Blind, &mut coverage, &mut |_| {}).unwrap();
    assert_eq!(check::breaches(&evidence), Vec::new());
    assert_eq!((coverage.times("quic: a node appended poison"), coverage.times("quic: the hub refused a body")), (1, 1));
    assert_eq!(evidence.sites[&VILLAGE].office.receipts.len(), 2, "{:?}", evidence.sites[&VILLAGE].office);
}

#[test]
fn a_backlog_takes_at_least_its_bytes_at_the_line_s_rate() {
    let ms = transfer(LineMake::clean(512_000, 40), 50_000, 1).unwrap();
    assert!((50_000 * 8 / 512..2_000).contains(&ms), "{ms}");
}
