//! The laws of the house as checks over the tree: each is a function of a [`Tree`] (and the package graph), so each has tests that turn it red.
//!
//! Not a linter of Rust: what clippy can say, clippy says. Read [`layout`] for the rooms, [`fences`] for what keeps pure code pure.

pub mod arrows;
pub mod fences;
pub mod finding;
pub mod layout;
pub mod links;
pub mod lockfile;
pub mod records;
pub mod sizes;
pub mod source;
pub mod tree;
pub mod words;

use anyhow::bail;

use crate::step;
use arrows::Packages;
use finding::{Finding, Weight};
use tree::Tree;

/// How much `tidy` says.
#[derive(clap::Args)]
pub struct Args {
    /// Leaves out the notes, prints faults only.
    #[arg(long)]
    quiet: bool,
}

impl Args {
    /// Returns the arguments of a run that prints faults only.
    pub fn quiet() -> Args {
        Args { quiet: true }
    }
}

/// Checks the work tree; prints every finding and fails when one of them is a fault.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let root = step::root();
    let tree = Tree::read(&root)?;
    let packages = Packages::read(&root)?;
    let findings = inspect(&tree, &packages);
    let faults = findings.iter().filter(|finding| finding.weight == Weight::Fault).count();
    for finding in &findings {
        if finding.weight == Weight::Fault || !args.quiet {
            eprintln!("{finding}");
        }
    }
    if faults > 0 {
        bail!("tidy: {faults} fault(s)");
    }
    eprintln!("tidy: {} files, no fault", tree.len());
    Ok(())
}

/// Returns everything that the checks have to say, in the order of the checks.
pub fn inspect(tree: &Tree, packages: &Packages) -> Vec<Finding> {
    let mut findings = arrows::check(packages);
    findings.extend(layout::check(tree));
    findings.extend(sizes::check(tree));
    findings.extend(words::check(tree));
    findings.extend(fences::check(tree));
    findings.extend(lockfile::check(tree));
    findings.extend(records::check(tree));
    findings.extend(links::check(tree));
    findings
}
