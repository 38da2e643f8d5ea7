//! What turns the fence check red, on made-up trees and with the real clippy.

use super::probe::Probe;
use super::*;
use crate::step::OPEN_FENCE;

/// Writes a fence as the `clippy.toml` that holds it.
fn written(fence: &Fence) -> String {
    let list = |name: &str, paths: &[&str]| -> String {
        let boards: String = paths.iter().map(|path| format!("    {{ path = \"{path}\", reason = \"r\" }},\n")).collect();
        format!("{name} = [\n{boards}]\n")
    };
    list("disallowed-methods", fence.methods) + &list("disallowed-types", fence.types)
}

fn sound_tree() -> Tree {
    let mut tree = Tree::default();
    for fence in FENCES {
        for file in fence.files {
            tree.put(file, &written(fence));
        }
    }
    tree
}

fn messages(tree: &Tree) -> Vec<String> {
    check(tree).into_iter().map(|finding| finding.message).collect()
}

#[test]
fn the_agreed_fences_are_let_pass() {
    assert_eq!(messages(&sound_tree()), [""; 0]);
}

#[test]
fn the_fences_of_this_workspace_are_the_agreed_ones() {
    let tree = Tree::read(&crate::step::root()).expect("git can list our own files");
    assert_eq!(messages(&tree), [""; 0]);
}

#[test]
fn a_misspelt_fence_turns_tidy_red() {
    let mut tree = sound_tree();
    tree.put(PURE.files[0], &written(&PURE).replace("std::time::Instant::now", "std::time::Instance::now"));
    assert_eq!(
        messages(&tree),
        [
            "disallowed-methods: `std::time::Instance::now` is not agreed; misspelt, or missing in xtask",
            "disallowed-methods: `std::time::Instant::now` is agreed and not fenced",
        ]
    );
}

#[test]
fn a_room_without_its_own_fences_turns_tidy_red() {
    let mut tree = Tree::default();
    for (path, text) in sound_tree().texts().filter(|(path, _)| *path != "sync-protocol/runtime/clippy.toml") {
        tree.put(path, text);
    }
    assert_eq!(messages(&tree), ["is missing; the room would take over the fences of the folder above"]);
}

#[test]
fn a_fence_file_of_ones_own_turns_tidy_red() {
    let mut tree = sound_tree();
    tree.put("ops/xtask/clippy.toml", "");
    assert_eq!(messages(&tree), ["reads Some(\"ops/xtask/clippy.toml\"), which is no agreed fence"]);
}

#[test]
fn a_fence_without_a_reason_turns_tidy_red() {
    let mut tree = sound_tree();
    tree.put(OPEN.files[0], "disallowed-methods = [{ path = \"std::thread::sleep\", reason = \" \" }]\n");
    assert_eq!(messages(&tree), ["disallowed-methods: `std::thread::sleep` gives no reason"]);
}

#[test]
fn a_relaxed_threshold_in_a_fence_file_turns_tidy_red() {
    let mut tree = sound_tree();
    tree.put(OPEN.files[0], "disallowed-methods = [{ path = \"std::thread::sleep\", reason = \"r\" }]\nallow-dbg-in-tests = true\n");
    assert_eq!(messages(&tree).len(), 1);
}

#[test]
fn clippy_finds_every_agreed_path() {
    for (name, fence) in [("pure", &PURE), ("shell", &SHELL), ("open", &OPEN)] {
        let probe = Probe::empty(&format!("paths-{name}"), &written(fence));
        let words = probe.clippy();
        assert!(words.passed && !words.text.contains(OPEN_FENCE), "{name}: {}", words.text);
    }
}

#[test]
fn clippy_only_warns_of_a_misspelt_path_and_the_step_looks_for_that_warning() {
    let probe = Probe::empty("misspelt", "disallowed-methods = [{ path = \"std::time::Instance::now\", reason = \"r\" }]\n");
    let words = probe.clippy();
    assert!(words.passed && words.text.contains(OPEN_FENCE), "{}", words.text);
}

#[test]
fn a_clock_added_to_the_model_fails_clippy() {
    let probe = Probe::of_the_model("clock");
    let before = probe.clippy();
    assert!(!before.text.contains("disallowed"), "{}", before.text);
    probe.append("pub fn started() -> std::time::Instant {\n    std::time::Instant::now()\n}\n");
    let after = probe.clippy();
    assert!(!after.passed && after.text.contains("use of a disallowed method `std::time::Instant::now`"), "{}", after.text);
}
