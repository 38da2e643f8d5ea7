//! The `flow` engine: real sans-IO nodes, message-level lines, one heap of events, virtual time.
//!
//! A run has four parts. The county is [founded](founding); its plan is [carried out](deeds) to the end of the last day; faults are
//! [healed](ending), for everybody or for a core, and who was healed gets a bounded time to agree; then sessions start again a few times and
//! at last everybody is left alone, which shows that mending and talking come to an end. What is left is judged by [`crate::check`], which
//! shares no code with this. What a line does to a frame is in [`line`], with its constants in [`calibration`]; what is not modelled is said
//! by [`Flow::limits`](crate::engine::Engine::limits).

mod agenda;
mod agreement;
mod breaks;
pub mod calibration;
mod chronicle;
mod county;
mod deeds;
mod ending;
mod founding;
pub mod line;
mod notices;
mod power;
mod rhythm;
mod roads;
mod seat;
mod transfer;
mod wire;

pub use transfer::transfer;

use crate::coverage::Coverage;
use crate::engine::{Engine, EngineError, EngineKind, Progress, Settings};
use crate::evidence::{Ending, Evidence, Office, SiteEvidence, Words};
use crate::layout::Seat;
use crate::plan::{DAY_MS, Plan};
use crate::sighting::Watch;
use county::County;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;
use std::fs::File;

/// Milliseconds after healing within which everybody must agree: a few times the longest pause between dials, and time to carry a backlog.
pub const HEAL_MS_MAX: u64 = 6 * 3_600_000;
/// How often all sessions start again after that.
const ROUNDS: u32 = 3;
/// Milliseconds of one such round: more than the longest pause between dials of those who are let in.
const ROUND_MS: u64 = 15 * 60_000;
/// Milliseconds during which a county at rest must not say a word.
const REST_MS: u64 = 3_600_000;
const MINUTE_MS: u64 = 60_000;

/// The engine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flow;

const LIMITS: &[&str] = &[
    "a frame arrives whole or with its connection not at all; losses cost rounds of recovery, and a lost packet delays only its own lane",
    "a sender's window doubles each round trip up to the line's rate, or to Mathis' formula for Cubic under loss; connections over one line do not compete",
    "duplicated and reordered packets, datagram sizes, queues that overflow and address boxes that time out are not modelled",
    "an address that changes, or a box that forgets, delays what is under way by a round trip and a recovery; no connection is lost by it",
    "a line that is away for less than a minute is waited out; a longer cut ends its connections",
    "nodes read no wall clock here: a clock that is wrong changes only which day the hub declares; papers carry no date of their own",
    "clerks read no screens, and signatures are a keyed hash that anybody could forge",
    "a site that keeps a rhythm dials at times of its own and when its machine starts; after the last day all sessions stand",
    "staleness counts from the last proof with the site above, as of what that site knew of the hub",
];

impl Engine for Flow {
    fn kind(&self) -> EngineKind {
        EngineKind::Flow
    }

    fn limits(&self) -> &'static [&'static str] {
        LIMITS
    }

    fn run(
        &self,
        plan: Plan,
        settings: &Settings,
        watch: &mut dyn Watch,
        coverage: &mut Coverage,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Evidence, EngineError> {
        refuse_unfit(&plan, settings)?;
        let end = plan.end();
        let mut county = County::new(plan, watch, settings.depth, settings.sabotage);
        if let Some(path) = &settings.trace_file {
            let what = || format!("create the trace {}", path.display());
            let file = File::create(path).map_err(|source| EngineError::World { what: what(), source })?;
            county.trace = std::mem::take(&mut county.trace).into_file(file);
        }
        county.found();
        for day in 1..=county.plan.days {
            county.run_until(Uptime(u64::from(day) * DAY_MS).max(county.now));
            county.end_day(day - 1);
            progress(Progress { at: county.now, end });
        }
        let ending = ending::end_run(&mut county);
        county.note_state();
        county.trace.finish().map_err(|source| EngineError::World { what: "write the trace".into(), source })?;
        coverage.add(&county.coverage);
        Ok(evidence(county, ending))
    }
}

fn refuse_unfit(plan: &Plan, settings: &Settings) -> Result<(), EngineError> {
    let unfit = |why: &str| Err(EngineError::Unfit { engine: EngineKind::Flow, why: why.into() });
    if settings.sabotage.is_some() && !cfg!(feature = "sabotage") {
        return unfit("this build cannot switch guards off; build with the feature `sabotage`");
    }
    let equipped = |seat| plan.sites.get(&seat).is_some_and(|site| site.line.is_some() || plan.layout.above(seat).is_none());
    if !plan.layout.seats().all(equipped) {
        return unfit("a site below the hub has no line, or is not equipped");
    }
    if !plan.actions.iter().all(|action| usize::from(action.what.seat().0) < plan.layout.len()) {
        return unfit("an action names a site that the county does not have");
    }
    Ok(())
}

fn evidence(county: County<'_>, ending: Ending) -> Evidence {
    let (at_hub, chronicle) = county.chronicle.close(&county.pool);
    let sites = county.plan.layout.seats().zip(county.machines).map(|(seat, machine)| {
        let words = machine.node.as_ref().map(|node| Words::of(node, &machine.office.places()));
        // A map that grew receipt by receipt has nodes that are half empty; one that is built at once has not.
        let receipts = machine.office.receipts.into_iter().collect();
        let site = SiteEvidence {
            node: machine.key.node(),
            disk: machine.disk.into_kept(),
            office: Office { receipts, ..machine.office },
            tally: machine.tally,
            words,
            shown: BTreeMap::new(),
        };
        (seat, site)
    });
    Evidence {
        engine: EngineKind::Flow,
        sites: sites.collect(),
        at_hub,
        ending,
        sessions: county.sessions,
        trace: (county.trace.hash(), county.trace.records()),
        chronicle,
        plan: county.plan,
    }
}

impl County<'_> {
    fn end_day(&mut self, day: u16) {
        for seat in self.plan.layout.seats().collect::<Vec<_>>() {
            self.count_link_time(seat);
            self.note_standing(seat);
            let tally = self.machine(seat).tally;
            self.chronicle.end_day(self.now, day, seat, tally);
        }
    }

    /// Notes that a site holds a session in which both ends are in sync, if it does.
    fn note_standing(&mut self, seat: Seat) {
        if let Some(above) = self.plan.layout.above(seat)
            && self.machine(seat).linked_since.is_some()
            && self.is_in_sync(seat, above)
        {
            self.chronicle.on_proven(self.now, seat, above, &self.plan.layout);
        }
    }

    /// The last records are the contents of all disks: equal traces mean equal states.
    fn note_state(&mut self) {
        for (seat, machine) in self.machines.iter().enumerate() {
            let digest = machine.disk.kept().digest();
            self.trace.note(self.now, "state", seat as u64, machine.disk.kept().tail().seq, &digest.0);
        }
    }
}

#[cfg(test)]
mod tests;
