//! The office of a scenario: cases taken in at every site, their events over the next working days, and the papers of the county.

use super::{Case, Paper};
use crate::layout::{Post, Seat};
use crate::plan::chance::{count, exponential, happens, size};
use crate::plan::draw::Sketch;
use crate::plan::faults::powered_hours;
use crate::plan::{Action, DAY_MS, What, days};
use crate::scenario::Office;
use crate::scenario::units::Hours;
use crate::streams::Stream;
use mesh_model::time::Uptime;

/// Numbers of the county's own papers begin here.
const COUNTY_NUMBERS_FROM: u64 = 1 << 56;
/// Working days for which a new clerk is slow.
const SLOW_DAYS: u16 = 20;
/// Bytes of a catalogue item.
const COUNTY_BYTES: (u64, u64) = (6_000, 12_000);

/// Draws the cases that one site takes in, with everything that is written in them by anybody.
pub(in crate::plan) fn of_site(sketch: &Sketch<'_>, seat: Seat) -> Vec<Action> {
    let Some(office) = &sketch.scenario.office else { return Vec::new() };
    let Some(usual) = usual_cases(sketch, office, seat) else { return Vec::new() };
    let hours = OpenHours::of(sketch, office, seat);
    let above = sketch.places.layout.above(seat).filter(|above| *above != Seat::HUB);
    let slow = slow_times(sketch, office, seat);
    let campaign = office.campaign.filter(|campaign| happens(&mut sketch.stream("campaign", seat), campaign.share.0.0));
    let mut actions = Vec::new();
    let mut number = 0;
    for day in (0..sketch.scenario.head.days).filter(|day| sketch.days.works(*day)) {
        let mut mean = usual;
        if days::is_market(day, office.market_every_days) {
            mean = mean * office.market_factor.0 / 1_000;
        }
        if let Some(peak) = office.peak.filter(|peak| days::is_among(day, peak.on)) {
            mean = mean * peak.factor.0 / 1_000;
        }
        if let Some(campaign) = campaign.filter(|campaign| days::is_among(day, campaign.on)) {
            mean += campaign.cases_per_day.0;
        }
        // Each day is a stream of its own: a market day more changes no other day.
        let mut stream = sketch.stream(&format!("cases/{day}"), seat);
        let is_slow = slow.iter().any(|from| (*from..from.saturating_add(SLOW_DAYS)).contains(&day));
        for _ in 0..count(&mut stream, mean) {
            let intake = Intake { sketch, office, seat, above, hours: &hours, day, case_days: office.case_days << u16::from(is_slow) };
            intake.events(&mut stream, number, &mut actions);
            number += 1;
        }
    }
    actions
}

/// Returns how many thousandths of a case a site takes in on a usual day: the measured mean, spread from half to twice as much.
fn usual_cases(sketch: &Sketch<'_>, office: &Office, seat: Seat) -> Option<u64> {
    let class = sketch.places.class(sketch.scenario, seat)?;
    let word = if sketch.places.layout.post(seat) == Post::Township { "township" } else { "village" };
    let mean = office.cases_per_day.get(&class.name).or_else(|| office.cases_per_day.get(word))?.0;
    // The mean of 2^x over -1 to 1 is 1.082.
    let spread = libm::exp2(sketch.stream("busy", seat).below(2_001) as f64 / 1_000.0 - 1.0) / 1.082;
    Some(libm::round(mean as f64 * spread) as u64)
}

fn slow_times(sketch: &Sketch<'_>, office: &Office, seat: Seat) -> Vec<u16> {
    let share = u64::from(office.turnover.0.0);
    if share == 0 {
        return Vec::new();
    }
    let mean_days = 365 * 1_000_000 / share;
    let mut stream = sketch.stream("turnover", seat);
    let mut at = 0;
    let mut times = Vec::new();
    while at < u64::from(sketch.scenario.head.days) {
        at += exponential(&mut stream, mean_days * 24) / 24 + 1;
        times.push(u16::try_from(at).unwrap_or(u16::MAX));
    }
    times
}

/// When a site's window is open.
pub(in crate::plan) struct OpenHours {
    open: Hours,
    lunch: Option<Hours>,
}

