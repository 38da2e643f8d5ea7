//! A full disk under a whole window: it says so, keeps reading, prints nothing it cannot keep, and goes on when there is room.

use super::shim;
use crate::county::{County, Node, TOWNSHIP, items_of, text};
use crate::house::until;
use std::collections::BTreeSet;

#[test]
fn a_window_on_a_full_disk_says_so_and_goes_on_when_there_is_room() {
    let county = County::found().furnish();
    let Some(shim) = shim::compile(county.folder.path()) else { return };
    let mut window = county.enrol("window", TOWNSHIP, county.hub_line.address(), None);
    let (full, log) = (county.folder.path().join("full"), county.folder.path().join("disk.log"));
    window.under(vec![
        ("LD_PRELOAD", shim),
        ("MESH_SHIM_DIR", window.data.clone()),
        ("MESH_SHIM_LOG", log),
        ("MESH_SHIM_FULL", full.clone()),
    ]);
    window.start();
    let item = items_of(&window).remove(0);
    let mut printed = BTreeSet::from([text(&window.register(&item).json(), "number")]);

    assert_eq!(numbers(&window), printed);
    // The last bytes went to the journal: the lists behind it cannot follow, but nobody has to wait for them.
    std::fs::write(&full, "cache.db").expect("a flag");
    let behind = printed.clone();
    printed.insert(text(&window.register(&item).json(), "number"));
    assert_eq!(numbers(&window), behind);
    assert_eq!(window.ask(&["case", "show", behind.first().expect("one")])["state"], "registered");

    std::fs::write(&full, "").expect("a flag");
    for _ in 0..3 {
        let said = window.register(&item);
        assert_eq!(said.problem(), (4, "E0304".into()), "{said:?}");
    }
    // An act without a number of its own meets the full disk only in the journal.
    let first = printed.first().expect("one").clone();
    let forward = ["case", "forward", &first, "--as", "zhang"];
    let said = window.say(&forward, "");
    assert_eq!(said.problem(), (4, "E0304".into()), "{said:?}");
    assert_eq!(numbers(&window), behind);
    assert_eq!(window.ask(&["case", "show", &first])["offered_to"], serde_json::Value::Null);
    assert_eq!(window.ask(&["status"])["role"], "edge");

    std::fs::remove_file(&full).expect("a flag");
    until("there is room again", || {
        let said = window.register(&item);
        said.exit == 0 && printed.insert(text(&said.json(), "number"))
    });
    assert_eq!(numbers(&window), printed);
    window.kill();
    window.start();
    assert_eq!(numbers(&window), printed);
    window.ask(&forward);
    until("the county holds what the window printed", || numbers(&county.hub) == printed);
}

fn numbers(node: &Node) -> BTreeSet<String> {
    node.cases().iter().map(|case| text(case, "number")).collect()
}
