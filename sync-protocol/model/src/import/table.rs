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
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().map(|header| header.iter().map(str::to_owned).collect()).unwrap_or_default();
    let missing: Vec<RowError> = want
        .iter()
        .filter(|column| !header.iter().any(|have| have == *column))
        .map(|column| RowError { line: 1, fault: RowFault::NoColumn((*column).to_owned()) })
        .collect();
    let mut table = Table { rows: Vec::new(), errors: missing };
    if !table.errors.is_empty() {
        return table;
    }
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = lines.at(record.position());
                let fields = header.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
                table.rows.push(Row { line, fields });
            }
            Err(error) => {
                let line = lines.at(error.position());
                table.errors.push(RowError { line, fault: RowFault::NotReadable(error.to_string()) });
            }
        }
    }
    table
}

/// Counts lines by the bytes before a record: the reader's own count is one short where lines end in CRLF.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, position: Option<&csv::Position>) -> u64 {
        let start = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
        while self.at < self.text.len() && (self.at < start || matches!(self.text[self.at], b'\r' | b'\n')) {
            self.line += u64::from(self.text[self.at] == b'\n');
            self.at += 1;
        }
        self.line
    }
}
