//! What turns the lock check red.

use super::*;

fn messages(pins: &[(&str, &str)]) -> Vec<String> {
    let mut tree = Tree::default();
    let text: String = pins.iter().map(|(name, version)| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n")).collect();
    tree.put("Cargo.lock", &text);
    check(&tree).into_iter().map(|finding| finding.message).collect()
}

const SOUND: [(&str, &str); 6] = [
    ("automerge", "0.12.0"),
    ("libsqlite3-sys", "0.37.0"),
    ("ring", "0.17.14"),
    ("rustls", "0.23.46"),
    ("sqlx", "0.9.0"),
    ("tokio", "1.54.0"),
];

#[test]
fn one_version_of_each_is_let_pass() {
    assert_eq!(messages(&SOUND), [""; 0]);
}

#[test]
fn two_versions_of_one_library_turn_tidy_red() {
    let doubled = [&SOUND[..], &[("rustls", "0.22.0")]].concat();
    assert_eq!(messages(&doubled), ["holds 2 versions of rustls, not one: [\"0.23.46\", \"0.22.0\"]"]);
}

#[test]
fn an_old_sqlite_turns_tidy_red() {
    let mut old = SOUND;
    old[1].1 = "0.35.0";
    assert_eq!(messages(&old), ["libsqlite3-sys [\"0.35.0\"] is older than 0.37"]);
}

#[test]
fn a_missing_library_turns_tidy_red() {
    assert_eq!(messages(&SOUND[1..]), ["holds 0 versions of automerge, not one: []"]);
}

#[test]
fn a_lock_file_that_is_not_there_turns_tidy_red() {
    assert_eq!(check(&Tree::default()).len(), 1);
}
