//! One direction of one line, as numbers: which datagram is lost, which one waits, when it comes out. No sockets, no clock of its own.

use crate::line::{LineMake, Loss, Ppm};
use crate::streams::Stream;
use serde::{Deserialize, Serialize};

/// Bytes that IPv4 and UDP put around a datagram, which the line carries too.
const HEADERS_BYTES: u64 = 28;
/// A datagram that is reordered comes at least so much later, in microseconds.
const REORDER_US_MIN: u64 = 10_000;

/// What a lane counted; datagrams unless the name says bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneCount {
    /// Offered by the sender.
    pub offered: u64,
    /// Bytes offered.
    pub offered_bytes: u64,
    /// Came out at the other end, copies not counted.
    pub carried: u64,
    /// Bytes that came out.
    pub carried_bytes: u64,
    /// Lost on the way.
    pub lost: u64,
    /// Dropped because the queue was full.
    pub dropped: u64,
    /// Dropped because the line was cut.
    pub cut: u64,
    /// Larger than the line carries.
    pub too_large: u64,
    /// Came out twice.
    pub twice: u64,
    /// Came out late.
    pub late: u64,
    /// Bytes that are queued or under way now.
    pub waiting_bytes: u64,
}

impl LaneCount {
    /// Returns what was counted since an earlier look; what waits is as now.
    #[must_use]
    pub fn since(self, earlier: LaneCount) -> LaneCount {
        LaneCount {
            offered: self.offered - earlier.offered,
            offered_bytes: self.offered_bytes - earlier.offered_bytes,
            carried: self.carried - earlier.carried,
            carried_bytes: self.carried_bytes - earlier.carried_bytes,
            lost: self.lost - earlier.lost,
            dropped: self.dropped - earlier.dropped,
            cut: self.cut - earlier.cut,
            too_large: self.too_large - earlier.too_large,
            twice: self.twice - earlier.twice,
            late: self.late - earlier.late,
            waiting_bytes: self.waiting_bytes,
        }
    }
}

/// What becomes of a datagram; times in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It comes out then, and perhaps once more.
    Arrives {
        /// When.
        at_us: u64,
        /// When its copy does.
        again_us: Option<u64>,
    },
    /// It is gone.
    Gone,
}

/// Whether a datagram comes out for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copy {
    /// It does.
    First,
    /// The line made it twice.
    Second,
}

/// Which of the two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Heading {
    /// Towards the site.
    Down,
    /// Towards the site above.
    Up,
}

/// One direction.
#[derive(Debug)]
pub struct Lane {
    heading: Heading,
    make: LineMake,
    stream: Stream,
    /// When the sender's modem has sent everything that it was given.
    free_us: u64,
    /// When the newest datagram that kept its place comes out.
    last_us: u64,
    /// Whether a burst of losses is on.
    in_burst: bool,
    is_cut: bool,
    /// What was counted.
    pub count: LaneCount,
}

impl Lane {
    /// Opens a lane that works as `make` says and draws from `stream`.
    #[must_use]
    pub fn new(heading: Heading, make: LineMake, stream: Stream) -> Lane {
        let count = LaneCount::default();
        Lane { heading, make, stream, free_us: 0, last_us: 0, in_burst: false, is_cut: false, count }
    }

    /// Works differently from here on; what waits comes out as it was to.
    pub fn shape(&mut self, make: LineMake) {
        self.make = make;
    }

    /// Carries nothing from here on.
    pub fn cut(&mut self) {
        self.is_cut = true;
    }

    /// Carries again; the queue is empty.
    pub fn repair(&mut self) {
        self.is_cut = false;
        self.free_us = 0;
    }

    /// Takes a datagram of so many bytes at `now_us`.
    pub fn offer(&mut self, now_us: u64, bytes: usize) -> Fate {
        let size = bytes as u64;
        self.count.offered += 1;
        self.count.offered_bytes += size;
        if self.is_cut {
            self.count.cut += 1;
            return Fate::Gone;
        }
        if bytes > usize::from(self.make.mtu_bytes) {
            self.count.too_large += 1;
            return Fate::Gone;
        }
        let queued_us = self.free_us.saturating_sub(now_us);
        if queued_us > u64::from(self.make.queue_ms) * 1_000 {
            self.count.dropped += 1;
            return Fate::Gone;
        }
        // A lost datagram was sent all the same: it takes its time on the line.
        self.free_us = self.free_us.max(now_us) + self.sending_us(size);
        if self.loses() {
            self.count.lost += 1;
            return Fate::Gone;
        }
        self.count.waiting_bytes += size;
        self.arrival(now_us)
    }

    fn arrival(&mut self, now_us: u64) -> Fate {
        let delay_us = u64::from(self.make.delay_ms) * 1_000;
        let jitter_us = self.stream.below(u64::from(self.make.jitter_ms) * 1_000 + 1);
        let straight_us = (self.free_us.max(now_us) + delay_us + jitter_us).max(self.last_us);
        let at_us = if self.happens(self.make.reorder) {
            self.count.late += 1;
            straight_us + (2 * delay_us).max(REORDER_US_MIN)
        } else {
            self.last_us = straight_us;
            straight_us
        };
        let again = self.happens(self.make.duplicate);
        self.count.twice += u64::from(again);
        Fate::Arrives { at_us, again_us: again.then_some(at_us) }
    }

    /// Notes that a datagram comes out; false when the line is cut meanwhile, which takes it along.
    pub fn hands_over(&mut self, bytes: usize, copy: Copy) -> bool {
        if copy == Copy::First {
            self.count.waiting_bytes = self.count.waiting_bytes.saturating_sub(bytes as u64);
            if self.is_cut {
                self.count.cut += 1;
            } else {
                self.count.carried += 1;
                self.count.carried_bytes += bytes as u64;
            }
        }
        !self.is_cut
    }

    fn sending_us(&self, bytes: u64) -> u64 {
        let bps = match self.heading {
            Heading::Down => self.make.down_bps,
            Heading::Up => self.make.up_bps,
        };
        ((bytes + HEADERS_BYTES) * 8 * 1_000_000).div_ceil(bps.max(1))
    }

    fn happens(&mut self, share: Ppm) -> bool {
        share.0 > 0 && self.stream.below(u64::from(Ppm::ALL.0)) < u64::from(share.0)
    }

    fn loses(&mut self) -> bool {
        match self.make.loss {
            Loss::None => false,
            Loss::Bernoulli(share) => self.happens(share),
            Loss::Gilbert { share, burst_packets } => self.loses_in_bursts(share, burst_packets.max(1)),
        }
    }

    /// Two states: a burst ends after one in `burst` datagrams, and begins as often as makes the mean loss `share`.
    fn loses_in_bursts(&mut self, share: Ppm, burst: u16) -> bool {
        let (all, burst) = (u64::from(Ppm::ALL.0), u64::from(burst));
        self.in_burst = if self.in_burst {
            !self.stream.once_in(burst)
        } else {
            let good = all.saturating_sub(u64::from(share.0)).max(1);
            self.stream.below(good * burst) < u64::from(share.0)
        };
        self.in_burst
    }
}
