//! Points that a hunt must come by: a fault or a branch that no run ever reached proves nothing.
//!
//! A point is declared in [`POINTS`] and marked where it is passed; marking an undeclared one panics, so the list is complete.

use std::collections::BTreeMap;

/// Every point, with what it stands for.
pub const POINTS: &[(&str, &str)] = &[];

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
