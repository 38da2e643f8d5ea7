//! What befalls a county as a scenario writes it down: events, clocks, disks, and what must hold all the same.

use super::units::{Amount, Bytes, Moment, Ms, Offset, Place, Share, Spread};
use super::{Link, Outages};
use crate::plan::{InFlight, Way};
use serde::Deserialize;

/// Something that happens at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What.
    #[serde(rename = "do")]
    pub thing: Thing,
    /// To which part of the sites below the hub, each drawn for itself.
    pub share: Option<Share>,
    /// To this one.
    pub site: Option<Place>,
    /// Only to sites of this class.
    pub class: Option<String>,
    /// How long.
    #[serde(rename = "for")]
    pub lasts: Option<Ms>,
    /// Spread the beginnings over so long.
    pub within: Option<Ms>,
    /// `set-clock`: how wrong from here on.
    pub ahead: Option<Offset>,
    /// `restore`: how much older the copy is.
    pub age: Option<Ms>,
    /// `forget-disk`: how many of the newest commits a cut takes back.
    pub commits: Option<u32>,
    /// `cut-line`: which direction.
    pub way: Option<Way>,
    /// `cut-power`: what becomes of commits under way.
    pub in_flight: Option<InFlight>,
    /// `shape-line`: as now.
    pub link: Option<Link>,
    /// `write` and `poison`: how large.
    pub bytes: Option<Bytes>,
    /// `write` and `poison`: how many. `urge`: which case of the site, from 0.
    pub number: Option<u32>,
}

/// What can happen; each is one kind of action of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Thing {
    /// The public address changes.
    ChangeIp,
    /// The line carries nothing.
    CutLine,
    /// The power fails.
    CutPower,
    /// The hub declares a day, beside those it declares anyway.
    DeclareDay,
    /// The disk takes nothing more.
    FillDisk,
    /// The disk answers before it keeps.
    ForgetDisk,
    /// A body that does not pass the door is appended.
    Poison,
    /// The address box forgets.
    RebindNat,
    /// An older copy of the disk is put back.
    Restore,
    /// The node is revoked.
    Revoke,
    /// The clock is wrong.
    SetClock,
    /// The line works differently.
    ShapeLine,
    /// A case goes ahead of the bulk.
    Urge,
    /// A clerk writes.
    Write,
}

/// Clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Clock {
    /// Sites whose clock is wrong from the first day.
    pub wrong_share: Share,
    /// By how much at most, ahead or behind.
    pub wrong_max: Option<Ms>,
    /// Sites whose clock battery is dead: after every power cut it is 1 January 2000 until somebody sets it.
    pub dead_battery_share: Share,
    /// How long until then.
    pub set_right_after: Option<Ms>,
}

/// Disks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Disk {
    /// What one sync takes.
    pub sync: Option<Spread>,
    /// How often disks are full, and how long until somebody makes room.
    pub full: Option<Outages>,
    /// Disks that answer before they keep. A receipt on such a disk can be lost: that is what the run shows.
    pub forgetful_share: Share,
    /// How many commits.
    pub forgetful_commits: Option<u32>,
}

/// After the last day, heal only a part and demand progress there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Liveness {
    /// Which part of the townships, and of the villages of those.
    pub core_share: Share,
}

/// Each kind of fault is on or off by the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Swarm {
    /// How often a kind is on.
    pub odds: Share,
}

/// What must hold over all seeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// Of all days on which a site had a session: at day's end only one in twenty was further behind than this.
    pub p95_staleness_online: Option<Ms>,
    /// After healing everybody agrees within this.
    pub converge_after_heal: Option<Ms>,
    /// Only one site in twenty sends and receives more in thirty days.
    pub bytes_per_site_month_p95: Option<Bytes>,
    /// Papers with a receipt that are not at the hub after healing, at most.
    pub lost_writes: Option<u64>,
    /// Papers that could not be written at the window, at most this part.
    pub papers_not_written: Option<Share>,
    /// Connections in the hub's busiest minute, at most.
    pub hub_sessions_minute_max: Option<Amount>,
}
