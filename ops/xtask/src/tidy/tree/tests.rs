//! What counts as a file of the repository.

use super::*;
use crate::step;

#[test]
fn a_folder_is_held_when_a_file_lies_in_it() {
    let mut tree = Tree::default();
    tree.put("hub/src/lib.rs", "");
    assert!(tree.holds("hub") && tree.holds("hub/src") && tree.holds("hub/src/lib.rs") && tree.holds(""));
    assert!(!tree.holds("hub/sr") && !tree.holds("edge-node"));
}

#[test]
fn a_copy_without_git_shows_the_files_but_not_what_was_built() {
    let paths = found_on_disk(&step::root()).expect("our own tree can be listed");
    assert!(paths.iter().any(|path| path == "ops/xtask/src/tidy/tree.rs"));
    assert!(!paths.iter().any(|path| path.starts_with("target/") || path.starts_with(".git/")));
}

#[test]
fn a_folder_that_is_no_checkout_is_not_listed_by_git() {
    assert_eq!(listed_by_git(Path::new("/")), None);
}
