//! Working days of the real calendar, and what happens beyond its end.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The published exceptions of 2020 to 2026.
fn national() -> WorkCalendar {
    let file = parse_calendar_csv(crate::demo_data::WORKDAYS);
    assert_eq!(file.errors, []);
    WorkCalendar::from_years(file.years)
}

#[test]
fn the_real_calendar_has_256_exceptions_in_seven_years() {
    let calendar = national();
    let years: Vec<i32> = calendar.years().map(|year| year.year).collect();
    assert_eq!(years, (2020..=2026).collect::<Vec<_>>());
    assert_eq!(calendar.years().map(|year| year.holidays.len()).sum::<usize>(), 210);
    assert_eq!(calendar.years().map(|year| year.workdays.len()).sum::<usize>(), 46);
}

#[test]
fn the_year_2026_has_248_working_days() {
    let calendar = national();
    let first = day("2026-01-01");
    assert_eq!((0..365).filter(|n| calendar.is_workday(first + *n)).count(), 248);
}

#[test]
fn the_nine_vectors_of_the_real_calendar_hold() {
    let calendar = national();
    for (start, limit, due) in [
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-01-01", 1, "2026-01-04"),
        ("2026-09-30", 2, "2026-10-09"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-24", 2, "2026-09-29"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-02-13", 20, "2026-03-19"),
    ] {
        assert_eq!(due_on(day(start), WorkDays(limit), &calendar), Due::Fixed(day(due)), "{start} + {limit}");
    }
}

#[test]
fn a_count_into_a_year_that_is_not_published_is_provisional() {
    assert_eq!(due_on(day("2026-12-28"), WorkDays(5), &national()), Due::Provisional(day("2027-01-05")));
    assert_eq!(due_on(day("2026-12-28"), WorkDays(3), &national()), Due::Fixed(day("2026-12-31")));
}

#[test]
fn without_any_calendar_weekends_and_fixed_holidays_are_left_out() {
    let none = WorkCalendar::default();
    assert_eq!(due_on(day("2027-04-30"), WorkDays(1), &none), Due::Provisional(day("2027-05-03")));
    assert_eq!(due_on(day("2027-09-30"), WorkDays(1), &none), Due::Provisional(day("2027-10-04")));
    assert_eq!(due_on(day("2026-12-31"), WorkDays(1), &none), Due::Provisional(day("2027-01-04")));
}

#[test]
fn no_working_days_are_due_on_the_day_itself() {
    assert_eq!(due_on(day("2026-10-01"), WorkDays(0), &national()), Due::Fixed(day("2026-10-01")));
}

#[test]
fn the_earlier_of_the_printed_and_the_computed_date_binds() {
    let (early, late) = (Due::Provisional(day("2027-01-05")), Due::Fixed(day("2027-01-06")));
    assert_eq!(late.bound_by(Some(early)), early);
    assert_eq!(early.bound_by(Some(late)), early);
    assert_eq!(late.bound_by(None), late);
}

#[test]
fn the_higher_revision_of_a_year_counts_in_whatever_order_they_come() {
    let old = CalendarYear::new(2027);
    let mut new = CalendarYear { revision: 2, ..old.clone() };
    new.holidays.insert(day("2027-06-01"));
    let one = WorkCalendar::from_years([old.clone(), new.clone()]);
    assert_eq!(one, WorkCalendar::from_years([new.clone(), old]));
    assert!(!one.is_workday(day("2027-06-01")));
    assert_eq!(one.pin(day("2027-03-01")), [new.hash()]);
}

#[test]
fn a_calendar_that_rests_for_ever_does_not_hang() {
    let mut year = CalendarYear::new(2026);
    year.holidays = (0..365).map(|n| day("2026-01-01") + n).collect();
    let mut next = CalendarYear::new(2027);
    next.holidays = (0..365).map(|n| day("2027-01-01") + n).collect();
    let due = due_on(day("2026-01-01"), WorkDays(1), &WorkCalendar::from_years([year, next]));
    assert!(due.day() - day("2026-01-01") <= 367);
}

#[test]
fn a_published_year_reads_back_and_keeps_its_hash() {
    let calendar = national();
    let year = calendar.year(2026).unwrap();
    let read = CalendarYear::from_bytes(&year.to_bytes()).unwrap();
    assert_eq!((&read, read.hash()), (year, year.hash()));
    assert!(CalendarYear::from_bytes(b"\xa0").is_err());
}

#[test]
fn rows_that_cannot_be_used_are_reported_by_line() {
    let text = "\u{feff}date,kind,name\r\n2026-01-01,holiday,元旦\r\n2026-13-01,holiday,\r\n2026-01-01,workday,\r\n2026-01-04,feast,\r\n";
    let file = parse_calendar_csv(text);
    let lines: Vec<u64> = file.errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [3, 4, 5]);
    assert_eq!(file.years.len(), 1);
    assert_eq!(parse_calendar_csv("day,kind\n").errors[0].line, 1);
}

/// The plainest way to count: one day after the other, asking each whether it is worked.
fn counted_day_by_day(start: Day, limit: u16, calendar: &WorkCalendar) -> Day {
    let worked = (1..).map(|n| start + n).filter(|day| calendar.is_workday(*day));
    worked.take(usize::from(limit)).last().unwrap_or(start)
}

fn some_calendar() -> impl Strategy<Value = WorkCalendar> {
    let days = proptest::collection::btree_set(0i32..365, 0..60);
    (days, proptest::collection::btree_set(0i32..365, 0..20)).prop_map(|(off, on)| {
        let pick = |days: BTreeSet<i32>| days.into_iter().map(|n| Day::from_civil(2026, 1, 1).unwrap() + n).collect::<BTreeSet<Day>>();
        let workdays = pick(on);
        let holidays = pick(off).difference(&workdays).copied().collect();
        WorkCalendar::from_years([CalendarYear { holidays, workdays, ..CalendarYear::new(2026) }])
    })
}

proptest! {
    #[test]
    fn due_dates_equal_a_plain_count(start in 20_400i32..20_900, limit in 0u16..60, calendar in some_calendar()) {
        prop_assert_eq!(due_on(Day(start), WorkDays(limit), &calendar).day(), counted_day_by_day(Day(start), limit, &calendar));
    }

    #[test]
    fn due_dates_never_go_back(start in 20_400i32..20_900, limit in 0u16..60, calendar in some_calendar()) {
        let due = |start: i32, limit: u16| due_on(Day(start), WorkDays(limit), &calendar).day();
        prop_assert!(due(start, limit) < due(start, limit + 1));
        prop_assert!(limit == 0 || due(start, limit) <= due(start + 1, limit));
    }
}
