//! How long a frame is under way: packets, losses in rounds of recovery, the line's rate and what a sender makes of it. Whole numbers only.

use super::calibration::*;
use crate::line::{Congestion, LineMake, Loss};
use crate::streams::Stream;
use mesh_model::time::Uptime;

/// Which way a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Towards {
    /// The site above.
    Above,
    /// The site.
    Site,
}

/// One direction of a connection.
#[derive(Debug)]
pub struct Track {
    towards: Towards,
    /// Nothing is sent before the last frame has left.
    busy_until_us: u64,
    /// In flight at most, by congestion control.
    window_bytes: u64,
    /// When the round of now began: what it sent is acknowledged a round trip later.
    round_from_us: u64,
    /// What may still be sent in it.
    round_left_bytes: u64,
    /// In a burst of losses.
    is_in_burst: bool,
    /// Each lane keeps its order.
    newest_arrival: [Uptime; 3],
    stream: Stream,
}

/// How one frame passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// When its last byte has left.
    pub left: Uptime,
    /// When it is there.
    pub arrives: Uptime,
    /// Bytes on the wire, repeated ones included.
    pub sent_bytes: u64,
    /// Bytes of it that arrived.
    pub received_bytes: u64,
}

/// Returns milliseconds of a round trip.
#[must_use]
pub fn rtt_ms(make: &LineMake) -> u64 {
    2 * u64::from(make.delay_ms) + u64::from(make.jitter_ms)
}

/// Returns how long a handshake takes, in milliseconds.
#[must_use]
pub fn handshake_ms(make: &LineMake) -> u64 {
    let bytes_ms = |bytes: u64, bps: u64| (bytes * 8 * 1_000).div_ceil(bps.max(1));
    let bytes_ms = bytes_ms(HANDSHAKE_UP_BYTES, make.up_bps) + bytes_ms(HANDSHAKE_DOWN_BYTES, make.down_bps);
    rtt_ms(make) * HANDSHAKE_RTT_PERMILLE / 1_000 + bytes_ms
}

/// Returns the bits a second of payload that the line carries.
fn paced_bps(make: &LineMake, towards: Towards) -> u64 {
    let line = match towards {
        Towards::Above => make.up_bps,
        Towards::Site => make.down_bps,
    };
    (line * PACE_PERMILLE / 1_000).max(1)
}

/// Returns the bits a second that a sender reaches in the long run.
#[must_use]
pub fn rate_bps(make: &LineMake, towards: Towards) -> u64 {
    let paced = paced_bps(make, towards);
    let share = u64::from(make.loss.share().0);
    match make.congestion {
        Congestion::Cubic if share > 0 => {
            // MSS / (RTT * sqrt(p)), with sqrt(p) in thousandths: sqrt(p / 10^6) = sqrt(p) / 10^3.
            let root = share.isqrt().max(1);
            let mathis = (PACKET_BYTES * 8 * 1_000 * 1_000 * MATHIS_PERMILLE / 1_000 / (rtt_ms(make).max(1) * root)).max(1);
            // Windows follow each other a round trip and part of their own time on the line apart.
            let slowed = mathis * paced / (paced + mathis * ROUND_OWN_PERMILLE / 1_000);
            paced.min(slowed.max(1))
        }
        Congestion::Cubic | Congestion::Bbr => paced,
    }
}

impl Track {
    /// Opens a direction; its losses come from `stream`.
    #[must_use]
    pub fn new(towards: Towards, stream: Stream) -> Track {
        let newest_arrival = [Uptime(0); 3];
        let window_bytes = WINDOW_FIRST_BYTES;
        let (round_from_us, round_left_bytes) = (0, window_bytes);
        Track { towards, busy_until_us: 0, window_bytes, round_from_us, round_left_bytes, is_in_burst: false, newest_arrival, stream }
    }

    /// Returns when the line is free again.
    #[must_use]
    pub fn busy_until(&self) -> Uptime {
        Uptime(self.busy_until_us.div_ceil(1_000))
    }

    /// Returns when the last frame is there.
    #[must_use]
    pub fn last_arrival(&self) -> Uptime {
        self.newest_arrival.into_iter().max().unwrap_or_default()
    }

    /// Sends nothing before `until`, and lets nothing arrive before.
    pub fn stall(&mut self, until: Uptime) {
        self.busy_until_us = self.busy_until_us.max(until.0 * 1_000);
        // What was under way arrives then; what is sent from here on must not overtake it.
        for newest in &mut self.newest_arrival {
            *newest = (*newest).max(until.after_ms(1));
        }
    }

