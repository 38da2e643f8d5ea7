//! What turns the link check red.

use super::*;

fn messages(text: &str) -> Vec<String> {
    let mut tree = Tree::default();
    tree.put("ops/docs/cli.md", text);
    tree.put("sync-protocol/docs/wire.md", "# Wire\n");
    tree.put("README.md", "`cargo test --workspace --locked`, `cargo run --release --locked -- demo`\n");
    check(&tree).into_iter().map(|finding| finding.message).collect()
}

#[test]
fn a_link_to_a_file_or_folder_that_is_there_is_let_pass() {
    let text = "[a](../../README.md) [b](../../sync-protocol/docs/wire.md#frames) [c](../../sync-protocol/docs/) [d](cli.md \"here\")";
    assert_eq!(messages(text), [""; 0]);
}

#[test]
fn a_link_to_nothing_turns_tidy_red() {
    assert_eq!(messages("see [the wire](../wire.md)"), ["`../wire.md` points to nothing"]);
}

#[test]
fn a_link_out_of_the_repository_turns_tidy_red() {
    assert_eq!(messages("[up](../../../notes.md)"), ["`../../../notes.md` points to nothing"]);
}

#[test]
fn the_web_and_anchors_are_not_looked_up() {
    assert_eq!(messages("[a](https://example.org/x.md) [b](#here) [c](mailto:office@example.org)"), [""; 0]);
}

#[test]
fn an_example_in_a_code_block_is_no_link() {
    assert_eq!(messages("```text\n[a](nowhere.md)\n```\n"), [""; 0]);
}

#[test]
fn a_readme_with_another_test_command_turns_tidy_red() {
    let mut tree = Tree::default();
    tree.put("README.md", "Run `cargo test`, then `cargo run --release --locked -- demo`.");
    let findings = check(&tree);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].message, "does not give `cargo test --workspace --locked`, which `ci` runs");
}
