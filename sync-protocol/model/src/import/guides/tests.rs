//! The trimmed guides of the demo county, and guides with something missing.

use super::*;
use crate::demo_data::{CATALOGUE, GUIDES};
use crate::import::catalogue::parse_catalogue_csv;

fn guide(fields: &str) -> GuidesFile {
    let json = format!(
        r#"{{"item_name":"甲","region_name":"防城港市","accept_condition":"材料齐全","promise_days":5,"legal_days":20,
        "steps":[{{"sort":2,"name":"决定"}},{{"sort":1,"name":"受理"}}]{fields}}}"#
    );
    parse_guides_jsonl(&json.replace('\n', " "), "test")
}

#[test]
fn fifty_nine_guides_fit_the_catalogue_by_name_or_main_item() {
    let rows = parse_catalogue_csv(CATALOGUE).rows;
    let guides = parse_guides_jsonl(GUIDES, "test");
    assert_eq!(guides.errors, []);
    let matches = match_guides(&guides.rows, &rows);
    let count = |kind| matches.iter().filter(|fit| **fit == kind).count();
    assert_eq!(count(GuideMatch::Name), 53);
    assert_eq!(count(GuideMatch::NameButPunctuation), 2);
    assert_eq!(count(GuideMatch::MainItem), 4);
    assert_eq!(count(GuideMatch::Nothing), 0);
}

#[test]
fn the_demo_guides_carry_nothing_of_the_other_city() {
    let text = GUIDES;
    for word in ["防城港", "广西", "0770", "港口区", "http", "phone", "address"] {
        assert!(!text.contains(word), "{word}");
    }
    assert!(!has_telephone(text));
}

#[test]
fn one_guide_of_the_demo_has_no_conditions_left_and_is_not_used() {
    let guides = parse_guides_jsonl(GUIDES, "test");
    assert_eq!(guides.rows.iter().filter(|row| row.guide.is_some()).count(), 58);
    assert_eq!(guides.findings.iter().filter(|finding| matches!(finding, GuideFinding::NoConditions { .. })).count(), 1);
}

#[test]
fn limits_are_working_days_and_steps_are_put_in_order() {
    let file = guide("");
    let guide = file.rows[0].guide.as_ref().unwrap();
    assert_eq!(guide.limit, Limit { promised: WorkDays(5), statutory: Some(WorkDays(20)) });
    assert_eq!(guide.steps[0].name, "受理");
    assert_eq!(file.findings, []);
}

#[test]
fn texts_with_telephones_addresses_of_the_web_or_the_other_place_are_left_out_and_reported() {
    for standard in ["电话0770-2883116", "见 https://example.org", "防城港的通知", "咨询0770－288—3116", "400-800-1234"] {
        let file = guide(&format!(r#","materials":[{{"name":"申请表","necessity":1,"accept_standard":"{standard}"}}]"#));
        assert_eq!(file.findings, [GuideFinding::OtherPlace { line: 1, field: "material standard" }], "{standard}");
        assert_eq!(file.rows[0].guide.as_ref().unwrap().materials[0].standard, None);
    }
}

#[test]
fn numbers_of_standards_and_documents_are_no_telephones() {
    for text in ["DBJ/T 45-178-2024", "人社部发〔2014〕103号", "1999年4月3日", "5.12.2", "2024-01-05"] {
        assert!(!has_telephone(text), "{text}");
    }
}

#[test]
fn a_guide_without_limit_steps_or_conditions_is_not_used_and_says_why() {
    let read = |json: &str| {
        let file = parse_guides_jsonl(json, "test");
        (file.rows[0].guide.is_none(), file.findings)
    };
    let no_limit = r#"{"item_name":"甲","accept_condition":"齐全","promise_days":0,"project_type":"承诺件","steps":[{"name":"受理"}]}"#;
    assert_eq!(read(no_limit), (true, vec![GuideFinding::NoLimit { line: 1 }]));
    let at_window = no_limit.replace("承诺件", "即办件");
    assert_eq!(read(&at_window), (false, vec![]));
    let no_steps = r#"{"item_name":"甲","accept_condition":"齐全","promise_days":1}"#;
    assert_eq!(read(no_steps), (true, vec![GuideFinding::NoSteps { line: 1 }]));
    let no_conditions = r#"{"item_name":"甲","promise_days":1,"steps":[{"name":"受理"}]}"#;
    assert_eq!(read(no_conditions), (true, vec![GuideFinding::NoConditions { line: 1 }]));
}

#[test]
fn a_promise_beyond_the_statute_is_reported_and_kept() {
    let file = guide(r#","is_fee":true"#);
    assert_eq!(file.rows[0].guide.as_ref().unwrap().fee, Fee::Charged);
    let json = r#"{"item_name":"甲","accept_condition":"齐","promise_days":30,"legal_days":20,"steps":[{"name":"受理"}]}"#;
    assert_eq!(parse_guides_jsonl(json, "test").findings, [GuideFinding::PromiseBeyondStatute { line: 1 }]);
}

#[test]
fn lines_that_are_no_guides_are_reported() {
    let file = parse_guides_jsonl("{\"item_name\":\" \"}\n\nnot json\n", "test");
    let lines: Vec<u64> = file.errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [1, 3]);
}
