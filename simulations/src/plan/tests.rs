//! Plans are data, and what one entity draws is its own affair.

use super::*;
use crate::engine::EngineKind;
use crate::line::Ppm;
use crate::scenario::units::{Amount, Moment, Share};
use crate::scenario::{Event, Scenario, ready, vary};

fn county(townships: u16, villages: u16, days: u16) -> Plan {
    Plan::busy(townships, villages, days, 11).unwrap()
}

fn of_seat(plan: &Plan, seat: Seat) -> Vec<&Action> {
    plan.actions.iter().filter(|action| action.what.seat() == seat && !matches!(action.what, What::DayDeclared { .. })).collect()
}

#[test]
fn a_township_more_shifts_nothing_in_those_before_it() {
    let (small, large) = (county(1, 2, 20), county(2, 2, 20));
    for seat in [0, 1, 2, 3].map(Seat) {
        assert_eq!(of_seat(&small, seat), of_seat(&large, seat));
    }
    assert!(!of_seat(&large, Seat(4)).is_empty());
}

#[test]
fn a_plan_has_papers_broken_lines_and_power_cuts_within_its_days_and_in_order() {
    let plan = county(3, 3, 30);
    let count = |is: fn(&What) -> bool| plan.actions.iter().filter(|action| is(&action.what)).count();
    assert!(count(|what| matches!(what, What::Paper(_))) > 200);
    assert!(count(|what| matches!(what, What::LineDown { .. })) > 10);
    assert!(count(|what| matches!(what, What::PowerCut { .. })) > 10);
    assert!(plan.actions.is_sorted_by_key(|action| action.at));
    assert!(plan.actions.iter().all(|action| action.at < plan.end()));
}

#[test]
fn a_plan_reads_back_to_itself() {
    let plan = county(1, 2, 10);
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
}

#[test]
fn every_village_stands_under_its_own_township() {
    let layout = Layout::grid(2, 3).unwrap();
    let above: Vec<Option<u16>> = layout.seats().map(|seat| layout.above(seat).map(|above| above.0)).collect();
    assert_eq!(above, [None, Some(0), Some(1), Some(1), Some(1), Some(0), Some(5), Some(5), Some(5)]);
    assert_eq!(layout.below(Seat(5)).collect::<Vec<_>>(), [6, 7, 8].map(Seat));
}

fn ready_text(name: &str) -> &'static str {
    ready::named(name).unwrap().text
}

fn scenario(text: &str) -> Scenario {
    crate::scenario::read("test", text).unwrap()
}

fn short(name: &str, days: u16) -> Scenario {
    scenario(&vary(ready_text(name), "scenario.days", &days.to_string()).unwrap())
}

/// A county with everything in it, for forty days.
fn rich() -> Scenario {
    short("mountain-road", 40)
}

#[test]
fn one_seed_draws_one_plan_and_another_seed_another() {
    let scenario = rich();
    let (first, again, other) = (Plan::draw(&scenario, 7), Plan::draw(&scenario, 7), Plan::draw(&scenario, 8));
    assert_eq!(first, again);
    assert_ne!(first.unwrap().actions, other.unwrap().actions);
}

fn without_seats(plan: &Plan, is: impl Fn(&What) -> bool) -> Vec<Action> {
    plan.actions.iter().filter(|action| is(&action.what)).cloned().collect()
}

#[test]
fn one_event_less_or_more_shifts_nothing_else() {
    let scenario = short("flood-week", 30);
    let whole = Plan::draw(&scenario, 3).unwrap();
    for left_out in 0..scenario.events.len() {
        let mut less = scenario.clone();
        less.events.remove(left_out);
        let fewer = Plan::draw(&less, 3).unwrap();
        assert!(fewer.actions.len() < whole.actions.len());
        assert!(fewer.actions.iter().all(|action| whole.actions.contains(action)), "without event {left_out}");
    }
}

