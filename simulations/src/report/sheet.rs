//! The figures of one run, small enough to keep thousands of them: no disks, no receipts, only what a report tells.

mod hub;
mod sites;
mod stale;
mod waits;

pub use hub::{HubLoad, Storm, StormCause};
pub use sites::SiteSheet;
pub use stale::{Course, DarkSpell, LEVEL_HOURS, Strip, WorstDay};
pub use waits::Gap;

use super::figures::{self, Quantiles};
use crate::check::Breach;
use crate::engine::EngineKind;
use crate::evidence::Evidence;
use crate::layout::Seat;
use crate::plan::What;
use serde::{Deserialize, Serialize};

/// Version of the JSON shape of a sheet.
pub const SHEET_SHAPE: u16 = 1;

/// One run in figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Repeats the run.
    pub seed: u64,
    /// Which engine ran it.
    pub engine: EngineKind,
    /// Sites below the hub.
    pub sites: u64,
    /// Days of work.
    pub days: u16,
    /// What the windows wrote.
    pub papers: PaperCount,
    /// Connections made.
    pub sessions: u64,
    /// Dials that led to nothing.
    pub failed_dials: u64,
    /// Comparisons because a cursor was unknown or a proof differed.
    pub repairs: u64,
    /// Comparisons because scopes were newly common.
    pub fills: u64,
    /// Peers that broke the protocol.
    pub faults: u64,
    /// Forks and second branches seen.
    pub forks: u64,
    /// Outages of lines in the plan.
    pub line_outages: u64,
    /// Power cuts in the plan.
    pub power_cuts: u64,
    /// Each site below the hub.
    pub each: Vec<SiteSheet>,
    /// Milliseconds from a receipt at the window to the hub's disk, over all receipts that got there.
    pub window_to_hub_ms: Option<Quantiles>,
    /// The same at each percent from 1 to 100.
    pub window_to_hub_cdf_ms: Vec<u64>,
    /// The longest waits and what had gathered by then, the worst first.
    pub gaps: Vec<Gap>,
    /// What was recorded over the days; `None` when nothing was.
    pub course: Option<Course>,
    /// What the hub bore; `None` when it was not recorded.
    pub hub: Option<HubLoad>,
    /// Milliseconds from healing to agreement; `None` when it never came.
    pub healed_ms: Option<u64>,
    /// The bound for it.
    pub healed_ms_max: u64,
    /// In what the costs are, where a tariff was given.
    pub currency: Option<String>,
    /// Equal for equal runs.
    pub trace: String,
    /// Events of the run.
    pub events: u64,
    /// Promises that were not kept.
    pub broken: Vec<Broken>,
}

/// What became of the papers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperCount {
    /// Handed to a node.
    pub handed_in: u64,
    /// With a receipt.
    pub receipts: u64,
    /// Refused by the node at the window.
    pub refused: u64,
    /// Not written: no power, or the case was not known there.
    pub missed: u64,
    /// With a receipt, and at the end on no disk of the county.
    pub lost: u64,
    /// With a receipt, kept somewhere, and at the end not at the hub.
    pub waiting: u64,
}

/// One promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// Which, by its word.
    pub promise: String,
    /// Where and how.
    pub what: String,
}

impl Sheet {
    /// Draws the figures from what a run left.
    #[must_use]
    pub fn of(evidence: &Evidence, breaches: &[Breach]) -> Sheet {
        let sites = || evidence.sites.values();
        let sum = |of: fn(&crate::evidence::Tally) -> u64| sites().map(|site| of(&site.tally)).sum::<u64>();
        let planned = |is: fn(&What) -> bool| evidence.plan.actions.iter().filter(|action| is(&action.what)).count() as u64;
        let waits = waits::Waits::of(evidence);
        Sheet {
            seed: evidence.plan.seed,
            engine: evidence.engine,
            sites: evidence.plan.layout.below_hub().count() as u64,
            days: evidence.plan.days,
            papers: waits.papers(evidence),
            sessions: evidence.sessions,
            failed_dials: sum(|tally| tally.failed_dials),
            repairs: sum(|tally| tally.repairs),
            fills: sum(|tally| tally.fills),
            faults: sum(|tally| tally.faults),
            forks: sum(|tally| tally.forks),
            line_outages: planned(|what| matches!(what, What::LineDown { .. })),
            power_cuts: planned(|what| matches!(what, What::PowerCut { .. })),
            each: sites::of(evidence),
            window_to_hub_ms: Quantiles::of(waits.all_ms()),
            window_to_hub_cdf_ms: figures::cdf(waits.all_ms()),
            gaps: waits.gaps(),
            course: stale::of(evidence),
            hub: hub::of(evidence),
            healed_ms: evidence.ending.healed_ms,
            healed_ms_max: evidence.ending.healed_ms_max,
            currency: None,
            trace: evidence.trace.0.to_string(),
            events: evidence.trace.1,
            broken: breaches.iter().map(Broken::of).collect(),
        }
    }

    /// Adds what each site pays in 30 days: `price` says it in thousandths of the currency, given the class and the bytes of 30 days.
    #[must_use]
    pub fn priced(mut self, currency: &str, price: impl Fn(&str, u64) -> Option<u64>) -> Sheet {
        for site in &mut self.each {
            site.month_cost_milli = price(&site.class, site.month_bytes);
        }
        self.currency = self.each.iter().any(|site| site.month_cost_milli.is_some()).then(|| currency.to_owned());
        self
    }

    /// Returns the figures of one site.
    #[must_use]
    pub(crate) fn site(&self, seat: Seat) -> Option<&SiteSheet> {
        self.each.iter().find(|site| site.seat == seat)
    }
}

impl Broken {
    fn of(breach: &Breach) -> Broken {
        let word = serde_json::to_value(breach.promise).ok();
        let word = word.as_ref().and_then(serde_json::Value::as_str).map_or_else(|| format!("{:?}", breach.promise), str::to_owned);
        Broken { promise: word, what: breach.what.clone() }
    }
}
