//! A short county, told action by action, with everything that was seen of it.

use crate::coverage::Coverage;
use crate::engine::{Engine, Settings};
use crate::evidence::Evidence;
use crate::flow::Flow;
use crate::layout::Seat;
use crate::plan::clerks::{Case, Paper};
use crate::plan::{Action, Plan, What};
use crate::sighting::{Depth, Sighting, Watch};
use mesh_model::time::Uptime;

pub const TOWNSHIP: Seat = Seat(1);
pub const VILLAGE: Seat = Seat(2);
pub const MINUTE_MS: u64 = 60_000;

/// What a watcher wrote down: when, what, who.
#[derive(Default)]
pub struct Diary(pub Vec<(Uptime, &'static str, Seat)>);

impl Watch for Diary {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>) {
        let (what, seat) = match sighting {
            Sighting::BranchOpened { seat, .. } => ("branch", seat),
            Sighting::Booted { seat } => ("booted", seat),
            Sighting::LinkDown { seat, .. } => ("link down", seat),
            Sighting::LinkUp { seat, .. } => ("link up", seat),
            Sighting::PoweredOff { seat } => ("off", seat),
            Sighting::Printed { seat, .. } => ("printed", seat),
            Sighting::Proven { seat, .. } => ("proven", seat),
            Sighting::Queued { seat, .. } => ("queued", seat),
            Sighting::Rolled { seat } => ("rolled", seat),
            Sighting::Sent { seat, .. } => ("sent", seat),
            Sighting::Stored { seat, .. } => ("stored", seat),
            Sighting::Dialled { seat }
            | Sighting::ForkSeen { seat, .. }
            | Sighting::GaveUp { seat }
            | Sighting::HeldBy { seat, .. }
            | Sighting::Mended { seat, .. }
            | Sighting::PeerFault { seat, .. }
            | Sighting::SaidHeld { seat, .. }
            | Sighting::Shown { seat, .. } => ("other", seat),
        };
        self.0.push((at, what, *seat));
    }
}

impl Diary {
    pub fn count(&self, what: &str) -> usize {
        self.0.iter().filter(|(_, seen, _)| *seen == what).count()
    }

    /// Returns milliseconds from a minute to the next time that this was seen at a seat.
    pub fn ms_after(&self, minute: u64, what: &str, seat: Seat) -> Option<u64> {
        let from = Uptime(minute * MINUTE_MS);
        self.0.iter().find(|(at, seen, who)| *at >= from && *seen == what && *who == seat).map(|(at, _, _)| at.ms_since(from))
    }
}

/// The plan of one.
pub struct Story {
    pub plan: Plan,
    pub depth: Depth,
}

/// What is left of one.
pub struct Told {
    pub evidence: Evidence,
    pub coverage: Coverage,
    pub diary: Diary,
}

impl Story {
    /// A township with a village, for two days in which nothing else happens.
    pub fn new() -> Story {
        Story { plan: Plan::quiet(1, 1, 2, 4).unwrap(), depth: Depth::End }
    }

    pub fn at(mut self, minute: u64, what: What) -> Story {
        self.plan.actions.push(Action { at: Uptime(minute * MINUTE_MS), what });
        self
    }

    pub fn paper(self, minute: u64, number: u64) -> Story {
        self.at(minute, What::Paper(paper(number, 300)))
    }

    pub fn tell(self) -> Told {
        let (mut diary, mut coverage) = (Diary::default(), Coverage::default());
        let settings = Settings { depth: self.depth, ..Settings::default() };
        let evidence = Flow.run(self.plan, &settings, &mut diary, &mut coverage, &mut |_| {}).unwrap();
        Told { evidence, coverage, diary }
    }
}

/// A paper of the village on a case of its own.
pub fn paper(number: u64, bytes: usize) -> Paper {
    Paper { number, seat: VILLAGE, case: Case { intake: VILLAGE, number }, bytes }
}

impl Told {
    /// Returns milliseconds from the window to the hub's disk of a village's paper; `None` when it never got there.
    pub fn landed_ms(&self, number: u64) -> Option<u64> {
        let receipt = self.evidence.sites[&VILLAGE].office.receipts.get(&number)?;
        let header = receipt.places[0].header;
        self.evidence.at_hub.get(&header).map(|at| at.ms_since(receipt.at))
    }

    pub fn breaches(&self) -> Vec<crate::check::Breach> {
        crate::check::breaches(&self.evidence)
    }
}
