//! The lines of a county: how fast, how far, how often away.

use super::{Action, What};
use crate::scenario::{DAY_MS, Scenario, Seat};
use crate::streams::Stream;
use mesh_model::time::Uptime;

/// How a line works while it is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineMake {
    /// Bits a second, each way.
    pub bits_per_s: u64,
    /// Milliseconds that a packet is under way.
    pub delay_ms: u64,
    /// What this line is like when it fails.
    pub road: Road,
}

/// How a line fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Road {
    /// Fibre: minutes, every other week.
    Town,
    /// Radio: an hour, every day or two.
    Valley,
    /// A mountain: days, every few days.
    Mountain,
}

impl LineMake {
    /// Draws the line above a site.
    #[must_use]
    pub fn draw(scenario: &Scenario, seat: Seat) -> LineMake {
        let mut stream = Stream::new(scenario.seed, "line", u64::from(seat.0));
        let road = [Road::Town, Road::Valley, Road::Mountain][usize::try_from(stream.below(3)).expect("a number below 3")];
        match road {
            Road::Town => LineMake { bits_per_s: stream.spread(4_000_000, 64_000_000), delay_ms: stream.between(2, 30), road },
            Road::Valley => LineMake { bits_per_s: stream.spread(256_000, 4_000_000), delay_ms: stream.between(20, 120), road },
            Road::Mountain => LineMake { bits_per_s: stream.spread(64_000, 512_000), delay_ms: stream.between(80, 600), road },
        }
    }
}

/// Draws when the line above a site is away. The first morning is spared, so that the site learns who its county is.
pub(super) fn draw_outages(scenario: &Scenario, seat: Seat) -> Vec<Action> {
    const MINUTE_MS: u64 = 60_000;
    let road = LineMake::draw(scenario, seat).road;
    let (up_ms, down_ms) = match road {
        Road::Town => ((DAY_MS, 20 * DAY_MS), (5_000, 30 * MINUTE_MS)),
        Road::Valley => ((2 * 60 * MINUTE_MS, 2 * DAY_MS), (10_000, 6 * 60 * MINUTE_MS)),
        Road::Mountain => ((30 * MINUTE_MS, 4 * DAY_MS), (10 * MINUTE_MS, 12 * DAY_MS)),
    };
    let mut stream = Stream::new(scenario.seed, "outage", u64::from(seat.0));
    let mut at = Uptime(DAY_MS / 3);
    let mut outages = Vec::new();
    loop {
        at = at.after_ms(stream.spread(up_ms.0, up_ms.1));
        let for_ms = stream.spread(down_ms.0, down_ms.1);
        if at >= scenario.end() {
            return outages;
        }
        outages.push(Action { at, what: What::LineDown { seat, for_ms } });
        at = at.after_ms(for_ms);
    }
}
