//! What turns the check of decision records red.

use super::*;

fn tree(records: &[(&str, usize)]) -> Tree {
    let mut tree = Tree::default();
    for (name, lines) in records {
        tree.put(&format!("{FOLDER}{name}"), &"line\n".repeat(*lines));
    }
    tree
}

#[test]
fn a_record_of_sixty_lines_is_let_pass() {
    assert_eq!(check(&tree(&[("0001-list-milestones.md", 60), ("0002-acknowledge-at-the-township.md", 5)])), []);
}

#[test]
fn a_longer_record_turns_tidy_red() {
    assert_eq!(check(&tree(&[("0001-list-milestones.md", 61)])).len(), 1);
}

#[test]
fn a_misnamed_record_turns_tidy_red() {
    for name in ["1-list.md", "0001_list.md", "0001-List.md", "0001-.md", "0001-list.txt", "index.md"] {
        assert_eq!(check(&tree(&[(name, 1)])).len(), 1, "{name}");
    }
}

#[test]
fn two_records_of_one_number_turn_tidy_red() {
    assert_eq!(check(&tree(&[("0001-list-milestones.md", 1), ("0001-pick-names.md", 1)])).len(), 1);
}
