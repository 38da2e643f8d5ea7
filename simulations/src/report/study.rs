//! Several runs side by side: the variants of a sweep, several seeds of each, what was expected, and the files that tell it.

use super::figures::Band;
use super::sheet::Sheet;
use super::words::{Lang, Unit};
use super::{page, plot, table};
use crate::engine::EngineKind;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// Version of the JSON shape of a study.
pub const STUDY_SHAPE: u16 = 1;

/// One way to run the scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// What it is called in pictures and tables; empty for a study of one.
    pub label: String,
    /// One sheet a seed.
    pub sheets: Vec<Sheet>,
}

/// Something that the scenario expects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Its name in the scenario file.
    pub what: String,
    /// As the file asks.
    pub want: String,
    /// As the runs gave.
    pub got: String,
    /// Whether that keeps it.
    pub kept: bool,
}

/// Everything that a report tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Study {
    /// The scenario's name.
    pub scenario: String,
    /// Hash of its file.
    pub file_hash: String,
    /// Which engine ran it.
    pub engine: EngineKind,
    /// What the engine's model leaves out, a sentence each.
    pub limits: Vec<String>,
    /// The ways it was run; the first is the one that others are compared with.
    pub variants: Vec<Variant>,
    /// What was expected.
    pub expect: Vec<Expected>,
    /// Milliseconds that the runs took on this machine. Not part of any file: equal runs give equal files.
    pub wall_ms: u64,
}

/// One figure that is told for every variant.
pub(super) struct Headline {
    pub(super) key: &'static str,
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    pub(super) unit: Unit,
    pub(super) of: fn(&Sheet) -> Option<u64>,
}

/// Every figure that is told for every variant, in the order of the table.
pub(super) const HEADLINES: &[Headline] = &[
    Headline {
        key: "window_to_hub_p50_ms",
        zh: "窗口到县中心，半数材料用时",
        en: "window to hub, half of the papers",
        unit: Unit::Ms,
        of: |sheet| sheet.window_to_hub_ms.map(|all| all.p50),
    },
    Headline {
        key: "window_to_hub_p95_ms",
        zh: "窗口到县中心，95 % 材料用时",
        en: "window to hub, 95 % of the papers",
        unit: Unit::Ms,
        of: |sheet| sheet.window_to_hub_ms.map(|all| all.p95),
    },
    Headline {
        key: "window_to_hub_max_ms",
        zh: "窗口到县中心，最长用时",
        en: "window to hub, the longest",
        unit: Unit::Ms,
        of: |sheet| sheet.window_to_hub_ms.map(|all| all.max),
    },
    Headline {
        key: "stale_online_p95_ms",
        zh: "有连接的日子，台账陈旧度（95 %）",
        en: "age of the register on days with a session (95 %)",
        unit: Unit::Ms,
        of: |sheet| Some(sheet.course.as_ref()?.stale_online_ms?.p95),
    },
    Headline {
        key: "stale_p95_ms",
        zh: "全部日子，台账陈旧度（95 %）",
        en: "age of the register on all days (95 %)",
        unit: Unit::Ms,
        of: |sheet| Some(sheet.course.as_ref()?.stale_ms?.p95),
    },
    Headline {
        key: "dark_days",
        zh: "单个站点最长断联天数",
        en: "longest spell of one site without a session",
        unit: Unit::Days,
        of: |sheet| Some(u64::from(sheet.course.as_ref()?.dark.map_or(0, |spell| spell.days))),
    },
    Headline {
        key: "month_bytes_p50",
        zh: "每站每月流量，中位数",
        en: "bytes per site and month, the middle site",
        unit: Unit::Bytes,
        of: |sheet| month(sheet, 50),
    },
    Headline {
        key: "month_bytes_p95",
        zh: "每站每月流量，95 % 站点不超过",
        en: "bytes per site and month, 95 % of the sites",
        unit: Unit::Bytes,
        of: |sheet| month(sheet, 95),
    },
    Headline {
        key: "month_cost_p95_milli",
        zh: "每站每月资费，95 % 站点不超过",
        en: "cost per site and month, 95 % of the sites",
        unit: Unit::Money,
        of: cost,
    },
    Headline {
        key: "hub_peak_sessions",
        zh: "县中心每分钟新连接，峰值",
        en: "sessions a minute at the hub, the most",
        unit: Unit::Count,
        of: |sheet| sheet.hub.as_ref().map(|hub| hub.peak_sessions),
    },
    Headline {
        key: "hub_peak_bytes",
        zh: "县中心每分钟流量，峰值",
        en: "bytes a minute at the hub, the most",
        unit: Unit::Bytes,
        of: |sheet| sheet.hub.as_ref().map(|hub| hub.peak_bytes),
    },
    Headline {
        key: "storm_settled_minutes",
        zh: "集中恢复时，95 % 连接完成所需时间",
        en: "after a common outage, until 95 % of the sessions began",
        unit: Unit::Minutes,
        of: |sheet| sheet.hub.as_ref()?.storm.as_ref().map(|storm| storm.settled_minutes),
    },
    Headline {
        key: "gap_backlog",
        zh: "长时间断联后积压最多的材料数",
        en: "largest backlog after a long gap, papers",
        unit: Unit::Count,
        of: |sheet| sheet.gaps.first().map(|gap| gap.backlog),
    },
    Headline {
        key: "gap_cleared_ms",
        zh: "该积压清空用时",
        en: "until that backlog was cleared",
        unit: Unit::Ms,
        of: |sheet| sheet.gaps.first().map(|gap| gap.cleared_ms),
    },
    Headline {
        key: "healed_ms",
        zh: "全部修复后达成一致用时",
        en: "from healing to agreement",
        unit: Unit::Ms,
        of: |sheet| sheet.healed_ms,
    },
    Headline {
        key: "failed_dials",
        zh: "拨号失败次数",
        en: "dials that led to nothing",
        unit: Unit::Count,
        of: |sheet| Some(sheet.failed_dials),
    },
    Headline {
        key: "lost",
        zh: "丢失的已回执材料",
        en: "papers lost after their receipt",
        unit: Unit::Count,
        of: |sheet| Some(sheet.papers.lost),
    },
];

