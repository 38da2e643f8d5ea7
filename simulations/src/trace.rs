//! One hash over everything that happened, in order: two runs of one seed are equal if and only if theirs are.

use mesh_model::id::Hash;
use mesh_model::time::Uptime;

/// The rolling hash of a run.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    rolling: Hash,
    records: u64,
}

impl Trace {
    /// Adds one record.
    pub fn note(&mut self, at: Uptime, what: &[u8]) {
        self.rolling = Hash::of(&[&self.rolling.0, &at.0.to_be_bytes(), what]);
        self.records += 1;
    }

    /// Returns the hash so far.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.rolling
    }

    /// Returns how many records it covers.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }
}
