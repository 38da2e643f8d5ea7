//! One direction of a line at packet level: rate, queue, loss, delay, jitter, datagram size, doubles, latecomers.
//!
//! Microseconds throughout. Every packet draws the same numbers whatever becomes of it, so that a setting that changes shifts no other.

use crate::line::{LineMake, Loss, Ppm};
use crate::plan::Way;
use crate::streams::Stream;

/// Bytes of IP and UDP around a datagram.
pub const PACKET_OVERHEAD_BYTES: u64 = 28;

/// One direction.
#[derive(Debug)]
pub struct Pipe {
    stream: Stream,
    way: Way,
    busy_until_us: u64,
    closed_until_us: u64,
    in_burst: bool,
}

impl Pipe {
    /// Opens a direction of a line; its random numbers are its own.
    #[must_use]
    pub fn new(stream: Stream, way: Way) -> Pipe {
        Pipe { stream, way, busy_until_us: 0, closed_until_us: 0, in_burst: false }
    }

    /// Carries nothing until then.
    pub fn close_until(&mut self, until_us: u64) {
        self.closed_until_us = self.closed_until_us.max(until_us);
    }

    /// Carries again from now on.
    pub fn open(&mut self, now_us: u64) {
        self.closed_until_us = self.closed_until_us.min(now_us);
    }

    /// Returns when a datagram that is sent at `now_us` arrives: never, once or twice.
    pub fn pass(&mut self, make: &LineMake, now_us: u64, bytes: usize) -> Vec<u64> {
        let lost = self.draws_loss(make.loss);
        let jitter_us = self.stream.below(u64::from(make.jitter_ms) * 1_000 + 1);
        let late = self.draws(make.reorder);
        let double = self.draws(make.duplicate);
        let bps = match self.way {
            Way::Up => make.up_bps,
            Way::Down | Way::Both => make.down_bps,
        };
        let waits_us = self.busy_until_us.saturating_sub(now_us);
        let too_large = bytes as u64 + PACKET_OVERHEAD_BYTES > u64::from(make.mtu_bytes);
        if self.closed_until_us > now_us || too_large || waits_us > u64::from(make.queue_ms) * 1_000 {
            return Vec::new();
        }
        let bits = (bytes as u64 + PACKET_OVERHEAD_BYTES) * 8;
        self.busy_until_us = self.busy_until_us.max(now_us) + (bits * 1_000_000).div_ceil(bps.max(1));
        if lost {
            return Vec::new();
        }
        let delay_us = u64::from(make.delay_ms) * 1_000;
        let arrives = self.busy_until_us + delay_us + jitter_us + if late { 2 * delay_us } else { 0 };
        if double { vec![arrives, arrives + 1_000] } else { vec![arrives] }
    }

    fn draws(&mut self, share: Ppm) -> bool {
        self.stream.below(u64::from(Ppm::ALL.0)) < u64::from(share.0)
    }

    fn draws_loss(&mut self, loss: Loss) -> bool {
        match loss {
            Loss::None => {
                self.draws(Ppm(0));
                false
            }
            Loss::Bernoulli(share) => self.draws(share),
            Loss::Gilbert { share, burst_packets } => {
                let burst = u64::from(burst_packets.max(1));
                let good = u64::from(Ppm::ALL.0.saturating_sub(share.0)).max(1);
                // In the mean a burst lasts `burst` packets, and the good state as much longer as the share says.
                let leaves = u64::from(Ppm::ALL.0) / burst;
                let enters = (u64::from(share.0) * leaves / good).min(u64::from(Ppm::ALL.0));
                let odds = if self.in_burst { leaves } else { enters };
                if self.draws(Ppm(u32::try_from(odds).unwrap_or(Ppm::ALL.0))) {
                    self.in_burst = !self.in_burst;
                }
                self.in_burst
            }
        }
    }
}

#[cfg(test)]
mod tests;
