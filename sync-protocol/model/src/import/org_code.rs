//! The unified social credit code of an organisation (统一社会信用代码, GB 32100-2015): 18 characters, the last a check digit.

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// What is wrong with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrgCodeFault {
    /// Not 18 characters.
    Length,
    /// A character outside the alphabet, or a check digit that does not fit.
    CheckDigit,
}

/// Checks length, alphabet and check digit.
///
/// # Errors
/// [`OrgCodeFault`] names the first that does not fit.
pub fn check_org_code(code: &str) -> Result<(), OrgCodeFault> {
    if code.chars().count() != 18 {
        return Err(OrgCodeFault::Length);
    }
    let values: Option<Vec<usize>> = code.bytes().map(|byte| ALPHABET.iter().position(|letter| *letter == byte)).collect();
    let values = values.ok_or(OrgCodeFault::CheckDigit)?;
    let sum: usize = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    if (31 - sum % 31) % 31 == values[17] { Ok(()) } else { Err(OrgCodeFault::CheckDigit) }
}
