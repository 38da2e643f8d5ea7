//! What will happen, as data, drawn from the seed before the run: papers, broken lines, power cuts, lying disks and clocks.
//!
//! A plan is all that an engine is given. An action can be taken out of it and nothing else shifts; that is what makes a failing run
//! shrinkable. [`Plan::draw`] draws one from a scenario, [`swarm`] one for a hunt. How lines fail is in [`lines`], who writes when in
//! [`clerks`], who stands where in [`places`].

pub mod chance;
pub mod clerks;
pub mod days;
mod draw;
mod events;
mod faults;
pub mod lines;
pub mod places;
mod small;
pub mod swarm;

pub use places::is_known_division;

use crate::layout::{Layout, Seat};
use crate::line::LineMake;
use clerks::{Case, Paper};
use mesh_model::time::Uptime;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Milliseconds of one day.
pub const DAY_MS: u64 = 86_400_000;
/// Days of one run, at most.
pub const DAYS_MAX: u16 = 3_660;
/// The first day of every run, by its number since 1970: 5 January 2026, a Monday.
pub const FIRST_DAY: i32 = 20_458;

/// A whole plan; equal plans give equal runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Plan {
    /// Feeds the streams of keys, jitter and lost packets, each keyed by its entity.
    pub seed: u64,
    /// Days of work before the ending.
    pub days: u16,
    /// Who stands where.
    pub layout: Layout,
    /// How each site is equipped, the hub included.
    pub sites: BTreeMap<Seat, SiteMake>,
    /// In order of time.
    pub actions: Vec<Action>,
    /// What happens after the last day.
    pub ending: Healing,
    /// Whether bodies of papers have their bytes or only their length.
    pub bodies: Bodies,
}

/// How a site is equipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SiteMake {
    /// The line to the site above; the hub has none.
    pub line: Option<LineMake>,
    /// Milliseconds that one sync of the disk takes.
    pub sync_ms: u32,
    /// How often a session is held.
    pub rhythm: Rhythm,
}

/// When a site holds a session with the one above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rhythm {
    /// Always, while the line is up.
    Always,
    /// Once in so many milliseconds, until both sides agree.
    Every {
        /// Milliseconds.
        ms: u64,
    },
}

/// What happens after the last day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Healing {
    /// Every fault ends, and everybody must agree within a bound.
    All,
    /// Liveness: these sites and the lines between them are healed, everybody else stays as broken as they are; the core must go on.
    Core(Vec<Seat>),
}

/// Whether bodies have their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bodies {
    /// A stub stands for each event; lines carry its length.
    Counted,
    /// Every byte is there.
    Stored,
}

/// One thing that happens at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Milliseconds since the run began.
    #[serde(with = "millis")]
    pub at: Uptime,
    /// What.
    pub what: What,
}

/// What happens. Each names what it needs and nothing that another one draws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub enum What {
    /// The site's public address changes: connections must survive it or be made again.
    AddressChanged {
        /// Whose.
        seat: Seat,
    },
    /// From here on the machine's clock is wrong by so much.
    ClockSet {
        /// Whose.
        seat: Seat,
        /// Milliseconds ahead, negative behind.
        ahead_ms: i64,
    },
    /// The hub declares a day.
    DayDeclared {
        /// Days since the first of the run.
        number: u16,
    },
    /// From here on a site's disk answers before it keeps: a power cut takes back the newest commits.
    DiskForgets {
        /// Whose.
        seat: Seat,
        /// How many of the newest commits it would lose.
        commits: u32,
    },
    /// The disk takes nothing more.
    DiskFull {
        /// Whose.
        seat: Seat,
        /// Milliseconds until there is room again.
        for_ms: u64,
    },
    /// A hostile node puts a signature that nobody made under what it writes, until it starts again.
    Forged {
        /// Whose.
        seat: Seat,
    },
    /// The line between a site and the one above carries nothing.
    LineDown {
        /// The lower end.
        seat: Seat,
        /// Milliseconds.
        for_ms: u64,
        /// Which direction.
        way: Way,
    },
    /// The line works differently from here on.
    LineShaped {
        /// The lower end.
        seat: Seat,
        /// As now.
        make: LineMake,
    },
    /// The address box forgets its mapping.
    NatRebound {
        /// Behind which box.
        seat: Seat,
    },
    /// A clerk writes a paper.
    Paper(Paper),
    /// The power fails.
    PowerCut {
        /// Where.
        seat: Seat,
        /// Milliseconds until the machine starts again.
        for_ms: u64,
        /// What becomes of the commits that are on their way to the disk.
        in_flight: InFlight,
    },
    /// A hostile or broken node appends a body that does not pass the door.
    Poison(Paper),
    /// The hub revokes a site's node: it is stolen.
    Revoked {
        /// Whose.
        seat: Seat,
    },
    /// The machine is switched off, and an older copy of its disk is put back without telling anybody.
    Restored {
        /// Whose.
        seat: Seat,
        /// Milliseconds that the copy is older.
        age_ms: u64,
        /// Milliseconds until the machine starts again.
        for_ms: u64,
    },
    /// A clerk marks a case as urgent: it goes ahead of the bulk.
    Urged {
        /// Who urges.
        seat: Seat,
        /// What.
        case: Case,
    },
}

impl What {
    /// Returns the site it happens at; the hub for what concerns the county.
    #[must_use]
    pub fn seat(&self) -> Seat {
        match self {
            What::AddressChanged { seat }
            | What::ClockSet { seat, .. }
            | What::DiskForgets { seat, .. }
            | What::DiskFull { seat, .. }
            | What::Forged { seat }
            | What::LineDown { seat, .. }
            | What::LineShaped { seat, .. }
            | What::NatRebound { seat }
            | What::PowerCut { seat, .. }
            | What::Revoked { seat }
            | What::Restored { seat, .. }
            | What::Urged { seat, .. } => *seat,
            What::Paper(paper) | What::Poison(paper) => paper.seat,
            What::DayDeclared { .. } => Seat::HUB,
        }
    }
}

/// Which direction of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Both.
    Both,
    /// Towards the site.
    Down,
    /// Towards the site above.
    Up,
}

/// What a power cut does to commits that were handed to the disk and not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InFlight {
    /// They are gone.
    Lost,
    /// They are durable, only nobody was told.
    Reached,
}

impl Plan {
    /// Returns when the last day ends.
    #[must_use]
    pub fn end(&self) -> Uptime {
        Uptime(u64::from(self.days) * DAY_MS)
    }

    /// Puts the actions in order of time; those of one time stay in the order they have.
    pub fn sort(&mut self) {
        self.actions.sort_by_key(|action| action.at);
    }
}

mod millis {
    use mesh_model::time::Uptime;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(at: &Uptime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(at.0)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uptime, D::Error> {
        u64::deserialize(deserializer).map(Uptime)
    }
}

#[cfg(test)]
mod tests;
