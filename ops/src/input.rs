//! What commands read: files, standard input, lengths of time.

use crate::failure::Failure;
use crate::lang::Lang;
use mesh_office::api::{Private, REQUEST_BYTES_MAX};
use std::io::Read;
use std::path::Path;

/// Reads a text file, or standard input for `-`; at most as much as one request may have.
///
/// # Errors
/// [`Failure::file`].
pub fn text(lang: Lang, path: &Path) -> Result<String, Failure> {
    let name = path.display().to_string();
    let failed = |error: std::io::Error| Failure::file(lang, &name, &error);
    let mut read = String::new();
    let limit = REQUEST_BYTES_MAX as u64 + 1;
    let taken = if path == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_string(&mut read)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_string(&mut read))
    };
    taken.map_err(failed)?;
    if read.len() > REQUEST_BYTES_MAX {
        let why = format!("longer than {REQUEST_BYTES_MAX} bytes");
        return Err(failed(std::io::Error::new(std::io::ErrorKind::FileTooLarge, why)));
    }
    Ok(read)
}

/// Reads a text about a citizen, such as an opinion; line ends at its end are left out.
///
/// # Errors
/// As [`text`].
pub fn private_text(lang: Lang, path: Option<&Path>) -> Result<Option<Private<String>>, Failure> {
    let read = path.map(|path| text(lang, path)).transpose()?;
    Ok(read.map(|text| Private(text.trim_end().to_owned())))
}

/// Reads an applicant from a file or from standard input.
///
/// # Errors
/// [`Failure::file`], or [`Failure::applicant`], which repeats nothing of the text.
pub fn applicant(lang: Lang, path: &Path) -> Result<Private<serde_json::Value>, Failure> {
    let read = text(lang, path)?;
    serde_json::from_str(&read).map(Private).map_err(|error| Failure::applicant(lang, error.line(), error.column()))
}

/// Reads a length of time such as `72h`, `30m`, `3d` or `45s`; in seconds.
///
/// # Errors
/// A sentence that names the form.
pub fn seconds(text: &str) -> Result<u64, String> {
    let wanted = || "want a number with s, m, h or d, such as 72h".to_owned();
    let unit = text.chars().last().ok_or_else(wanted)?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wanted()),
    };
    let number: u64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| wanted())?;
    number.checked_mul(factor).filter(|seconds| *seconds > 0).ok_or_else(wanted)
}

/// Writes a length of time in the largest unit that fits it whole.
#[must_use]
pub fn span(lang: Lang, seconds: u64) -> String {
    let (number, chinese, english) = match seconds {
        s if s > 0 && s % 86_400 == 0 && s > 3 * 86_400 => (s / 86_400, "天", "d"),
        s if s > 0 && s % 3_600 == 0 => (s / 3_600, "小时", "h"),
        s if s > 0 && s % 60 == 0 => (s / 60, "分钟", "min"),
        s => (s, "秒", "s"),
    };
    format!("{number} {}", lang.of(chinese, english))
}

#[cfg(test)]
mod tests;
