//! Checkers must be able to fail: each promise is broken on purpose once, and its checker says so.

mod desk;
mod end;
mod followed;
mod lines;

use super::*;
use crate::coverage::Coverage;
use crate::engine::{Engine, Settings};
use crate::evidence::{Ending, Evidence};
use crate::flow::Flow;
use crate::layout::Seat;
use crate::plan::clerks::{Case, Paper};
use crate::plan::{Action, Healing, InFlight, Plan, Way, What};
use crate::sighting::Blind;
use mesh_model::time::Uptime;
use std::collections::BTreeSet;

const VILLAGE: Seat = Seat(2);
const MINUTE_MS: u64 = 60_000;

enum Disk {
    Forgets,
    Honest,
}

/// A village with two papers in the morning, one in the evening, and a power cut in between.
struct Story {
    plan: Plan,
}

impl Story {
    fn new(disk: Disk) -> Story {
        let mut story = Story { plan: Plan::quiet(1, 1, 2, 4).unwrap() };
        if matches!(disk, Disk::Forgets) {
            story.at(9 * 60, What::DiskForgets { seat: VILLAGE, commits: 50 });
        }
        story.paper(10 * 60, 1);
        story.paper(10 * 60 + 1, 2);
        story.at(12 * 60, What::PowerCut { seat: VILLAGE, for_ms: MINUTE_MS, in_flight: InFlight::Lost });
        story.paper(13 * 60, 3);
        story
    }

    fn at(&mut self, minute: u64, what: What) {
        self.plan.actions.push(Action { at: Uptime(minute * MINUTE_MS), what });
    }

    fn paper(&mut self, minute: u64, number: u64) {
        self.at(minute, What::Paper(Paper { number, seat: VILLAGE, case: Case { intake: VILLAGE, number }, bytes: 300 }));
    }

    fn line_down(mut self, from_minute: u64, to_minute: u64) -> Story {
        self.at(from_minute, What::LineDown { seat: VILLAGE, for_ms: (to_minute - from_minute) * MINUTE_MS, way: Way::Both });
        self
    }

    fn run(mut self) -> Evidence {
        self.plan.sort();
        Flow.run(self.plan, &Settings::default(), &mut Blind, &mut Coverage::default(), &mut |_| {}).unwrap()
    }
}

fn broken(outcome: &Evidence) -> BTreeSet<Promise> {
    breaches(outcome).into_iter().map(|breach| breach.promise).collect()
}

#[test]
fn an_honest_disk_loses_nothing_to_the_same_power_cut() {
    let outcome = Story::new(Disk::Honest).line_down(9 * 60, 14 * 60).run();
    assert_eq!(breaches(&outcome), Vec::new());
    assert_eq!(outcome.sites[&VILLAGE].office.receipts.len(), 3);
}

#[test]
fn papers_that_only_a_lying_disk_ever_held_are_excused() {
    let outcome = Story::new(Disk::Forgets).line_down(9 * 60, 14 * 60).run();
    let holds = |number: u64| {
        let header = outcome.sites[&VILLAGE].office.receipts[&number].places[0].header;
        outcome.sites.values().any(|site| site.disk.batch(&header).is_some())
    };
    assert!(!holds(1) && !holds(2) && holds(3), "the story is about two papers that are gone");
    assert!(!broken(&outcome).contains(&Promise::Papers), "{:?}", breaches(&outcome));
}

#[test]
fn the_same_loss_without_such_a_disk_in_the_plan_is_a_breach() {
    let mut outcome = Story::new(Disk::Forgets).line_down(9 * 60, 14 * 60).run();
    outcome.plan.actions.retain(|action| !matches!(action.what, What::DiskForgets { .. }));
    let lost = breaches(&outcome);
    assert!(lost.iter().any(|breach| breach.what.contains("paper 0x1 ") && breach.what.ends_with("not at site 0")), "{lost:?}");
    assert!(lost.iter().any(|breach| breach.what.contains("paper 0x2 ") && breach.what.ends_with("not at site 2")), "{lost:?}");
    assert!(broken(&outcome).contains(&Promise::Papers));
}

