//! The lines of a county: how fast, how far, how often away.

use super::chance::{empirical, exponential, happens, weibull};
use super::draw::{FAULTS_FROM_MS, Sketch};
use super::{Action, DAY_MS, Plan, Way, What, days};
use crate::layout::Seat;
use crate::line::{Congestion, LineMake, Loss, Nat, Ppm};
use crate::scenario::{Cc, Class, Dist, Link, LossModel, Season, Span};
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

/// Returns the line of a class.
#[must_use]
pub fn make(class: &Class) -> LineMake {
    make_of(&class.link, class)
}

/// Returns a line of a class that works as `link` says.
#[must_use]
pub fn make_of(link: &Link, class: &Class) -> LineMake {
    /// From this loss on BBR carries about twice as much as cubic, as measured.
    const BBR_FROM: Ppm = Ppm(10_000);
    let ms = |span: crate::scenario::units::Ms| u32::try_from(span.0).unwrap_or(u32::MAX);
    let loss = match (link.loss.0, link.loss_model) {
        (Ppm(0), _) => Loss::None,
        (share, LossModel::Bernoulli) => Loss::Bernoulli(share),
        (share, LossModel::Gilbert) => Loss::Gilbert { share, burst_packets: link.burst },
    };
    let congestion = match class.sync.cc {
        Cc::Auto if link.loss.0 >= BBR_FROM => Congestion::Bbr,
        Cc::Bbr => Congestion::Bbr,
        Cc::Auto | Cc::Cubic => Congestion::Cubic,
    };
    LineMake {
        up_bps: link.rate_up.unwrap_or(link.rate).0,
        down_bps: link.rate.0,
        delay_ms: ms(link.rtt) / 2,
        jitter_ms: ms(link.jitter),
        loss,
        queue_ms: ms(link.queue),
        mtu_bytes: link.mtu,
        duplicate: link.duplicate.0,
        reorder: link.reorder.0,
        nat: class.nat.as_ref().map(|nat| Nat { udp_timeout_ms: ms(nat.udp_timeout) }),
        congestion,
    }
}

/// Draws when the line above a site is away: by chance, with the site above, in seasons, at hours.
pub(super) fn of_site(sketch: &Sketch<'_>, seat: Seat) -> Vec<Action> {
    let Some(class) = sketch.places.class(sketch.scenario, seat) else { return Vec::new() };
    let mut times = own_outages(sketch, seat, class);
    if let Some((above, parent)) =
        sketch.places.layout.above(seat).and_then(|above| Some((above, sketch.places.class(sketch.scenario, above)?)))
    {
        let storms = own_outages(sketch, above, parent);
        times.extend(
            storms.into_iter().filter(|(at, _)| happens(&mut sketch.stream(&format!("shared/{at}"), seat), class.shared_outages.0.0)),
        );
    }
    times.extend(class.calendar.iter().flat_map(|season| season_times(sketch, seat, season)));
    let down = |(at, for_ms): (u64, u64)| {
        let late = FAULTS_FROM_MS.saturating_sub(at);
        let what = What::LineDown { seat, for_ms: for_ms.saturating_sub(late), way: Way::Both };
        (for_ms > late && at < sketch.end_ms()).then_some(Action { at: Uptime(at + late), what })
    };
    times.into_iter().filter_map(down).collect()
}

fn own_outages(sketch: &Sketch<'_>, seat: Seat, class: &Class) -> Vec<(u64, u64)> {
    let (Some(up), Some(gap)) = (&class.up, &class.gap) else { return Vec::new() };
    let mut stream = sketch.stream("outage", seat);
    let mut at = FAULTS_FROM_MS;
    let mut times = Vec::new();
    loop {
        at = at.saturating_add(length(&mut stream, up).max(1_000));
        let for_ms = length(&mut stream, gap).max(1_000);
        if at >= sketch.end_ms() {
            return times;
        }
        times.push((at, for_ms));
        at = at.saturating_add(for_ms);
    }
}

/// Draws how long something lasts.
fn length(stream: &mut Stream, span: &Span) -> u64 {
    let mean = span.mean.map_or(0, |mean| mean.0);
    let drawn = match span.dist {
        Dist::Empirical => empirical(stream, &span.quantiles.iter().map(|quantile| quantile.0).collect::<Vec<_>>()),
        Dist::Exponential => exponential(stream, mean),
        Dist::Weibull => weibull(stream, mean, span.shape.0),
    };
    span.max.map_or(drawn, |max| drawn.min(max.0))
}

fn season_times(sketch: &Sketch<'_>, seat: Seat, season: &Season) -> Vec<(u64, u64)> {
    let is_hit = |kind: String| happens(&mut sketch.stream(&kind, seat), season.share.0.0);
    if let Some(dates) = season.down.filter(|dates| is_hit(format!("season/{:?}-{:?}", dates.from, dates.to))) {
        return days::spans(sketch.scenario.head.days, dates);
    }
    match season.up_only.filter(|hours| is_hit(format!("hours/{}-{}", hours.from_ms, hours.to_ms))) {
        None => Vec::new(),
        Some(hours) => {
            let off_ms = DAY_MS - hours.len_ms();
            let morning = (0, if hours.to_ms > hours.from_ms { hours.from_ms } else { 0 });
            [morning].into_iter().chain((0..u64::from(sketch.scenario.head.days)).map(|day| (day * DAY_MS + hours.to_ms, off_ms))).collect()
        }
    }
}
