//! Routes of the working-day calendar: `calendar import | show | due`. Import is the hub's alone.

use super::{DueDay, RowNote, ask};
use mesh_model::calendar::WorkDays;
use mesh_model::id::Hash;
use mesh_model::time::Day;
use serde::{Deserialize, Serialize};

/// Publishes the years of a calendar file (hub only).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Import {
    /// The whole file as text, `date,kind,name`.
    pub csv: String,
}

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The file's years in order.
    pub years: Vec<ImportedYear>,
    /// Rows that could not be used.
    pub errors: Vec<RowNote>,
}

/// One year of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedYear {
    /// The Gregorian year.
    pub year: i32,
    /// Its revision, from 1; of a year that was left out the published one, 0 for none.
    pub revision: u32,
    /// `published`, `unchanged`, or `left_out` where a row of the year could not be used.
    pub outcome: String,
    /// Days off named by the file.
    pub holidays: u32,
    /// Working weekend days named by the file.
    pub workdays: u32,
}

/// Shows one year.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Show {
    /// The Gregorian year.
    pub year: i32,
}

/// One published year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The Gregorian year.
    pub year: i32,
    /// Its revision.
    pub revision: u32,
    /// The hash by which events pin it.
    pub hash: Hash,
    /// Working days of the whole year.
    pub working_days: u32,
    /// The exceptions to Monday-Friday, by day.
    pub exceptions: Vec<Exception>,
}

/// One exception.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The day.
    pub day: Day,
    /// `holiday` or `workday`.
    pub kind: String,
    /// Its name.
    pub name: Option<String>,
}

/// Counts a due date as every node does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Due {
    /// The start day; not counted.
    pub from: Day,
    /// Working days.
    pub days: WorkDays,
}

/// The due date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueShown {
    /// The start day.
    pub from: Day,
    /// Working days counted.
    pub days: WorkDays,
    /// The last day in time.
    pub due: DueDay,
    /// Hashes of the years counted with.
    pub calendar: Vec<Hash>,
}

ask!(Import => Imported, "calendar", "import");
ask!(Show => Shown, "calendar", "show");
ask!(Due => DueShown, "calendar", "due");
