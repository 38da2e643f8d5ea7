//! A failing run as a file: everything that is needed to see it fail again.

use super::trial::{self, Violation};
use crate::engine::{EngineKind, Settings};
use crate::plan::Plan;
use crate::sighting::Depth;
use mesh_model::id::Hash;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::Command;
use sync_protocol::guard::Guard;

/// Version of the file's shape.
pub const SHAPE: u16 = 1;
/// Lines of the trace that are kept.
pub const TRACE_LINES: usize = 200;

/// One failing run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repro {
    /// Version of this shape.
    pub shape: u16,
    /// The commit that was run; `None` outside of a repository.
    pub commit: Option<String>,
    /// Where the plan came from: a swarm and its size, or a scenario and its hash.
    pub source: String,
    /// Its seed.
    pub seed: u64,
    /// Which engine.
    pub engine: EngineKind,
    /// The number of the guard that was switched off.
    pub sabotage: Option<usize>,
    /// The first promise that broke, where and when.
    pub violation: Violation,
    /// The last lines of the trace.
    pub trace: Vec<String>,
    /// What was carried out.
    pub plan: Plan,
}

/// A file that cannot be run again.
#[derive(Debug, thiserror::Error)]
pub enum ReproError {
    /// Not to be read or written.
    #[error("{}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// No failing run.
    #[error("{} is not a failing run: line {line}: {reason}", .path.display())]
    Text {
        /// Which.
        path: PathBuf,
        /// Where.
        line: usize,
        /// Why.
        reason: String,
    },
}

impl Repro {
    /// Puts a failing run together; runs it once more for the trace.
    #[must_use]
    pub fn new(source: String, engine: EngineKind, sabotage: Option<Guard>, plan: Plan, violation: Violation) -> Repro {
        let trace = trace_of(&plan, engine, sabotage);
        let commit = commit();
        Repro { shape: SHAPE, commit, source, seed: plan.seed, engine, sabotage: sabotage.map(Guard::number), violation, trace, plan }
    }

    /// Returns the guard that was switched off.
    #[must_use]
    pub fn guard(&self) -> Option<Guard> {
        self.sabotage.and_then(guard_of)
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`ReproError::File`].
    pub fn write(&self, path: &Path) -> Result<(), ReproError> {
        let text = serde_json::to_string_pretty(self).expect("a failing run is plain data");
        let failed = |source| ReproError::File { path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        std::fs::write(path, text + "\n").map_err(failed)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`ReproError`].
    pub fn read(path: &Path) -> Result<Repro, ReproError> {
        let text = std::fs::read_to_string(path).map_err(|source| ReproError::File { path: path.to_owned(), source })?;
        let bad = |line, reason| ReproError::Text { path: path.to_owned(), line, reason };
        let repro: Repro = serde_json::from_str(&text).map_err(|error| bad(error.line(), error.to_string()))?;
        if repro.shape != SHAPE {
            return Err(bad(1, format!("shape {}; this program reads shape {SHAPE}", repro.shape)));
        }
        Ok(repro)
    }
}

/// Returns a guard by its number on command lines.
#[must_use]
pub fn guard_of(number: usize) -> Option<Guard> {
    number.checked_sub(1).and_then(|index| Guard::ALL.get(index).copied())
}

/// Returns what a scenario's text is called in files: its name and the beginning of its hash.
#[must_use]
pub fn source_of(name: &str, text: &str) -> String {
    let hash = Hash::of(&[b"scenario", text.as_bytes()]).to_string();
    format!("{name} {}", hash.get(..16).unwrap_or(&hash))
}

fn commit() -> Option<String> {
    let output = Command::new("git").args(["rev-parse", "HEAD"]).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
}

fn trace_of(plan: &Plan, engine: EngineKind, sabotage: Option<Guard>) -> Vec<String> {
    let path = std::env::temp_dir().join(format!("simulate-{}-{}-{}.trace", std::process::id(), engine.word(), plan.seed));
    let settings = Settings { depth: Depth::Full, sabotage, trace_file: Some(path.clone()) };
    // A run that falls over still leaves its lines; what it says is known already.
    let _ = trial::run(plan.clone(), engine, &settings, &mut |_| {}, |_, _| ());
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let _ = std::fs::remove_file(&path);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TRACE_LINES)..].iter().map(|line| (*line).to_owned()).collect()
}
