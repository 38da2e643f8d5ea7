//! The rooms of the house: which package lies where, what it may import, and what may stand at the top level.
//!
//! The table is the one of the architecture; `mesh-office` is the desk that hub and edge node share.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::tree::Tree;

/// One package and the packages of ours it may import, by any kind of dependency.
#[derive(Debug)]
pub struct Room {
    /// The folder from the root.
    pub folder: &'static str,
    /// The package that lies there.
    pub package: &'static str,
    /// The packages of ours that it may import.
    pub may_import: &'static [&'static str],
}

const SHELLS: &[&str] = &["mesh-model", "sync-protocol", "mesh-runtime", "mesh-office"];

/// Every room. Nobody imports `simulations` or `mesh-tests`; `hub` and `edge-node` never import each other.
pub const ROOMS: &[Room] = &[
    Room { folder: "sync-protocol/model", package: "mesh-model", may_import: &[] },
    Room { folder: "sync-protocol", package: "sync-protocol", may_import: &["mesh-model"] },
    Room { folder: "sync-protocol/runtime", package: "mesh-runtime", may_import: &["mesh-model", "sync-protocol"] },
    Room { folder: "sync-protocol/office", package: "mesh-office", may_import: &["mesh-model", "sync-protocol", "mesh-runtime"] },
    Room { folder: "edge-node", package: "edge-node", may_import: SHELLS },
    Room { folder: "hub", package: "hub", may_import: SHELLS },
    Room { folder: "ops", package: "meshctl", may_import: &["mesh-model", "mesh-runtime", "mesh-office", "hub", "edge-node"] },
    Room { folder: "ops/xtask", package: "xtask", may_import: &["mesh-model", "mesh-runtime"] },
    Room {
        folder: "simulations",
        package: "simulations",
        may_import: &["mesh-model", "sync-protocol", "mesh-runtime", "mesh-office", "hub", "edge-node"],
    },
    Room {
        folder: "tests",
        package: "mesh-tests",
        may_import: &["mesh-model", "sync-protocol", "mesh-runtime", "mesh-office", "hub", "edge-node", "meshctl"],
    },
];

/// The folders that may stand at the top level and hold code.
const FOLDERS: &[&str] = &["sync-protocol", "edge-node", "hub", "ops", "simulations", "tests"];

/// The files that may stand at the top level; names that begin with a dot are let pass.
const FILES: &[&str] = &[
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "README.zh-CN.md",
    "SECURITY.md",
    "clippy.toml",
    "rust-toolchain.toml",
    "rustfmt.toml",
];

/// Checks what stands at the top level, that no code hides in a dot folder, and that the root manifest is virtual.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let tops: BTreeSet<(&str, bool)> =
        tree.paths().map(|path| path.split_once('/').map_or((path, false), |(top, _)| (top, true))).collect();
    for (top, is_folder) in tops {
        let known = if is_folder { FOLDERS.contains(&top) } else { FILES.contains(&top) };
        if !known && !top.starts_with('.') {
            findings.push(Finding::fault(
                "top level",
                top,
                "is not one of the rooms or conventional files; see the architecture, section 1",
            ));
        }
    }
    for (path, _) in tree.rust().filter(|(path, _)| path.starts_with('.')) {
        findings.push(Finding::fault("top level", path, "code lives in the rooms only"));
    }
    // A package at the root would adopt `tests/` as its own integration tests.
    let manifest = tree.text("Cargo.toml").unwrap_or_default();
    if manifest.lines().any(|line| line.trim() == "[package]") {
        findings.push(Finding::fault("top level", "Cargo.toml", "the root manifest is virtual; move the package into a room"));
    }
    findings
}

#[cfg(test)]
mod tests;
