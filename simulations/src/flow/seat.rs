//! One seat: a machine with its disk, its node while the power is on, its office and what it counted.

use super::rhythm::Window;
use crate::disk::{Disk, SharedPool};
use crate::evidence::{Office, Tally};
use crate::layout::Seat;
use crate::line::LineMake;
use crate::plan::SiteMake;
use crate::streams::Stream;
use crate::suite::KEYED_HASH;
use mesh_model::id::SiteId;
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::Uptime;
use sync_protocol::crypto::SigningKey;
use sync_protocol::io::ActPlace;
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
    /// The process start whose desk judges nothing any more: somebody appended poison there.
    pub unjudged_boot: Option<u64>,
    /// Milliseconds one sync takes.
    pub sync_ms: u64,
    /// The line to the site above as it works now.
    pub line: Option<LineMake>,
    /// The power stays off until then.
    pub off_until: Uptime,
    /// The line above carries nothing upwards, and nothing downwards, until then.
    pub line_down_until: [Uptime; 2],
    /// Milliseconds by which its clock is ahead.
    pub ahead_ms: i64,
    /// When it dials.
    pub window: Window,
    /// Connections it dialled so far.
    pub connections: u64,
    /// The newest of them while it lives.
    pub wire: Option<u64>,
    /// Since when a connection stands that is not yet in the tally.
    pub linked_since: Option<Uptime>,
    /// From when on signs of life are not yet in the tally.
    pub alive_since: Uptime,
    /// The next wake-up that was set down.
    pub wake: Option<Uptime>,
    /// Whether the hub ended its node's rights.
    pub is_revoked: bool,
    /// Whether its node forged: its peers take nothing more from it.
    pub is_forger: bool,
    /// Whether its disk ever went back.
    pub went_back: bool,
    /// Where its disk went back: papers that the window has not shown as being at the county since then, or since the machine started.
    pub below_county: Vec<ActPlace>,
    /// What the office holds in its hands.
    pub office: Office,
    /// For the report.
    pub tally: Tally,
}

impl Machine {
    /// Makes a machine that was never started; its key is drawn from the run's seed.
    #[must_use]
    pub fn new(seed: u64, seat: Seat, make: &SiteMake, pool: &SharedPool) -> Machine {
        let mut stream = Stream::new(seed, "machine", u64::from(seat.0));
        Machine {
            key: key(&stream.bytes()),
            node: None,
            disk: Disk::over(pool),
            boot: 0,
            unjudged_boot: None,
            sync_ms: u64::from(make.sync_ms),
            line: make.line,
            off_until: Uptime(0),
            line_down_until: [Uptime(0); 2],
            ahead_ms: 0,
            window: Window::new(seed, seat, make.rhythm),
            connections: 0,
            wire: None,
            linked_since: None,
            alive_since: Uptime(0),
            wake: None,
            is_revoked: false,
            is_forger: false,
            went_back: false,
            below_county: Vec::new(),
            office: Office::default(),
            tally: Tally::default(),
        }
    }

    /// Returns whether the desk would take whatever a clerk hands in.
    #[must_use]
    pub fn is_unjudged(&self) -> bool {
        self.unjudged_boot == Some(self.boot)
    }

    /// Returns whether nobody above talks to it any more, or takes anything from it.
    #[must_use]
    pub fn is_outcast(&self) -> bool {
        self.is_revoked || self.is_forger
    }

    /// Returns whether the line to the site above carries both ways.
    #[must_use]
    pub fn is_line_up(&self, now: Uptime) -> bool {
        self.line_down_until.iter().all(|until| *until <= now)
    }
}

/// Makes a key of the suite that this engine runs on.
#[must_use]
pub fn key(secret: &[u8; 32]) -> SigningKey {
    SigningKey::with_suite(&KEYED_HASH, secret)
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
