//! Copies of a machine: a backup put back without telling, and two live copies of one disk.

use crate::county::{County, Files, Node, TOWNSHIP, copy_data, free_address, items_of, text, until_equal};
use crate::house::until;
use crate::line::Line;
use std::collections::BTreeSet;

#[test]
fn a_window_put_back_to_an_old_copy_gets_its_later_cases_back_and_repeats_no_number() {
    let county = County::found().furnish();
    let mut window = county.enrol("window", TOWNSHIP, county.hub_line.address(), None);
    window.start();
    let item = items_of(&window).remove(0);
    let mut printed = BTreeSet::new();
    register(&window, &item, 2, &mut printed);
    until_at_county(&window, 2);
    window.kill();
    let copy = county.folder.path().join("copy");
    copy_data(&window.data, &copy, Files::Copied);
    window.start();
    register(&window, &item, 3, &mut printed);
    until_at_county(&window, 5);
    window.kill();

    let mut restored = window.on(&copy, county.hub_line.address());
    restored.start();
    until("the later cases come back", || restored.cases().len() == 5);
    register(&restored, &item, 2, &mut printed);
    until_at_county(&restored, 7);
    let at_hub: BTreeSet<String> = county.hub.cases().iter().map(|case| text(case, "number")).collect();
    assert_eq!((at_hub.len(), &at_hub), (7, &printed));
    until_equal(&restored, &county.hub);
}

#[test]
fn two_live_copies_of_one_disk_lose_no_case_to_each_other() {
    let county = County::found().furnish();
    let mut window = county.enrol("window", TOWNSHIP, county.hub_line.address(), None);
    window.start();
    let item = items_of(&window).remove(0);
    let mut printed = BTreeSet::new();
    register(&window, &item, 1, &mut printed);
    until_at_county(&window, 1);
    window.kill();
    let copy = county.folder.path().join("copy");
    copy_data(&window.data, &copy, Files::Copied);

    // Both take cases in while neither reaches anybody, so that both write the same places of the same chain.
    let mut twin = window.on(&copy, free_address());
    county.hub_line.cut();
    window.start();
    twin.start();
    let documents: BTreeSet<String> =
        [&window, &twin, &window, &twin].iter().map(|node| text(&node.register(&item).json(), "document")).collect();
    assert_eq!(documents.len(), 4);
    twin.kill();
    county.hub_line.mend();
    let line = Line::to(county.hub.address);
    let mut twin = twin.on(&copy, line.address());
    twin.start();
    window.ask(&["sync", "now"]);

    let at_hub = || -> BTreeSet<String> { county.hub.cases().iter().map(|case| text(case, "document")).collect() };
    until("both copies' cases are at the hub", || documents.is_subset(&at_hub()));
    // Whatever either takes in after they have met still arrives.
    let later: BTreeSet<String> = [&twin, &window].iter().map(|node| text(&node.register(&item).json(), "document")).collect();
    until("later cases are at the hub", || later.is_subset(&at_hub()));
    until("the hub holds every case of both", || county.hub.cases().len() == 7);
    twin.kill();
    window.ask(&["sync", "now"]);
    until_at_county(&window, 7);
    until_equal(&window, &county.hub);
}

fn register(node: &Node, item: &str, cases: usize, printed: &mut BTreeSet<String>) {
    for _ in 0..cases {
        let number = text(&node.register(item).json(), "number");
        assert!(printed.insert(number.clone()), "{number} was printed twice");
    }
}

/// Waits until a node holds so many cases and every one stands at the county.
#[track_caller]
fn until_at_county(node: &Node, cases: usize) {
    until("every case is at the county", || {
        let held = node.cases();
        held.len() == cases && held.iter().all(|case| case["rung"] == "county")
    });
}
