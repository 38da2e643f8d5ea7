//! How long a Rust file may be, and how it opens.

use super::finding::Finding;
use super::tree::Tree;

/// The length, in lines, above which a file is worth a note.
const LINES_AIM: usize = 250;
/// The length, in lines, above which a file must be split.
const LINES_MAX: usize = 400;

/// Returns a fault for every Rust file that is too long or does not open with its own description, a note for those that grow long.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.rust() {
        let lines = text.lines().count();
        if lines > LINES_MAX {
            findings.push(Finding::fault("sizes", path, format!("{lines} lines, stop at {LINES_MAX}: split it")));
        } else if lines > LINES_AIM {
            findings.push(Finding::note("sizes", path, format!("{lines} lines, aim at {LINES_AIM}")));
        }
        if !text.starts_with("//!") {
            findings
                .push(Finding::fault("sizes", path, "does not open with `//!`: say what it is, what it is not, where to read next").at(1));
        }
    }
    findings
}

#[cfg(test)]
mod tests;
