//! One remark of a check: where, what, and whether it fails the run.

use std::fmt;

/// Whether a finding fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Worth knowing; the run stays green.
    Note,
    /// A law is broken; the run turns red.
    Fault,
}

/// One remark of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of the check.
    pub check: &'static str,
    /// The file or package it is about.
    pub place: String,
    /// The line, counted from 1, where there is one.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub message: String,
    /// Whether it fails the run.
    pub weight: Weight,
}

impl Finding {
    /// Returns a finding that fails the run.
    pub fn fault(check: &'static str, place: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding { check, place: place.into(), line: None, message: message.into(), weight: Weight::Fault }
    }

    /// Returns a finding that leaves the run green.
    pub fn note(check: &'static str, place: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding { weight: Weight::Note, ..Finding::fault(check, place, message) }
    }

    /// Names the line it is about, counted from 1.
    pub fn at(self, line: usize) -> Finding {
        Finding { line: Some(line), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Note => "note",
            Weight::Fault => "FAULT",
        };
        write!(f, "{weight} [{}] {}", self.check, self.place)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}
