//! Reads what authorities publish as files: divisions, catalogue, guides. Pure: text in, rows and findings out.
//!
//! Defects are reported by row and never repaired in silence; a row with defects is still offered where it can be used.

pub mod catalogue;
pub mod divisions;
pub mod guides;
pub mod org_code;
pub mod plan;
pub mod table;

pub use catalogue::{CatalogueFile, CatalogueRow, Defect, DefectKind, parse_catalogue_csv};
pub use divisions::{DivisionRow, DivisionsFile, parse_divisions_csv};
pub use guides::{GuideFinding, GuideMatch, GuideRow, GuidesFile, match_guides, parse_guides_jsonl};
pub use plan::{CataloguePlan, Change, PlanInput};

/// A row that could not be used, by its line in the file (the header is line 1).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RowError {
    /// Line in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub fault: RowFault,
}

impl std::fmt::Display for RowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.fault)
    }
}

/// Why a row could not be used.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "fault", content = "text")]
pub enum RowFault {
    /// The text is no day.
    #[error("{0:?} is no day of the form YYYY-MM-DD")]
    BadDay(String),
    /// The text is no division code.
    #[error("{0:?} is no division code")]
    BadDivision(String),
    /// The text is no item code.
    #[error("{0:?} is no item code")]
    BadItem(String),
    /// A field that must be filled is empty.
    #[error("field {0} is empty")]
    Empty(String),
    /// The level or the parent does not fit the code.
    #[error("{0} does not fit the code")]
    Mismatch(String),
    /// A column is missing from the header.
    #[error("the header has no column {0}")]
    NoColumn(String),
    /// The code lies in another county.
    #[error("{0} is not of this county")]
    OtherCounty(String),
    /// The text is longer than its field may be, or has control characters.
    #[error("field {0} is too long or has control characters")]
    TooLong(String),
    /// The parent stands nowhere in the file.
    #[error("parent {0} is not in the file")]
    NoParent(String),
    /// The line is not CSV or not JSON.
    #[error("cannot be read: {0}")]
    NotReadable(String),
    /// The key stands in an earlier row.
    #[error("{0} stands in an earlier row")]
    Twice(String),
    /// The word is none of those allowed.
    #[error("{0:?} is none of the words allowed here")]
    UnknownWord(String),
}
