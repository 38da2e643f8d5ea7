//! The story by hand: a village that is cut off and loses its power fifty times, and what became of its cases.

use crate::county::{County, Node, TOWNSHIP, array, in_step, items_of, text, until_equal};
use crate::house::{pause, until};
use crate::line::Line;
use mesh_model::place::{Class, Place, Scope};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Times the village loses its power.
const KILLS: usize = 50;
/// Cases it takes in at least.
const CASES: usize = 30;
/// The longest a village lives between two cuts, in milliseconds.
const LIFE_MS_MAX: u64 = 160;
/// For repeating a run.
const SEED: u64 = 20_260_711;

#[test]
fn a_village_killed_fifty_times_while_cut_off_loses_no_number_and_uses_none_twice() {
    let county = County::found().furnish();
    let mut town = county.enrol("town", TOWNSHIP, county.hub_line.address(), None);
    town.start();
    let town_line = Line::to(town.address);
    let villages = villages(&county.hub);
    // The villages have never spoken to the hub: they enrol through the township, too.
    let mut village = county.enrol("village", &villages[0], town_line.address(), Some(town.address));
    let mut neighbour = county.enrol("neighbour", &villages[1], town_line.address(), Some(town.address));
    village.start();
    neighbour.start();
    let items = items_of(&village);
    items_of(&neighbour);
    let other = text(&neighbour.register(&items[0]).json(), "number");

    county.hub_line.cut();
    town_line.cut();
    let printed = register_between_kills(&mut village, &items);
    assert!(village.cases().iter().filter(|case| printed.contains(&text(case, "number"))).all(|case| case["rung"] == "window"));

    town_line.mend();
    dial(&village);
    dial(&neighbour);
    until_every_rung(&village, "relay");
    county.hub_line.mend();
    dial(&town);
    until_every_rung(&village, "county");
    until_every_rung(&neighbour, "county");
    for (above, name) in [(&town, "township"), (&county.hub, "hub")] {
        let there = numbers(above);
        assert!(printed.iter().chain([&other]).all(|number| there.contains(number)), "the {name} lacks a number");
    }
    let shown = village.ask(&["case", "show", printed.first().expect("some")]);
    assert!(array(&shown, "history").iter().all(|event| event["rung"] == "county"), "{shown}");

    until_equal(&village, &town);
    until_equal(&neighbour, &town);
    until_equal(&town, &county.hub);
    shows_nothing_of(&village, &villages[1], &other);
    shows_nothing_of(&neighbour, &villages[0], printed.first().expect("some"));
    the_sent_log_agrees_with_the_registry(&county, &[&town, &village, &neighbour]);
}

/// Registers cases in a village that is killed at random moments; returns every number that was printed.
fn register_between_kills(village: &mut Node, items: &[String]) -> BTreeSet<String> {
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut printed = BTreeSet::new();
    let mut kills = 0;
    village.kill();
    while kills < KILLS || printed.len() < CASES {
        village.start();
        let there = numbers(village);
        let lost: Vec<&String> = printed.iter().filter(|number| !there.contains(*number)).collect();
        assert!(lost.is_empty(), "seed {SEED}: lost after kill {kills}: {lost:?}");
        let life = Duration::from_millis(rng.random_range(0..LIFE_MS_MAX));
        let mut daemon = village.take_daemon();
        let cut = std::thread::spawn(move || {
            pause(life);
            daemon.kill();
        });
        loop {
            let said = village.register(&items[rng.random_range(0..items.len())]);
            if said.exit != 0 {
                // Nobody answers any more, or the answer broke off; anything else is a refusal that must not be.
                assert!(matches!(said.exit, 1 | 5), "{said:?}");
                break;
            }
            let number = text(&said.json(), "number");
            assert!(printed.insert(number.clone()), "seed {SEED}: {number} was printed twice");
        }
        cut.join().expect("the village is killed");
        kills += 1;
    }
    println!("seed {SEED}: {} numbers printed over {kills} kills", printed.len());
    village.start();
    let there = numbers(village);
    assert!(printed.is_subset(&there), "seed {SEED}");
    printed
}

/// Dials at once: how long a node waits by itself after failed dials is proved elsewhere.
fn dial(node: &Node) {
    node.ask(&["sync", "now"]);
}

