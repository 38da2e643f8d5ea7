//! What every engine is: something that carries out a plan and leaves evidence.

use crate::coverage::Coverage;
use crate::evidence::Evidence;
use crate::plan::Plan;
use crate::sighting::{Depth, Watch};
use mesh_model::time::Uptime;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use sync_protocol::guard::Guard;

/// The engines, from the fastest to the truest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EngineKind {
    /// Real sans-IO nodes, message-level lines.
    Flow,
    /// The real libraries over real QUIC on a simulated network.
    Quic,
    /// The real programs in network namespaces.
    Netns,
}

impl EngineKind {
    /// Returns the name in files and on command lines.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            EngineKind::Flow => "flow",
            EngineKind::Quic => "quic",
            EngineKind::Netns => "netns",
        }
    }
}

/// How a plan is carried out, beside the plan itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How closely watchers look.
    pub depth: Depth,
    /// The guard that is switched off, in builds that have such switches.
    pub sabotage: Option<Guard>,
    /// Writes every record of the trace, one a line, so that two runs can be compared.
    pub trace_file: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { depth: Depth::End, sabotage: None, trace_file: None }
    }
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Virtual time.
    pub at: Uptime,
    /// When the last day ends.
    pub end: Uptime,
}

/// A run that could not be carried out; nothing is said about any promise.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The plan asks for what this engine cannot do.
    #[error("engine {engine} cannot run this plan: {why}", engine = .engine.word())]
    Unfit {
        /// Which engine.
        engine: EngineKind,
        /// What it lacks.
        why: String,
    },
    /// This machine lacks what the engine needs; the scenario is skipped, not passed.
    #[error("engine {engine} is not to be had here: {why}", engine = .engine.word())]
    Missing {
        /// Which engine.
        engine: EngineKind,
        /// What is missing.
        why: String,
    },
    /// A file or a process failed.
    #[error("{what}")]
    World {
        /// What was attempted.
        what: String,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
}

/// Something that carries out plans.
pub trait Engine {
    /// Returns which one it is.
    fn kind(&self) -> EngineKind;

    /// Returns what the model leaves out, a sentence each, for every report.
    fn limits(&self) -> &'static [&'static str];

    /// Carries out a plan and everything after it.
    ///
    /// # Errors
    /// [`EngineError`] when it cannot; a broken promise is not an error.
    fn run(
        &self,
        plan: Plan,
        settings: &Settings,
        watch: &mut dyn Watch,
        coverage: &mut Coverage,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Evidence, EngineError>;
}
