//! The import arrows between our packages, compared with the table of [`ROOMS`].
//!
//! Normal, dev and build dependencies all count: a dev-dependency on a shell makes the tests of a pure crate impure.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde::Deserialize;

use super::finding::Finding;
use super::layout::ROOMS;
use crate::step;

/// The packages of the workspace, as `cargo metadata` tells them.
#[derive(Debug, Deserialize)]
pub struct Packages {
    /// The members of the workspace.
    pub packages: Vec<Package>,
    /// The folder that cargo takes for the root; every member lies below it.
    pub workspace_root: String,
}

/// One member of the workspace.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// The name in its manifest.
    pub name: String,
    /// The absolute path of its manifest.
    pub manifest_path: String,
    /// What it depends on, ours and others'.
    pub dependencies: Vec<Arrow>,
}

/// One dependency of a package.
#[derive(Debug, Deserialize)]
pub struct Arrow {
    /// The package that is imported.
    pub name: String,
    /// `dev` or `build`; absent for a normal one.
    pub kind: Option<String>,
    /// The folder it is taken from; absent for a package from outside.
    pub path: Option<String>,
}

impl Packages {
    /// Asks cargo for the packages of the workspace at `root`.
    pub fn read(root: &Path) -> anyhow::Result<Packages> {
        let args = ["metadata", "--no-deps", "--format-version", "1", "--offline"];
        let output = Command::new(step::cargo_binary()).args(args).current_dir(root).output().context("start cargo metadata")?;
        if !output.status.success() {
            bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        serde_json::from_slice(&output.stdout).context("read the answer of cargo metadata")
    }
}

/// Returns a fault for every package outside the table, in the wrong folder, or with an arrow that the table does not have.
pub fn check(packages: &Packages) -> Vec<Finding> {
    packages.packages.iter().flat_map(|package| check_package(package, &packages.workspace_root)).collect()
}

fn check_package(package: &Package, root: &str) -> Vec<Finding> {
    let Some(room) = ROOMS.iter().find(|room| room.package == package.name) else {
        return vec![Finding::fault("arrows", &package.name, "is not in the table of rooms")];
    };
    let mut findings = Vec::new();
    let expected = format!("{root}/{}/Cargo.toml", room.folder);
    if package.manifest_path != expected {
        findings.push(Finding::fault("arrows", &package.name, format!("lies at {}, its room is {}", package.manifest_path, room.folder)));
    }
    // A package may name itself for its own tests: that switches a test-only feature on and imports nothing.
    let own = |arrow: &Arrow| arrow.name == package.name && arrow.kind.as_deref() == Some("dev");
    for arrow in package.dependencies.iter().filter(|arrow| arrow.path.is_some() && !own(arrow)) {
        if !room.may_import.contains(&arrow.name.as_str()) {
            let kind = arrow.kind.as_deref().unwrap_or("normal");
            findings.push(Finding::fault("arrows", &package.name, format!("may not import {} ({kind} dependency)", arrow.name)));
        }
    }
    findings
}

#[cfg(test)]
mod tests;
