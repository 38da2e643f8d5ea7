//! Reads the CSV `date,kind,name` of exceptions to Monday-Friday into calendar years.

use super::CalendarYear;
use crate::import::{RowError, RowFault};
use crate::time::Day;
use std::collections::{BTreeMap, BTreeSet};

/// What a calendar file holds: its years in order, and the rows that were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarFile {
    /// One document for each year with at least one exception, revision 1.
    pub years: Vec<CalendarYear>,
    /// Rows that could not be read, by line.
    pub errors: Vec<RowError>,
    /// Years to which a row with an error belongs: they are not whole, and publishing them would pass a gap off as fact.
    pub broken: BTreeSet<i32>,
}

impl CalendarFile {
    /// Returns the years that are whole, in order.
    pub fn whole_years(self) -> impl Iterator<Item = CalendarYear> {
        let CalendarFile { years, broken, .. } = self;
        years.into_iter().filter(move |year| !broken.contains(&year.year))
    }
}

/// Reads a calendar file: CSV with a header row `date,kind,name`, kind `holiday` or `workday`, byte order mark and CRLF tolerated.
///
/// A day that stands twice, or is both, is an error of its later row. A year without any row is not published by the file.
#[must_use]
pub fn parse_calendar_csv(text: &str) -> CalendarFile {
    let mut years: BTreeMap<i32, CalendarYear> = BTreeMap::new();
    let (mut errors, mut broken) = (Vec::new(), BTreeSet::new());
    let mut anywhere = false;
    let table = crate::import::table::read(text, &["date", "kind"]);
    // A line that is no CSV may be of any year.
    anywhere |= !table.errors.is_empty();
    errors.extend(table.errors);
    for row in table.rows {
        match read_row(&row, &mut years) {
            Ok(()) => {}
            Err(fault) => {
                match year_of(row.field("date")) {
                    Some(year) => drop(broken.insert(year)),
                    None => anywhere = true,
                }
                errors.push(RowError { line: row.line, fault });
            }
        }
    }
    errors.sort_by_key(|error| error.line);
    if anywhere {
        broken.extend(years.keys());
    }
    CalendarFile { years: years.into_values().collect(), errors, broken }
}

/// Returns the year that a date names, also where the rest of it is wrong.
fn year_of(text: &str) -> Option<i32> {
    let digits = text.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    digits.parse().ok()
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