/// Returns the numbers of all cases at a node; no number may stand for two cases.
#[track_caller]
fn numbers(node: &Node) -> BTreeSet<String> {
    let cases = node.cases();
    let numbers: BTreeSet<String> = cases.iter().map(|case| text(case, "number")).collect();
    assert_eq!(numbers.len(), cases.len(), "a number was used twice");
    numbers
}

#[track_caller]
fn until_every_rung(node: &Node, rung: &str) {
    until(&format!("every case stands at {rung}"), || {
        let cases = node.cases();
        !cases.is_empty() && cases.iter().all(|case| case["rung"] == rung)
    });
}

fn shows_nothing_of(node: &Node, other: &str, number: &str) {
    until("the village is in step", || in_step(node));
    let dump = node.ask(&["doc", "dump", "--decoded"]);
    let scopes: Vec<String> = array(&dump, "scopes").iter().map(|scope| text(scope, "scope")).collect();
    assert!(scopes.iter().any(|scope| scope.contains("/cases/")), "{scopes:?}");
    assert!(scopes.iter().all(|scope| !scope.starts_with(other)), "{scopes:?}");
    assert!(!dump.to_string().contains(number), "{number} shows in another village's dump");
}

/// Codes of the township's villages.
fn villages(hub: &Node) -> Vec<String> {
    let listed = hub.ask(&["site", "list", "--under", TOWNSHIP]);
    array(&listed, "sites").iter().map(|site| text(site, "code")).collect()
}

/// Every batch that the hub sent went to a node whose site subscribes to its scope, by the registry alone.
fn the_sent_log_agrees_with_the_registry(county: &County, nodes: &[&Node]) {
    let sites: Vec<Value> = array(&county.hub.ask(&["site", "list"]), "sites");
    let by_code: BTreeMap<String, &Value> = sites.iter().map(|site| (text(site, "code"), site)).collect();
    let site_of: BTreeMap<String, &Value> = sites
        .iter()
        .filter(|site| site["nodes"].as_u64() > Some(0))
        .flat_map(|site| {
            let shown = county.hub.ask(&["site", "show", &text(site, "code")]);
            array(&shown, "nodes").into_iter().map(move |node| (text(&node, "node"), site))
        })
        .collect();
    let log = std::fs::read_to_string(&county.sent_log).expect("a sent log");
    let mut sent: BTreeMap<String, BTreeSet<Scope>> = BTreeMap::new();
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).expect("a JSON line");
        let scope = scope_of(&text(&line, "scope"));
        let peer = text(&line, "peer");
        let site = site_of.get(&peer).unwrap_or_else(|| panic!("{peer} has no site"));
        assert!(subscribes(site, scope, &by_code), "{scope:?} went to {}", text(site, "name"));
        sent.entry(peer).or_default().insert(scope);
    }
    // The villages' only peer is the township, so the hub has spoken to nobody else.
    assert_eq!(sent.keys().cloned().collect::<Vec<_>>(), vec![nodes[0].id()]);
    let classes: BTreeSet<Class> = sent[&nodes[0].id()].iter().map(|scope| scope.class).collect();
    for class in [Class::AUTHORITY, Class::DAY, Class::REGISTRY, Class::CALENDAR, Class::CATALOGUE_VILLAGE, Class::CASES] {
        assert!(classes.contains(&class), "nothing of {class:?} was sent");
    }
}

/// The rule as the registry tells it: a site holds its own papers and those directly below, and the county's for its level.
fn subscribes(site: &Value, scope: Scope, by_code: &BTreeMap<String, &Value>) -> bool {
    let level = text(site, "level");
    match (scope.place, scope.class) {
        (Place::County, Class::CATALOGUE_COUNTY) => level == "county",
        (Place::County, Class::CATALOGUE_TOWNSHIP) => level != "village",
        (Place::County, _) => true,
        (Place::Site(place), _) => {
            let owner = by_code.values().find(|other| text(other, "site") == place.to_string()).expect("a site of the registry");
            level == "county" || text(owner, "code") == text(site, "code") || owner["parent"] == site["code"]
        }
    }
}

fn scope_of(hex: &str) -> Scope {
    let bytes: Vec<u8> = (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal")).collect();
    Scope::from_bytes(&bytes).expect("a scope")
}
