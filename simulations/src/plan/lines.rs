//! The lines of a county: how fast, how far, how often away.

use super::{Action, DAY_MS, Plan, Way, What};
use crate::layout::Seat;
use crate::line::{LineMake, Loss, Ppm};
use crate::streams::Stream;
use mesh_model::time::Uptime;

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

/// Draws the line above a site and how it fails.
#[must_use]
pub fn draw_make(seed: u64, seat: Seat) -> (Road, LineMake) {
    let mut stream = Stream::new(seed, "line", u64::from(seat.0));
    let road = [Road::Town, Road::Valley, Road::Mountain][usize::try_from(stream.below(3)).expect("a number below 3")];
    let ((slow, fast), (near, far), loss) = match road {
        Road::Town => ((4_000_000, 64_000_000), (2, 30), 0),
        Road::Valley => ((256_000, 4_000_000), (20, 120), 10_000),
        Road::Mountain => ((64_000, 512_000), (80, 600), 50_000),
    };
    let make = LineMake::clean(stream.spread(slow, fast), u32::try_from(stream.between(near, far)).expect("at most 600"));
    let loss = if loss == 0 { Loss::None } else { Loss::Bernoulli(Ppm(loss)) };
    (road, LineMake { loss, ..make })
}

/// Draws when the line above a site is away. The first morning is spared, so that the site learns who its county is.
pub(super) fn draw_outages(plan: &Plan, seat: Seat) -> Vec<Action> {
    const MINUTE_MS: u64 = 60_000;
    if seat == Seat::HUB {
        return Vec::new();
    }
    let (road, _) = draw_make(plan.seed, seat);
    let (up_ms, down_ms) = match road {
        Road::Town => ((DAY_MS, 20 * DAY_MS), (5_000, 30 * MINUTE_MS)),
        Road::Valley => ((2 * 60 * MINUTE_MS, 2 * DAY_MS), (10_000, 6 * 60 * MINUTE_MS)),
        Road::Mountain => ((30 * MINUTE_MS, 4 * DAY_MS), (10 * MINUTE_MS, 12 * DAY_MS)),
    };
    let mut stream = Stream::new(plan.seed, "outage", u64::from(seat.0));
    let mut at = Uptime(DAY_MS / 3);
    let mut outages = Vec::new();
    loop {
        at = at.after_ms(stream.spread(up_ms.0, up_ms.1));
        let for_ms = stream.spread(down_ms.0, down_ms.1);
        if at >= plan.end() {
            return outages;
        }
        outages.push(Action { at, what: What::LineDown { seat, for_ms, way: Way::Both } });
        at = at.after_ms(for_ms);
    }
}
