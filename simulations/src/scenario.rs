//! A scenario: what a planner writes down about a county, before any seed is drawn.
//!
//! Every quantity is a whole number by the time it is here. How the file is read is in [`read`], how it becomes a plan in
//! [`crate::plan`]. What can be written and is not modelled is told by [`Scenario::not_modelled`], never passed over in silence.

mod check;
mod class;
mod fate;
mod office;
mod read;
pub mod ready;
pub mod units;
mod vary;

pub use class::{Cc, Class, Dist, Link, LossModel, Nat, NatKind, Outages, Power, Season, Span, Sync, Tariff};
pub use fate::{Clock, Disk, Event, Expect, Liveness, Swarm, Thing};
pub use office::{Campaign, Office, PeakDay, Sizes, WhichDays, Workload};
pub use read::{ScenarioError, read};
pub use vary::{VaryError, vary};

use crate::engine::EngineKind;
use crate::plan::Bodies;
use serde::Deserialize;
use units::{Bps, Spread};

/// Classes of one scenario, at most.
pub const CLASSES_MAX: usize = 32;
/// Events of one scenario, at most.
pub const EVENTS_MAX: usize = 1_000;

/// A whole scenario.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name and how it is run.
    #[serde(rename = "scenario")]
    pub head: Head,
    /// Real divisions; without them the classes count their sites.
    pub county: Option<County>,
    /// The county's hall.
    #[serde(default)]
    pub hub: Hub,
    /// Kinds of sites.
    #[serde(default, rename = "class")]
    pub classes: Vec<Class>,
    /// Clerks and citizens.
    pub office: Option<Office>,
    /// What sites of a class write beside the cases of the office.
    #[serde(default, rename = "workload")]
    pub workloads: Vec<Workload>,
    /// What happens on one day.
    #[serde(default, rename = "event")]
    pub events: Vec<Event>,
    /// Clocks that are wrong.
    #[serde(default)]
    pub clock: Clock,
    /// Disks: how slow, how full.
    #[serde(default)]
    pub disk: Disk,
    /// Heal only a part after the last day, and demand progress there.
    pub liveness: Option<Liveness>,
    /// Switch kinds of faults on and off by the seed.
    pub swarm: Option<Swarm>,
    /// What must hold; turns the scenario into a test.
    #[serde(default)]
    pub expect: Expect,
}

/// The name of a scenario and how it is run.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// For people.
    pub name: String,
    /// Days of work, 1 to [`crate::plan::DAYS_MAX`].
    pub days: u16,
    /// Which engine, unless the command line names one.
    #[serde(default = "flow")]
    pub engine: EngineKind,
    /// Whether papers have their bytes or only their length.
    #[serde(default = "counted")]
    pub bodies: Bodies,
}

fn flow() -> EngineKind {
    EngineKind::Flow
}

fn counted() -> Bodies {
    Bodies::Counted
}

/// Real divisions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct County {
    /// Six digits of a county, or two of a province: then every county of it is a run of its own.
    pub divisions: String,
}

/// The county's hall.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hub {
    /// Its line to the world. Not modelled: the lines of the sites are narrower.
    pub uplink: Option<Bps>,
    /// How often the hall is away.
    pub outages: Option<Outages>,
    /// Sessions that it serves at a time. Not modelled: the hub of the protocol serves every site.
    pub sync_slots: Option<u16>,
}

impl Scenario {
    /// Returns the class of this name.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.name == name)
    }

    /// Returns what the file asks for and no engine does, a sentence each.
    #[must_use]
    pub fn not_modelled(&self) -> Vec<String> {
        let mut left_out = Vec::new();
        let mut note = |is: bool, what: &str| {
            if is {
                left_out.push(what.to_owned());
            }
        };
        note(self.hub.uplink.is_some(), "hub.uplink: the hall's own line is not a bottleneck here");
        note(self.hub.sync_slots.is_some(), "hub.sync_slots: the hub serves every site that calls");
        note(self.classes.iter().any(|class| class.sync.budget.is_some()), "sync.budget: no daily quota is kept");
        note(self.classes.iter().any(|class| class.power.is_some()), "power: batteries are not modelled");
        note(self.workloads.iter().any(|load| load.photos_per_week.0 > 0), "photos_per_week: photographs travel apart from papers");
        left_out
    }

    /// Returns the range of milliseconds that one sync of a disk takes.
    #[must_use]
    pub fn disk_sync(&self) -> Spread {
        self.disk.sync.unwrap_or(Spread { from_ms: 2, to_ms: 60 })
    }
}

#[cfg(test)]
mod tests;
