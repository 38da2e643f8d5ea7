//! Kinds of sites as a scenario writes them down: lines, how they fail, when sessions are held, what data costs.

use super::units::{Amount, Bps, Bytes, DailyBytes, Dates, Hours, Ms, Share};
use serde::Deserialize;

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
    pub round_to: Option<Bytes>,
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