#[test]
fn a_class_more_a_fault_more_or_another_load_shifts_nothing_else() {
    let base = rich();
    let whole = Plan::draw(&base, 3).unwrap();
    let is_paper = |what: &What| matches!(what, What::Paper(_));
    // Clocks and full disks come on top.
    let mut more = base.clone();
    more.clock.wrong_share = Share(Ppm(500_000));
    let more = Plan::draw(&more, 3).unwrap();
    assert!(without_seats(&more, |what| matches!(what, What::ClockSet { .. })).len() > 10);
    assert_eq!(without_seats(&more, |what| !matches!(what, What::ClockSet { .. })), whole.actions);
    // A third class stands behind the others and leaves their numbers alone.
    let mut wider = base.clone();
    let mut third = base.classes[1].clone();
    (third.name, third.parent, third.count) = ("village-new".into(), "hub".into(), 3);
    wider.classes.push(third);
    let wider = Plan::draw(&wider, 3).unwrap();
    assert!(whole.actions.iter().all(|action| wider.actions.binary_search_by_key(&action.at, |other| other.at).is_ok()));
    assert_eq!(wider.layout.len(), whole.layout.len() + 3);
    // No office: the same faults.
    let mut idle = base.clone();
    idle.office = None;
    assert_eq!(without_seats(&whole, |what| !is_paper(what)), Plan::draw(&idle, 3).unwrap().actions);
    // A market day changes only its own day's cases.
    let mut market = base.clone();
    market.office.as_mut().unwrap().market_every_days = 16;
    let market = Plan::draw(&market, 3).unwrap();
    let first =
        |plan: &Plan| without_seats(plan, |what| is_paper(what)).into_iter().filter(|paper| paper.at.0 < 11 * DAY_MS).collect::<Vec<_>>();
    assert_eq!(first(&market), first(&whole));
    assert!(market.actions.len() > whole.actions.len());
}

#[test]
fn a_county_year_has_the_loads_of_a_real_office() {
    let guangan = scenario(ready_text("guangan-year"));
    let plan = Plan::draw(&guangan, 1).unwrap();
    assert_eq!(plan.layout.len(), 358);
    let mut cases = std::collections::BTreeSet::new();
    let (mut papers, mut by_hub, mut bytes) = (0_usize, 0, 0);
    for action in &plan.actions {
        if let What::Paper(paper) = &action.what {
            papers += 1;
            by_hub += usize::from(paper.seat == Seat::HUB);
            bytes += paper.bytes;
            cases.insert(paper.case);
        }
    }
    // 25 x 5,000 and 332 x 67 cases a year, market days, one busiest day and 17 sites with 1,000 renewals on top.
    assert!((140_000..240_000).contains(&cases.len()), "{} cases", cases.len());
    assert!((7 * cases.len()..8 * cases.len() + 1).contains(&papers), "{papers} papers");
    assert!(by_hub > papers / 40 && by_hub < papers / 15, "{by_hub} by the hub");
    assert!((500..1_100).contains(&(bytes / papers)), "{} bytes", bytes / papers);
    let numbers: std::collections::BTreeSet<u64> =
        plan.actions.iter().filter_map(|action| if let What::Paper(paper) = &action.what { Some(paper.number) } else { None }).collect();
    assert_eq!(numbers.len(), papers, "every paper has a number of its own");
    assert!(numbers.iter().all(|number| *number < 1 << 60));
}

#[test]
fn nobody_writes_at_night_at_lunch_or_on_a_day_of_rest() {
    let plan = Plan::draw(&scenario(ready_text("market-day")), 2).unwrap();
    let calendar = days::Days::new();
    let mut papers = 0;
    for action in plan.actions.iter().filter(|action| matches!(action.what, What::Paper(_))) {
        let (day, time) = (action.at.0 / DAY_MS, action.at.0 % DAY_MS / 60_000);
        // An event may come a minute after the one before it, across the edge of an hour.
        assert!((8 * 60 + 30..17 * 60 + 40).contains(&time) && !(12 * 60 + 10..14 * 60).contains(&time), "{time}");
        assert!(calendar.works(day as u16), "day {day}");
        papers += 1;
    }
    assert!(papers > 5_000);
    // 1 January was over, the Spring Festival is not: 17 to 23 February 2026 are days 43 to 49.
    assert!(!calendar.works(44) && calendar.works(0) && !calendar.works(5));
}

