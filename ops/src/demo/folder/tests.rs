//! A folder that holds anything is never taken, one of the demo's own goes with it.

use super::*;

#[test]
fn a_folder_that_holds_something_is_not_taken() {
    let full = tempfile::tempdir().expect("a folder");
    std::fs::write(full.path().join("cases"), "of somebody").expect("written");
    assert!(Folder::open(Some(full.path().to_owned()), Lang::English).is_err());
    assert!(full.path().join("cases").exists());
}

#[test]
fn a_given_folder_is_made_and_stays() {
    let outside = tempfile::tempdir().expect("a folder");
    let given = outside.path().join("deep").join("county");
    let folder = Folder::open(Some(given.clone()), Lang::English).expect("made");
    assert!(folder.is_kept());
    drop(folder);
    assert!(given.is_dir());
}

#[test]
fn a_folder_of_the_demos_own_goes_with_it() {
    let folder = Folder::open(None, Lang::English).expect("made");
    let path = folder.path().to_owned();
    assert!(path.is_dir() && !folder.is_kept());
    drop(folder);
    assert!(!path.exists());
}
