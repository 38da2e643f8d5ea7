//! Decision records: their names, their numbers and their length.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::tree::Tree;

const FOLDER: &str = "sync-protocol/docs/adr/";
/// A record that needs more lines holds more than one decision.
const LINES_MAX: usize = 60;

/// Returns a fault for every record that is misnamed, shares its number with another, or is too long.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut holders: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, text) in tree.texts() {
        let Some(name) = path.strip_prefix(FOLDER) else { continue };
        let Some(number) = number_of(name) else {
            findings.push(Finding::fault("records", path, "is not named NNNN-short-verb-phrase.md"));
            continue;
        };
        if let Some(earlier) = holders.insert(number, path) {
            findings.push(Finding::fault("records", path, format!("has the number of {earlier}")));
        }
        let lines = text.lines().count();
        if lines > LINES_MAX {
            findings.push(Finding::fault("records", path, format!("{lines} lines, stop at {LINES_MAX}")));
        }
    }
    findings
}

/// Returns the number of a record's file name, or nothing when the name does not follow the pattern.
fn number_of(name: &str) -> Option<&str> {
    let (number, phrase) = name.strip_suffix(".md")?.split_once('-')?;
    let is_number = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    (is_number && phrase.split('-').all(is_word)).then_some(number)
}

#[cfg(test)]
mod tests;
