//! Reads a scenario file. Whoever wrote it learns the line, what is wrong there, and what would be right.

use super::{Scenario, check};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A file that is no scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct ScenarioError {
    /// As it was named.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub reason: String,
}

/// Where something stands in the file: table, place in a list, key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A key of a table.
    Key(&'static str),
    /// A place in a list.
    At(usize),
}

/// Something that each field alone does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where.
    pub path: Vec<Step>,
    /// What, and what would be right.
    pub reason: String,
}

/// Reads a scenario; `file` is only for messages.
///
/// # Errors
/// [`ScenarioError`] for the first thing that is wrong.
pub fn read(file: &str, text: &str) -> Result<Scenario, ScenarioError> {
    let error = |line, reason| ScenarioError { file: file.to_owned(), line, reason };
    let scenario: Scenario =
        toml::from_str(text).map_err(|fault| error(fault.span().map_or(1, |span| line_of(text, &span)), plain_words(fault.message())))?;
    match check::faults(&scenario).into_iter().next() {
        Some(fault) => Err(error(find(text, &fault.path), fault.reason)),
        None => Ok(scenario),
    }
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count()
}

/// Adds the nearest known name where a name is unknown.
fn plain_words(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let is_name = message.starts_with("unknown field") || message.starts_with("unknown variant");
    let near = |known: &&&str| (strsim::damerau_levenshtein(quoted[0], known), known.len().abs_diff(quoted[0].len()));
    match quoted.get(1..).filter(|_| is_name).and_then(|known| known.iter().min_by_key(near)) {
        Some(nearest) => format!("{message}; the nearest is `{nearest}`"),
        None => message.replace('\n', ", "),
    }
}

/// Returns the line of the deepest part of a path that is in the file.
fn find(text: &str, path: &[Step]) -> usize {
    let Ok(root) = DeTable::parse(text) else { return 1 };
    let mut span = root.span();
    let root = DeValue::Table(root.into_inner());
    let mut value = &root;
    for step in path {
        let next = match step {
            Step::Key(key) => value.as_table().and_then(|table| table.get(*key)),
            Step::At(index) => value.as_array().and_then(|list| list.get(*index)),
        };
        let Some(next) = next else { break };
        span = next.span();
        value = next.get_ref();
    }
    line_of(text, &span)
}
