//! A CSV table with a header row, read into rows that know their line.

use super::{RowError, RowFault};
use std::collections::BTreeMap;

/// What a CSV text holds.
#[derive(Debug, Default)]
pub struct Table {
    /// Rows that were read.
    pub rows: Vec<Row>,
    /// Lines that are not CSV, and columns that are missing.
    pub errors: Vec<RowError>,
}

/// One row: its line in the file and its fields by column, trimmed.
#[derive(Debug)]
pub struct Row {
    /// Line in the file, from 1.
    pub line: u64,
    fields: BTreeMap<String, String>,
}

impl Row {
    /// Returns a field, empty when the column or the field is missing.
    #[must_use]
    pub fn field(&self, column: &str) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }
}

/// Reads CSV (RFC 4180; a byte order mark is tolerated) with a header row that has at least the columns `want`.
#[must_use]
pub fn read(text: &str, want: &[&str]) -> Table {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .map(|header| header.iter().map(str::to_owned).collect())
        .unwrap_or_default();
    let missing: Vec<RowError> = want
        .iter()
        .filter(|column| !header.iter().any(|have| have == *column))
        .map(|column| RowError {
            line: 1,
            fault: RowFault::NoColumn((*column).to_owned()),
        })
        .collect();
    let mut table = Table {
        rows: Vec::new(),
        errors: missing,
    };
    if !table.errors.is_empty() {
        return table;
    }
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let fields = header.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
                table.rows.push(Row { line, fields });
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                table.errors.push(RowError {
                    line,
                    fault: RowFault::NotReadable(error.to_string()),
                });
            }
        }
    }
    table
}
