//! The promises a run must keep, one a file. A checker is told what can be seen from outside and what is left at the end; it shares no code
//! with what it checks: who may hold what, what a change is written on and what is durable where are worked out here again.
//!
//! [`Inspectors`] follow a run and judge it; [`breaches`] judges what a run left when nobody followed it.

pub mod agreement;
pub mod authority;
pub mod backoff;
pub mod bounds;
pub mod causality;
pub mod change;
pub mod conduct;
pub mod disclosure;
pub mod durable_first;
pub mod folds;
pub mod held;
pub mod idempotence;
pub mod knocks;
pub mod known;
pub mod ledger;
pub mod mending;
pub mod numbers;
pub mod papers;
pub mod places;
pub mod points;
pub mod progress;
pub mod receipts;
pub mod rest;
pub mod signatures;
pub mod status;
pub mod tree;
pub mod unsettled;

use crate::coverage::Coverage;
use crate::evidence::Evidence;
use crate::layout::Seat;
use crate::plan::Plan;
use crate::sighting::{Sighting, Watch};
use known::{Followed, Known};
use ledger::Ledger;
use mesh_model::time::Uptime;
use serde::{Deserialize, Serialize};
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Promise {
    /// After healing, neighbours hold the same of what they have in common, within a bound.
    Agreement,
    /// Nobody holds what the authority log forbids, and nobody sends anything to a revoked node.
    Authority,
    /// A site without a link dials again within the bound.
    Backoff,
    /// Queues are bounded, and a session carries little more than its receiver lacked.
    Bounds,
    /// No site holds a change without what it was written on.
    Causality,
    /// Honest nodes never break the protocol in each other's eyes.
    Conduct,
    /// Papers go only to those who may hold them.
    Disclosure,
    /// Receipts are printed and batches sent only after they are durable.
    DurableFirst,
    /// Equal papers of a case are shown as equal states.
    Folds,
    /// The status never says "in sync" falsely.
    HonestStatus,
    /// What happens once exists once.
    Idempotence,
    /// Repairs have a cause and come to an end.
    Mending,
    /// No two receipts carry one case number.
    Numbers,
    /// No paper with a receipt is lost.
    Papers,
    /// No place in a chain is used twice.
    Places,
    /// A healed core goes on although the rest stays broken.
    Progress,
    /// What the hub and the windows say to be at the county is there.
    Receipts,
    /// Sessions end: a county with nothing to say says nothing.
    Rest,
    /// Sites that lost a hub together do not come back as one wave.
    Storm,
}

/// One promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// Which.
    pub promise: Promise,
    /// When it was seen, in milliseconds; `None` for what is seen at the end only.
    #[serde(serialize_with = "millis")]
    pub at: Option<Uptime>,
    /// At which site, if it is one's.
    pub seat: Option<Seat>,
    /// Where and how.
    pub what: String,
}

fn millis<S: serde::Serializer>(at: &Option<Uptime>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(|at| at.0).serialize(serializer)
}

/// Breaches of one promise that are told one by one; what comes after them is the same again.
const BREACHES_TOLD_MAX: usize = 16;

/// The breaches of one promise so far.
#[derive(Debug)]
pub struct Found {
    promise: Promise,
    breaches: Vec<Breach>,
}

impl Found {
    fn new(promise: Promise) -> Found {
        Found { promise, breaches: Vec::new() }
    }

    fn note(&mut self, at: Option<Uptime>, seat: Option<Seat>, what: String) {
        if self.breaches.len() < BREACHES_TOLD_MAX {
            self.breaches.push(Breach { promise: self.promise, at, seat, what });
        }
    }

    fn take(&mut self) -> Vec<Breach> {
        std::mem::take(&mut self.breaches)
    }
}

impl From<Found> for Vec<Breach> {
    fn from(found: Found) -> Vec<Breach> {
        found.breaches
    }
}

/// One checker: it may follow the run and says at the end what it found.
pub trait Inspect: Send {
    /// Is told one thing seen, after the ledger.
    fn see(&mut self, _at: Uptime, _sighting: &Sighting<'_>, _ledger: &Ledger) {}

    /// Returns what was broken.
    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach>;
}

fn at_the_end() -> Vec<Box<dyn Inspect>> {
    vec![
        Box::new(agreement::Agreement),
        Box::new(idempotence::Idempotence),
        Box::new(numbers::Numbers),
        Box::new(papers::Papers),
        Box::new(progress::Progress),
        Box::new(rest::Rest),
        Box::<authority::Authority>::default(),
        Box::<causality::Causality>::default(),
        Box::<folds::Folds>::default(),
        Box::<places::Places>::default(),
        Box::<receipts::Receipts>::default(),
        Box::<status::HonestStatus>::default(),
    ]
}

/// Lets checkers finish side by side: none of them knows of another, and a county's year is read through by each.
fn judged(inspectors: Vec<Box<dyn Inspect>>, known: &Known<'_>) -> Vec<Breach> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let left = Mutex::new(inspectors.into_iter());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    let finish = || std::iter::from_fn(next).flat_map(|mut inspector| inspector.finish(known)).collect::<Vec<_>>();
    let mut breaches: Vec<Breach> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(finish)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    // The same order whoever finished first.
    breaches.sort_by(|a, b| (a.at.is_none(), a.at, a.promise, a.seat, &a.what).cmp(&(b.at.is_none(), b.at, b.promise, b.seat, &b.what)));
    breaches
}

/// Returns every promise that a run broke, from what it left; none means that it kept all that can be judged so.
#[must_use]
pub fn breaches(evidence: &Evidence) -> Vec<Breach> {
    let ledger = Ledger::of_disks(evidence);
    let mut inspectors = at_the_end();
    inspectors.push(Box::<mending::Mending>::default());
    judged(inspectors, &Known::new(evidence, &ledger, Followed::AtTheEnd))
}

/// Everybody who follows a run.
pub struct Inspectors {
    ledger: Ledger,
    points: points::Points,
    inspectors: Vec<Box<dyn Inspect>>,
}

impl Inspectors {
    /// Sends them to watch a plan being carried out.
    #[must_use]
    pub fn new(plan: &Plan) -> Inspectors {
        let mut inspectors = at_the_end();
        inspectors.extend([
            Box::new(backoff::Backoff::new(plan)) as Box<dyn Inspect>,
            Box::new(bounds::Bounds::following(plan)),
            Box::new(conduct::Conduct::new(plan)),
            Box::<disclosure::Disclosure>::default(),
            Box::<durable_first::DurableFirst>::default(),
            Box::new(knocks::Knocks::new(plan)),
            Box::new(mending::Mending::following(plan)),
            Box::<held::SaidHeld>::default(),
            Box::<held::Shown>::default(),
            Box::<signatures::Signatures>::default(),
        ]);
        Inspectors { ledger: Ledger::default(), points: points::Points::default(), inspectors }
    }

    /// Returns every promise that was broken, the earliest first, and marks what was come by.
    #[must_use]
    pub fn judge(mut self, evidence: &Evidence, coverage: &mut Coverage) -> Vec<Breach> {
        let known = Known::new(evidence, &self.ledger, Followed::Throughout);
        self.points.finish(&known);
        self.points.mark(coverage);
        judged(self.inspectors, &known)
    }
}

impl Watch for Inspectors {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>) {
        self.ledger.see(sighting);
        self.points.see(at, sighting, &self.ledger);
        for inspector in &mut self.inspectors {
            inspector.see(at, sighting, &self.ledger);
        }
    }
}

#[cfg(test)]
mod tests;
