//! The one form of a problem, over the admin socket and on the command line. The rooms that meet problems own their codes and words.

use serde::{Deserialize, Serialize};

/// Name and version of the form.
pub const SCHEMA: &str = "error/1";

/// What went wrong, why, and what to do about it.
///
/// `{"schema":"error/1","code":"E0102","what":…,"cause":…,"next":…,"exit":n}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {what}")]
pub struct Problem {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// `E` and four digits, never used again for something else.
    pub code: String,
    /// What was attempted and did not come about; one sentence.
    pub what: String,
    /// Why, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What the reader can do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// With what number the command ends: 1 failed, 2 usage, 3 not found, 4 refused, 5 nobody answers, 6 partly done.
    pub exit: u8,
}
