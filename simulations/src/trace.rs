//! One hash over everything that happened, in order: two runs of one seed are equal if and only if theirs are.

use mesh_model::id::Hash;
use mesh_model::time::Uptime;
use std::fs::File;
use std::io::{BufWriter, Write};

/// Bytes of records that are hashed together.
const HASHED_AT_A_TIME: usize = 16 * 1_024;

/// The hash of a run so far, and its records in a file where somebody wants them.
#[derive(Debug, Default)]
pub struct Trace {
    hasher: blake3::Hasher,
    /// What is still to be hashed: a hasher is quicker over many records at once.
    unhashed: Vec<u8>,
    records: u64,
    file: Option<BufWriter<File>>,
    failed: Option<std::io::Error>,
}

impl Trace {
    /// Writes each record as a line of this file too: time, kind, whom, number, length, hash so far of what it carries.
    #[must_use]
    pub fn into_file(self, file: File) -> Trace {
        Trace { file: Some(BufWriter::new(file)), ..self }
    }

    /// Adds one record.
    pub fn note(&mut self, at: Uptime, kind: &str, whom: u64, number: u64, carried: &[u8]) {
        let mut head = [0; 48];
        head[..8].copy_from_slice(&at.0.to_be_bytes());
        head[8..16].copy_from_slice(&whom.to_be_bytes());
        head[16..24].copy_from_slice(&number.to_be_bytes());
        let name = kind.as_bytes();
        let named = name.len().min(8);
        head[24..24 + named].copy_from_slice(&name[..named]);
        head[32..40].copy_from_slice(&(carried.len() as u64).to_be_bytes());
        head[40..].copy_from_slice(&fold(carried).to_be_bytes());
        self.unhashed.extend_from_slice(&head);
        if self.unhashed.len() >= HASHED_AT_A_TIME {
            self.hasher.update(&self.unhashed);
            self.unhashed.clear();
        }
        self.records += 1;
        if let Some(file) = &mut self.file {
            let hash = if carried.is_empty() { "-".into() } else { Hash::of(&[carried]).to_string() };
            let written = writeln!(file, "{} {kind} {whom} {number} {} {hash}", at.0, carried.len());
            self.failed = self.failed.take().or(written.err());
        }
    }

    /// Returns the hash so far.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash(*self.hasher.clone().update(&self.unhashed).finalize().as_bytes())
    }

    /// Returns how many records it covers.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Ends the file.
    ///
    /// # Errors
    /// The first error of writing it.
    pub fn finish(&mut self) -> Result<(), std::io::Error> {
        if let Some(mut file) = self.file.take() {
            let flushed = file.flush();
            self.failed = self.failed.take().or(flushed.err());
        }
        self.failed.take().map_or(Ok(()), Err)
    }
}

/// Folds bytes into a number: no proof against anybody, and enough to tell two runs apart. Hashing every frame would cost a tenth of a run.
fn fold(bytes: &[u8]) -> u64 {
    bytes.chunks(8).fold(0, |folded: u64, eight| {
        let mut word = [0; 8];
        word[..eight.len()].copy_from_slice(eight);
        (folded.rotate_left(23) ^ u64::from_le_bytes(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    })
}
