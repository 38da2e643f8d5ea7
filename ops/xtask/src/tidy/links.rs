//! What the prose promises: its relative links point to something, and the README gives the commands that `ci` runs.
//!
//! Addresses of the web and anchors are not looked up.

use super::finding::Finding;
use super::tree::Tree;
use crate::ci;

/// Returns a fault for every relative Markdown link whose file is not in the tree, and for a README with other commands than `ci`.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for command in [ci::TEST, ci::DEMO].map(|args| format!("cargo {}", args.join(" "))) {
        if tree.text("README.md").is_some_and(|readme| !readme.contains(&command)) {
            findings.push(Finding::fault("links", "README.md", format!("does not give `{command}`, which `ci` runs")));
        }
    }
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".md")) {
        let mut fenced = false;
        for (index, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            }
            if fenced {
                continue;
            }
            for target in targets(line) {
                if !resolve(path, target).is_some_and(|file| tree.holds(&file)) {
                    findings.push(Finding::fault("links", path, format!("`{target}` points to nothing")).at(index + 1));
                }
            }
        }
    }
    findings
}

/// Returns the relative targets of the links in one line, anchors cut off.
fn targets(line: &str) -> Vec<&str> {
    let inside = line.match_indices("](").filter_map(|(at, open)| {
        let rest = &line[at + open.len()..];
        rest.find(')').map(|end| &rest[..end])
    });
    let files = inside.map(|target| target.split_whitespace().next().unwrap_or_default());
    let relative = files.filter(|target| !target.contains("://") && !target.starts_with("mailto:") && !target.starts_with('#'));
    relative.map(|target| target.split('#').next().unwrap_or_default()).collect()
}

/// Returns the path from the root that `target` means in the file `from`, or nothing when it leaves the repository.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests;
