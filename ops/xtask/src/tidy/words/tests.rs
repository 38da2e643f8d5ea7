//! What turns the word check red.

use super::*;

fn remarks(path: &str, text: &str) -> Vec<(String, Option<usize>)> {
    let mut tree = Tree::default();
    tree.put(path, text);
    check(&tree).into_iter().map(|finding| (finding.message, finding.line)).collect()
}

fn is_red(path: &str, text: &str) -> bool {
    !remarks(path, text).is_empty()
}

#[test]
fn a_clock_in_a_pure_crate_turns_tidy_red() {
    let remarks = remarks("sync-protocol/src/node.rs", "//! Node.\nfn now() { std::time::Instant::now(); }\n");
    assert_eq!(
        remarks,
        [
            ("`Instant::now`: pure code takes time, randomness and order as arguments".to_owned(), Some(2)),
            ("`time::Instant`: pure code takes time, randomness and order as arguments".to_owned(), Some(2)),
        ]
    );
}

#[test]
fn an_instant_case_is_no_clock() {
    assert_eq!(remarks("sync-protocol/model/src/doc/item.rs", "pub enum CaseType { Instant, Promised, Other }"), []);
}

#[test]
fn every_window_to_the_world_turns_a_pure_crate_red() {
    for word in [
        "SystemTime::now()",
        "std::fs::read(p)",
        "std::net::TcpStream",
        "std::env::var(k)",
        "rand::rng()",
        "thread_rng()",
        "HashMap::new()",
    ] {
        assert!(is_red("sync-protocol/model/src/case.rs", &format!("let x = {word};")), "{word}");
        assert!(!is_red("sync-protocol/runtime/src/env.rs", &format!("let x = {word};")), "{word} in a shell");
    }
}

#[test]
fn prose_about_clocks_is_let_pass_in_a_pure_crate() {
    assert_eq!(remarks("sync-protocol/src/node.rs", "//! Never reads a `SystemTime`.\n// HashMap would hide the order.\n"), []);
}

#[test]
fn sql_outside_a_store_turns_tidy_red() {
    let text = "const FIND: &str = \"SELECT seq FROM journal\";\n";
    assert!(is_red("hub/src/desk.rs", text));
    assert!(is_red("sync-protocol/runtime/src/driver.rs", text));
}

#[test]
fn sql_in_a_store_or_a_projection_is_let_pass() {
    let text = "const FIND: &str = \"SELECT seq FROM journal\";\n";
    for path in ["sync-protocol/runtime/src/store/sql.rs", "sync-protocol/office/src/store.rs", "hub/src/projection/cases.rs"] {
        assert_eq!(remarks(path, text), [], "{path}");
    }
}

#[test]
fn a_comment_about_sql_is_no_sql() {
    assert_eq!(remarks("hub/src/desk.rs", "// The store's SELECT does this.\n"), []);
}

#[test]
fn a_path_of_somebodys_machine_turns_any_text_red() {
    assert!(is_red("README.md", "see /home/somebody/notes.md\n"));
    assert!(is_red("hub/src/desk.rs", "// from /work/notes\n"));
}

#[test]
fn data_may_say_what_it_says() {
    assert_eq!(remarks("ops/demo/data/items.csv", "a folder in /work/\n"), []);
}

#[test]
fn leftovers_turn_tidy_red() {
    for leftover in ["#[ignore]", "#[ignore = \"slow\"]", "todo!()", "unimplemented!()", "dbg!(x)", "unsafe { x }", "SqlitePool::connect"] {
        assert!(is_red("hub/src/desk.rs", leftover), "{leftover}");
    }
}

#[test]
fn a_select_without_an_order_turns_tidy_red() {
    let remarks = remarks("edge-node/src/run.rs", "//! Run.\n\ntokio::select! {\n    x = a() => {}\n}\n");
    assert_eq!(remarks, [("`select!` begins with `biased;`".to_owned(), Some(3))]);
}

#[test]
fn a_biased_select_is_let_pass() {
    assert_eq!(remarks("edge-node/src/run.rs", "tokio::select! {\n    // Stop first.\n    biased;\n    x = a() => {}\n}\n"), []);
}

#[test]
fn the_protocol_that_looks_into_a_case_turns_tidy_red() {
    assert!(is_red("sync-protocol/src/door.rs", "use mesh_model::doc::case::Case;"));
    assert!(!is_red("sync-protocol/src/door.rs", "use mesh_model::id::DocId;"));
}

#[test]
fn a_clock_in_the_runtime_beside_its_env_turns_tidy_red() {
    let text = "let now = std::time::Instant::now();";
    assert!(is_red("sync-protocol/runtime/src/driver.rs", text));
    assert!(!is_red("sync-protocol/runtime/src/env/real.rs", text));
    assert!(!is_red("sync-protocol/runtime/src/driver/tests.rs", text));
}

#[test]
fn the_operator_who_calls_the_hub_as_a_library_turns_tidy_red() {
    assert!(is_red("ops/src/cmd/site.rs", "hub::registry::list();"));
    assert!(!is_red("ops/src/demo/county.rs", "hub::serve();"));
    assert!(!is_red("ops/src/cmd/site.rs", "github::list();"));
}

#[test]
fn a_longer_name_is_another_word() {
    assert_eq!(remarks("sync-protocol/src/node.rs", "let unsafe_code = InstantPlan::new();"), []);
}
