//! One run on a terminal, and as the short JSON of `simulate run --json`; the long report is [`crate::report::Study`].

use crate::check::{self, Breach};
use crate::evidence::Evidence;
use crate::layout::Seat;
use crate::plan::What;
use serde::Serialize;

/// Version of the JSON shape.
pub const SHAPE: u16 = 1;

/// One run in figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Version of this shape.
    pub shape: u16,
    /// The engine and with it the limits of its model.
    pub engine: &'static str,
    /// Repeats the run.
    pub seed: u64,
    /// Sites below the hub.
    pub sites: usize,
    /// Days of work.
    pub days: u16,
    /// What the windows wrote.
    pub papers: Papers,
    /// Connections made.
    pub sessions: u64,
    /// Frames sent.
    pub frames: u64,
    /// Frame bytes sent and received by each site below the hub.
    pub site_bytes: Spread,
    /// Milliseconds from the receipt at the window to the hub's disk, the longest; `None` when no paper got there.
    pub window_to_hub_ms_max: Option<u64>,
    /// Vectors compared because a cursor was unknown or a proof differed.
    pub repairs: u64,
    /// Vectors compared because scopes were newly common.
    pub fills: u64,
    /// Peers that broke the protocol.
    pub faults: u64,
    /// Power cuts of the plan.
    pub power_cuts: usize,
    /// Outages of lines in the plan.
    pub line_outages: usize,
    /// Milliseconds from healing to agreement.
    pub healed_ms: Option<u64>,
    /// Events of the run.
    pub events: u64,
    /// Equal for equal runs.
    pub trace: String,
    /// Promises broken; none when all were kept.
    pub breaches: Vec<Breach>,
}

/// What became of the papers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Papers {
    /// Handed to a node.
    pub handed_in: u64,
    /// With a receipt.
    pub receipts: u64,
    /// Refused by the node at the window.
    pub refused: u64,
    /// Not written: no power, or the case was not known there.
    pub missed: u64,
}

/// The range of a figure over sites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Least.
    pub min: u64,
    /// The middle one; of an even number the upper.
    pub median: u64,
    /// Most.
    pub max: u64,
}

impl Spread {
    /// Returns the range of some figures; zeros for none.
    #[must_use]
    pub fn of(mut figures: Vec<u64>) -> Spread {
        figures.sort_unstable();
        let at = |index: usize| figures.get(index).copied().unwrap_or(0);
        Spread { min: at(0), median: at(figures.len() / 2), max: at(figures.len().saturating_sub(1)) }
    }
}

impl Summary {
    /// Sums a run up and judges it.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Summary {
        let county = evidence;
        let machines = || county.sites.values();
        let count = |is: fn(&What) -> bool| county.plan.actions.iter().filter(|action| is(&action.what)).count();
        let below = county.sites.iter().filter(|(seat, _)| **seat != Seat::HUB);
        Summary {
            shape: SHAPE,
            engine: county.engine.word(),
            seed: county.plan.seed,
            sites: county.plan.layout.len() - 1,
            days: county.plan.days,
            papers: Papers {
                handed_in: machines().map(|machine| machine.office.handed_in).sum(),
                receipts: machines().map(|machine| machine.office.receipts.len() as u64).sum(),
                refused: machines().map(|machine| machine.office.refused.len() as u64).sum(),
                missed: machines().map(|machine| machine.office.missed).sum(),
            },
            sessions: county.sessions,
            frames: machines().map(|machine| machine.tally.frames).sum(),
            site_bytes: Spread::of(below.map(|(_, machine)| machine.tally.sent_bytes + machine.tally.received_bytes).collect()),
            window_to_hub_ms_max: window_to_hub_ms_max(evidence),
            repairs: machines().map(|machine| machine.tally.repairs).sum(),
            fills: machines().map(|machine| machine.tally.fills).sum(),
            faults: machines().map(|machine| machine.tally.faults).sum(),
            power_cuts: count(|what| matches!(what, What::PowerCut { .. })),
            line_outages: count(|what| matches!(what, What::LineDown { .. })),
            healed_ms: evidence.ending.healed_ms,
            events: county.trace.1,
            trace: county.trace.0.to_string(),
            breaches: check::breaches(evidence),
        }
    }

    /// Returns the summary as lines for a person.
    #[must_use]
    pub fn to_text(&self) -> String {
        let Papers { handed_in, receipts, refused, missed } = self.papers;
        let Spread { min, median, max } = self.site_bytes;
        let mut lines = vec![
            format!("county     {} sites, {} days, seed {}, engine {}", self.sites, self.days, self.seed, self.engine),
            format!("papers     {handed_in} handed in, {receipts} with a receipt, {refused} refused, {missed} not written"),
            format!("faults     {} line outages, {} power cuts", self.line_outages, self.power_cuts),
            format!("sessions   {} with {} frames", self.sessions, self.frames),
            format!("per site   {min} / {median} / {max} bytes (least, median, most)"),
            format!("to the hub {} at the longest after the receipt", span(self.window_to_hub_ms_max)),
            format!("mending    {} repairs, {} fills, {} peer faults", self.repairs, self.fills, self.faults),
            format!("agreement  {} after healing", span(self.healed_ms)),
            format!("trace      {} over {} events", self.trace, self.events),
        ];
        lines.push(if self.breaches.is_empty() {
            "promises   all kept".into()
        } else {
            format!("promises   {} BROKEN", self.breaches.len())
        });
        lines.extend(self.breaches.iter().map(|breach| format!("  {:?}: {}", breach.promise, breach.what)));
        lines.join("\n")
    }
}

fn window_to_hub_ms_max(county: &Evidence) -> Option<u64> {
    let receipts = county.sites.values().flat_map(|machine| machine.office.receipts.values());
    let waits = receipts.flat_map(|receipt| receipt.places.iter().map(move |place| (receipt.at, place.header)));
    waits.filter_map(|(at, header)| county.at_hub.get(&header).map(|arrived| arrived.ms_since(at))).max()
}

fn span(ms: Option<u64>) -> String {
    let Some(ms) = ms else { return "never".into() };
    let (days, hours, minutes, seconds) = (ms / 86_400_000, ms / 3_600_000 % 24, ms / 60_000 % 60, ms / 1_000 % 60);
    format!("{days} d {hours:02}:{minutes:02}:{seconds:02}")
}
