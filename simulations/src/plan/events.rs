//! The single events of a scenario become actions: each names its sites by itself, so that one event less shifts no other.

use super::chance::{happens, size};
use super::clerks::{Case, Paper};
use super::draw::Sketch;
use super::faults::in_flight;
use super::{Action, DAY_MS, What, lines};
use crate::layout::Seat;
use crate::scenario::units::Place;
use crate::scenario::{Event, Thing};
use mesh_model::time::Uptime;

/// Numbers of papers that events write begin here.
const NUMBERS_FROM: u64 = 1 << 57;

/// Draws every event of the scenario.
pub(super) fn draw(sketch: &Sketch<'_>) -> Vec<Action> {
    let events = sketch.scenario.events.iter().enumerate();
    events.flat_map(|(index, event)| seats(sketch, event).into_iter().flat_map(move |seat| actions(sketch, index, event, seat))).collect()
}

fn key(event: &Event) -> String {
    format!("event/{}/{:?}", event.at.0, event.thing)
}

fn seats(sketch: &Sketch<'_>, event: &Event) -> Vec<Seat> {
    let layout = &sketch.places.layout;
    match &event.site {
        Some(Place::Number(number)) => layout.seats().filter(|seat| seat.0 == *number).collect(),
        Some(Place::Code(code)) => layout.seats().filter(|seat| layout.site(*seat).code.as_ref() == Some(code)).collect(),
        None if event.thing == Thing::DeclareDay => vec![Seat::HUB],
        None => {
            let share = event.share.map_or(crate::line::Ppm::ALL.0, |share| share.0.0);
            let is_meant = |seat: &Seat| event.class.as_ref().is_none_or(|class| layout.site(*seat).class == *class);
            layout.below_hub().filter(is_meant).filter(|seat| happens(&mut sketch.stream(&key(event), *seat), share)).collect()
        }
    }
}

fn actions(sketch: &Sketch<'_>, index: usize, event: &Event, seat: Seat) -> Vec<Action> {
    let mut stream = sketch.stream(&format!("{}/how", key(event)), seat);
    let late = event.within.map_or(0, |within| stream.below(within.0));
    let at = Uptime(event.at.0 + late);
    if at.0 >= sketch.end_ms() {
        return Vec::new();
    }
    let for_ms = event.lasts.map_or(0, |lasts| lasts.0);
    let paper = |stream: &mut crate::streams::Stream, number: u64| Paper {
        number: NUMBERS_FROM | (index as u64) << 42 | u64::from(seat.0) << 32 | number,
        seat,
        case: Case { intake: seat, number: super::clerks::workload::DOCS_FROM << 2 | number },
        bytes: usize::try_from(event.bytes.map_or_else(|| size(stream, 650, 2_000), |bytes| bytes.0)).unwrap_or(usize::MAX),
    };
    let what = match event.thing {
        Thing::ChangeIp => What::AddressChanged { seat },
        Thing::CutLine => What::LineDown { seat, for_ms, way: event.way.unwrap_or(super::Way::Both) },
        Thing::CutPower => What::PowerCut { seat, for_ms, in_flight: event.in_flight.unwrap_or_else(|| in_flight(&mut stream)) },
        Thing::DeclareDay => What::DayDeclared { number: u16::try_from(at.0 / DAY_MS).unwrap_or(u16::MAX) },
        Thing::FillDisk => What::DiskFull { seat, for_ms },
        Thing::ForgetDisk => What::DiskForgets { seat, commits: event.commits.unwrap_or(20) },
        Thing::RebindNat => What::NatRebound { seat },
        Thing::Restore => What::Restored { seat, age_ms: event.age.map_or(0, |age| age.0), for_ms },
        Thing::Revoke => What::Revoked { seat },
        Thing::SetClock => What::ClockSet { seat, ahead_ms: event.ahead.map_or(0, |ahead| ahead.0) },
        Thing::ShapeLine => match (&event.link, sketch.places.class(sketch.scenario, seat)) {
            (Some(link), Some(class)) => What::LineShaped { seat, make: lines::make_of(link, class) },
            (Some(_) | None, _) => return Vec::new(),
        },
        Thing::Urge => What::Urged { seat, case: Case { intake: seat, number: u64::from(event.number.unwrap_or(0)) } },
        Thing::Write | Thing::Poison => {
            let wrap = if event.thing == Thing::Write { What::Paper } else { What::Poison };
            let papers = 0..u64::from(event.number.unwrap_or(1));
            return papers.map(|number| Action { at, what: wrap(paper(&mut stream, number)) }).collect();
        }
    };
    vec![Action { at, what }]
}
