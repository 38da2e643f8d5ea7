//! Reads the CSV `code,name,level,parent_code` of administrative divisions.

use super::table::{self, Row};
use super::{RowError, RowFault};
use crate::division::{DivisionCode, Level};
use std::collections::BTreeSet;

/// One division as the file gives it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DivisionRow {
    /// Line in the file.
    pub line: u64,
    /// The code.
    pub code: DivisionCode,
    /// The name.
    pub name: String,
    /// The level, which the code confirms.
    pub level: Level,
    /// The code one level up, which the code confirms; `None` for a county.
    pub parent: Option<DivisionCode>,
    /// The code as the file writes it.
    pub typed: String,
}

/// Characters of a site's name.
pub const NAME_CHARS_MAX: usize = 100;

/// Returns whether a text can be a site's name: 1 to 100 characters, no control characters.
#[must_use]
pub fn is_site_name(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= NAME_CHARS_MAX && !text.chars().any(char::is_control)
}

/// What a divisions file holds: rows in file order, and the rows left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DivisionsFile {
    /// Usable rows.
    pub rows: Vec<DivisionRow>,
    /// Rows left out, by line.
    pub errors: Vec<RowError>,
}

/// Reads a divisions file; a parent may stand before or after its children, but must be in the file.
#[must_use]
pub fn parse_divisions_csv(text: &str) -> DivisionsFile {
    let table = table::read(text, &["code", "name", "level", "parent_code"]);
    let mut file = DivisionsFile { rows: Vec::new(), errors: table.errors };
    let mut seen = BTreeSet::new();
    for row in &table.rows {
        match read_row(row) {
            Ok(read) if !seen.insert(read.code) => {
                file.errors.push(RowError { line: row.line, fault: RowFault::Twice(read.code.to_string()) });
            }
            Ok(read) => file.rows.push(read),
            Err(fault) => file.errors.push(RowError { line: row.line, fault }),
        }
    }
    drop_orphans(&mut file);
    file.errors.sort_by_key(|error| error.line);
    file
}

fn read_row(row: &Row) -> Result<DivisionRow, RowFault> {
    let level = match row.field("level") {
        "county" => Level::County,
        "township" => Level::Township,
        "village" => Level::Village,
        other => return Err(RowFault::UnknownWord(other.to_owned())),
    };
    let code: DivisionCode = row.field("code").parse().map_err(|_| RowFault::BadDivision(row.field("code").to_owned()))?;
    if row.field("name").is_empty() {
        return Err(RowFault::Empty("name".to_owned()));
    }
    if !is_site_name(row.field("name")) {
        return Err(RowFault::TooLong("name".to_owned()));
    }
    if code.level() != level {
        return Err(RowFault::Mismatch(format!("level {}", level.word())));
    }
    check_parent(code, row.field("parent_code"))?;
    Ok(DivisionRow {
        line: row.line,
        code,
        name: row.field("name").to_owned(),
        level,
        parent: code.parent(),
        typed: row.field("code").to_owned(),
    })
}

/// A county's parent is a city of four digits, which is no division of ours; the source leaves it empty or names it.
fn check_parent(code: DivisionCode, text: &str) -> Result<(), RowFault> {
    let fits = match code.parent() {
        None => text.is_empty() || (text.len() == 4 && code.to_string().starts_with(text)),
        Some(parent) => text.parse() == Ok(parent),
    };
    if fits { Ok(()) } else { Err(RowFault::Mismatch(format!("parent {text:?}"))) }
}

/// Leaves out rows whose parent is not in the file, and then their children in turn.
fn drop_orphans(file: &mut DivisionsFile) {
    loop {
        let known: BTreeSet<DivisionCode> = file.rows.iter().map(|row| row.code).collect();
        let (kept, orphans): (Vec<_>, Vec<_>) =
            std::mem::take(&mut file.rows).into_iter().partition(|row| row.parent.is_none_or(|parent| known.contains(&parent)));
        file.rows = kept;
        if orphans.is_empty() {
            return;
        }
        for orphan in orphans {
            let parent = orphan.parent.map_or_else(String::new, |parent| parent.to_string());
            file.errors.push(RowError { line: orphan.line, fault: RowFault::NoParent(parent) });
        }
    }
}

#[cfg(test)]
mod tests;
