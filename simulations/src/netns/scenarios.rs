//! Six short scenarios over real programs, each with what must be seen beside the promises that every run keeps.
//!
//! Passed, failed and skipped are three things: a run in which anything was skipped proves nothing and is not accepted.

mod plans;
mod verdict;

pub use plans::{Scenario, scenarios};

use super::{Netns, work_folder};
use crate::engine::EngineError;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Version of the JSON shape.
pub const SHAPE: u16 = 1;
/// Seconds that one scenario may take, founding and reading of journals included.
pub const SECONDS_MAX: u64 = 90;

/// How one scenario went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// It did not keep what it must.
    Failed {
        /// Each reason.
        why: Vec<String>,
        /// Where data, logs and figures are kept.
        kept: Option<PathBuf>,
    },
    /// Somebody ended the run; what comes after was not begun.
    Interrupted,
    /// Everything was as it must be.
    Passed,
    /// It could not be run here.
    Skipped {
        /// What is missing.
        why: String,
    },
}

/// One scenario of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The scenario.
    pub name: &'static str,
    /// How it went.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Milliseconds from start to end.
    pub took_ms: u64,
    /// What was measured.
    pub figures: BTreeMap<&'static str, u64>,
}

/// All that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Version of this shape.
    pub shape: u16,
    /// In the order they were run.
    pub scenarios: Vec<Line>,
}

impl Report {
    /// Returns whether every scenario was run and passed, and there was one.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        !self.scenarios.is_empty() && self.scenarios.iter().all(|line| line.outcome == Outcome::Passed)
    }
}

impl Line {
    /// Returns the line for a person.
    #[must_use]
    pub fn to_text(&self) -> String {
        let seconds = format!("{}.{} s", self.took_ms / 1_000, self.took_ms % 1_000 / 100);
        let figures: Vec<String> = self.figures.iter().map(|(name, figure)| format!("{name} {figure}")).collect();
        let mut lines = match &self.outcome {
            Outcome::Failed { why, kept } => {
                let mut lines = vec![format!("FAILED   {:<16} {seconds}", self.name)];
                lines.extend(why.iter().map(|why| format!("           {why}")));
                lines.extend(kept.iter().map(|kept| format!("           logs in {}", kept.display())));
                lines
            }
            Outcome::Interrupted => vec![format!("ENDED    {:<16} interrupted", self.name)],
            Outcome::Passed => vec![format!("passed   {:<16} {seconds}", self.name)],
            Outcome::Skipped { why } => vec![format!("SKIPPED  {:<16} {why}", self.name)],
        };
        if !figures.is_empty() {
            lines.push(format!("           {}", figures.join(", ")));
        }
        lines.join("\n")
    }
}

/// Runs all scenarios, or the one named `only`; what a failed one left is kept under `out`, or in its temporary folder.
///
/// `say` is told each line as it is known. An `only` that names no scenario gives an empty report, which is not accepted.
pub fn run_all(engine: &Netns, only: Option<&str>, out: Option<&Path>, say: &mut dyn FnMut(&Line)) -> Report {
    let mut report = Report { shape: SHAPE, scenarios: Vec::new() };
    for scenario in scenarios().into_iter().filter(|scenario| only.is_none_or(|only| only == scenario.name)) {
        let line = run_one(engine, scenario, out);
        say(&line);
        let is_over = line.outcome == Outcome::Interrupted;
        report.scenarios.push(line);
        if is_over {
            break;
        }
    }
    report
}

/// Runs one scenario.
pub fn run_one(engine: &Netns, scenario: Scenario, out: Option<&Path>) -> Line {
    let begun = Instant::now();
    let Scenario { name, plan, must } = scenario;
    let folder = match work_folder() {
        Ok(folder) => folder,
        Err(error) => {
            let outcome = Outcome::Failed { why: vec![told(&error)], kept: None };
            return Line { name, outcome, took_ms: 0, figures: BTreeMap::new() };
        }
    };
    let ended = engine.carry_out(plan, folder.path(), &mut |_| {});
    let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (why, figures) = match ended {
        Ok((evidence, ran)) => {
            // Figures of a failed run lie beside its logs; a full disk there changes no verdict.
            let _ = std::fs::write(folder.path().join("moments.json"), serde_json::to_vec_pretty(&ran.moments).unwrap_or_default());
            let mut why = verdict::broken(&evidence, &ran);
            why.extend(must(&evidence, &ran));
            why.extend((took_ms > SECONDS_MAX * 1_000).then(|| format!("it took {took_ms} ms; at most {SECONDS_MAX} s")));
            (why, verdict::figures(&evidence, &ran))
        }
        Err(EngineError::Missing { why, .. }) => {
            return Line { name, outcome: Outcome::Skipped { why }, took_ms, figures: BTreeMap::new() };
        }
        Err(EngineError::World { source, .. }) if source.kind() == std::io::ErrorKind::Interrupted => {
            return Line { name, outcome: Outcome::Interrupted, took_ms, figures: BTreeMap::new() };
        }
        Err(error) => (vec![told(&error)], BTreeMap::new()),
    };
    let outcome = if why.is_empty() { Outcome::Passed } else { Outcome::Failed { why, kept: Some(keep(name, folder, out)) } };
    Line { name, outcome, took_ms, figures }
}

/// Tells an error with its causes.
fn told(error: &EngineError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(because) = cause {
        text = format!("{text}: {because}");
        cause = because.source();
    }
    text
}

/// Keeps logs and figures of a failed scenario; returns where.
fn keep(name: &str, folder: tempfile::TempDir, out: Option<&Path>) -> PathBuf {
    let Some(out) = out.map(|out| out.join(name)) else { return folder.keep() };
    match copy_logs(folder.path(), &out) {
        Ok(()) => out,
        Err(_) => folder.keep(),
    }
}

fn copy_logs(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let is_kept = path.extension().is_some_and(|end| end == "log" || end == "json");
        if let Some(file) = path.file_name().filter(|_| is_kept) {
            std::fs::copy(&path, to.join(file))?;
        }
    }
    Ok(())
}
