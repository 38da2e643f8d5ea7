//! Case numbers: `<area12>-<yyyymmdd>-<node2>-<seq4>`, printed on paper and never changed.
//!
//! A case number is never a document id. How a window hands them out is in [`crate::numbering`].

use crate::division::DivisionCode;
use crate::text::text_forms;
use crate::time::Day;
use std::fmt;

/// Text that is no case number, or a part out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("want a case number as <area12>-<yyyymmdd>-<node2>-<seq4>")]
pub struct BadNumber;

/// Two base-36 characters that tell the nodes of one site apart: 0 (`00`) to 1295 (`ZZ`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node2(u16);

impl Node2 {
    /// Number of values.
    pub const COUNT: u16 = 36 * 36;

    /// Returns the value with this index, `None` beyond [`Node2::COUNT`].
    #[must_use]
    pub fn from_index(index: u16) -> Option<Node2> {
        (index < Self::COUNT).then_some(Node2(index))
    }

    /// Returns the index, 0 to 1295.
    #[must_use]
    pub fn index(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Node2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let digit = |i: u16| char::from(DIGITS[usize::from(i)]);
        write!(f, "{}{}", digit(self.0 / 36), digit(self.0 % 36))
    }
}

impl std::str::FromStr for Node2 {
    type Err = BadNumber;
    fn from_str(text: &str) -> Result<Self, BadNumber> {
        let digit = |b: u8| match b {
            b'0'..=b'9' => Ok(u16::from(b - b'0')),
            b'A'..=b'Z' => Ok(u16::from(b - b'A') + 10),
            _ => Err(BadNumber),
        };
        match text.as_bytes() {
            [high, low] => Ok(Node2(digit(*high)? * 36 + digit(*low)?)),
            _ => Err(BadNumber),
        }
    }
}

text_forms!(Node2);

/// The number of a case: area and day of intake, the numbering value of the node, and a sequence number.
///
/// The sequence number starts at 1, has at least four digits and may grow beyond them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber {
    area: DivisionCode,
    day: Day,
    node2: Node2,
    seq: u32,
}

impl CaseNumber {
    /// Puts a number together.
    ///
    /// # Errors
    /// [`BadNumber`] when `seq` is 0 or the day's year does not have four digits.
    pub fn new(area: DivisionCode, day: Day, node2: Node2, seq: u32) -> Result<Self, BadNumber> {
        if seq == 0 || !(0..=9999).contains(&day.year()) {
            return Err(BadNumber);
        }
        Ok(Self { area, day, node2, seq })
    }

    /// Returns the area code of the day of intake.
    #[must_use]
    pub fn area(self) -> DivisionCode {
        self.area
    }

    /// Returns the day of intake.
    #[must_use]
    pub fn day(self) -> Day {
        self.day
    }

    /// Returns the numbering value of the node.
    #[must_use]
    pub fn node2(self) -> Node2 {
        self.node2
    }

    /// Returns the sequence number within (day, node2), from 1.
    #[must_use]
    pub fn seq(self) -> u32 {
        self.seq
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.day.civil();
        write!(f, "{}-{year:04}{month:02}{day:02}-{}-{:04}", self.area, self.node2, self.seq)
    }
}

impl std::str::FromStr for CaseNumber {
    type Err = BadNumber;
    fn from_str(text: &str) -> Result<Self, BadNumber> {
        let mut parts = text.split('-');
        let (Some(area), Some(date), Some(node2), Some(seq), None) = (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BadNumber);
        };
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        let grown_in_vain = seq.len() > 4 && seq.starts_with('0');
        if area.len() != 12 || date.len() != 8 || !digits(date) || !(4..=10).contains(&seq.len()) || !digits(seq) || grown_in_vain {
            return Err(BadNumber);
        }
        let day = format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]).parse().map_err(|_| BadNumber)?;
        CaseNumber::new(area.parse().map_err(|_| BadNumber)?, day, node2.parse()?, seq.parse().map_err(|_| BadNumber)?)
    }
}

text_forms!(CaseNumber);

#[cfg(test)]
mod tests;
