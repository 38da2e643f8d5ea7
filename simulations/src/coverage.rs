//! Points that a hunt must come by: a fault or a branch that no run ever reached proves nothing.
//!
//! A point is declared in [`POINTS`] and marked where it is passed; marking an undeclared one panics, so the list is complete.

use std::collections::BTreeMap;

/// Every point, with what it stands for.
pub const POINTS: &[(&str, &str)] = &[
    ("seen-act-refused-for-space", "a full disk refused a clerk's paper"),
    ("seen-beyond-a-gap", "a batch was stored before the one before it"),
    ("seen-branch-opened", "a node found that its store is a copy"),
    ("seen-core-agree", "a healed core agreed while the rest stayed broken"),
    ("seen-disk-gone-back", "a disk held less than it had answered for"),
    ("seen-fill", "newly common scopes were filled"),
    ("seen-fork", "two headers had one place"),
    ("seen-landed", "the hub wrote a receipt"),
    ("seen-link-lost", "a link was lost"),
    ("seen-own-paper-come-home", "a node took back its own paper from a peer"),
    ("seen-paper-gone-from-every-disk", "a paper was lost with the only disks that held it"),
    ("seen-proof", "a node proved to hold the same as another"),
    ("seen-repair", "stores were compared and differed"),
    ("seen-revocation-learned", "a site learned of a revocation"),
    ("seen-second-branch-begun", "a node wrote on after an older branch of its own"),
    ("seen-sent-twice", "a batch was sent to somebody who had it"),
];

/// How often each point was passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    passed: BTreeMap<&'static str, u64>,
}

impl Coverage {
    /// Notes that a point was passed.
    pub fn sometimes(&mut self, point: &'static str) {
        debug_assert!(POINTS.iter().any(|(name, _)| *name == point), "{point} is not declared");
        *self.passed.entry(point).or_insert(0) += 1;
    }

    /// Adds what another run passed.
    pub fn add(&mut self, other: &Coverage) {
        for (point, times) in &other.passed {
            *self.passed.entry(point).or_insert(0) += times;
        }
    }

    /// Returns how often a point was passed.
    #[must_use]
    pub fn times(&self, point: &str) -> u64 {
        self.passed.get(point).copied().unwrap_or(0)
    }

    /// Returns the points that were never passed.
    #[must_use]
    pub fn missed(&self) -> Vec<&'static str> {
        POINTS.iter().map(|(name, _)| *name).filter(|name| self.times(name) == 0).collect()
    }
}
