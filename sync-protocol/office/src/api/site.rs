//! Routes of the site registry: `site import | add | list | show | token`. All but list and show are the hub's alone.

use super::{RowNote, ask};
use mesh_model::division::{DivisionCode, Level};
use mesh_model::id::{NodeId, SiteId};
use serde::{Deserialize, Serialize};

/// Imports a divisions file (hub only).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Import {
    /// The whole file as text.
    pub csv: String,
}

/// What became of each row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Sites that are new.
    pub added: u32,
    /// Sites whose name or place changed.
    pub changed: u32,
    /// Sites that were known as they are.
    pub unchanged: u32,
    /// Rows that could not be used.
    pub refused: u32,
    /// One line per usable row, in order of the file.
    pub rows: Vec<ImportedRow>,
    /// Rows that could not be used.
    pub errors: Vec<RowNote>,
}

/// One row of a divisions file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// Division code.
    pub code: DivisionCode,
    /// The site's stable id.
    pub site: SiteId,
    /// `added`, `changed` or `unchanged`.
    pub outcome: String,
}

/// Registers one site (hub only).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Add {
    /// Its division code of 9 or 12 digits; the level follows from it.
    pub code: DivisionCode,
    /// Its official name.
    pub name: String,
    /// Code of the site above; by default the one that the code lies in.
    #[serde(default)]
    pub parent: Option<DivisionCode>,
}

/// Lists sites in order of code.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct List {
    /// Only this level.
    #[serde(default)]
    pub level: Option<Level>,
    /// Only sites directly below this one.
    #[serde(default)]
    pub under: Option<DivisionCode>,
}

/// The list of sites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Sites in order of code.
    pub sites: Vec<SiteLine>,
}

/// One site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteLine {
    /// Stable id.
    pub site: SiteId,
    /// Division code of today.
    pub code: DivisionCode,
    /// Official name of today.
    pub name: String,
    /// Level.
    pub level: Level,
    /// Code of the site above.
    pub parent: Option<DivisionCode>,
    /// Nodes enrolled and not revoked.
    pub nodes: u32,
}

/// Shows one site.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Show {
    /// Its division code.
    pub code: DivisionCode,
}

/// One site with its nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The site.
    pub site: SiteLine,
    /// Its nodes by id, revoked ones too.
    pub nodes: Vec<NodeLine>,
    /// Sites directly below.
    pub below: u32,
}

/// One enrolled node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeLine {
    /// Its id.
    pub node: NodeId,
    /// Its block of numbering values.
    pub block: u8,
    /// Height of the authority record that admitted it.
    pub since_height: u64,
    /// Height of the record that revoked it.
    pub revoked_height: Option<u64>,
}

/// Asks for an enrolment token (hub only).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    /// For which site.
    pub code: DivisionCode,
    /// Seconds for which it can be used; 72 hours when not given.
    #[serde(default)]
    pub ttl_s: Option<u64>,
}

/// A token: one line, one use, bound to the site, pinned to the county root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenGiven {
    /// The site's code.
    pub code: DivisionCode,
    /// The site's name.
    pub name: String,
    /// The line to carry to the site; nobody can show it again.
    pub token: String,
    /// Seconds for which it can be used.
    pub ttl_s: u64,
}

ask!(Import => Imported, "site", "import");
ask!(Add => Shown, "site", "add");
ask!(List => Listed, "site", "list");
ask!(Show => Shown, "site", "show");
ask!(Token => TokenGiven, "site", "token");
