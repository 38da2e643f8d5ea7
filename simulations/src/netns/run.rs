//! Carries a plan out on a running county, each step at its time, and notes what every line had counted just before.

use super::agreement::{Settled, settle};
use super::clerk::Clerk;
use super::county::{County, ask};
use super::logbook::Logbook;
use super::proxy::control::{LineCount, Order};
use super::space::world;
use crate::engine::{EngineError, Progress};
use crate::layout::Seat;
use crate::plan::clerks::Paper;
use crate::plan::{Plan, Way, What};
use mesh_model::id::{Branch, NodeId};
use mesh_model::time::Uptime;
use mesh_office::api::node::{DigestAsked, Digests};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Milliseconds of the wait for agreement after the last step: a daemon gives a silent link up after a minute, and then there is work to do.
pub const AGREEMENT_MS_MAX: u64 = 75_000;
/// How often the hub's journal is looked at.
const HUB_LOOK: Duration = Duration::from_millis(250);

/// One step of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// An action of the plan.
    Act(What),
    /// A cut line is repaired.
    LineUp(Seat, Way),
    /// A machine starts again.
    PowerOn(Seat),
}

/// How everything stood just before a step that is no paper.
#[derive(Clone, Debug, Serialize)]
pub struct Moment {
    /// Milliseconds since the run began.
    pub at_ms: u64,
    /// The step.
    pub step: Step,
    /// What each line counted since the run began, by the site below.
    pub lines: BTreeMap<Seat, LineCount>,
    /// Links that each site had dialled since the run began.
    pub dialled: BTreeMap<Seat, u64>,
}

/// When the hub was seen to hold so much of each chain: scope, author and store, then time and seq.
pub type Arrivals = BTreeMap<(String, NodeId, Branch), Vec<(Uptime, u64)>>;

/// What a run on the county leaves, before the disks are read.
#[derive(Debug)]
pub struct Ran {
    /// The clerks.
    pub clerks: BTreeMap<Seat, Clerk>,
    /// Before each step that is no paper.
    pub moments: Vec<Moment>,
    /// What the lines counted in the whole run.
    pub lines: BTreeMap<Seat, LineCount>,
    /// Links dialled in the whole run.
    pub dialled: BTreeMap<Seat, u64>,
    /// When the hub held what.
    pub arrivals: Arrivals,
    /// How the wait for agreement ended.
    pub settled: Settled,
    /// Milliseconds from the last step to agreement.
    pub healed_ms: Option<u64>,
}

/// Returns the steps of a plan in order of time. Days are declared by the hub itself.
#[must_use]
pub fn steps(plan: &Plan) -> Vec<(Uptime, Step)> {
    let mut steps = Vec::new();
    for action in &plan.actions {
        match &action.what {
            What::DayDeclared { .. } => continue,
            What::LineDown { seat, for_ms, way } => steps.push((action.at.after_ms(*for_ms), Step::LineUp(*seat, *way))),
            What::PowerCut { seat, for_ms, .. } => steps.push((action.at.after_ms(*for_ms), Step::PowerOn(*seat))),
            What::AddressChanged { .. }
            | What::ClockSet { .. }
            | What::DiskForgets { .. }
            | What::DiskFull { .. }
            | What::Forged { .. }
            | What::LineShaped { .. }
            | What::NatRebound { .. }
            | What::Paper(_)
            | What::Poison(_)
            | What::Revoked { .. }
            | What::Restored { .. }
            | What::Urged { .. } => {}
        }
        steps.push((action.at, Step::Act(action.what.clone())));
    }
    steps.sort_by_key(|(at, _)| *at);
    steps
}

struct Desk {
    papers: mpsc::UnboundedSender<Paper>,
    clerk: JoinHandle<Result<Clerk, EngineError>>,
}

struct Run<'a> {
    county: &'a mut County,
    begun: Instant,
    lines: BTreeMap<Seat, LineCount>,
    logs: BTreeMap<Seat, Logbook>,
    moments: Vec<Moment>,
}

