//! Machines whose clocks are ten years apart: the county's day decides, and everybody prints the same.

use crate::county::{APPLICANT, County, Node, TOWNSHIP, items_of, text, until_equal};
use crate::house::until;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The item of the reference flow: five working days, as timber has in the domain's example.
const ITEM: &str = "512B0070100003-511602000000-000-1151130108778239R-1-00";
/// Noon of 2026-09-30 in China, in seconds since 1970: the county's day.
const COUNTY_NOW_S: i64 = 1_790_740_800;
const YEAR_S: i64 = 365 * 86_400;
/// The nine vectors of the real calendar: start, working days, due date.
const VECTORS: [(&str, &str, &str); 9] = [
    ("2026-02-13", "2", "2026-02-24"),
    ("2026-02-13", "5", "2026-02-27"),
    ("2026-01-01", "1", "2026-01-04"),
    ("2026-09-30", "2", "2026-10-09"),
    ("2026-09-30", "5", "2026-10-13"),
    ("2026-09-18", "5", "2026-09-24"),
    ("2026-09-24", "2", "2026-09-29"),
    ("2026-04-30", "3", "2026-05-08"),
    ("2026-02-13", "20", "2026-03-19"),
];

#[test]
fn the_reference_flow_reads_the_same_on_machines_whose_clocks_are_ten_years_apart() {
    let clocks = tempfile::Builder::new().tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let clock = |name: &str, now_s: i64| clock_file(clocks.path(), name, now_s).display().to_string();
    let county = County::found_with(&["--clock-file", &clock("hub", COUNTY_NOW_S)]).furnish();
    let (ahead, behind) = (clock("ahead", COUNTY_NOW_S + 5 * YEAR_S), clock("behind", COUNTY_NOW_S - 5 * YEAR_S));
    let mut town = county.enrol("town", TOWNSHIP, county.hub_line.address(), None).with(&["--clock-file", &behind]);
    town.start();
    let village_code = format!("{TOWNSHIP}001");
    let mut village = county.enrol("village", &village_code, town.address, None).with(&["--clock-file", &ahead]);
    village.start();
    items_of(&village);
    items_of(&town);

    let number = reference_flow(&village, &town);
    // So far ahead of the county's day the machine's date is not printed unasked; typed, it is a claim that reads the same everywhere.
    assert_eq!(village.register(ITEM).problem(), (4, "E0301".into()));
    let typed = ["case", "register", "--item", ITEM, "--applicant-file", "-", "--as", "zhang", "--day", "2031-09-01"];
    assert_eq!(text(&village.say(&typed, APPLICANT).json(), "registered_on"), "2031-09-01");

    let nodes = [&village, &town, &county.hub];
    until("every act has landed", || {
        nodes.iter().all(|node| node.cases().len() == 2 && node.cases().iter().all(|case| case["rung"] == "county"))
    });
    until_equal(&village, &town);
    until_equal(&town, &county.hub);
    let shown = village.ask(&["case", "show", &number]);
    assert_eq!((shown["as_of"].as_str(), shown["state"].as_str()), (Some("2026-09-30"), Some("delivered")), "{shown}");
    for (name, due, verdict) in
        [("C1", "2026-09-20", "met"), ("C3", "2026-09-24", "met"), ("C4", "2026-09-30", "met"), ("C5", "2026-09-30", "met")]
    {
        let clock = shown["clocks"].as_array().expect("clocks").iter().find(|clock| clock["clock"] == name);
        let clock = clock.unwrap_or_else(|| panic!("no {name} in {shown}"));
        assert_eq!((clock["due"]["day"].as_str(), clock["verdict"].as_str()), (Some(due), Some(verdict)), "{clock}");
    }
    all_print(&nodes, &["case", "list"]);
    all_print(&nodes, &["case", "show", &number]);
    for (from, days, due) in VECTORS {
        let printed = all_print(&nodes, &["calendar", "due", "--from", from, "--days", days]);
        assert!(printed.contains(due), "{from} + {days}: {printed}");
    }
}

/// Walks the reference flow with the days typed, and returns the case's number.
fn reference_flow(village: &Node, town: &Node) -> String {
    let register = ["case", "register", "--item", ITEM, "--applicant-file", "-", "--as", "zhang", "--day", "2026-09-17"];
    let number = text(&village.say(&register, APPLICANT).json(), "number");
    act(village, "forward", &number, "2026-09-17", &[]);
    until_offered(town, &number);
    act(town, "receive", &number, "2026-09-18", &[]);
    act(town, "accept", &number, "2026-09-18", &[]);
    act(town, "assign", &number, "2026-09-18", &["--to", "li"]);
    act(town, "decide", &number, "2026-09-24", &[]);
    act(town, "conclude", &number, "2026-09-24", &[]);
    act(town, "return", &number, "2026-09-28", &[]);
    until_offered(village, &number);
    act(village, "receive", &number, "2026-09-28", &[]);
    act(village, "notify", &number, "2026-09-29", &[]);
    act(village, "deliver", &number, "2026-09-30", &["--slip-no", "1"]);
    number
}

#[track_caller]
fn act(node: &Node, verb: &str, number: &str, day: &str, more: &[&str]) {
    let args = [&["case", verb, number, "--as", "li", "--day", day], more].concat();
    node.ask(&args);
}

/// Waits until custody of the case is offered to this node's site.
#[track_caller]
fn until_offered(node: &Node, number: &str) {
    let own = node.ask(&["status"])["site"]["code"].clone();
    until("custody is offered", || {
        let said = node.say(&["case", "show", number], "");
        said.exit == 0 && said.json()["offered_to"]["code"] == own
    });
}

/// Asks all nodes the same and returns their one answer, byte for byte.
#[track_caller]
fn all_print(nodes: &[&Node], args: &[&str]) -> String {
    let printed: Vec<String> = nodes.iter().map(|node| node.say(args, "").out).collect();
    assert!(!printed[0].is_empty());
    assert!(printed.iter().all(|other| *other == printed[0]), "{args:?}: {printed:#?}");
    printed[0].clone()
}

/// Writes the file that shifts a machine's clock to `now_s`.
fn clock_file(folder: &Path, name: &str, now_s: i64) -> PathBuf {
    let real = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let path = folder.join(name);
    std::fs::write(&path, (now_s - i64::try_from(real).expect("fits")).to_string()).expect("a clock file");
    path
}
