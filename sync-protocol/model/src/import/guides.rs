//! Reads service guides, one JSON object a line, and matches them to catalogue items by name.
//!
//! Guides often come from another place. Region, department, address, hours, telephone and complaint texts are never read; a free text
//! that names the source's place, or holds a web address or what looks like a telephone number, is left out and reported.

use super::catalogue::CatalogueRow;
use super::{RowError, RowFault};
use crate::calendar::WorkDays;
use crate::doc::item::{Fee, Guide, Limit, Material, Necessity, Step};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// One guide as the file gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuideRow {
    /// Line in the file.
    pub line: u64,
    /// The name of the item that it is about.
    pub name: String,
    /// The guide; `None` when something is missing without which nobody can register, see the findings.
    pub guide: Option<Guide>,
}

/// What was found in a guide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "finding")]
pub enum GuideFinding {
    /// There are no conditions (left); the guide cannot be used.
    NoConditions {
        /// Line in the file.
        line: u64,
    },
    /// There is no promised limit, or 0 for a kind that is not decided at the window; the guide cannot be used.
    NoLimit {
        /// Line in the file.
        line: u64,
    },
    /// There are no steps; the guide cannot be used.
    NoSteps {
        /// Line in the file.
        line: u64,
    },
    /// A free text names another place or holds a number or web address; it was left out.
    OtherPlace {
        /// Line in the file.
        line: u64,
        /// The field.
        field: &'static str,
    },
    /// The promise is longer than the statutory limit; both are kept as they are.
    PromiseBeyondStatute {
        /// Line in the file.
        line: u64,
    },
}

/// What a guides file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuidesFile {
    /// Guides in file order.
    pub rows: Vec<GuideRow>,
    /// Lines left out.
    pub errors: Vec<RowError>,
    /// What was found, by kind and line.
    pub findings: Vec<GuideFinding>,
}

#[derive(Deserialize)]
struct RawGuide {
    item_name: String,
    region_name: Option<String>,
    project_type: Option<String>,
    accept_condition: Option<String>,
    legal_days: Option<u16>,
    promise_days: Option<u16>,
    #[serde(default)]
    is_fee: bool,
    #[serde(default)]
    materials: Vec<RawMaterial>,
    #[serde(default)]
    steps: Vec<RawStep>,
}

#[derive(Deserialize)]
struct RawMaterial {
    name: String,
    #[serde(default)]
    necessity: u8,
    #[serde(default)]
    original_num: u16,
    #[serde(default)]
    copy_num: u16,
    accept_standard: Option<String>,
}

#[derive(Deserialize)]
struct RawStep {
    #[serde(default)]
    sort: u32,
    name: String,
    standard: Option<String>,
    result: Option<String>,
}

/// Reads a guides file; `source` is the provenance written into every guide.
///
/// Limits are in working days: `promise_days`, and `legal_days` where it is there and not 0. A promise of 0 stands only for items decided
/// at the window (即办件).
#[must_use]
pub fn parse_guides_jsonl(text: &str, source: &str) -> GuidesFile {
    let mut file = GuidesFile::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, json) in (1..).zip(text.lines()).filter(|(_, json)| !json.trim().is_empty()) {
        match serde_json::from_str::<RawGuide>(json) {
            Ok(raw) if raw.item_name.trim().is_empty() => {
                file.errors.push(RowError { line, fault: RowFault::Empty("item_name".to_owned()) });
            }
            Ok(raw) => {
                let name = raw.item_name.trim().to_owned();
                let guide = Cleaner { line, region: raw.region_name.clone(), findings: &mut file.findings }.guide(raw, source);
                file.rows.push(GuideRow { line, name, guide });
            }
            Err(error) => file.errors.push(RowError { line, fault: RowFault::NotReadable(error.to_string()) }),
        }
    }
    file.findings.sort();
    file
}

struct Cleaner<'a> {
    line: u64,
    region: Option<String>,
    findings: &'a mut Vec<GuideFinding>,
}

