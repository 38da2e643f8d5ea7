//! The papers fit the story, and no applicant can exist.

use super::*;

#[test]
fn every_identity_number_fails_its_check_digit() {
    assert_eq!(check_value("11010519491231002"), 10, "the standard's own example ends in X");
    for index in 0..1_000 {
        let number = impossible_number(index);
        assert_eq!(number.len(), 18);
        let last = number[17..].parse::<u32>().expect("a digit");
        assert_ne!(last, check_value(&number[..17]), "{number}");
    }
}

#[test]
fn applicants_are_plainly_fictitious() {
    for index in 0..TAKEN_IN.len() {
        assert!(applicant(index)["name"].as_str().expect("a name").starts_with("示例"));
    }
}

#[test]
fn every_item_of_the_story_stands_once_in_the_catalogue_and_has_a_guide() {
    for name in TAKEN_IN {
        assert_eq!(CATALOGUE.matches(&format!(",{name},")).count(), 1, "{name}");
        assert!(GUIDES.contains(&format!("\"item_name\": \"{name}\"")), "{name}");
    }
    assert!(TAKEN_IN.contains(&WITHDRAWN));
}

#[test]
fn every_site_of_the_story_stands_in_the_divisions() {
    assert!(DIVISIONS.contains("\n511602109,肖溪镇,township,511602\n"));
    for village in [VILLAGE_CUT, VILLAGE_NEAR] {
        assert!(DIVISIONS.contains(&format!("\n{village},")), "{village}");
        assert_eq!(&village[..9], &TOWNSHIP[..9]);
    }
}

#[test]
fn a_dozen_promises_become_a_day_shorter_and_nothing_else_changes() {
    let complete: BTreeSet<String> = GUIDES
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["item_name"].as_str().expect("a name").to_owned())
        .collect();
    let (text, names) = shortened_guides(&complete);
    assert_eq!(names.len(), CHANGED);
    let mut changed = 0;
    for (before, after) in GUIDES.lines().zip(text.lines()) {
        let mut before: Value = serde_json::from_str(before).expect("JSON");
        let after: Value = serde_json::from_str(after).expect("JSON");
        if before != after {
            before["promise_days"] = json!(before["promise_days"].as_u64().expect("days") - 1);
            assert_eq!(before, after);
            changed += 1;
        }
    }
    assert_eq!(changed, CHANGED);
}
