//! How a line works while it is up: one set of settings for every engine.
//!
//! Whole numbers throughout, so that a plan reads back to the same bytes: rates in bits a second, times in milliseconds, shares in parts a
//! million. What a model cannot express it says in its limits.

use serde::{Deserialize, Serialize};

/// Parts of a million.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ppm(pub u32);

impl Ppm {
    /// All of them.
    pub const ALL: Ppm = Ppm(1_000_000);
}

/// The line between a site and the one above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LineMake {
    /// Bits a second towards the site above.
    pub up_bps: u64,
    /// Bits a second towards the site.
    pub down_bps: u64,
    /// Milliseconds that a packet is under way, one way.
    pub delay_ms: u32,
    /// Milliseconds that may come on top, evenly spread.
    pub jitter_ms: u32,
    /// Packets that are lost, each way.
    pub loss: Loss,
    /// Milliseconds of line rate that queue before a packet is dropped.
    pub queue_ms: u32,
    /// Bytes of the largest datagram that gets through.
    pub mtu_bytes: u16,
    /// Packets that arrive twice.
    pub duplicate: Ppm,
    /// Packets that arrive a round trip late.
    pub reorder: Ppm,
    /// The box between the site and the world, if there is one.
    pub nat: Option<Nat>,
    /// How a sender finds its rate.
    pub congestion: Congestion,
}

/// Which packets are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// None.
    None,
    /// Each with the same chance.
    Bernoulli(Ppm),
    /// In bursts: in the mean this share, this many packets at a time. Two states; the bad one loses everything.
    Gilbert {
        /// Share of all packets.
        share: Ppm,
        /// Mean length of a burst.
        burst_packets: u16,
    },
}

impl Loss {
    /// Returns the share of packets that is lost in the mean.
    #[must_use]
    pub fn share(self) -> Ppm {
        match self {
            Loss::None => Ppm(0),
            Loss::Bernoulli(share) | Loss::Gilbert { share, .. } => share,
        }
    }
}

/// A box that maps addresses and forgets a silent mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Nat {
    /// Milliseconds of silence after which the mapping is gone.
    pub udp_timeout_ms: u32,
}

/// Congestion control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Congestion {
    /// Model of bottleneck bandwidth and round trip.
    Bbr,
    /// Cubic, the default of the daemons.
    Cubic,
}

impl LineMake {
    /// Returns a clean line of this rate both ways: no loss, two seconds of queue, the smallest datagram every line carries.
    #[must_use]
    pub fn clean(bps: u64, delay_ms: u32) -> LineMake {
        LineMake {
            up_bps: bps,
            down_bps: bps,
            delay_ms,
            jitter_ms: 0,
            loss: Loss::None,
            queue_ms: 2_000,
            mtu_bytes: 1_280,
            duplicate: Ppm(0),
            reorder: Ppm(0),
            nat: None,
            congestion: Congestion::Cubic,
        }
    }
}