impl OpenHours {
    /// Returns a site's hours: the office's, or those in which it has power.
    pub fn of(sketch: &Sketch<'_>, office: &Office, seat: Seat) -> OpenHours {
        match powered_hours(sketch, seat) {
            Some(open) => OpenHours { open, lunch: None },
            None => OpenHours { open: office.open, lunch: office.lunch.filter(|lunch| lunch.from_ms >= office.open.from_ms) },
        }
    }

    /// Draws a time of the day, in milliseconds after midnight, at which somebody is at the window.
    pub fn draw(&self, stream: &mut Stream) -> u64 {
        let pause = self.lunch.map_or(0, Hours::len_ms);
        let at = self.open.from_ms + stream.below(self.open.len_ms().saturating_sub(pause));
        match self.lunch {
            Some(lunch) if at >= lunch.from_ms => at + lunch.len_ms(),
            Some(_) | None => at,
        }
    }
}

/// One case as it is taken in.
struct Intake<'a> {
    sketch: &'a Sketch<'a>,
    office: &'a Office,
    seat: Seat,
    above: Option<Seat>,
    hours: &'a OpenHours,
    day: u16,
    case_days: u16,
}

impl Intake<'_> {
    fn events(&self, stream: &mut Stream, number: u64, actions: &mut Vec<Action>) {
        let events = u16::from(self.office.events_per_case);
        let by_hub = happens(stream, self.office.hub_share.0.0);
        let mut at = u64::from(self.day) * DAY_MS + self.hours.draw(stream);
        for event in 0..events {
            let bytes = size(stream, self.office.bytes.p50.0, self.office.bytes.p95.0);
            let time = self.hours.draw(stream);
            if event > 0 {
                let later = u32::from(event) * u32::from(self.case_days) / u32::from(events.max(2) - 1);
                let day = self.sketch.days.working_days_after(self.day, later as u16);
                // Never before the event before it: a decision does not come ahead of the application.
                at = (u64::from(day) * DAY_MS + time).max(at + 60_000);
            }
            if at >= self.sketch.end_ms() {
                return;
            }
            let paper = Paper {
                number: u64::from(self.seat.0) << 40 | number << 8 | u64::from(event),
                seat: self.writer(event, events, by_hub),
                case: Case { intake: self.seat, number },
                bytes: usize::try_from(bytes).unwrap_or(usize::MAX),
            };
            actions.push(Action { at: Uptime(at), what: What::Paper(paper) });
        }
    }

    /// The window registers and hands over, the township examines and decides, the county decides its share.
    fn writer(&self, event: u16, events: u16, by_hub: bool) -> Seat {
        let is_middle = event == events / 2 || event == events / 2 + 1;
        if by_hub && is_middle && event + 1 < events {
            Seat::HUB
        } else if event < 2 || event + 1 == events {
            self.seat
        } else {
            self.above.unwrap_or(self.seat)
        }
    }
}

/// Draws the county's own papers: changes of the catalogue, orders.
pub(in crate::plan) fn county_papers(sketch: &Sketch<'_>) -> Vec<Action> {
    let Some(office) = &sketch.scenario.office else { return Vec::new() };
    let hours = OpenHours::of(sketch, office, Seat::HUB);
    let mut actions = Vec::new();
    for day in (0..sketch.scenario.head.days).filter(|day| sketch.days.works(*day)) {
        let mut stream = sketch.stream(&format!("county/{day}"), Seat::HUB);
        for _ in 0..count(&mut stream, office.county_papers_per_week.0 / 5) {
            let number = actions.len() as u64;
            let bytes = usize::try_from(size(&mut stream, COUNTY_BYTES.0, COUNTY_BYTES.1)).unwrap_or(usize::MAX);
            let at = Uptime(u64::from(day) * DAY_MS + hours.draw(&mut stream));
            let paper = Paper { number: COUNTY_NUMBERS_FROM | number, seat: Seat::HUB, case: Case { intake: Seat::HUB, number }, bytes };
            actions.push(Action { at, what: What::Paper(paper) });
        }
    }
    actions
}