    /// Sends a frame of so many bytes on a lane.
    pub fn carry(&mut self, make: &LineMake, now: Uptime, frame_bytes: u64, lane: usize) -> Passage {
        let payload = frame_bytes + FRAME_OVERHEAD_BYTES;
        let packets = payload.div_ceil(PACKET_BYTES);
        // What is lost before the last round trip is made up for while the rest goes out.
        let last = (rate_bps(make, self.towards) * rtt_ms(make) / 8_000 / PACKET_BYTES).clamp(1, packets);
        let (_, repeated_before) = self.lose(make.loss, packets - last);
        let (rounds, repeated_last) = self.lose(make.loss, last);
        let repeated = repeated_before + repeated_last;
        let sent = payload + (repeated * PACKET_BYTES).min(repeated * payload);
        self.busy_until_us = self.sent_at_us(make, now.0 * 1_000, sent);
        let left = self.busy_until();
        let jitter = if make.jitter_ms == 0 { 0 } else { self.stream.below(u64::from(make.jitter_ms) + 1) };
        let recovery = u64::from(rounds) * rtt_ms(make) * ROUND_RTT_PERMILLE / 1_000;
        let arrives = left.after_ms(u64::from(make.delay_ms) + jitter + recovery).max(self.newest_arrival[lane]).max(now.after_ms(1));
        self.newest_arrival[lane] = arrives;
        let received_bytes = payload + packets * PACKET_OVERHEAD_BYTES;
        Passage { left, arrives, sent_bytes: sent + (packets + repeated) * PACKET_OVERHEAD_BYTES, received_bytes }
    }

    /// Returns when the last of so many bytes has left: a window at the line's pace, then the next one when the first is acknowledged.
    fn sent_at_us(&mut self, make: &LineMake, now_us: u64, bytes: u64) -> u64 {
        let (line_bps, round_us) = (paced_bps(make, self.towards), rtt_ms(make) * 1_000);
        let is_lossy = make.congestion == Congestion::Cubic && make.loss.share().0 > 0;
        if is_lossy && now_us >= self.busy_until_us + WINDOW_FALLS_MS * 1_000 {
            self.window_bytes = WINDOW_LEAST_BYTES;
        }
        let (mut at_us, mut rest) = (self.busy_until_us.max(now_us), bytes);
        while rest > 0 {
            if at_us >= self.round_from_us + round_us {
                self.begin_round(make, at_us, is_lossy);
            }
            let some = rest.min(self.round_left_bytes);
            at_us += (some * 8 * 1_000_000).div_ceil(line_bps);
            rest -= some;
            self.round_left_bytes -= some;
            if rest > 0 {
                at_us = at_us.max(self.round_from_us + round_us);
            }
        }
        at_us
    }

    /// Begins a round. A window that was used up grows: without loss until the line is full, under loss to what losses leave of it.
    fn begin_round(&mut self, make: &LineMake, at_us: u64, is_lossy: bool) {
        let bears = (rate_bps(make, self.towards) * rtt_ms(make) / 8_000).max(WINDOW_LEAST_BYTES);
        if is_lossy {
            let grown = if self.round_left_bytes == 0 { 2 * self.window_bytes } else { self.window_bytes };
            self.window_bytes = grown.min(bears.max(WINDOW_LEAST_BYTES));
        } else if self.round_left_bytes == 0 {
            self.window_bytes = (2 * self.window_bytes).min((2 * bears).max(WINDOW_FIRST_BYTES));
        }
        (self.round_from_us, self.round_left_bytes) = (at_us, self.window_bytes);
    }

    /// Returns rounds of recovery and packets sent again.
    fn lose(&mut self, loss: Loss, packets: u64) -> (u32, u64) {
        let (mut rounds, mut repeated, mut under_way) = (0, 0, packets);
        while rounds < ROUNDS_MAX {
            let lost = (0..under_way).filter(|_| self.is_lost(loss)).count() as u64;
            if lost == 0 {
                break;
            }
            rounds += 1;
            repeated += lost;
            under_way = lost;
        }
        (rounds, repeated)
    }

    fn is_lost(&mut self, loss: Loss) -> bool {
        match loss {
            Loss::None => false,
            Loss::Bernoulli(share) => self.stream.below(1_000_000) < u64::from(share.0),
            Loss::Gilbert { share, burst_packets } => {
                // Leaves a burst after `burst` packets in the mean; enters so often that the share comes out.
                let (share, burst) = (u64::from(share.0).min(999_999), u64::from(burst_packets.max(1)));
                let leave = 1_000_000 / burst;
                let enter = (leave * share / (1_000_000 - share)).min(1_000_000);
                let turn = self.stream.below(1_000_000);
                self.is_in_burst = if self.is_in_burst { turn >= leave } else { turn < enter };
                self.is_in_burst
            }
        }
    }
}
