//! Lengths of time, and an applicant that is never repeated.

use super::*;

#[test]
fn a_length_of_time_has_a_unit() {
    assert_eq!(seconds("72h"), Ok(259_200));
    assert_eq!(seconds("3d"), Ok(259_200));
    assert_eq!(seconds("30m"), Ok(1_800));
    assert_eq!(seconds("45s"), Ok(45));
    for bad in ["", "72", "h", "-1h", "1.5h", "0h", "72小时", "99999999999999999999d"] {
        assert!(seconds(bad).is_err(), "{bad}");
    }
}

#[test]
fn an_applicant_that_does_not_read_is_not_repeated() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("applicant.json");
    std::fs::write(&path, "{\"name\": 示例甲}").expect("written");
    let failure = applicant(Lang::English, &path).expect_err("no JSON");
    assert!(!failure.text(Lang::English).contains("示例甲}"));
    assert_eq!((failure.exit(), failure.problem.code.as_str()), (2, "E0603"));
}

#[test]
fn a_private_text_loses_its_last_line_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("opinion.txt");
    std::fs::write(&path, "同意\n").expect("written");
    let read = private_text(Lang::Chinese, Some(&path)).expect("read");
    assert_eq!(read, Some(Private("同意".to_owned())));
    assert_eq!(private_text(Lang::Chinese, None).expect("nothing to read"), None);
}

#[test]
fn a_length_of_time_is_told_in_its_own_unit() {
    let told = |seconds| span(Lang::English, seconds);
    assert_eq!([told(90), told(120), told(72 * 3_600), told(7 * 86_400)], ["90 s", "2 min", "72 h", "7 d"]);
}
