//! Opaque texts with rules: item codes and staff ids.

use crate::text::text_forms;
use std::fmt;

/// Text that breaks the rules of [`ItemCode`] or [`StaffId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// The text is no item code.
    #[error("want an item code of 1 to 64 characters of 0-9, A-Z, a-z and hyphen")]
    Item,
    /// The text is no staff id.
    #[error("want a staff id of 1 to 32 characters without blanks or control characters")]
    Staff,
}

/// The code of a service item (实施编码): opaque, 1 to 64 characters of `[0-9A-Za-z-]`; its parts are read for reports only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemCode(String);

impl ItemCode {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for ItemCode {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if fits { Ok(Self(text.to_owned())) } else { Err(BadCode::Item) }
    }
}

text_forms!(ItemCode);

/// The id of a member of staff: 1 to 32 characters, no blanks, no control characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffId(String);

impl StaffId {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StaffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for StaffId {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let fits = (1..=32).contains(&text.chars().count()) && !text.chars().any(|c| c.is_control() || c.is_whitespace());
        if fits { Ok(Self(text.to_owned())) } else { Err(BadCode::Staff) }
    }
}

text_forms!(StaffId);

#[cfg(test)]
mod tests;
