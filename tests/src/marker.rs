//! Markers: what a program told the world, written into the same log in which the shim records the disk's work.
//!
//! A marker is a record of kind `m`; its data is a line of text. Form of a record: see `shim/record_io.c`.

use std::io::{self, Write};
use std::path::Path;

/// Kind of a marker's record.
pub const KIND: u8 = b'm';

/// Appends a marker to the log, in one write, so that records of other threads stay whole.
///
/// # Errors
/// When the log cannot be written.
pub fn append(log: &Path, text: &str) -> io::Result<()> {
    let size = u32::try_from(text.len()).expect("a marker is a line");
    let mut record = vec![KIND, 0, 0, 0, 0];
    record.extend([0; 8]);
    record.extend(size.to_le_bytes());
    record.extend(text.as_bytes());
    std::fs::OpenOptions::new().append(true).open(log)?.write_all(&record)
}
