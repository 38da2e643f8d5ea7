//! Exit statuses are a contract, and what `init` writes runs.

use super::run;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

fn status(line: &str) -> ExitCode {
    run(line.split(' ').map(OsString::from))
}

/// A scenario that is over in a moment.
const SMALL: &str = "[scenario]\nname = \"small\"\ndays = 2\n[[class]]\nname = \"township\"\nparent = \"hub\"\nlink = { rate = \"4M\", rtt = \"20ms\" }\n\
    [[class]]\nname = \"village\"\nparent = \"township\"\nlink = { rate = \"1M\", rtt = \"90ms\" }\n[office]\ncases_per_day = { township = 5 }\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

#[test]
fn a_county_that_keeps_its_promises_ends_with_0_and_leaves_its_report() {
    let folder = Folder::new();
    let (file, out) = (folder.file("small.toml", SMALL), folder.path("out"));
    assert_eq!(status(&format!("simulate run {file} --seeds 1..3 --lang en -o {}", out.display())), ExitCode::SUCCESS);
    let summary: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(out.join("summary.json")).unwrap()).unwrap();
    assert_eq!(summary["kept"], true);
    assert_eq!(summary["variants"][0]["sheets"].as_array().unwrap().len(), 3);
    assert!(summary["variants"][0]["sheets"][0]["papers"]["receipts"].as_u64().unwrap() > 3);
    assert!(out.join("summary.md").exists() && out.join("sites.csv").exists());
}

#[test]
fn an_expectation_that_is_not_kept_ends_with_1() {
    let folder = Folder::new();
    let kept = folder.file("kept.toml", &format!("{SMALL}\n[expect]\nlost_writes = 0\nconverge_after_heal = \"2h\"\n"));
    assert_eq!(status(&format!("simulate run {kept}")), ExitCode::SUCCESS);
    let broken = folder.file("broken.toml", &format!("{SMALL}\n[expect]\nbytes_per_site_month_p95 = 10\n"));
    assert_eq!(status(&format!("simulate run {broken} --json")), ExitCode::from(1));
}

#[test]
fn a_promise_that_is_broken_ends_with_1() {
    let folder = Folder::new();
    let lying = "\n[[event]]\nat = \"day 1 08:00\"\ndo = \"forget-disk\"\nclass = \"township\"\ncommits = 500\n\
        [[event]]\nat = \"day 1 08:30\"\ndo = \"cut-line\"\nclass = \"township\"\nfor = \"9h\"\n\
        [[event]]\nat = \"day 1 17:20\"\ndo = \"cut-power\"\nclass = \"township\"\nfor = \"1m\"\nin_flight = \"lost\"\n";
    let file = folder.file("lying.toml", &format!("{SMALL}{lying}\n[expect]\nlost_writes = 0\n"));
    assert_eq!(status(&format!("simulate run {file}")), ExitCode::from(1));
}

#[test]
fn the_example_runs_to_its_report() {
    let folder = Folder::new();
    let out = folder.path("out");
    // The first days of it; the whole year is a run for the bench.
    let ended = status(&format!("simulate run example --days 2 -o {}", out.display()));
    assert_ne!(ended, ExitCode::from(2));
    let summary: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(out.join("summary.json")).unwrap()).unwrap();
    assert_eq!(summary["variants"][0]["sheets"][0]["sites"], 194);
    assert_eq!(summary["expect"].as_array().unwrap().len(), 4);
    assert_eq!(summary["expect"][3]["kept"], true);
}

#[test]
fn what_init_writes_runs_and_is_not_written_over() {
    let folder = Folder::new();
    let path = folder.path("county.toml").display().to_string();
    assert_eq!(status(&format!("simulate init {path}")), ExitCode::SUCCESS);
    assert_eq!(status(&format!("simulate run {path} --days 3")), ExitCode::SUCCESS);
    assert_eq!(status(&format!("simulate init {path}")), ExitCode::from(2));
}

