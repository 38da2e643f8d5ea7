//! Reports of hand-made runs with known figures.

mod county;

use super::*;
use crate::check::{Breach, Promise};
use crate::engine::EngineKind;

fn study(labels: &[&str], seeds: std::ops::Range<u64>, days: u16) -> Study {
    let sheet = |seed| {
        let price = |class: &str, bytes: u64| (class == "village-gprs").then(|| 1_500 + bytes.saturating_sub(2_000_000) * 50 / 1_000_000);
        Sheet::of(&county::mountain(seed, days), &[]).priced("CNY", price)
    };
    let variants = labels
        .iter()
        .zip(0..)
        .map(|(label, index)| Variant { label: (*label).into(), sheets: seeds.clone().map(|seed| sheet(seed + 100 * index)).collect() });
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

/// Writes a report to look at, where a folder is named.
#[test]
fn a_report_has_every_file_it_promises() {
    let kept = std::env::var_os("SIMULATE_REPORT_DIR").map(std::path::PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    for (lang, name) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let dir = kept.as_deref().unwrap_or(folder.path()).join(name);
        let written = write(&dir, &study(&["village.rate=64k", "village.rate=128k", "village.rate=512k"], 1..4, 120), lang).unwrap();
        let names: Vec<_> = written.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(
            names,
            [
                "summary.md",
                "summary.json",
                "sites.csv",
                "window-to-hub.svg",
                "staleness-strip.svg",
                "bytes-per-site.svg",
                "hub-after-outage.svg",
                "backlog-after-gap.svg",
                "variants.svg"
            ]
        );
        assert!(written.iter().all(|path| std::fs::metadata(path).unwrap().len() > 100));
    }
}