#[test]
fn a_whole_province_can_be_drawn_county_by_county() {
    let guizhou = scenario(ready_text("guizhou-year"));
    let counties = places::counties_of("52");
    assert_eq!(counties.len(), 88);
    let mut sites = 0;
    for county in &counties {
        let mut one = guizhou.clone();
        one.county.as_mut().unwrap().divisions.clone_from(county);
        sites += places::build(&one, 1).unwrap().layout.len() - 1;
    }
    assert_eq!(sites, 1_510 + 17_964);
}

#[test]
fn seasons_hours_and_valleys_take_lines_away() {
    let example = Plan::draw(&scenario(ready_text("example")), 5).unwrap();
    let monsoon = 92 * DAY_MS;
    let downs = |least: u64, most: u64| {
        example
            .actions
            .iter()
            .filter(|action| matches!(action.what, What::LineDown { for_ms, .. } if for_ms >= least && for_ms <= most))
            .count()
    };
    let hit = downs(monsoon, monsoon + DAY_MS);
    assert!((15..45).contains(&hit), "{hit} of 180 villages lose their line for the monsoon");
    assert_eq!(downs(20 * 3_600_000, 20 * 3_600_000), 180 * 365, "lines work from 18 to 22 hours");
    // What befalls a township befalls a third of its villages at the same moment.
    let road = Plan::draw(&scenario(ready_text("mountain-road")), 5).unwrap();
    let shared = road.actions.windows(2).filter(|pair| {
        let seats = [&pair[0], &pair[1]].map(|action| matches!(action.what, What::LineDown { .. }).then(|| action.what.seat()));
        pair[0].at == pair[1].at && seats[0].zip(seats[1]).is_some_and(|(first, second)| first != second)
    });
    assert!(shared.count() > 20);
}

#[test]
fn every_kind_of_event_becomes_its_action() {
    let kinds = [
        ("change-ip", ""),
        ("cut-line", "for = \"1h\"\nway = \"up\""),
        ("cut-power", "for = \"1h\""),
        ("declare-day", ""),
        ("fill-disk", "for = \"1h\""),
        ("forget-disk", ""),
        ("poison", ""),
        ("rebind-nat", ""),
        ("restore", "for = \"1h\"\nage = \"1d\""),
        ("revoke", ""),
        ("set-clock", "ahead = \"1y\""),
        ("shape-line", "link = { rate = \"1M\", rtt = \"9ms\" }"),
        ("urge", ""),
        ("write", "number = 3"),
    ];
    for (word, keys) in kinds {
        let base = ready_text("market-day").replace("[office]", "[swarm]\nodds = 1\n\n[office]");
        let quiet = Plan::draw(&scenario(&base), 1).unwrap();
        let text = format!("{base}\n[[event]]\nat = \"day 3 12:00\"\ndo = \"{word}\"\nclass = \"township\"\n{keys}\n");
        let eventful = Plan::draw(&scenario(&text), 1).unwrap();
        let more = eventful.actions.len() - quiet.actions.len();
        assert_eq!(
            more,
            match word {
                "declare-day" => 1,
                "write" => 9,
                _ => 3,
            },
            "{word}"
        );
    }
}

