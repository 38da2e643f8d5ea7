//! Figures and names.

use super::*;

#[test]
fn bytes_have_three_figures_at_most() {
    let written: Vec<String> = [0, 1_023, 1_024, 10_240, 1_048_575, 1_048_576, 52_428_800].map(bytes).into();
    assert_eq!(written, ["0 B", "1023 B", "1.0 KB", "10 KB", "1024 KB", "1.0 MB", "50 MB"]);
}

#[test]
fn a_time_ago_names_its_unit_in_the_readers_language() {
    assert_eq!(ago(Lang::Chinese, 250), "250 毫秒前");
    assert_eq!(ago(Lang::English, 61_000), "61 s ago");
    assert_eq!(ago(Lang::English, 7_200_000), "2 h ago");
}

#[test]
fn a_code_that_is_newer_than_this_program_is_shown_as_it_is() {
    assert_eq!(rung(Lang::Chinese, "orbit"), "orbit");
    assert_eq!(outcome(Lang::English, "orbit"), "orbit");
}

#[test]
fn a_provisional_day_says_so() {
    let due_day = DueDay { day: "2027-01-05".parse().expect("a day"), provisional: true };
    assert_eq!(due(Lang::Chinese, Some(due_day)), "2027-01-05（暂定）");
    assert_eq!(due(Lang::English, None), "—");
}
