//! Each fault of a plan is struck, and what must be seen of it is seen.

use super::story::*;
use crate::layout::Seat;
use crate::line::LineMake;
use crate::plan::clerks::Case;
use crate::plan::{Action, Bodies, Healing, InFlight, Plan, Rhythm, Way, What};
use crate::sighting::Depth;
use mesh_model::time::Uptime;
use sync_protocol::batch::BodyKind;
use sync_protocol::io::ActRefusal;
use sync_protocol::journal::StoredBody;
use sync_protocol::record::Record;

const TEN: u64 = 10 * 60;

#[test]
fn a_full_disk_refuses_at_the_window_and_takes_papers_again_when_there_is_room() {
    let full = What::DiskFull { seat: VILLAGE, for_ms: 60 * MINUTE_MS };
    let told = Story::new().at(TEN, full).paper(TEN + 30, 1).paper(TEN + 90, 2).tell();
    let office = &told.evidence.sites[&VILLAGE].office;
    assert_eq!(office.refused, vec![(1, ActRefusal::Full)]);
    assert!(told.landed_ms(2).unwrap() < MINUTE_MS && office.receipts.len() == 1);
    assert_eq!(told.coverage.times("flow: a full disk refused an own act"), 1);
    assert_eq!(told.breaches(), Vec::new());
}

#[test]
fn a_paper_that_a_full_township_could_not_keep_comes_again() {
    let full = What::DiskFull { seat: TOWNSHIP, for_ms: 60 * MINUTE_MS };
    let told = Story::new().at(TEN, full).paper(TEN + 10, 1).tell();
    let landed_ms = told.landed_ms(1).unwrap();
    assert!((50 * MINUTE_MS..56 * MINUTE_MS).contains(&landed_ms), "{landed_ms} ms");
    assert!(told.coverage.times("flow: a full disk refused a peer's batch") > 0);
    assert_eq!(told.breaches(), Vec::new());
}

#[test]
fn an_older_copy_of_a_disk_opens_a_branch_and_gets_its_papers_back() {
    let restored = What::Restored { seat: VILLAGE, age_ms: 120 * MINUTE_MS, for_ms: MINUTE_MS };
    let told = Story::new().paper(TEN - 60, 1).paper(TEN + 60, 2).at(TEN + 120, restored).paper(TEN + 240, 3).tell();
    assert_eq!((told.diary.count("rolled"), told.diary.count("branch")), (1, 1));
    assert_eq!(told.coverage.times("flow: a peer held more than the copy that was put back"), 1);
    assert_eq!(told.evidence.sites[&VILLAGE].office.receipts.len(), 3);
    assert_eq!(told.breaches(), Vec::new());
    assert!(told.evidence.ending.healed_ms.is_some());
}

#[test]
fn a_line_cut_one_way_is_learned_first_by_who_hears_nothing() {
    let cut = What::LineDown { seat: VILLAGE, for_ms: 30 * MINUTE_MS, way: Way::Up };
    let told = Story::new().at(TEN, cut).paper(TEN + 5, 1).tell();
    let learned = |seat| told.diary.ms_after(TEN, "link down", seat);
    assert_eq!((learned(TOWNSHIP), learned(VILLAGE)), (Some(60_000), Some(120_000)));
    let landed_ms = told.landed_ms(1).unwrap();
    assert!((25 * MINUTE_MS..31 * MINUTE_MS).contains(&landed_ms), "{landed_ms} ms");
    assert_eq!(told.breaches(), Vec::new());
}

#[test]
fn a_short_cut_is_waited_out_and_costs_no_session() {
    let quiet = Story::new().paper(TEN + 1, 1).tell();
    let cut = What::LineDown { seat: VILLAGE, for_ms: 30_000, way: Way::Both };
    let told = Story::new().at(TEN, cut.clone()).paper(TEN, 1).tell();
    assert_eq!(told.evidence.sessions, quiet.evidence.sessions);
    let (late_ms, usual_ms) = (told.landed_ms(1).unwrap(), quiet.landed_ms(1).unwrap());
    assert!((29_000..40_000).contains(&late_ms) && usual_ms < 10_000, "{late_ms} and {usual_ms} ms");
}

#[test]
fn a_line_that_gets_slow_takes_longer_from_then_on() {
    let slow = What::LineShaped { seat: VILLAGE, make: LineMake::clean(8_000, 100) };
    let big = |number| What::Paper(paper(number, 15_000));
    let told = Story::new().at(TEN, big(1)).at(TEN + 60, slow).at(TEN + 120, big(2)).tell();
    // 15,000 bytes at nine tenths of 8 kbit/s.
    assert!(told.landed_ms(2).unwrap() > 16_000, "{:?}", told.landed_ms(2));
    assert!(told.landed_ms(1).unwrap() < 10_000, "{:?}", told.landed_ms(1));
}

