//! One site's machine, what its office was told, and what it counted.

use super::disk::Disk;
use crate::scenario::Seat;
use crate::streams::Stream;
use mesh_model::id::SiteId;
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::Uptime;
use std::collections::BTreeMap;
use sync_protocol::crypto::SigningKey;
use sync_protocol::io::{ActPlace, ActRefusal};
use sync_protocol::node::Node;

/// One site.
#[derive(Debug)]
pub struct Machine {
    /// Its name in the county.
    pub key: SigningKey,
    /// `None` while the power is off.
    pub node: Option<Node>,
    /// Survives power cuts.
    pub disk: Disk,
    /// Process starts so far.
    pub boot: u64,
    /// Milliseconds one sync takes.
    pub sync_ms: u64,
    /// The power stays off until then.
    pub off_until: Uptime,
    /// The line above stays away until then.
    pub line_down_until: Uptime,
    /// The next wake-up that was set down.
    pub wake: Option<Uptime>,
    /// What the office holds in its hands.
    pub office: Office,
    /// For the report.
    pub tally: Tally,
}

/// What clerks remember: receipts are on paper and survive every power cut.
#[derive(Debug, Default)]
pub struct Office {
    /// Papers that the node called durable, by number.
    pub receipts: BTreeMap<u64, Receipt>,
    /// Papers that the node refused, and why.
    pub refused: Vec<(u64, ActRefusal)>,
    /// Papers that were handed to the node.
    pub handed_in: u64,
    /// Papers that could not be written: no power, or a case not yet heard of.
    pub missed: u64,
}

/// One printed receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// When it was printed.
    pub at: Uptime,
    /// What it stands for.
    pub places: Vec<ActPlace>,
}

/// What a site counted over all its process starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Frame bytes sent, length prefixes included.
    pub sent_bytes: u64,
    /// Frame bytes received, length prefixes included.
    pub received_bytes: u64,
    /// Frames sent.
    pub frames: u64,
    /// Comparisons because a cursor was unknown or a proof differed.
    pub repairs: u64,
    /// Comparisons because scopes were newly common.
    pub fills: u64,
    /// Peers that broke the protocol.
    pub faults: u64,
    /// Forks and second branches seen.
    pub forks: u64,
    /// Sessions given up after too many repairs.
    pub given_up: u64,
}

impl Machine {
    /// Makes a machine that was never started; its key and the speed of its disk are drawn from the run's seed.
    #[must_use]
    pub fn new(seed: u64, seat: Seat) -> Machine {
        let mut stream = Stream::new(seed, "machine", u64::from(seat.0));
        Machine {
            key: SigningKey::from_secret(&stream.bytes()),
            node: None,
            disk: Disk::default(),
            boot: 0,
            sync_ms: stream.spread(2, 60),
            off_until: Uptime(0),
            line_down_until: Uptime(0),
            wake: None,
            office: Office::default(),
            tally: Tally::default(),
        }
    }
}

/// Returns the stable id of a site.
#[must_use]
pub fn site_of(seat: Seat) -> SiteId {
    let mut id = *b"site\0\0\0\0";
    id[6..].copy_from_slice(&seat.0.to_be_bytes());
    SiteId(id)
}

/// Returns where the cases of a site are.
#[must_use]
pub fn cases_of(seat: Seat) -> Scope {
    Scope::site(site_of(seat), Class::CASES, Shelf(2026))
}
