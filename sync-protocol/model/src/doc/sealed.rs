//! The one place in an event for what belongs to a citizen: name, number, phone, notes, opinions.
//!
//! Algorithm 0 is clear text; the field exists so that sealing under a key per case changes no event. Nothing here prints its content.

use super::{ReadDocError, read, write};
use std::fmt;

/// Bytes about a citizen, sealed by an algorithm.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Sealed {
    /// 0 = clear text; other numbers are not known yet.
    #[n(0)]
    pub alg: u8,
    /// The content under that algorithm.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
}

impl Sealed {
    /// The number of the algorithm that seals nothing.
    pub const CLEAR: u8 = 0;

    /// Encloses a text, such as a note or an opinion.
    #[must_use]
    pub fn text(text: &str) -> Sealed {
        Sealed { alg: Self::CLEAR, bytes: text.as_bytes().to_vec() }
    }

    /// Encloses an applicant.
    #[must_use]
    pub fn applicant(applicant: &Applicant) -> Sealed {
        Sealed { alg: Self::CLEAR, bytes: write(applicant) }
    }

    /// Opens a text; `None` when it is sealed or no text.
    #[must_use]
    pub fn open_text(&self) -> Option<&str> {
        if self.alg == Self::CLEAR { std::str::from_utf8(&self.bytes).ok() } else { None }
    }

    /// Opens an applicant; `None` when it is sealed.
    ///
    /// # Errors
    /// [`ReadDocError`] when clear bytes hold something else.
    pub fn open_applicant(&self) -> Option<Result<Applicant, ReadDocError>> {
        (self.alg == Self::CLEAR).then(|| read("applicant", &self.bytes))
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed(alg {}, {} bytes)", self.alg, self.bytes.len())
    }
}

/// Who applies, as the clerk's form or the command line gives it: `{"name", "id_type", "id_no", "phone"?}`.
///
/// Name up to 100 characters (GB/T 39046), number of a resident identity card 18, of other documents up to 30; checked by
/// [`Applicant::check`].
#[derive(Clone, PartialEq, Eq, serde::Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Applicant {
    /// Name of the person or body.
    #[n(0)]
    pub name: String,
    /// Kind of identity document, three digits (GA/T 2000.156), such as 111 for the resident identity card.
    #[n(1)]
    pub id_type: String,
    /// Number of the identity document.
    #[n(2)]
    pub id_no: String,
    /// Telephone, if given.
    #[n(3)]
    pub phone: Option<String>,
}

/// A field of an applicant that cannot stand on a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadApplicant {
    /// The name is empty or longer than 100 characters.
    #[error("want a name of 1 to 100 characters")]
    Name,
    /// The name has a line break or another control character.
    #[error("want a name without line breaks and control characters")]
    NameLines,
    /// The kind of identity document is not three digits.
    #[error("want a kind of identity document of three digits, such as 111")]
    IdType,
    /// The number of a resident identity card is not 17 digits and a digit or X.
    #[error("want 18 characters for a resident identity card (111): digits, and X at the end if need be")]
    ResidentId,
    /// The number of another identity document is empty, longer than 30 characters, or has control characters.
    #[error("want an identity number of 1 to 30 characters without control characters")]
    IdNo,
    /// The telephone number is longer than 30 characters.
    #[error("want a telephone number of at most 30 characters")]
    Phone,
}

impl Applicant {
    /// Checks lengths and characters.
    ///
    /// # Errors
    /// [`BadApplicant`] names the first field that does not fit.
    pub fn check(&self) -> Result<(), BadApplicant> {
        let fits = |text: &str, most: usize| !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control);
        if self.name.trim().chars().any(char::is_control) {
            return Err(BadApplicant::NameLines);
        }
        if !fits(&self.name, 100) {
            return Err(BadApplicant::Name);
        }
        if self.id_type.len() != 3 || !self.id_type.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadApplicant::IdType);
        }
        // The check digit is not asked for: applicants of an exercise fail it by design.
        let is_resident_id = |text: &str| text.len() == 18 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'X' | b'x'));
        if self.id_type == "111" && !is_resident_id(&self.id_no) {
            return Err(BadApplicant::ResidentId);
        }
        if !fits(&self.id_no, 30) {
            return Err(BadApplicant::IdNo);
        }
        if self.phone.as_deref().is_some_and(|phone| !fits(phone, 30)) {
            return Err(BadApplicant::Phone);
        }
        Ok(())
    }

    /// Returns the form that screens and lists show: first character of the name, last two of the number.
    #[must_use]
    pub fn masked(&self) -> MaskedApplicant {
        let hidden = self.name.chars().count().saturating_sub(1).clamp(1, 2);
        let name = self.name.chars().take(1).chain(std::iter::repeat_n('*', hidden)).collect();
        let digits: Vec<char> = self.id_no.chars().collect();
        let stars = if digits.len() > 2 { digits.len() - 2 } else { digits.len() };
        let id_no = std::iter::repeat_n('*', stars).chain(digits[stars..].iter().copied()).collect();
        MaskedApplicant { name, id_type: self.id_type.clone(), id_no }
    }
}

impl fmt::Debug for Applicant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Applicant(hidden)")
    }
}

/// An applicant for screens and lists: `示**`, all but the last two characters of the number hidden.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct MaskedApplicant {
    /// The first character of the name and stars.
    pub name: String,
    /// Kind of identity document.
    pub id_type: String,
    /// Stars and the last two characters.
    pub id_no: String,
}

#[cfg(test)]
mod tests;
