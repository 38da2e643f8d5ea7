//! What people type wrong: an exit status, a stable code, exact counts, and nothing written.

use crate::county::{County, TOWNSHIP, array, demo_file, enroll, text};
use crate::house::{program, run};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;

#[test]
fn a_token_works_once_for_one_machine_and_only_as_it_was_given() {
    let county = County::found().furnish();
    let token = county.token(TOWNSHIP);
    let line = std::fs::read_to_string(&token).expect("a token");
    let mistyped = token.with_extension("mistyped");
    let last = if line.trim_end().ends_with('a') { "b" } else { "a" };
    std::fs::write(&mistyped, format!("{}{last}", &line.trim_end()[..line.trim_end().len() - 1])).expect("a file");
    let folder = county.folder.path();
    assert_eq!(enroll(&folder.join("one"), &mistyped, None).problem(), (2, "E0105".into()));
    assert_eq!(enroll(&folder.join("one"), &folder.join("no-such-file"), None).problem(), (2, "E0105".into()));

    let admitted = enroll(&folder.join("one"), &token, None).json();
    let other = enroll(&folder.join("two"), &token, None);
    assert_eq!(other.problem(), (4, "E0316".into()));
    let site = county.hub.ask(&["site", "show", TOWNSHIP]);
    let nodes: Vec<String> = array(&site, "nodes").iter().map(|node| text(node, "node")).collect();
    assert_eq!(nodes, vec![text(&admitted, "node")]);
    // The machine that was admitted may not become another one.
    assert_eq!(enroll(&folder.join("one"), &county.token(TOWNSHIP), None).problem(), (4, "E0313".into()));
}

#[test]
fn a_token_of_another_county_is_not_believed_by_anybody() {
    let (ours, theirs) = (County::found().furnish(), County::found().furnish());
    let foreign = theirs.token(TOWNSHIP);
    // The foreign token leads to its own hub, whose root it pins; a hub that shows another root is not spoken to.
    let line = ours.folder.path().join("redirected");
    let mut token = sync_protocol::enrol::Token::from_line(&std::fs::read_to_string(foreign).expect("a token")).expect("a token");
    token.addresses = vec![ours.hub.address.to_string()];
    std::fs::write(&line, token.to_line()).expect("a file");
    let said = enroll(&ours.folder.path().join("lost"), &line, None);
    assert!(matches!(said.exit, 4 | 5), "{said:?}");
    let site = ours.hub.ask(&["site", "show", TOWNSHIP]);
    assert_eq!(array(&site, "nodes"), Vec::<Value>::new());
}

#[test]
fn a_data_directory_has_one_daemon_and_a_command_without_one_says_so() {
    let mut county = County::found();
    let second = county.hub.start_second().err().expect("a second daemon is turned away");
    assert_eq!(second.problem(), (4, "E0314".into()));
    assert_eq!(text(&county.hub.ask(&["status"]), "role"), "hub");
    county.hub.kill();
    let alone = county.hub.say(&["status"], "");
    assert_eq!(alone.exit, 5, "{alone:?}");
    let nowhere = county.folder.path().join("nothing-here");
    let said = run(Command::new(program("meshctl")).arg("--data").arg(nowhere).args(["--json", "status"]), "");
    assert_eq!(said.exit, 5, "{said:?}");
    // What a killed daemon leaves behind does not hinder the next one.
    county.hub.start();
    assert_eq!(text(&county.hub.ask(&["status"]), "role"), "hub");
}

#[test]
fn a_malformed_or_unknown_name_is_refused_with_its_own_status() {
    let county = County::found().furnish();
    let usage: [&[&str]; 6] = [
        &["site", "show", "51160"],
        &["site", "show", "五一一六〇二"],
        &["case", "show", "511602101001"],
        &["calendar", "due", "--from", "2026-02-30", "--days", "3"],
        &["calendar", "due", "--from", "2026-02-13", "--days", "366"],
        &["doc", "dump", "--document", "xyz"],
    ];
    for args in usage {
        assert_eq!(county.hub.say(args, "").exit, 2, "{args:?}");
    }
    let missing: [&[&str]; 4] = [
        &["site", "show", "511602101099"],
        &["case", "show", "511602101001-20260917-01-0001"],
        &["catalog", "show", "NO-SUCH-ITEM"],
        &["calendar", "show", "2027"],
    ];
    for args in missing {
        let (exit, code) = county.hub.say(args, "").problem();
        assert_eq!(exit, 3, "{args:?}: {code}");
    }
    for code in ["520000000000", "520102001"] {
        let (exit, _) = county.hub.say(&["site", "add", code, "外地"], "").problem();
        assert_eq!(exit, 4, "{code}");
    }
}

#[test]
fn a_registry_with_defects_is_taken_in_by_row_and_every_defect_has_its_line() {
    let county = County::found();
    let rows = [
        "code,name,level,parent_code",
        "511602,广安区,county,",
        "511602101,官盛镇,township,511602",
        "511602101001,官盛社区居委会,village,511602101",
        "511602101001,官盛社区居委会,village,511602101",
        "511602101002,,village,511602101",
        "51160210100X,三层社区居委会,village,511602101",
        "511602101003,某村,township,511602101",
        "511602102001,某村,village,511602102",
        "511602101004,某村,hamlet,511602101",
    ];
    let said = county.hub.say(&["site", "import", "-"], &rows.join("\n"));
    assert_eq!(said.exit, 6, "{said:?}");
    let reply: Value = serde_json::from_str(&said.out).expect("a reply");
    let lines: BTreeMap<u64, String> =
        array(&reply, "errors").iter().map(|error| (error["line"].as_u64().expect("a line"), text(error, "defect"))).collect();
    let want = [(5, "twice"), (6, "empty"), (7, "bad_division"), (8, "mismatch"), (9, "no_parent"), (10, "unknown_word")];
    assert_eq!(lines, want.map(|(line, word)| (line, word.to_owned())).into());
    assert_eq!((&reply["added"], &reply["refused"]), (&json!(2), &json!(6)), "{reply}");
    let again = county.hub.say(&["site", "import", "-"], &rows[..4].join("\n")).json();
    assert_eq!((&again["added"], &again["unchanged"]), (&json!(0), &json!(3)), "{again}");
}

#[test]
fn the_real_catalogue_is_planned_with_all_its_known_defects() {
    let county = County::found();
    let catalogue = demo_file("catalog-511602.csv").display().to_string();
    let plan = county.hub.ask(&["catalog", "import", &catalogue, "--dry-run"]);
    assert_eq!((&plan["rows"], &plan["listed"], &plan["complete"], &plan["plan"]), (&json!(1_135), &json!(1_135), &json!(0), &Value::Null));
    let want = json!({
        "area_code": 1, "check_digit": 8, "dept_code": 789, "name_twice": 2,
        "not_well_formed": 3, "org_length": 143, "task_type_zero": 605, "unsorted": 615
    });
    assert_eq!(plan["defects_by_kind"], want);
    assert_eq!(array(&plan, "defects").len(), 1 + 8 + 789 + 2 + 3 + 143 + 605 + 615);
    let listed = county.hub.ask(&["catalog", "list"]);
    assert_eq!(array(&listed, "items"), Vec::<Value>::new());
}
