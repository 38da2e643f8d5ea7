//! Clerks: who writes which paper when. What the office draws is in [`office`], what classes write beside it in [`workload`]; the windows in
//! here are those of small counties for tests.

pub(super) mod office;
pub(super) mod workload;

use super::{Action, DAY_MS, Plan, What};
use crate::layout::{Post, Seat};
use crate::streams::Stream;
use mesh_model::time::Uptime;
use serde::{Deserialize, Serialize};

/// Half past eight.
const OPENS_MS: u64 = 17 * 1_800_000;
/// Eight and a half hours.
const OPEN_FOR_MS: u64 = 17 * 1_800_000;

/// One event that a clerk writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Paper {
    /// Unique in the plan.
    pub number: u64,
    /// Who writes.
    pub seat: Seat,
    /// The case it belongs to.
    pub case: Case,
    /// Bytes of the event.
    pub bytes: usize,
}

/// A case by the site that took it in; with the hub it is a paper of the county: a change of the catalogue, an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Case {
    /// Whose scope it is in.
    pub intake: Seat,
    /// From 0 per site for the cases of the office; from [`workload::DOCS_FROM`] for what a workload writes.
    pub number: u64,
}

/// Draws what the clerks of a site write.
pub(super) fn draw(plan: &Plan, seat: Seat) -> Vec<Action> {
    match plan.layout.post(seat) {
        // The county's clerks decide cases in the projection, which is not part of this engine.
        Post::Hub => Vec::new(),
        Post::Township | Post::Village => {
            Window { stream: Stream::new(plan.seed, "clerk", u64::from(seat.0)), seat, cases: 0, papers: 0 }.draw(plan)
        }
    }
}

struct Window {
    stream: Stream,
    seat: Seat,
    cases: u64,
    papers: u64,
}

impl Window {
    fn draw(mut self, plan: &Plan) -> Vec<Action> {
        let villages: Vec<Seat> = plan.layout.below(self.seat).collect();
        let busiest = self.stream.spread(3, 16);
        let mut actions = Vec::new();
        for day in (0..u64::from(plan.days)).filter(|day| day % 7 < 5) {
            let mut times: Vec<u64> = (0..self.stream.below(busiest + 1)).map(|_| self.stream.below(OPEN_FOR_MS)).collect();
            times.sort_unstable();
            for time in times {
                let at = Uptime(day * DAY_MS + OPENS_MS + time);
                actions.push(Action { at, what: What::Paper(self.write(&villages, day)) });
            }
        }
        actions
    }

    fn write(&mut self, villages: &[Seat], day: u64) -> Paper {
        let intake = match villages {
            [_, ..] if self.stream.once_in(2) => villages[usize::try_from(self.stream.below(villages.len() as u64)).expect("an index")],
            [] | [_, ..] => self.seat,
        };
        let number = if intake != self.seat {
            // A guess: whether the township has heard of this case is seen only in the run.
            self.stream.below(3 * (day + 1))
        } else if self.cases > 0 && self.stream.below(5) < 2 {
            self.stream.below(self.cases)
        } else {
            self.cases += 1;
            self.cases - 1
        };
        self.papers += 1;
        let bytes = usize::try_from(self.stream.spread(200, 4_000)).expect("a small number");
        Paper { number: u64::from(self.seat.0) << 32 | self.papers, seat: self.seat, case: Case { intake, number }, bytes }
    }
}
