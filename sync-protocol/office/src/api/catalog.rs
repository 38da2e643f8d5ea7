//! Routes of the catalogue: `catalog import | publish | list | show | withdraw`. Import, publish and withdraw are the hub's alone.

use super::ask;
use mesh_model::calendar::WorkDays;
use mesh_model::code::ItemCode;
use mesh_model::division::Level;
use mesh_model::id::Hash;
use mesh_model::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Reads a catalogue file into a plan (hub only); nothing is published.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Import {
    /// The whole CSV as text.
    pub csv: String,
    /// The whole guides file as text, one JSON object a line.
    #[serde(default)]
    pub guides: Option<String>,
    /// Shows the plan without keeping it.
    #[serde(default)]
    pub dry_run: bool,
    /// The day from which the versions count; the county's day when not given.
    #[serde(default)]
    pub effective: Option<Day>,
    /// The lowest level at which the items are offered, which the source does not say; villages when not given.
    #[serde(default)]
    pub level: Option<Level>,
    /// Where the guides come from, as it stands in every guide.
    #[serde(default)]
    pub guides_source: Option<String>,
}

/// A plan: what publishing would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Name of the plan for `catalog publish`; `None` after a dry run.
    pub plan: Option<String>,
    /// Rows of the file.
    pub rows: u32,
    /// Items that would be listed.
    pub listed: u32,
    /// Items that would be complete.
    pub complete: u32,
    /// Versions that would be published.
    pub to_publish: u32,
    /// Items that stand in the catalogue as the file has them.
    pub unchanged: u32,
    /// Items of the file that are withdrawn; they stay withdrawn.
    #[serde(default)]
    pub withdrawn: u32,
    /// Guides in the guides file, and those that matched an item.
    pub guides: GuideCount,
    /// How many defects of each kind, by word.
    pub defects_by_kind: BTreeMap<String, u32>,
    /// Every defect, in order of the file.
    pub defects: Vec<DefectLine>,
}

/// How many guides found their item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideCount {
    /// In the file.
    pub given: u32,
    /// Matched to an item.
    pub matched: u32,
}

/// One defect of the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefectLine {
    /// `catalog` or `guides`.
    pub file: String,
    /// Line in the file, from 1.
    pub line: u64,
    /// The item as the file writes it, where the row names one.
    pub code: Option<String>,
    /// Stable word of the defect.
    pub defect: String,
    /// The defect for people.
    pub text: String,
}

/// Publishes a plan (hub only); may be repeated after a stop.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Publish {
    /// The plan's name.
    pub plan: String,
}

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The plan's name.
    pub plan: String,
    /// Versions published by this call.
    pub published: u32,
    /// Versions of the plan that stood in the catalogue already.
    pub already: u32,
}

/// Lists items in order of code.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct List {
    /// Only `listed`, `complete` or `withdrawn`.
    #[serde(default)]
    pub status: Option<String>,
    /// Only items offered down to this level.
    #[serde(default)]
    pub level: Option<Level>,
    /// Only items whose name or code holds this text.
    #[serde(default)]
    pub text: Option<String>,
    /// At most so many lines; all when not given.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// The list of items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The county's day.
    pub as_of: Option<Day>,
    /// Items that fit, whatever the limit.
    pub total: u32,
    /// Items in order of code.
    pub items: Vec<ItemLine>,
}

/// The newest version of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemLine {
    /// Item code.
    pub code: ItemCode,
    /// Name.
    pub name: String,
    /// Competent department.
    pub department: String,
    /// Lowest level at which it is offered.
    pub level: Level,
    /// `listed`, `complete` or `withdrawn`.
    pub status: String,
    /// Version number.
    pub version: u32,
    /// The day from which it counts.
    pub effective: Day,
    /// Working days promised.
    pub promised: Option<WorkDays>,
    /// Hash of the version.
    pub hash: Hash,
}

/// Shows one item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Show {
    /// Its code.
    pub code: ItemCode,
}

/// One item with its guide and its versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The newest version.
    pub item: ItemLine,
    /// Kind of item, two digits.
    pub task_type: String,
    /// The item that this one is a part of.
    pub main_item: Option<String>,
    /// The guide of the newest version.
    pub guide: Option<GuideShown>,
    /// Every version here, oldest first.
    pub versions: Vec<VersionLine>,
}

/// A guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideShown {
    /// Who may apply, and when.
    pub conditions: String,
    /// Papers to bring.
    pub materials: Vec<MaterialShown>,
    /// Steps in the office.
    pub steps: Vec<String>,
    /// Working days promised.
    pub promised: WorkDays,
    /// Working days set by law.
    pub statutory: Option<WorkDays>,
    /// `free` or `charged`.
    pub fee: String,
    /// Where the text comes from.
    pub source: String,
}

/// One paper to bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialShown {
    /// What it is called.
    pub name: String,
    /// `required` or `conditional`.
    pub necessity: String,
    /// Originals wanted.
    pub originals: u16,
    /// Copies wanted.
    pub copies: u16,
}

/// One version of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionLine {
    /// Version number.
    pub version: u32,
    /// `listed`, `complete` or `withdrawn`.
    pub status: String,
    /// The day from which it counts.
    pub effective: Day,
    /// Its hash.
    pub hash: Hash,
}

/// Withdraws an item (hub only): from the day on nobody registers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Withdraw {
    /// Its code.
    pub code: ItemCode,
    /// The day from which it is withdrawn; the county's day when not given.
    #[serde(default)]
    pub effective: Option<Day>,
}

/// The withdrawn version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The newest version.
    pub item: ItemLine,
}

ask!(Import => Planned, "catalog", "import");
ask!(Publish => Published, "catalog", "publish");
ask!(List => Listed, "catalog", "list");
ask!(Show => Shown, "catalog", "show");
ask!(Withdraw => Withdrawn, "catalog", "withdraw");
