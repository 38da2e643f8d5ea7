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

#[test]
fn clerks_read_clocks_kinds_and_reasons_in_their_language() {
    assert_eq!((clock(Lang::Chinese, "C3").as_str(), clock(Lang::English, "C4").as_str()), ("C3 承诺时限", "C4 sending back"));
    assert_eq!((id_kind(Lang::Chinese, "111").as_str(), id_kind(Lang::English, "999").as_str()), ("居民身份证", "999"));
    assert_eq!(
        (reason(Lang::Chinese, "already_done").as_str(), reason(Lang::English, "already_done").as_str()),
        ("这一步已经做过", "already_done")
    );
    for mark in ["waiting", "unauthorised", "unknown_kind", "after_revocation", "unreadable"] {
        assert_ne!(outcome(Lang::Chinese, mark), mark);
    }
}

#[test]
fn a_row_that_could_not_be_used_is_told_without_english() {
    let told = defect(Lang::Chinese, "bad_day", "\"2026-13-01\" is no day of the form YYYY-MM-DD");
    assert!(told.contains("日期有误") && told.contains("2026-13-01") && !told.contains("is no day"), "{told}");
    let parent = defect(Lang::Chinese, "mismatch", "parent \"5116\" does not fit the code");
    assert!(parent.contains("上级 5116 与代码不符"), "{parent}");
}
