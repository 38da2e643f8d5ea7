//! What turns the size check red.

use super::super::finding::Weight;
use super::*;

fn weigh(text: &str) -> Vec<Weight> {
    let mut tree = Tree::default();
    tree.put("hub/src/desk.rs", text);
    check(&tree).into_iter().map(|finding| finding.weight).collect()
}

#[test]
fn a_file_of_four_hundred_lines_is_noted() {
    assert_eq!(weigh(&"//! line\n".repeat(400)), [Weight::Note]);
}

#[test]
fn an_overlong_file_turns_tidy_red() {
    assert_eq!(weigh(&"//! line\n".repeat(401)), [Weight::Fault]);
}

#[test]
fn a_file_without_its_description_turns_tidy_red() {
    assert_eq!(weigh("use std::fmt;\n"), [Weight::Fault]);
}

#[test]
fn a_short_file_with_its_description_is_let_pass() {
    assert_eq!(weigh("//! A desk.\n"), []);
}
