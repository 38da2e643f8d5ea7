//! Seeds that once failed. The list grows only; a test runs all of them.

use crate::engine::EngineKind;
use crate::plan::Plan;
use crate::plan::swarm::{self, Size};
use crate::scenario::{self, ready};

/// The list as it is in the repository.
pub const LIST: &str = include_str!("../../seeds/regressions.txt");

/// One seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regression {
    /// Which engine.
    pub engine: EngineKind,
    /// Which seed.
    pub seed: u64,
    /// A version of the swarm, or the name of a ready scenario.
    pub source: String,
    /// What it found.
    pub note: String,
}

/// A line that is no seed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("seeds/regressions.txt:{line}: {reason}; a line is: engine seed swarm-version-or-scenario note")]
pub struct RegressionError {
    /// Which.
    pub line: usize,
    /// Why.
    pub reason: String,
}

/// Reads the list; lines that begin with `#` are comments.
///
/// # Errors
/// [`RegressionError`] for the first line that is no seed.
pub fn read(text: &str) -> Result<Vec<Regression>, RegressionError> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(|(line, text)| read_line(line, text)).collect()
}

fn read_line(line: usize, text: &str) -> Result<Regression, RegressionError> {
    let error = |reason: String| RegressionError { line, reason };
    let mut words = text.splitn(4, ' ');
    let mut next = |what: &str| words.next().filter(|word| !word.is_empty()).ok_or_else(|| error(format!("{what} is missing")));
    let engine = match next("the engine")? {
        "flow" => EngineKind::Flow,
        "quic" => EngineKind::Quic,
        other => return Err(error(format!("{other:?} is neither flow nor quic"))),
    };
    let seed = next("the seed")?.parse().map_err(|_| error("the seed is no number".into()))?;
    let source = next("the swarm's version or the scenario")?.to_owned();
    let note = next("the note")?.to_owned();
    if source != swarm::VERSION && ready::named(&source).is_none() {
        return Err(error(format!("{source:?} is neither {} nor a ready scenario", swarm::VERSION)));
    }
    Ok(Regression { engine, seed, source, note })
}

impl Regression {
    /// Draws its plan.
    #[must_use]
    pub fn plan(&self) -> Option<Plan> {
        match ready::named(&self.source) {
            None => swarm::draw(self.seed, Size::default(), self.engine).ok(),
            Some(ready) => scenario::read(ready.name, ready.text).ok().and_then(|scenario| Plan::draw(&scenario, self.seed).ok()),
        }
    }
}