#[test]
fn a_connection_survives_a_new_address_late_by_a_round_trip() {
    let slow = LineMake::clean(1_000_000, 500);
    let make = |action: Option<What>| {
        let story = Story::new().at(TEN - 60, What::LineShaped { seat: VILLAGE, make: slow }).paper(TEN, 1);
        action.into_iter().fold(story, |story, action| story.at(TEN, action)).tell()
    };
    let usual = make(None);
    for moved in [What::AddressChanged { seat: VILLAGE }, What::NatRebound { seat: VILLAGE }] {
        let told = make(Some(moved));
        assert_eq!(told.evidence.sessions, usual.evidence.sessions);
        let late_ms = told.landed_ms(1).unwrap() - usual.landed_ms(1).unwrap();
        assert!((900..3_000).contains(&late_ms), "{late_ms} ms");
    }
}

#[test]
fn a_hub_whose_clock_is_ahead_declares_its_own_days() {
    let told = Story::new().at(TEN, What::ClockSet { seat: Seat::HUB, ahead_ms: 3 * 86_400_000 }).tell();
    let days: Vec<Option<i32>> = told.evidence.sites.values().map(|site| site.words.as_ref().unwrap().day).collect();
    assert_eq!(days, vec![Some(crate::plan::FIRST_DAY + 4); 3]);
    let behind = Story::new().at(TEN, What::ClockSet { seat: Seat::HUB, ahead_ms: -86_400_000 * 40 }).tell();
    assert_eq!(behind.evidence.sites[&VILLAGE].words.as_ref().unwrap().day, Some(crate::plan::FIRST_DAY));
}

#[test]
fn poison_is_refused_by_the_hub_for_all_and_everything_else_goes_on() {
    let told = Story::new().paper(TEN, 1).at(TEN + 10, What::Poison(paper(1, 200))).paper(TEN + 20, 2).tell();
    assert_eq!(told.coverage.times("flow: the hub refused a body"), 1);
    assert!(told.landed_ms(2).unwrap() < MINUTE_MS);
    assert!(told.evidence.ending.healed_ms.is_some());
    let is_refusal = |body: &StoredBody| match body {
        StoredBody::Here(body) => body.kind == BodyKind::RECORD && matches!(Record::read(&body.bytes), Ok(Some(Record::Refusal(_)))),
        StoredBody::Missing(_) | StoredBody::Refused { .. } => false,
    };
    for (seat, site) in &told.evidence.sites {
        assert!(site.disk.batches().any(|batch| batch.bodies.iter().any(is_refusal)), "site {} knows the hub's word", seat.0);
    }
}

#[test]
fn a_revoked_site_gets_nothing_more_through() {
    let revoked = What::Revoked { seat: VILLAGE };
    let told = Story::new().paper(TEN, 1).at(TEN + 60, revoked).paper(TEN + 120, 2).tell();
    assert!(told.landed_ms(1).is_some());
    assert_eq!(told.landed_ms(2), None);
    assert!(told.coverage.times("flow: a revoked node dialled") > 0);
    assert!(told.evidence.ending.healed_ms.is_some(), "the others agree");
}

#[test]
fn an_urged_case_goes_ahead_of_the_bulk() {
    let slow = What::LineShaped { seat: VILLAGE, make: LineMake::clean(64_000, 100) };
    let cut = What::LineDown { seat: VILLAGE, for_ms: 120 * MINUTE_MS, way: Way::Both };
    let mut story = Story::new().at(TEN - 60, slow).at(TEN, cut);
    for number in 1..=60 {
        story = story.at(TEN + number, What::Paper(paper(number, 8_000)));
    }
    // The line is back at 12:00, the bulk takes more than a minute, and the last case is urged meanwhile.
    let urged = |minute| What::Urged { seat: VILLAGE, case: Case { intake: VILLAGE, number: 60 - minute % 2 } };
    for minute in 121..127 {
        story = story.at(TEN + minute, urged(minute));
    }
    let told = story.tell();
    assert!(told.coverage.times("flow: a case was urged") > 0);
    assert!(told.coverage.times("flow: an urged frame overtook the bulk") > 0);
    assert_eq!(told.breaches(), Vec::new());
}

#[test]
fn a_power_cut_loses_or_keeps_what_was_in_flight_as_the_plan_says() {
    let (mut lost, mut reached) = (0, 0);
    for (in_flight, receipts) in [(InFlight::Lost, 1), (InFlight::Reached, 1)] {
        let cut = What::PowerCut { seat: VILLAGE, for_ms: MINUTE_MS, in_flight };
        let mut story = Story::new().paper(TEN, 1).paper(TEN + 60, 2);
        // A millisecond to look the document up; then the disk is at work.
        story.plan.actions.push(Action { at: Uptime(TEN * MINUTE_MS + 2), what: cut });
        let told = story.tell();
        assert_eq!(told.evidence.sites[&VILLAGE].office.receipts.len(), receipts, "nobody was told of the first");
        lost += told.coverage.times("flow: a power cut lost commits in flight");
        reached += told.coverage.times("flow: a power cut let commits in flight reach the disk");
        assert_eq!((told.diary.count("off"), told.breaches()), (1, Vec::new()));
    }
    assert_eq!((lost, reached), (1, 1));
}