#[test]
fn a_site_is_named_by_number_or_code() {
    let mut guangan = short("guangan-year", 2);
    guangan.office = None;
    let event = |place| Event { site: Some(place), ..scenario(ready_text("county-outage")).events[0].clone() };
    guangan.events =
        vec![event(crate::scenario::units::Place::Code("511602001000".into())), event(crate::scenario::units::Place::Number(9))];
    guangan.events.iter_mut().for_each(|event| event.at = Moment(DAY_MS));
    let plan = Plan::draw(&guangan, 1).unwrap();
    let hit: Vec<Seat> = plan.actions.iter().filter(|action| action.at.0 == DAY_MS).map(|action| action.what.seat()).collect();
    assert_eq!(hit.len(), 2);
    assert_eq!(plan.layout.site(hit[0]).code.as_deref(), Some("511602001000"));
    assert_eq!(hit[1], Seat(9));
}

#[test]
fn the_swarm_switches_every_kind_on_in_half_of_its_seeds_and_shifts_nothing() {
    let mut on: std::collections::BTreeMap<&str, u32> = std::collections::BTreeMap::new();
    let (mut cores, mut papers) = (0, 0);
    for seed in 0..60 {
        let plan = swarm::draw(seed, swarm::Size::default(), EngineKind::Flow).unwrap();
        assert_eq!(plan.layout.len(), 20);
        assert!(plan.actions.iter().all(|action| action.at < plan.end()) && plan.actions.is_sorted_by_key(|action| action.at));
        let kinds: std::collections::BTreeSet<&str> = plan.actions.iter().filter_map(|action| draw::fault_kind(&action.what)).collect();
        kinds.into_iter().for_each(|kind| *on.entry(kind).or_insert(0) += 1);
        cores += u32::from(matches!(plan.ending, Healing::Core(_)));
        papers += plan.actions.iter().filter(|action| matches!(action.what, What::Paper(_))).count();
    }
    assert_eq!(cores, 12);
    assert!((20_000..400_000).contains(&papers), "{papers} papers in 60 seeds");
    assert_eq!(on.len(), 12, "{on:?}");
    // What stories need too is on more often than in half of the seeds.
    let in_stories = ["line", "power", "full", "restore"];
    assert!(on.iter().all(|(kind, seeds)| (12..=50).contains(seeds) || in_stories.contains(kind)), "{on:?}");
}

#[test]
fn where_every_packet_is_carried_sessions_stand_in_few_counties() {
    let size = swarm::Size { sites: 6, days: 2 };
    let mut standing = 0;
    for seed in 0..100 {
        let plan = |engine| swarm::draw(seed, size, engine).unwrap();
        let (flow, quic) = (plan(EngineKind::Flow), plan(EngineKind::Quic));
        assert_eq!(flow.actions, quic.actions, "seed {seed}");
        let keeps = |seat: &Seat| matches!(quic.sites[seat].rhythm, Rhythm::Every { ms } if (DAY_MS / 8..=2 * DAY_MS).contains(&ms));
        let all_keep = quic.layout.below_hub().all(|seat| keeps(&seat));
        standing += u32::from(!all_keep);
        assert!(all_keep || quic.sites == flow.sites, "seed {seed}");
        assert_eq!(quic.sites[&Seat::HUB].rhythm, Rhythm::Always);
    }
    assert!((1..=9).contains(&standing), "{standing} of 100");
}

#[test]
fn the_swarm_of_a_scenario_switches_whole_kinds_off() {
    let mut some = rich();
    some.swarm = Some(crate::scenario::Swarm { odds: Share(Ppm(500_000)) });
    some.disk.full = some.classes[1].cuts;
    some.office.as_mut().unwrap().county_papers_per_week = Amount(0);
    let kinds = |seed| {
        let plan = Plan::draw(&some, seed).unwrap();
        plan.actions.iter().filter_map(|action| draw::fault_kind(&action.what)).collect::<std::collections::BTreeSet<&str>>()
    };
    let all: Vec<_> = (0..12).map(kinds).collect();
    assert!(all.iter().any(|kinds| kinds.contains("power")) && all.iter().any(|kinds| !kinds.contains("power")));
    assert!(all.iter().any(|kinds| kinds.contains("line")) && all.iter().any(|kinds| !kinds.contains("line")));
}
