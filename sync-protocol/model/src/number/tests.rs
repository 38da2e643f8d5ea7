//! A case number reads back from its text, and only from its text.

use super::*;

#[test]
fn a_case_number_reads_back_in_all_its_parts() {
    let number: CaseNumber = "522328105201-20261123-0A-0007".parse().unwrap();
    assert_eq!(number.area().to_string(), "522328105201");
    assert_eq!(number.day(), "2026-11-23".parse().unwrap());
    assert_eq!(number.node2().index(), 10);
    assert_eq!(number.seq(), 7);
    assert_eq!(number.to_string(), "522328105201-20261123-0A-0007");
}

#[test]
fn a_sequence_number_may_grow_past_four_digits() {
    let number: CaseNumber = "522328105201-20261123-ZZ-12345".parse().unwrap();
    assert_eq!(number.seq(), 12_345);
    assert_eq!(number.to_string(), "522328105201-20261123-ZZ-12345");
}

#[test]
fn other_texts_are_refused() {
    for text in [
        "",
        "522328-20261123-0A-0007",
        "522328105201-20261323-0A-0007",
        "522328105201-20261123-0a-0007",
        "522328105201-20261123-0A-007",
        "522328105201-20261123-0A-0000",
        "522328105201-20261123-0A-00007",
        "522328105201-20261123-0A-0007-1",
        "522328105201-2026年1-0A-0007",
    ] {
        assert_eq!(text.parse::<CaseNumber>(), Err(BadNumber), "{text}");
    }
}

#[test]
fn every_numbering_value_has_two_characters_that_read_back() {
    for index in 0..Node2::COUNT {
        let node2 = Node2::from_index(index).unwrap();
        assert_eq!(node2.to_string().parse(), Ok(node2));
    }
    assert_eq!(Node2::from_index(Node2::COUNT), None);
}
