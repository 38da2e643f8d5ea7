//! The promises a run must keep, one a file. A checker looks at disks, receipts and nodes' own words, never at the engine's reasons.

pub mod agreement;
pub mod mending;
pub mod papers;
pub mod places;
pub mod rest;

use crate::evidence::Evidence;
use serde::Serialize;

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Promise {
    /// After healing, neighbours hold the same of what they have in common, within a bound.
    Agreement,
    /// Repairs come to an end.
    Mending,
    /// No paper with a receipt is lost.
    Papers,
    /// No place in a chain is used twice.
    Places,
    /// Sessions end: a county with nothing to say says nothing.
    Rest,
}

/// One promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// Which.
    pub promise: Promise,
    /// Where and how.
    pub what: String,
}

impl Breach {
    fn new(promise: Promise, what: String) -> Breach {
        Breach { promise, what }
    }
}

/// Returns every promise that a run broke; none means that it kept all of them.
#[must_use]
pub fn breaches(evidence: &Evidence) -> Vec<Breach> {
    [
        papers::breaches(evidence),
        places::breaches(evidence),
        agreement::breaches(evidence),
        agreement::bound_breaches(&evidence.ending),
        mending::breaches(evidence),
        rest::breaches(evidence),
    ]
    .concat()
}

#[cfg(test)]
mod tests;
