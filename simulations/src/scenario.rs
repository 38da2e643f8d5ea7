//! What is simulated: how large a county, how long, from which seed. A file format for this comes with the planner's tool.

use mesh_model::time::Uptime;

/// Milliseconds of one day.
pub const DAY_MS: u64 = 86_400_000;
/// Sites below one hub, at most: what the township and village counts may multiply to.
pub const SITES_MAX: u32 = 1_000;
/// Days of one run, at most.
pub const DAYS_MAX: u16 = 3_660;

/// A county and a span of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Townships under the hub, at least 1.
    pub townships: u16,
    /// Villages under each township.
    pub villages: u16,
    /// Days of work before everything is healed, at least 1.
    pub days: u16,
    /// Everything random follows from this.
    pub seed: u64,
}

/// A scenario that cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// No or too many days.
    #[error("{days} days; 1 to {DAYS_MAX} can be run")]
    Days {
        /// As asked.
        days: u16,
    },
    /// No township, or more sites than a county has.
    #[error("{sites} sites below the hub; at least one township and at most {SITES_MAX} sites can be run")]
    Sites {
        /// As asked.
        sites: u32,
    },
}

/// One site of the county by its number: 0 is the hub, then each township followed by its villages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat(pub u16);

impl Seat {
    /// The county's own hall.
    pub const HUB: Seat = Seat(0);
}

/// Where a site stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Post {
    /// The county's hall.
    Hub,
    /// A relay under the hub.
    Township,
    /// A window under a township.
    Village,
}

impl Scenario {
    /// Checks the bounds.
    ///
    /// # Errors
    /// [`ScenarioError`] names the bound that does not hold.
    pub fn checked(self) -> Result<Scenario, ScenarioError> {
        let sites = u32::from(self.townships) * (1 + u32::from(self.villages));
        if self.days == 0 || self.days > DAYS_MAX {
            return Err(ScenarioError::Days { days: self.days });
        }
        if sites == 0 || sites > SITES_MAX {
            return Err(ScenarioError::Sites { sites });
        }
        Ok(self)
    }

    /// Returns every site in order: the hub, then each township before its villages.
    pub fn seats(&self) -> impl Iterator<Item = Seat> + use<> {
        (0..=self.townships * (1 + self.villages)).map(Seat)
    }

    /// Returns where a site stands.
    #[must_use]
    pub fn post(&self, seat: Seat) -> Post {
        match seat.0 {
            0 => Post::Hub,
            number if (number - 1) % (1 + self.villages) == 0 => Post::Township,
            _ => Post::Village,
        }
    }

    /// Returns the site above, which is also the one dialled; the hub has none.
    #[must_use]
    pub fn above(&self, seat: Seat) -> Option<Seat> {
        match self.post(seat) {
            Post::Hub => None,
            Post::Township => Some(Seat::HUB),
            Post::Village => Some(Seat(seat.0 - (seat.0 - 1) % (1 + self.villages))),
        }
    }

    /// Returns the villages of a township; none for other sites.
    pub fn below(&self, seat: Seat) -> impl Iterator<Item = Seat> + use<> {
        let count = if self.post(seat) == Post::Township { self.villages } else { 0 };
        (1..=count).map(move |village| Seat(seat.0 + village))
    }

    /// Returns when the last day ends.
    #[must_use]
    pub fn end(&self) -> Uptime {
        Uptime(u64::from(self.days) * DAY_MS)
    }
}
