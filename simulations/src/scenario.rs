//! A scenario: what a planner writes down about a county, before any seed is drawn.
//!
//! Every quantity is a whole number by the time it is here. How the file is read is in [`read`], how it becomes a plan in
//! [`crate::plan`]. What can be written and is not modelled is told by [`Scenario::not_modelled`], never passed over in silence.

mod check;
mod fate;
mod office;
mod read;
pub mod ready;
mod vary;
pub mod units;

pub use fate::{Clock, Disk, Event, Expect, Liveness, Swarm, Thing};
pub use office::{Campaign, Office, PeakDay, Sizes, WhichDays, Workload};
pub use read::{ScenarioError, read};
pub use vary::{VaryError, vary};

use crate::engine::EngineKind;
use crate::plan::Bodies;
use serde::Deserialize;
use units::{Amount, Bps, DailyBytes, Dates, Hours, Ms, Share, Spread};

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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hub {
    /// Its line to the world. Not modelled: the lines of the sites are narrower.
    pub uplink: Option<Bps>,
    /// How often the hall is away.
    pub outages: Option<Outages>,
    /// Sessions that it serves at a time. Not modelled: the hub of the protocol serves every site.
    pub sync_slots: Option<u16>,
}

impl Default for Hub {
    fn default() -> Hub {
        Hub { uplink: None, outages: None, sync_slots: None }
    }
}

/// How often something is away and for how long, in the mean; both exponential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outages {
    /// Mean time between failures.
    pub mtbf: Ms,
    /// Mean time to repair.
    pub mttr: Ms,
}

/// A kind of sites.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Unique in the scenario; not `hub`.
    pub name: String,
    /// Sites; with real divisions the weight of this class among those of its post.
    #[serde(default = "one")]
    pub count: u16,
    /// `hub` or the name of a class; the sites are spread evenly over their parents.
    pub parent: String,
    /// The line to the site above.
    pub link: Link,
    /// The box in front of the site.
    pub nat: Option<Nat>,
    /// How long the line stays up.
    pub up: Option<Span>,
    /// How long it is away then.
    pub gap: Option<Span>,
    /// Seasons and hours in which the line is away.
    #[serde(default)]
    pub calendar: Vec<Season>,
    /// How many outages of the site above take this line along: one storm, one valley.
    #[serde(default)]
    pub shared_outages: Share,
    /// When sessions are held.
    #[serde(default)]
    pub sync: Sync,
    /// How often the mains fail, and for how long.
    pub cuts: Option<Outages>,
    /// Battery. Not modelled yet.
    pub power: Option<Power>,
    /// What a month of data costs.
    pub tariff: Option<Tariff>,
}

fn one() -> u16 {
    1
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Bits a second towards the site, and both ways unless `rate_up` is there.
    pub rate: Bps,
    /// Bits a second towards the site above.
    pub rate_up: Option<Bps>,
    /// Round trip.
    pub rtt: Ms,
    /// What may come on top of each way.
    #[serde(default)]
    pub jitter: Ms,
    /// Packets lost, each way.
    #[serde(default)]
    pub loss: Share,
    /// How they are lost.
    #[serde(default)]
    pub loss_model: LossModel,
    /// Packets of one burst, in the mean.
    #[serde(default = "burst")]
    pub burst: u16,
    /// What the line holds before it drops, in time at its rate.
    #[serde(default = "queue")]
    pub queue: Ms,
    /// Bytes of the largest datagram.
    #[serde(default = "mtu")]
    pub mtu: u16,
    /// Packets that arrive twice.
    #[serde(default)]
    pub duplicate: Share,
    /// Packets that arrive late.
    #[serde(default)]
    pub reorder: Share,
}

fn burst() -> u16 {
    4
}

fn queue() -> Ms {
    Ms(2_000)
}

fn mtu() -> u16 {
    1_280
}

/// How packets are lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossModel {
    /// Each for itself.
    #[default]
    Bernoulli,
    /// In bursts.
    Gilbert,
}

/// The box in front of a site.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nat {
    /// What it is called; every kind maps addresses and forgets a silent mapping.
    #[serde(default)]
    pub kind: NatKind,
    /// Silence after which a mapping is gone.
    pub udp_timeout: Ms,
}

/// Kinds of boxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NatKind {
    /// The carrier's.
    #[default]
    Cgnat,
    /// The site's own.
    Home,
}

/// How long something lasts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// How it is spread.
    #[serde(default)]
    pub dist: Dist,
    /// In the mean; not with quantiles.
    pub mean: Option<Ms>,
    /// At most.
    pub max: Option<Ms>,
    /// Weibull's shape; below 1 the long ones are longer.
    #[serde(default = "shape")]
    pub shape: Amount,
    /// For `empirical`: evenly spaced quantiles, least and most included.
    #[serde(default)]
    pub quantiles: Vec<Ms>,
}

fn shape() -> Amount {
    Amount(700)
}

/// How lengths of time are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dist {
    /// As measured: between quantiles.
    Empirical,
    /// Without memory.
    #[default]
    Exponential,
    /// With long ones.
    Weibull,
}

/// A season or hours in which a site is not as usual; one key of the three.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// The line is away on these dates.
    pub down: Option<Dates>,
    /// The line works only in these hours.
    pub up_only: Option<Hours>,
    /// The mains work only in these hours, and the window is open then.
    pub power_only: Option<Hours>,
    /// Which part of the class.
    #[serde(default = "everybody")]
    pub share: Share,
    /// For people.
    #[serde(default)]
    pub why: String,
}

fn everybody() -> Share {
    Share(crate::line::Ppm::ALL)
}

/// When sessions are held.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sync {
    /// Once in so long; always, while the line is up, when left out.
    pub every: Option<Ms>,
    /// How a sender finds its rate.
    pub cc: Cc,
    /// What may be sent a day. Not modelled: the protocol has no such quota.
    pub budget: Option<DailyBytes>,
}

impl Default for Sync {
    fn default() -> Sync {
        Sync { every: None, cc: Cc::Auto, budget: None }
    }
}

/// Congestion control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cc {
    /// BBR on lines that lose one packet in a hundred or more, else cubic.
    Auto,
    /// Model of bottleneck bandwidth and round trip.
    Bbr,
    /// Cubic.
    Cubic,
}

/// A battery.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    /// Watt hours.
    pub battery_wh: Amount,
    /// Milliwatts at rest.
    pub idle_mw: u32,
    /// Milliwatts while sending.
    pub radio_mw: u32,
    /// How long the radio stays on after the last packet.
    pub radio_tail: Ms,
}

/// What data costs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// Megabytes a month that are paid for in any case.
    pub bundle_mb: u32,
    /// For those.
    pub bundle_price: Amount,
    /// For each megabyte more.
    pub over_per_mb: Amount,
    /// For people.
    pub currency: String,
    /// To which amount the carrier rounds up.
    pub round_to: Option<units::Bytes>,
}

impl Tariff {
    /// Returns the price of one month with so many bytes, in thousandths of the currency.
    #[must_use]
    pub fn price(&self, bytes: u64) -> u64 {
        let step = self.round_to.map_or(1, |step| step.0.max(1));
        let rounded = bytes.div_ceil(step) * step;
        let over = rounded.saturating_sub(u64::from(self.bundle_mb) * 1_000_000);
        self.bundle_price.0 + (u128::from(over) * u128::from(self.over_per_mb.0)).div_ceil(1_000_000) as u64
    }
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
