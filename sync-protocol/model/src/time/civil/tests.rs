//! A day reads back from its civil form and its text.

use super::*;

#[test]
fn a_day_has_the_text_and_the_weekday_of_the_wall_calendar() {
    let day: Day = "2026-11-22".parse().unwrap();
    assert_eq!(day.to_string(), "2026-11-22");
    assert_eq!(day.weekday(), Weekday::Sunday);
    assert_eq!(Day(0).to_string(), "1970-01-01");
    assert_eq!("2024-02-29".parse::<Day>().unwrap() + 1, "2024-03-01".parse().unwrap());
}

#[test]
fn text_that_names_no_day_is_refused() {
    for text in ["2026-02-29", "2026-13-01", "2026-1-1", "2026/01/01", "2026-00-10", "", "2026-01-01 ", "+026-01-01"] {
        assert_eq!(text.parse::<Day>(), Err(BadDay), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn every_day_reads_back_from_its_civil_form(days in -719_528i32..=2_932_896) {
        let (year, month, day) = Day(days).civil();
        proptest::prop_assert_eq!(Day::from_civil(year, month, day), Ok(Day(days)));
        proptest::prop_assert_eq!(Day(days).to_string().parse(), Ok(Day(days)));
    }
}