#[test]
fn a_sweep_and_a_comparison_have_their_variants() {
    let folder = Folder::new();
    let (one, two) = (folder.file("one.toml", SMALL), folder.file("two.toml", &SMALL.replace("4M", "64k")));
    let out = folder.path("out");
    let labels = |line: String| -> Vec<String> {
        assert_eq!(status(&line), ExitCode::SUCCESS, "{line}");
        let summary: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(out.join("summary.json")).unwrap()).unwrap();
        summary["variants"].as_array().unwrap().iter().map(|variant| variant["label"].as_str().unwrap().to_owned()).collect()
    };
    let swept = labels(format!("simulate run {one} --sweep link.village.rate=64k,512k -o {}", out.display()));
    assert_eq!(swept, ["link.village.rate=64k", "link.village.rate=512k"]);
    let compared = labels(format!("simulate run {one} --compare {two} -o {}", out.display()));
    assert_eq!(compared, [one, two]);
}

#[test]
fn a_short_hunt_keeps_its_promises_or_leaves_what_can_be_run_again() {
    let folder = Folder::new();
    let out = folder.path("found");
    let ended = status(&format!("simulate hunt --seeds 1..4 --sites 3 --days 2 -o {}", out.display()));
    let left: Vec<_> = std::fs::read_dir(&out).map(|files| files.flatten().map(|file| file.path()).collect()).unwrap_or_default();
    assert_eq!(ended == ExitCode::SUCCESS, left.is_empty());
    for file in left {
        assert_eq!(status(&format!("simulate replay {}", file.display())), ExitCode::from(1));
    }
}

#[test]
fn what_was_measured_becomes_a_class_that_can_be_run() {
    let measured = "class,measure,value\nvillage,rate_bps,60000\nvillage,rate_bps,70000\nvillage,rtt_ms,310\nvillage,loss_ppm,42000\n\
        village,up_s,86400\nvillage,up_s,864000\nvillage,gap_s,60\nvillage,gap_s,7200\nvillage,gap_s,86400\n";
    let class = super::calibrate::fit(measured).unwrap();
    let scenario = crate::scenario::read("fitted", &format!("[scenario]\nname = \"f\"\ndays = 1\n{class}")).unwrap();
    let fitted = scenario.class("village").unwrap();
    assert_eq!((fitted.link.rtt.0, fitted.link.loss.0.0), (310, 42_000));
    assert!((60_000..=70_000).contains(&fitted.link.rate.0));
    assert_eq!(fitted.gap.as_ref().unwrap().quantiles.last().unwrap().0, 86_400_000);
    for (text, reason) in [
        ("x\n", "1: the first row"),
        ("class,measure,value\na,b,3\n", "2: \"b\" is no measure"),
        ("class,measure,value\na,rtt_ms,x\n", "2: \"x\""),
    ] {
        assert!(super::calibrate::fit(text).unwrap_err().starts_with(reason), "{text}");
    }
}

#[test]
fn what_cannot_be_run_ends_with_2() {
    let folder = Folder::new();
    let bad = folder.file("bad.toml", "[scenario]\nname = \"x\"\ndays = 0\n");
    let good = folder.file("good.toml", SMALL);
    let missing = folder.path("missing.json").display().to_string();
    for line in [
        "simulate".to_owned(),
        "simulate walk".to_owned(),
        "simulate run".to_owned(),
        "simulate run no-such-county".to_owned(),
        format!("simulate run {bad}"),
        format!("simulate run {good} --days 0"),
        format!("simulate run {good} --seeds 3..1"),
        format!("simulate run {good} --engine walk"),
        format!("simulate run {good} --lang fr"),
        format!("simulate run {good} --sweep days"),
        format!("simulate run {good} --sweep link.hamlet.rate=1M"),
        format!("simulate run {good} --sweep link.village.rate=fast"),
        format!("simulate replay {missing}"),
        format!("simulate shrink {bad}"),
        format!("simulate calibrate {bad}"),
        "simulate hunt --sabotage 99".to_owned(),
        "simulate hunt --sites 1".to_owned(),
    ] {
        assert_eq!(status(&line), ExitCode::from(2), "{line}");
    }
    assert_eq!(status("simulate run --help"), ExitCode::SUCCESS);
    assert_eq!(status("simulate scenarios"), ExitCode::SUCCESS);
    assert_eq!(status("simulate scenarios --show market-day"), ExitCode::SUCCESS);
    assert_eq!(status("simulate scenarios --show none"), ExitCode::from(2));
}
