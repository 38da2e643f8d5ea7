//! Reads the CSV `date,kind,name` of exceptions to Monday-Friday into calendar years.

use super::CalendarYear;
use crate::import::{RowError, RowFault};
use crate::time::Day;
use std::collections::BTreeMap;

/// What a calendar file holds: its years in order, and the rows that were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarFile {
    /// One document for each year with at least one exception, revision 1.
    pub years: Vec<CalendarYear>,
    /// Rows that could not be read, by line.
    pub errors: Vec<RowError>,
}

/// Reads a calendar file: CSV with a header row `date,kind,name`, kind `holiday` or `workday`, byte order mark and CRLF tolerated.
///
/// A day that stands twice, or is both, is an error of its later row. A year without any row is not published by the file.
#[must_use]
pub fn parse_calendar_csv(text: &str) -> CalendarFile {
    let mut years: BTreeMap<i32, CalendarYear> = BTreeMap::new();
    let mut errors = Vec::new();
    let table = crate::import::table::read(text, &["date", "kind"]);
    errors.extend(table.errors);
    for row in table.rows {
        match read_row(&row, &mut years) {
            Ok(()) => {}
            Err(fault) => errors.push(RowError { line: row.line, fault }),
        }
    }
    errors.sort_by_key(|error| error.line);
    CalendarFile { years: years.into_values().collect(), errors }
}

fn read_row(row: &crate::import::table::Row, years: &mut BTreeMap<i32, CalendarYear>) -> Result<(), RowFault> {
    let text = row.field("date");
    let day: Day = text.parse().map_err(|_| RowFault::BadDay(text.to_owned()))?;
    let year = years.entry(day.year()).or_insert_with(|| CalendarYear::new(day.year()));
    if year.holidays.contains(&day) || year.workdays.contains(&day) {
        return Err(RowFault::Twice(text.to_owned()));
    }
    match row.field("kind") {
        "holiday" => year.holidays.insert(day),
        "workday" => year.workdays.insert(day),
        other => return Err(RowFault::UnknownWord(other.to_owned())),
    };
    if !row.field("name").is_empty() {
        year.names.insert(day, row.field("name").to_owned());
    }
    Ok(())
}
