//! Which packages a change touches, from what git lists as changed.
//!
//! Not a build graph: a package that only depends on a touched one is left to `ci`.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, bail};

use crate::step;
use crate::tidy::layout::ROOMS;

/// The packages that a change touches.
#[derive(Debug, PartialEq, Eq)]
pub enum Touched {
    /// Nothing can be said about single packages: shared files changed, or nothing did.
    Everything,
    /// Only these packages, by name.
    Packages(BTreeSet<String>),
}

/// Compares the work tree with the point where it left the upstream branch, or with the last commit when there is no upstream.
pub fn since_upstream() -> anyhow::Result<Touched> {
    let base = git(&["merge-base", "HEAD", "origin/main"]).unwrap_or_else(|_| "HEAD".to_owned());
    let changed = git(&["diff", "--name-only", base.trim()])?;
    let new = git(&["ls-files", "--others", "--exclude-standard"])?;
    Ok(packages_of(changed.lines().chain(new.lines())))
}

/// Returns the packages that hold the given paths; a path of no package that is not prose touches everything.
pub fn packages_of<'a>(paths: impl Iterator<Item = &'a str>) -> Touched {
    let mut names = BTreeSet::new();
    for path in paths {
        let nearest = ROOMS.iter().filter(|room| path.starts_with(&format!("{}/", room.folder))).max_by_key(|room| room.folder.len());
        match nearest {
            Some(room) => names.extend([room.package.to_owned()]),
            None if path.ends_with(".md") || path.starts_with("LICENSE") => {}
            None => return Touched::Everything,
        }
    }
    if names.is_empty() { Touched::Everything } else { Touched::Packages(names) }
}

fn git(args: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("git").args(args).current_dir(step::root()).output().context("start git")?;
    if !output.status.success() {
        bail!("git {} ended with {}", args.join(" "), output.status);
    }
    String::from_utf8(output.stdout).context("read the answer of git")
}

#[cfg(test)]
mod tests;
