//! What sites of a class write beside the cases of the office: so many papers a day, some in documents that the site above writes too.

use super::office::OpenHours;
use super::{Case, Paper};
use crate::layout::Seat;
use crate::plan::chance::{count, size};
use crate::plan::draw::Sketch;
use crate::plan::{Action, DAY_MS, What};
use crate::scenario::{Office, WhichDays, Workload};
use mesh_model::time::Uptime;

/// Documents of workloads have numbers from here on; the shared ones come first.
pub const DOCS_FROM: u64 = 1 << 40;
/// Numbers of papers that workloads write begin here.
const NUMBERS_FROM: u64 = 1 << 55;
/// One in so many papers of a shared document is written by the site above.
const ABOVE_ONCE_IN: u64 = 4;

/// Draws what one site writes by the workloads of its class.
pub(in crate::plan) fn of_site(sketch: &Sketch<'_>, seat: Seat) -> Vec<Action> {
    let Some(class) = sketch.places.class(sketch.scenario, seat) else { return Vec::new() };
    let loads = sketch.scenario.workloads.iter().enumerate().filter(|(_, load)| load.class == class.name);
    loads.flat_map(|(index, load)| papers(sketch, seat, index as u64, load)).collect()
}

fn papers(sketch: &Sketch<'_>, seat: Seat, index: u64, load: &Workload) -> Vec<Action> {
    let office = sketch.scenario.office.clone().unwrap_or_default();
    let office = Office { open: load.hours.unwrap_or(office.open), ..office };
    let hours = OpenHours::of(sketch, &office, seat);
    let above = sketch.places.layout.above(seat).unwrap_or(seat);
    let mut actions = Vec::new();
    for day in (0..sketch.scenario.head.days).filter(|day| load.days == WhichDays::Every || sketch.days.works(*day)) {
        let mut stream = sketch.stream(&format!("workload/{index}/{day}"), seat);
        for _ in 0..count(&mut stream, load.writes_per_day.0) {
            let at = u64::from(day) * DAY_MS + hours.draw(&mut stream);
            let bytes = usize::try_from(size(&mut stream, load.bytes.p50.0, load.bytes.p95.0)).unwrap_or(usize::MAX);
            let is_shared = load.shared_docs > 0 && stream.once_in(2);
            let number = actions.len() as u64;
            let document = if is_shared { stream.below(u64::from(load.shared_docs)) } else { u64::from(load.shared_docs) + number };
            let writer = if is_shared && stream.once_in(ABOVE_ONCE_IN) { above } else { seat };
            let paper = Paper {
                number: NUMBERS_FROM | index << 50 | u64::from(seat.0) << 36 | number,
                seat: writer,
                case: Case { intake: seat, number: DOCS_FROM | index << 36 | document },
                bytes,
            };
            if at >= load.starts_after.0 && at < sketch.end_ms() {
                actions.push(Action { at: Uptime(at), what: What::Paper(paper) });
            }
        }
    }
    actions
}
