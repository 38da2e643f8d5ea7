//! Reports of hand-made runs with known figures.

mod county;
mod pictures;
mod sheets;

use super::*;
use crate::check::{Breach, Promise};
use crate::coverage::Coverage;
use crate::engine::{Engine, EngineKind, Settings};
use crate::flow::Flow;
use crate::plan::Plan;
use crate::sighting::Blind;
use std::path::{Path, PathBuf};

fn sheet(seed: u64, days: u16, longer_ms: u64) -> Sheet {
    let price = |class: &str, bytes: u64| (class == "village-gprs").then(|| 1_500 + bytes.saturating_sub(1_200_000) * 50 / 1_000_000);
    Sheet::of(&county::mountain(seed, days, longer_ms), &[]).priced("CNY", price)
}

fn study(labels: &[&str], seeds: std::ops::Range<u64>, days: u16) -> Study {
    let variants = labels.iter().zip(0..).map(|(label, index)| Variant {
        label: (*label).into(),
        sheets: seeds.clone().map(|seed| sheet(seed, days, index * 600_000)).collect(),
    });
    Study {
        scenario: "mountain-road".into(),
        file_hash: "0f1e".into(),
        engine: EngineKind::Flow,
        limits: vec!["a frame arrives whole or not at all".into()],
        variants: variants.collect(),
        expect: vec![Expected { what: "lost_writes".into(), want: "0".into(), got: "0".into(), kept: true }],
        wall_ms: 0,
    }
}

/// Names the files of a report.
fn names(written: &[PathBuf]) -> Vec<&str> {
    written.iter().filter_map(|path| path.file_name()?.to_str()).collect()
}

fn read(dir: &Path, name: &str) -> String {
    std::fs::read_to_string(dir.join(name)).unwrap()
}

#[test]
fn a_report_has_every_file_it_promises_and_the_same_bytes_each_time() {
    // With this variable set the report stays, to be looked at.
    let kept = std::env::var_os("SIMULATE_REPORT_DIR").map(PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    let study = study(&["link.village.rate=64k", "link.village.rate=512k"], 1..3, 120);
    for (lang, name) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let dir = kept.as_deref().unwrap_or(folder.path()).join(name);
        let written = write(&dir, &study, lang).unwrap();
        assert_eq!(names(&written)[..3], ["summary.md", "summary.json", "sites.csv"]);
        let page = read(&dir, "summary.md");
        for picture in &names(&written)[3..] {
            assert!(page.contains(&format!("]({picture})")), "{picture} is not on the page");
        }
        assert_eq!(written.len(), 9);
        let again = write(&folder.path().join("again").join(name), &study, lang).unwrap();
        for (one, other) in written.iter().zip(&again) {
            assert_eq!(std::fs::read(one).unwrap(), std::fs::read(other).unwrap(), "{}", one.display());
        }
    }
}

#[test]
fn the_page_reads_like_this() {
    let study = study(&[""], 1..3, 110);
    insta::assert_snapshot!("page_zh", page::markdown(&study, Lang::Zh, &[]));
    insta::assert_snapshot!("page_en", page::text(&study, Lang::En));
}

#[test]
fn the_json_has_this_shape() {
    let mut study = study(&["a"], 1..2, 12);
    let sheet = &mut study.variants[0].sheets[0];
    sheet.each.truncate(2);
    sheet.window_to_hub_cdf_ms.truncate(3);
    sheet.gaps.truncate(1);
    sheet.gaps[0].gathering.truncate(2);
    sheet.gaps[0].clearing.truncate(2);
    let course = sheet.course.as_mut().unwrap();
    course.strip.rows.truncate(2);
    sheet.hub.as_mut().unwrap().storm.as_mut().unwrap().sessions.truncate(2);
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&study.to_json()).unwrap());
    let text = serde_json::to_string(&study).unwrap();
    assert_eq!(serde_json::from_str::<Study>(&text).unwrap(), study);
}

#[test]
fn the_table_of_sites_opens_in_a_spreadsheet_and_runs_nothing() {
    let mut study = study(&["=cmd|' /C calc'!A0"], 1..2, 12);
    let each = &mut study.variants[0].sheets[0].each;
    each.truncate(2);
    each[1].class = "a,\"b\"".into();
    let table = table::sites(&study, Lang::En);
    assert!(table.starts_with("\u{feff}variant,seed,site,"));
    assert_eq!(table.matches("\r\n").count(), 3);
    insta::assert_snapshot!("sites", table.replace("\r\n", "\n"));
    for (cell, written) in [
        ("=1+1", "'=1+1"),
        (" @SUM(A1)", "' @SUM(A1)"),
        ("＝1", "'＝1"),
        ("-2", "'-2"),
        ("\tx", "'\tx"),
        ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("village-gprs", "village-gprs"),
    ] {
        assert_eq!(table::text(cell), written);
    }
}

#[test]
fn a_broken_promise_and_a_missed_expectation_stand_at_the_top() {
    let mut study = study(&[""], 1..2, 5);
    let breach = Breach { promise: Promise::Papers, at: None, seat: None, what: "paper 0x1 is not at site 0".into() };
    study.variants[0].sheets[0] = Sheet::of(&county::mountain(1, 5, 0), &[breach]);
    study.expect.push(Expected { what: "converge_after_heal".into(), want: "2h".into(), got: "3h".into(), kept: false });
    assert!(!study.is_kept());
    let text = study.to_text(Lang::En);
    assert!(text.lines().nth(1).unwrap().contains("1 breaches of promises, 1 expectations not met"), "{text}");
    assert!(text.contains("BROKEN (seed 1): papers: paper 0x1 is not at site 0"), "{text}");
    assert!(text.contains("NOT KEPT: converge_after_heal wants 2h, got 3h"), "{text}");
    assert_eq!(study.to_json()["kept"], false);
}

#[test]
fn a_run_that_recorded_nothing_over_time_says_so() {
    let plan = Plan::busy(1, 1, 2, 7).unwrap();
    let mut evidence = Flow.run(plan, &Settings::default(), &mut Blind, &mut Coverage::default(), &mut |_| {}).unwrap();
    evidence.chronicle = crate::evidence::Chronicle::default();
    let sheet = Sheet::of(&evidence, &[]);
    assert_eq!((sheet.course.as_ref(), sheet.hub.as_ref()), (None, None));
    assert_eq!(sheet.papers.lost, 0);
    let mut study = study(&[""], 1..1, 5);
    study.variants[0].sheets.push(sheet);
    let folder = tempfile::tempdir().unwrap();
    let written = write(folder.path(), &study, Lang::Zh).unwrap();
    assert!(!names(&written).contains(&"staleness-strip.svg"));
    let page = read(folder.path(), "summary.md");
    assert!(page.contains("未记录县中心负荷，无法回答") && page.contains("未记录逐日陈旧度，无法回答"), "{page}");
    assert!(page.contains("simulate run mountain-road.toml --seed 7 --engine flow --days 2 -o out"), "{page}");
}

#[test]
fn a_study_without_runs_is_still_a_page() {
    let empty = Study { variants: Vec::new(), ..study(&[], 1..1, 5) };
    assert!(empty.to_text(Lang::En).contains("Verdict: nothing was run."));
    assert!(!empty.is_kept());
    assert_eq!(plot::all(&empty, Lang::Zh), []);
}

#[test]
fn the_languages_are_known_by_their_codes() {
    assert_eq!(("zh".parse(), "en".parse()), (Ok(Lang::Zh), Ok(Lang::En)));
    assert!("fr".parse::<Lang>().is_err_and(|error| error.to_string().contains("fr")));
}