#[test]
fn a_core_agrees_and_gets_its_papers_through_while_the_rest_stays_broken() {
    let mut story = Story { plan: Plan::quiet(2, 1, 2, 9).unwrap(), depth: Depth::End };
    story.plan.ending = Healing::Core(vec![Seat::HUB, TOWNSHIP, VILLAGE]);
    let away = What::LineDown { seat: Seat(3), for_ms: 40 * 60 * MINUTE_MS, way: Way::Both };
    let cut = What::LineDown { seat: VILLAGE, for_ms: 40 * 60 * MINUTE_MS, way: Way::Both };
    let full = What::DiskFull { seat: Seat(4), for_ms: 40 * 60 * MINUTE_MS };
    let told = story.at(TEN, away).at(TEN, cut).at(TEN, full).tell();
    let ending = told.evidence.ending;
    assert!(ending.healed_ms.is_some());
    assert_eq!((ending.core_papers, ending.core_papers_landed, ending.rest_frames), (3, 3, 0));
    let hub = told.evidence.sites[&Seat::HUB].node;
    assert!(!told.evidence.sites[&Seat(3)].words.as_ref().unwrap().in_sync.contains(&hub), "nobody healed this line");
}

#[test]
fn a_rhythm_holds_dials_back_and_hangs_up_when_there_is_nothing_more() {
    let hourly = |mut story: Story| {
        for site in story.plan.sites.values_mut() {
            site.rhythm = Rhythm::Every { ms: 60 * MINUTE_MS };
        }
        story
    };
    let told = hourly(Story::new().paper(TEN, 1)).tell();
    let day = told.evidence.chronicle.days.iter().find(|day| day.day == 1 && day.seat == VILLAGE).unwrap();
    assert!((23..=26).contains(&day.sessions), "{} sessions", day.sessions);
    assert!(day.linked_ms < 24 * 30_000, "{} ms", day.linked_ms);
    assert!((1..121 * MINUTE_MS).contains(&told.landed_ms(1).unwrap()), "two windows at most");
    assert_eq!(told.breaches(), Vec::new());
}

#[test]
fn a_site_with_a_rhythm_dials_seldom_where_nobody_answers() {
    let away = What::LineDown { seat: VILLAGE, for_ms: 24 * 60 * MINUTE_MS, way: Way::Both };
    let mut story = Story::new().at(TEN, away);
    story.plan.sites.get_mut(&VILLAGE).unwrap().rhythm = Rhythm::Every { ms: 8 * 60 * MINUTE_MS };
    let told = story.tell();
    let held = told.coverage.times("flow: nobody answered a site with a rhythm, and it dialled seldom");
    // A quarter to half an hour apart, from the first window of that day on.
    assert!((30..=96).contains(&held), "{held} dials were held back");
    let failed = told.evidence.sites[&VILLAGE].tally.failed_dials;
    assert!(failed < held + 20, "{failed} dials failed");
}

#[test]
fn only_a_full_watch_is_told_what_is_costly() {
    let full = Story { depth: Depth::Full, ..Story::new() }.paper(TEN, 1).tell();
    let end = Story::new().paper(TEN, 1).tell();
    assert_ne!(full.evidence.trace.0, end.evidence.trace.0, "looks at queues are records");
    for costly in ["stored", "sent", "queued"] {
        assert!(full.diary.count(costly) > 0 && end.diary.count(costly) == 0, "{costly}");
    }
    for cheap in ["booted", "printed", "proven", "link up"] {
        assert!(end.diary.count(cheap) > 0, "{cheap}");
    }
}

#[test]
fn counted_bodies_grow_again_byte_for_byte() {
    let mut story = Story::new().paper(TEN, 1).paper(TEN + 1, 2);
    story.plan.bodies = Bodies::Counted;
    let told = story.tell();
    let regrow = crate::disk::packed::Regrow { seed: 4 };
    for number in [1, 2] {
        let header = told.evidence.sites[&VILLAGE].office.receipts[&number].places[0].header;
        let batch = told.evidence.sites[&Seat::HUB].disk.batch(&header).unwrap();
        let StoredBody::Here(body) = &batch.bodies[0] else { panic!("the hub has the body") };
        let change = sync_protocol::profile::read(&body.bytes).unwrap();
        assert_eq!(change.value, regrow.filling(number, 300));
    }
    assert_eq!(told.breaches(), Vec::new());
}
