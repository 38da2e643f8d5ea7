//! The two clocks: monotonic [`Uptime`] drives timers, civil [`Day`] and [`WallTime`] are claims that people read.
//!
//! No authority comes from either; order comes from causality and sequence numbers.

mod civil;

pub use civil::{BadDay, Weekday};

use std::ops::{Add, Sub};

/// Milliseconds since the process started, monotonic and including suspend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uptime(pub u64);

impl Uptime {
    /// Returns the instant `ms` milliseconds later, saturating.
    #[must_use]
    pub fn after_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Returns the milliseconds from `earlier` to `self`, zero when `earlier` is later.
    #[must_use]
    pub fn ms_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Milliseconds since 1970-01-01T00:00Z by some machine's clock: a claim, never an authority.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime(pub i64);

impl WallTime {
    /// Returns the civil day at UTC+8 that contains this instant.
    #[must_use]
    pub fn day(self) -> Day {
        const UTC8_MS: i64 = 8 * 3_600_000;
        const DAY_MS: i64 = 86_400_000;
        Day(i32::try_from((self.0 + UTC8_MS).div_euclid(DAY_MS)).unwrap_or(i32::MAX))
    }
}

/// Days since 1970-01-01 at UTC+8; the unit of every legal date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Add<i32> for Day {
    type Output = Day;
    fn add(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }
}

impl Sub<Day> for Day {
    type Output = i32;
    fn sub(self, other: Day) -> i32 {
        self.0.saturating_sub(other.0)
    }
}