impl Cleaner<'_> {
    fn guide(&mut self, raw: RawGuide, source: &str) -> Option<Guide> {
        let line = self.line;
        let limit = self.limit(&raw);
        let conditions = self.text("accept_condition", raw.accept_condition);
        if conditions.is_none() {
            self.findings.push(GuideFinding::NoConditions { line });
        }
        if raw.steps.is_empty() {
            self.findings.push(GuideFinding::NoSteps { line });
        }
        let materials = raw.materials.into_iter().filter_map(|material| self.material(material)).collect();
        let mut steps = raw.steps;
        steps.sort_by_key(|step| step.sort);
        let steps: Vec<Step> = steps.into_iter().map(|step| self.step(step)).collect();
        let fee = if raw.is_fee { Fee::Charged } else { Fee::Free };
        if steps.is_empty() {
            return None;
        }
        Some(Guide { conditions: conditions?, materials, steps, limit: limit?, fee, source: source.to_owned() })
    }

    fn limit(&mut self, raw: &RawGuide) -> Option<Limit> {
        let line = self.line;
        let at_window = raw.project_type.as_deref() == Some("即办件");
        let promised = raw.promise_days.filter(|days| *days > 0 || at_window);
        let statutory = raw.legal_days.filter(|days| *days > 0);
        let Some(promised) = promised else {
            self.findings.push(GuideFinding::NoLimit { line });
            return None;
        };
        if statutory.is_some_and(|statutory| promised > statutory) {
            self.findings.push(GuideFinding::PromiseBeyondStatute { line });
        }
        Some(Limit { promised: WorkDays(promised), statutory: statutory.map(WorkDays) })
    }

    /// A paper whose name cannot be kept is left out, and reported.
    fn material(&mut self, raw: RawMaterial) -> Option<Material> {
        Some(Material {
            name: self.text("material name", Some(raw.name))?,
            necessity: if raw.necessity == 1 { Necessity::Required } else { Necessity::Conditional },
            originals: raw.original_num,
            copies: raw.copy_num,
            standard: self.text("material standard", raw.accept_standard),
        })
    }

    fn step(&mut self, raw: RawStep) -> Step {
        Step { name: raw.name, standard: self.text("step standard", raw.standard), result: self.text("step result", raw.result) }
    }

    fn text(&mut self, field: &'static str, text: Option<String>) -> Option<String> {
        let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())?;
        let place = self.region.as_deref().map(|region| region.trim_end_matches(['市', '区', '县']));
        let foreign = place.is_some_and(|place| !place.is_empty() && text.contains(place));
        if foreign || text.contains("http") || text.contains("www.") || has_telephone(&text) {
            self.findings.push(GuideFinding::OtherPlace { line: self.line, field });
            return None;
        }
        Some(text)
    }
}

/// Returns whether a text holds what looks like a telephone number.
///
/// That is seven digits in a row, or ten with hyphens between them that begin like an area or service number (0, 400, 800). Numbers of
/// standards and documents, such as `DBJ/T 45-178-2024`, are none.
fn has_telephone(text: &str) -> bool {
    let plain: String = text.chars().map(|c| if matches!(c, '－' | '—' | '–') { '-' } else { c }).collect();
    plain.split(|c: char| !c.is_ascii_digit() && c != '-').any(|run| {
        let mut parts = run.split('-').filter(|part| !part.is_empty());
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let begins = parts.clone().next().is_some_and(|first| first.starts_with('0') || first == "400" || first == "800");
        parts.any(|part| part.len() >= 7) || (begins && digits >= 10)
    })
}

/// How a guide fits the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GuideMatch {
    /// The name equals that of an item to the letter.
    Name,
    /// The name equals that of an item when punctuation is ignored.
    NameButPunctuation,
    /// The name equals that of a main item, punctuation ignored; which of its items is meant is for people to say.
    MainItem,
    /// Nothing in the catalogue has this name.
    Nothing,
}

/// Matches guides to catalogue rows by name; the answers are in the order of the guides.
#[must_use]
pub fn match_guides(guides: &[GuideRow], rows: &[CatalogueRow]) -> Vec<GuideMatch> {
    let exact: BTreeSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    let loose: BTreeSet<String> = rows.iter().map(|row| without_punctuation(&row.name)).collect();
    let main: BTreeSet<String> = rows.iter().filter_map(|row| row.main_item.as_deref().map(without_punctuation)).collect();
    let fit = |name: &str| {
        let bare = without_punctuation(name);
        if exact.contains(name) {
            GuideMatch::Name
        } else if loose.contains(&bare) {
            GuideMatch::NameButPunctuation
        } else if main.contains(&bare) {
            GuideMatch::MainItem
        } else {
            GuideMatch::Nothing
        }
    };
    guides.iter().map(|guide| fit(&guide.name)).collect()
}

/// Returns usable guides by name without punctuation; of two with one name the first counts.
pub(super) fn by_name(guides: &[GuideRow]) -> BTreeMap<String, &Guide> {
    let mut named = BTreeMap::new();
    for row in guides {
        if let Some(guide) = &row.guide {
            named.entry(without_punctuation(&row.name)).or_insert(guide);
        }
    }
    named
}

pub(super) fn without_punctuation(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests;
