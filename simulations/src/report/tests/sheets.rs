//! The figures of a sheet, by table and against a county whose figures are known.

use super::{county, sheet};
use crate::evidence::{HubMinute, SiteDay};
use crate::layout::Seat;
use crate::plan::{Action, DAY_MS, Way, What};
use crate::report::{Band, Quantiles, Sheet, StormCause, quantile};
use mesh_model::time::Uptime;

#[test]
fn quantiles_are_figures_that_were_seen() {
    for (figures, percent, want) in [
        (vec![], 50, None),
        (vec![7], 5, Some(7)),
        (vec![7], 100, Some(7)),
        (vec![1, 2], 50, Some(1)),
        (vec![1, 2], 51, Some(2)),
        (vec![1, 2, 3, 4], 25, Some(1)),
        (vec![1, 2, 3, 4], 75, Some(3)),
        (vec![1, 2, 3, 4], 0, Some(1)),
        ((1..=100).collect(), 95, Some(95)),
        ((1..=200).collect(), 99, Some(198)),
    ] {
        assert_eq!(quantile(&figures, percent), want, "{percent} % of {figures:?}");
    }
    let all = Quantiles::of((1..=100).rev().collect()).unwrap();
    assert_eq!((all.count, all.p5, all.p25, all.p50, all.p75, all.p95, all.p99, all.max), (100, 5, 25, 50, 75, 95, 99, 100));
    assert_eq!(Band::of([30, 10, 20]), Some(Band { seeds: 3, low: 10, middle: 20, high: 30 }));
    assert_eq!(Band::of([]), None);
}

#[test]
fn the_monsoon_is_seen_in_every_figure_that_it_touches() {
    let sheet = sheet(1, 110, 0);
    let course = sheet.course.as_ref().unwrap();
    let spell = course.dark.unwrap();
    assert!((u64::from(spell.last_day) + 1).abs_diff(county::RAIN.end) <= 9, "{spell:?}");
    assert!((30..=45).contains(&spell.days), "{spell:?}");
    assert!(spell.stale_after_ms.unwrap() < DAY_MS && spell.stale_ms > 30 * DAY_MS, "{spell:?}");
    let worst = course.worst_day.unwrap();
    assert!(county::RAIN.contains(&u64::from(worst.day)) && worst.over_week > 10, "{worst:?}");
    let gap = &sheet.gaps[0];
    assert!(gap.waited_ms > 30 * DAY_MS && gap.backlog > 50 && gap.cleared_ms < 3_600_000, "{gap:?}");
    assert_eq!(gap.clearing.first().map(|(_, papers)| *papers), Some(gap.backlog));
    assert_eq!(
        gap.gathering.iter().find(|(at, _)| *at >= gap.back_ms + gap.cleared_ms).map(|(_, papers)| *papers < gap.backlog),
        Some(true)
    );
    assert!(sheet.window_to_hub_cdf_ms.is_sorted() && sheet.window_to_hub_cdf_ms.len() == 100);
    assert_eq!(sheet.window_to_hub_cdf_ms[94], sheet.window_to_hub_ms.unwrap().p95);
}

#[test]
fn the_cut_at_the_hub_is_the_fiercest_storm() {
    let sheet = sheet(1, 110, 0);
    let storm = sheet.hub.as_ref().unwrap().storm.as_ref().unwrap();
    assert_eq!((storm.cause, storm.away_ms, storm.sites), (StormCause::HubPower, 4 * 3_600_000, 40));
    assert_eq!(u64::from(storm.minute), county::CUT_DAY * 1_440 + 13 * 60);
    assert!(storm.sessions[..30].iter().all(|count| *count == 0), "nobody can come while the hub has no power");
    assert!(storm.settled_minutes > 0 && storm.settled_minutes <= 16, "{storm:?}");
}

#[test]
fn lines_that_come_back_together_are_a_storm_and_a_quiet_county_has_none() {
    let mut evidence = county::mountain(1, 20, 0);
    evidence.plan.actions.clear();
    evidence.chronicle.hub = vec![HubMinute { minute: 50, sessions: 9, ..HubMinute::default() }];
    let cause = |evidence: &_| Sheet::of(evidence, &[]).hub.unwrap().storm.unwrap().cause;
    assert_eq!(cause(&evidence), StormCause::Busiest);
    let down = |number| What::LineDown { seat: Seat(number), for_ms: 40 * 60_000, way: Way::Both };
    evidence.plan.actions = (1..=10).map(|number| Action { at: Uptime(0), what: down(number) }).collect();
    assert_eq!(cause(&evidence), StormCause::Lines);
    evidence.plan.actions.truncate(9);
    assert_eq!(cause(&evidence), StormCause::Busiest, "nine of forty are fewer than a quarter");
}

#[test]
fn the_days_of_a_site_become_its_row() {
    let mut evidence = county::mountain(1, 3, 0);
    let day = |day, stale_ms, sessions, backlog| SiteDay {
        day,
        seat: Seat(1),
        stale_ms,
        sessions,
        backlog,
        sent_bytes: 100,
        ..SiteDay::default()
    };
    evidence.chronicle.days = vec![day(0, None, 0, 4), day(1, None, 0, 9), day(2, Some(3_600_000), 2, 0)];
    let tally = &mut evidence.sites.get_mut(&Seat(1)).unwrap().tally;
    (tally.sent_bytes, tally.received_bytes, tally.linked_ms) = (2_000, 1_000, DAY_MS);
    let sheet = Sheet::of(&evidence, &[]);
    let site = &sheet.each[0];
    assert_eq!((site.dark_days, site.backlog_max, site.busiest_day_bytes), (Some(2), Some(9), Some(100)));
    assert_eq!((site.stale_online_p95_ms, site.stale_p50_ms, site.stale_p95_ms), (Some(3_600_000), Some(DAY_MS), Some(2 * DAY_MS)));
    assert_eq!((site.month_bytes, site.linked_ppm), (30_000, 333_333));
    assert_eq!(sheet.each[1].dark_days, None, "nobody recorded site 2");
    let course = sheet.course.unwrap();
    // A day is level 2, two days are level 3, an hour is level 0.
    assert_eq!((course.strip.rows[0].1.as_str(), course.strip.rows[1].1.as_str()), ("230", "..."));
    assert_eq!(course.dark.map(|spell| (spell.seat, spell.days, spell.stale_after_ms)), Some((Seat(1), 2, Some(3_600_000))));
}

#[test]
fn papers_on_no_disk_are_lost_and_papers_on_their_way_wait() {
    let mut evidence = county::mountain(1, 5, 0);
    let before = Sheet::of(&evidence, &[]).papers;
    assert_eq!((before.lost, before.waiting), (0, 0));
    let header = *evidence.at_hub.keys().next().unwrap();
    evidence.at_hub.remove(&header);
    let after = Sheet::of(&evidence, &[]).papers;
    assert_eq!((after.lost, after.waiting), (1, 0), "the hand-made disks are empty");
}