/// Carries out a plan and waits until all sites agree.
///
/// # Errors
/// [`EngineError::World`]; a site that does not agree is not an error.
pub async fn carry_out(county: &mut County, plan: &Plan, progress: &mut dyn FnMut(Progress)) -> Result<Ran, EngineError> {
    let (lines, begun) = (county.line_counts().await?, Instant::now());
    let logs = plan.layout.seats().map(|seat| (seat, Logbook::read(&county.log(seat)))).collect();
    let arrivals = Arc::new(Mutex::new(Arrivals::new()));
    let hub = tokio::spawn(watch_hub(county.data(Seat::HUB), begun, arrivals.clone()));
    let mut desks = BTreeMap::new();
    for seat in plan.layout.seats() {
        let (papers, coming) = mpsc::unbounded_channel();
        let clerk = Clerk::new(county.data(seat), plan.seed, begun);
        desks.insert(seat, Desk { papers, clerk: tokio::spawn(clerk.work(coming)) });
    }
    let mut run = Run { county, begun, lines, logs, moments: Vec::new() };
    let steps = steps(plan);
    let end = steps.last().map(|(at, _)| *at).unwrap_or_default();
    for (at, step) in steps {
        tokio::time::sleep_until(begun + Duration::from_millis(at.0)).await;
        progress(Progress { at, end });
        match step {
            Step::Act(What::Paper(paper)) => {
                let sent = desks[&paper.seat].papers.send(paper);
                sent.map_err(|lost| world(format!("hand in paper {:#x}", lost.0.number), "the clerk has gone home"))?;
            }
            other => run.take(other).await?,
        }
    }
    let (mut clerks, last_step) = (BTreeMap::new(), Instant::now());
    for (seat, Desk { papers, clerk }) in desks {
        drop(papers);
        let clerk = clerk.await.map_err(|error| world(format!("write at site {}", seat.0), error))??;
        clerks.insert(seat, clerk);
    }
    let settled = settle(run.county, &plan.layout, last_step + Duration::from_millis(AGREEMENT_MS_MAX)).await?;
    let healed_ms = settled.at.map(|at| u64::try_from(at.saturating_duration_since(last_step).as_millis()).unwrap_or(u64::MAX));
    hub.abort();
    let arrivals = std::mem::take(&mut *arrivals.lock().unwrap_or_else(PoisonError::into_inner));
    let (lines, dialled) = run.figures().await?;
    let moments = run.moments;
    Ok(Ran { clerks, moments, lines, dialled, arrivals, settled, healed_ms })
}

impl Run<'_> {
    async fn take(&mut self, step: Step) -> Result<(), EngineError> {
        let (lines, dialled) = self.figures().await?;
        let at_ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moments.push(Moment { at_ms, step: step.clone(), lines, dialled });
        match step {
            Step::Act(what) => self.act(what).await,
            Step::LineUp(seat, way) => self.county.order(&Order::Up { line: seat.0, way }).await.map(drop),
            Step::PowerOn(seat) => self.county.power_on(seat).await,
        }
    }

    async fn act(&mut self, what: What) -> Result<(), EngineError> {
        match what {
            What::AddressChanged { seat } => self.county.space.change_address(seat),
            What::LineDown { seat, way, .. } => self.county.order(&Order::Down { line: seat.0, way }).await.map(drop),
            What::LineShaped { seat, make } => self.county.order(&Order::Shape { line: seat.0, make }).await.map(drop),
            What::NatRebound { seat } => self.county.order(&Order::Rebind { line: seat.0 }).await.map(drop),
            What::PowerCut { seat, .. } => {
                let ran = self.county.cut_power(seat).await;
                if ran { Ok(()) } else { Err(world(format!("cut the power of site {}", seat.0), "it was off already")) }
            }
            other => Err(world(format!("carry out {other:?}"), "no such thing can be done here")),
        }
    }

    async fn figures(&self) -> Result<(BTreeMap<Seat, LineCount>, BTreeMap<Seat, u64>), EngineError> {
        let now = self.county.line_counts().await?;
        let lines = now.into_iter().map(|(seat, count)| (seat, count.since(self.lines[&seat]))).collect();
        let dialled = |(seat, before): (&Seat, &Logbook)| (*seat, Logbook::read(&self.county.log(*seat)).dialled - before.dialled);
        Ok((lines, self.logs.iter().map(dialled).collect()))
    }
}

/// Notes when each chain grew at the hub, until it is stopped. A hub without power answers nothing.
async fn watch_hub(data: PathBuf, begun: Instant, arrivals: Arc<Mutex<Arrivals>>) {
    loop {
        if let Ok(digests) = ask(&data, &DigestAsked {}).await {
            let at = Uptime(u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX));
            note(&mut arrivals.lock().unwrap_or_else(PoisonError::into_inner), at, digests);
        }
        tokio::time::sleep(HUB_LOOK).await;
    }
}

fn note(arrivals: &mut Arrivals, at: Uptime, digests: Digests) {
    for scope in digests.scopes {
        for chain in scope.vector {
            let Some(seq) = chain.heads.iter().map(|head| head.seq).max() else { continue };
            let seen = arrivals.entry((scope.scope.clone(), chain.node, chain.branch)).or_default();
            if seen.last().is_none_or(|(_, before)| *before < seq) {
                seen.push((at, seq));
            }
        }
    }
}
