//! One run, in a thread of its own, and what the checkers say of it.

use crate::check::{self, Breach, Inspectors};
use crate::coverage::Coverage;
use crate::engine::{Engine, EngineError, EngineKind, Progress, Settings};
use crate::evidence::Evidence;
use crate::flow::Flow;
use crate::layout::Seat;
use crate::netns::Netns;
use crate::plan::Plan;
use crate::quic::Quic;
use crate::sighting::{Blind, Depth};
use serde::{Deserialize, Serialize};
use sync_protocol::guard::Guard;

/// One broken promise, as it is kept in files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// Which promise, by its word in reports; `panic` when the run itself fell over.
    pub promise: String,
    /// When, in milliseconds since the run began; `None` when it is seen only at the end.
    pub at_ms: Option<u64>,
    /// Where, when that is one site.
    pub seat: Option<Seat>,
    /// How.
    pub what: String,
}

impl Violation {
    /// Returns what a run broke that did not come to its end.
    #[must_use]
    pub fn panic(what: String) -> Violation {
        Violation { promise: "panic".into(), at_ms: None, seat: None, what }
    }

    fn of(breach: &Breach) -> Violation {
        let promise = serde_json::to_value(breach.promise).ok().and_then(|word| word.as_str().map(str::to_owned));
        let at_ms = breach.at.map(|at| at.0);
        Violation { promise: promise.unwrap_or_default(), at_ms, seat: breach.seat, what: breach.what.clone() }
    }
}

/// One run that came to its end.
#[derive(Debug)]
pub struct Judged<T> {
    /// Promises broken, the earliest first.
    pub violations: Vec<Violation>,
    /// Points passed.
    pub coverage: Coverage,
    /// What the caller took from the evidence.
    pub gist: T,
}

/// A run that says nothing about any promise.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The engine could not carry it out.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The run fell over.
    #[error("the run fell over: {0}")]
    Panicked(String),
    /// There is no such plan.
    #[error("{0}")]
    Unfit(String),
}

/// Returns an engine.
///
/// # Errors
/// [`EngineError::Missing`] when this build has no such engine.
pub fn engine_of(kind: EngineKind) -> Result<Box<dyn Engine>, EngineError> {
    match kind {
        EngineKind::Flow => Ok(Box::new(Flow)),
        EngineKind::Netns => Ok(Box::new(Netns::of_this_program()?)),
        EngineKind::Quic => Ok(Box::new(Quic)),
    }
}

/// Carries out a plan in a thread of its own, judges it, and takes from the evidence what the caller wants.
///
/// The thread is fresh each time: engines that seed a thread's randomness find nothing there from another run.
///
/// # Errors
/// [`Failure`] when there is nothing to judge.
pub fn run<T: Send>(
    plan: Plan,
    engine: EngineKind,
    settings: &Settings,
    progress: &mut (dyn FnMut(Progress) + Send),
    gist: impl FnOnce(&Evidence, &[Breach]) -> T + Send,
) -> Result<Judged<T>, Failure> {
    let joined = std::thread::scope(|scope| scope.spawn(|| carry_out(plan, engine, settings, progress, gist)).join());
    joined.unwrap_or_else(|panic| Err(Failure::Panicked(panic_text(panic.as_ref()))))
}

/// Returns what a plan breaks, the earliest first; nothing when it cannot be carried out.
#[must_use]
pub fn violations(plan: &Plan, engine: EngineKind, sabotage: Option<Guard>) -> Vec<Violation> {
    let settings = Settings { depth: Depth::Full, sabotage, trace_file: None };
    match run(plan.clone(), engine, &settings, &mut |_| {}, |_, _| ()) {
        Ok(judged) => judged.violations,
        Err(Failure::Panicked(what)) => vec![Violation::panic(what)],
        Err(Failure::Engine(_) | Failure::Unfit(_)) => Vec::new(),
    }
}

fn carry_out<T>(
    plan: Plan,
    engine: EngineKind,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
    gist: impl FnOnce(&Evidence, &[Breach]) -> T,
) -> Result<Judged<T>, Failure> {
    let mut coverage = Coverage::default();
    let engine = engine_of(engine)?;
    let (evidence, breaches) = match settings.depth {
        Depth::End => {
            let evidence = engine.run(plan, settings, &mut Blind, &mut coverage, progress)?;
            let breaches = check::breaches(&evidence);
            (evidence, breaches)
        }
        Depth::Full => {
            let mut inspectors = Inspectors::new(&plan);
            let evidence = engine.run(plan, settings, &mut inspectors, &mut coverage, progress)?;
            let breaches = inspectors.judge(&evidence, &mut coverage);
            (evidence, breaches)
        }
    };
    let mut violations: Vec<Violation> = breaches.iter().map(Violation::of).collect();
    // What is seen only at the end comes after what is seen on the way.
    violations.sort_by_key(|violation| violation.at_ms.unwrap_or(u64::MAX));
    let gist = gist(&evidence, &breaches);
    Ok(Judged { violations, coverage, gist })
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a word".into())
}