fn month(sheet: &Sheet, percent: u32) -> Option<u64> {
    let mut bytes: Vec<u64> = sheet.each.iter().map(|site| site.month_bytes).collect();
    bytes.sort_unstable();
    super::quantile(&bytes, percent)
}

fn cost(sheet: &Sheet) -> Option<u64> {
    let mut costs: Vec<u64> = sheet.each.iter().filter_map(|site| site.month_cost_milli).collect();
    costs.sort_unstable();
    super::quantile(&costs, 95)
}

impl Headline {
    pub(super) fn name(&self, lang: Lang) -> &'static str {
        lang.pick(self.zh, self.en)
    }

    pub(super) fn band(&self, variant: &Variant) -> Option<Band> {
        Band::of(variant.sheets.iter().filter_map(self.of))
    }
}

impl Variant {
    /// Returns the sheet that is worst by a figure; the first of equals.
    pub(super) fn worst(&self, by: impl Fn(&Sheet) -> u64) -> Option<&Sheet> {
        self.sheets.iter().rev().max_by_key(|sheet| by(sheet))
    }
}

impl Study {
    /// Returns whether every promise and every expectation was kept.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.expect.iter().all(|expected| expected.kept) && self.sheets().all(|sheet| sheet.broken.is_empty())
    }

    /// Returns the report as lines for a terminal.
    #[must_use]
    pub fn to_text(&self, lang: Lang) -> String {
        page::text(self, lang)
    }

    /// Returns the report as JSON, with its shape number and the bands over seeds.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let bands = |variant: &Variant| -> serde_json::Value {
            HEADLINES.iter().map(|headline| (headline.key.to_owned(), serde_json::json!(headline.band(variant)))).collect()
        };
        let variant = |variant: &Variant| serde_json::json!({ "label": variant.label, "bands": bands(variant), "sheets": variant.sheets });
        serde_json::json!({
            "shape": STUDY_SHAPE,
            "scenario": self.scenario,
            "file_hash": self.file_hash,
            "engine": self.engine,
            "limits": self.limits,
            "kept": self.is_kept(),
            "expect": self.expect,
            "variants": self.variants.iter().map(variant).collect::<Vec<_>>(),
        })
    }

    pub(super) fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.variants.iter().flat_map(|variant| &variant.sheets)
    }
}

/// Writes a study into a folder, which is made: `summary.md`, `summary.json`, `sites.csv` and its pictures. Returns what was written.
///
/// # Errors
/// When the folder or a file cannot be written; files before it stand.
pub fn write(dir: &Path, study: &Study, lang: Lang) -> io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(dir)?;
    let pictures = plot::all(study, lang);
    let json = serde_json::to_string_pretty(&study.to_json()).map_err(io::Error::other)? + "\n";
    let mut files =
        vec![("summary.md", page::markdown(study, lang, &pictures)), ("summary.json", json), ("sites.csv", table::sites(study, lang))];
    files.extend(pictures.into_iter().map(|picture| (picture.file, picture.svg)));
    let mut written = Vec::new();
    for (name, text) in files {
        let path = dir.join(name);
        std::fs::write(&path, text)?;
        written.push(path);
    }
    Ok(written)
}
