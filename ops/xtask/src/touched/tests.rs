//! What counts as touched.

use super::*;

fn names(list: &[&str]) -> Touched {
    Touched::Packages(list.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn a_path_touches_the_innermost_package_that_holds_it() {
    let paths = ["sync-protocol/model/src/case.rs", "sync-protocol/src/node.rs", "ops/xtask/src/main.rs"];
    assert_eq!(packages_of(paths.into_iter()), names(&["mesh-model", "sync-protocol", "xtask"]));
}

#[test]
fn a_shared_file_touches_everything() {
    assert_eq!(packages_of(["hub/src/lib.rs", "Cargo.lock"].into_iter()), Touched::Everything);
}

#[test]
fn prose_beside_a_change_touches_nothing_more() {
    assert_eq!(packages_of(["hub/src/lib.rs", "README.md"].into_iter()), names(&["hub"]));
}

#[test]
fn no_change_at_all_falls_back_to_everything() {
    assert_eq!(packages_of([].into_iter()), Touched::Everything);
}
