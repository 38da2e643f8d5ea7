//! One site's machine, what its office was told, and what it counted.

use crate::disk::Disk;
use crate::evidence::{Office, Tally};
use crate::layout::Seat;
use crate::streams::Stream;
use mesh_model::id::SiteId;
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::Uptime;
use sync_protocol::crypto::SigningKey;
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

impl Machine {
    /// Makes a machine that was never started; its key is drawn from the run's seed.
    #[must_use]
    pub fn new(seed: u64, seat: Seat, sync_ms: u32) -> Machine {
        let mut stream = Stream::new(seed, "machine", u64::from(seat.0));
        Machine {
            key: SigningKey::from_secret(&stream.bytes()),
            node: None,
            disk: Disk::default(),
            boot: 0,
            sync_ms: u64::from(sync_ms),
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
