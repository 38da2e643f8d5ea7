//! Administrative division codes: 12 digits, of which 1-6 name the county, 7-9 the township, 10-12 the village.
//!
//! Codes are published yearly and change; a site's stable id is [`crate::id::SiteId`]. Source: 国统字〔2009〕91号.

use crate::text::text_forms;
use std::fmt;

/// The three levels of the mesh, highest first; the number is the code list's value (GB/T 39046 A.2).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, minicbor::Encode, minicbor::Decode,
)]
#[serde(rename_all = "lowercase")]
#[cbor(index_only)]
pub enum Level {
    /// 县 (4).
    #[n(4)]
    County,
    /// 镇, 街道, 乡 (5).
    #[n(5)]
    Township,
    /// 村, 社区 (6).
    #[n(6)]
    Village,
}

impl Level {
    /// Returns the English word used in files and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Level::County => "county",
            Level::Township => "township",
            Level::Village => "village",
        }
    }
}

/// Text that is not the code of a county, township or village.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("want a division code of 6, 9 or 12 digits, the township not 000 when the village is given")]
pub struct BadDivision;

/// A division code, kept as 12 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DivisionCode(u64);

impl DivisionCode {
    /// Returns which level the code names.
    #[must_use]
    pub fn level(self) -> Level {
        if !self.0.is_multiple_of(1_000) {
            Level::Village
        } else if !self.0.is_multiple_of(1_000_000) {
            Level::Township
        } else {
            Level::County
        }
    }

    /// Returns the code one level up; `None` for a county.
    #[must_use]
    pub fn parent(self) -> Option<DivisionCode> {
        match self.level() {
            Level::County => None,
            Level::Township => Some(self.county()),
            Level::Village => Some(DivisionCode(self.0 / 1_000 * 1_000)),
        }
    }

    /// Returns the county that the code lies in.
    #[must_use]
    pub fn county(self) -> DivisionCode {
        DivisionCode(self.0 / 1_000_000 * 1_000_000)
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl std::str::FromStr for DivisionCode {
    type Err = BadDivision;
    fn from_str(text: &str) -> Result<Self, BadDivision> {
        if !matches!(text.len(), 6 | 9 | 12) || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadDivision);
        }
        let digits: u64 = format!("{text:0<12}").parse().map_err(|_| BadDivision)?;
        let (county, township, village) = (digits / 1_000_000, digits / 1_000 % 1_000, digits % 1_000);
        if county == 0 || (township == 0 && village != 0) {
            return Err(BadDivision);
        }
        Ok(DivisionCode(digits))
    }
}

text_forms!(DivisionCode);

#[cfg(test)]
mod tests;