#[test]
fn a_paper_that_only_an_outcast_still_holds_is_excused_and_one_that_an_honest_peer_holds_is_not() {
    let mut story = Story::new(Disk::Honest);
    let township = Seat(1);
    let paper = Paper { number: 9, seat: township, case: Case { intake: VILLAGE, number: 1 }, bytes: 300 };
    story.at(14 * 60, What::Paper(paper));
    let mut outcome = story.run();
    let header = outcome.sites[&township].office.receipts[&9].places[0].header;
    assert!(outcome.sites[&VILLAGE].disk.batch(&header).is_some(), "the story is about a paper that came down");
    for seat in [Seat::HUB, township] {
        outcome.sites.get_mut(&seat).unwrap().disk = crate::disk::Content::default();
    }
    let lost =
        |outcome: &Evidence| breaches(outcome).iter().any(|breach| breach.promise == Promise::Papers && breach.what.contains("0x9 "));
    outcome.plan.actions.push(Action { at: Uptime(0), what: What::DiskForgets { seat: township, commits: 50 } });
    assert!(lost(&outcome), "an honest village would have brought it");
    outcome.plan.ending = Healing::Core(vec![Seat::HUB, township]);
    assert!(lost(&outcome), "a village left broken had its time");
    outcome.plan.ending = Healing::All;
    for outcast in [What::Forged { seat: VILLAGE }, What::Revoked { seat: VILLAGE }] {
        outcome.plan.actions.push(Action { at: Uptime(0), what: outcast });
        assert!(!lost(&outcome), "{:?}", breaches(&outcome));
        outcome.plan.actions.pop();
    }
}

#[test]
fn a_place_used_twice_is_explained_by_a_disk_that_forgot_and_by_nothing_else() {
    let mut outcome = Story::new(Disk::Forgets).line_down(11 * 60, 14 * 60).run();
    assert_eq!(broken(&outcome), BTreeSet::new(), "{:?}", breaches(&outcome));
    outcome.plan.actions.retain(|action| !matches!(action.what, What::DiskForgets { .. }));
    assert_eq!(broken(&outcome), BTreeSet::from([Promise::Places]), "{:?}", breaches(&outcome));
}

#[test]
fn a_site_without_power_at_the_end_does_not_agree() {
    let mut outcome = Story::new(Disk::Honest).run();
    assert_eq!(breaches(&outcome), Vec::new());
    outcome.sites.get_mut(&VILLAGE).unwrap().words = None;
    assert_eq!(broken(&outcome), BTreeSet::from([Promise::Agreement]));
}

#[test]
fn stores_that_differ_do_not_agree_although_both_nodes_say_so() {
    let mut outcome = Story::new(Disk::Honest).run();
    outcome.sites.get_mut(&VILLAGE).unwrap().disk = crate::disk::Content::default();
    let found = breaches(&outcome);
    assert!(found.iter().any(|breach| breach.what.contains("equal digests and different batches")), "{found:?}");
}

#[test]
fn an_ending_without_an_end_breaks_its_promise() {
    let broken_by = |spoil: fn(&mut Ending)| {
        let mut outcome = Story::new(Disk::Honest).run();
        spoil(&mut outcome.ending);
        broken(&outcome)
    };
    assert_eq!(broken_by(|ending| ending.healed_ms = None), BTreeSet::from([Promise::Agreement]));
    assert_eq!(broken_by(|ending| ending.repairs_after += 1), BTreeSet::from([Promise::Mending]));
    let endless = |ending: &mut Ending| (ending.repairs_before, ending.repairs_after) = (1_000, 1_000);
    assert_eq!(broken_by(endless), BTreeSet::from([Promise::Mending]));
    assert_eq!(broken_by(|ending| ending.rest_frames = 1), BTreeSet::from([Promise::Rest]));
    assert_eq!(broken_by(|ending| (ending.rest_frames, ending.rest_sessions) = (4, 2)), BTreeSet::new());
    assert_eq!(broken_by(|ending| (ending.rest_frames, ending.rest_sessions) = (5, 2)), BTreeSet::from([Promise::Rest]));
}
