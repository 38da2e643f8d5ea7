//! What turns the layout check red.

use super::*;

fn tree(paths: &[&str]) -> Tree {
    let mut tree = Tree::default();
    for path in paths {
        tree.put(path, "//! x\n");
    }
    tree
}

#[test]
fn the_rooms_and_conventional_files_may_stand_at_the_top() {
    let tree = tree(&["README.md", "Cargo.lock", ".gitignore", ".ci/run", "hub/src/lib.rs", "tests/suite/main.rs"]);
    assert_eq!(check(&tree), []);
}

#[test]
fn another_folder_at_the_top_turns_tidy_red() {
    let findings = check(&tree(&["README.md", "crates/extra/src/lib.rs"]));
    assert_eq!(findings.iter().map(|finding| finding.place.as_str()).collect::<Vec<_>>(), ["crates"]);
}

#[test]
fn another_file_at_the_top_turns_tidy_red() {
    assert_eq!(check(&tree(&["NOTES.md"])).len(), 1);
}

#[test]
fn code_in_a_dot_folder_turns_tidy_red() {
    assert_eq!(check(&tree(&[".ci/tool.rs"])).len(), 1);
}

#[test]
fn a_package_in_the_root_manifest_turns_tidy_red() {
    let mut tree = tree(&[]);
    tree.put("Cargo.toml", "[workspace]\nmembers = []\n\n[package]\nname = \"all\"\n");
    assert_eq!(check(&tree).len(), 1);
}
