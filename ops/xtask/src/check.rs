//! `cargo xtask check`: what is green at every commit, in under two minutes.
//!
//! Clippy and the tests run only for the packages touched since the upstream branch; `--all` runs them for every package.

use std::process::{Command, Stdio};

use crate::step::{self, Steps};
use crate::tidy;
use crate::touched::{self, Touched};

/// What `check` is asked to cover.
#[derive(clap::Args)]
pub struct Args {
    /// Checks every package, not only the touched ones.
    #[arg(long)]
    all: bool,
}

/// Runs format, tidy, clippy and tests; the first failure ends it.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let touched = if args.all {
        Touched::Everything
    } else {
        touched::since_upstream()?
    };
    let packages = selection(&touched);
    eprintln!("packages: {}", packages.join(" "));
    let mut steps = Steps::default();
    let verdict = run_steps(&mut steps, &packages);
    steps.summary();
    verdict
}

fn run_steps(steps: &mut Steps, packages: &[String]) -> anyhow::Result<()> {
    let chosen: Vec<&str> = packages.iter().map(String::as_str).collect();
    steps.run("format", || step::cargo(&["fmt", "--all", "--check"]))?;
    steps.run("tidy", || tidy::run(&tidy::Args::quiet()))?;
    steps.run("clippy", || {
        step::clippy(&[&chosen[..], &["--locked", "--all-targets", "--", "-D", "warnings"]].concat())
    })?;
    steps.run("test", || step::cargo(&[test_command(), &chosen[..], &["--locked"]].concat()))
}

/// Returns cargo's package flags for what was touched.
fn selection(touched: &Touched) -> Vec<String> {
    match touched {
        Touched::Everything => vec!["--workspace".to_owned()],
        Touched::Packages(names) => names.iter().flat_map(|name| ["--package".to_owned(), name.clone()]).collect(),
    }
}

/// Returns the test runner of this machine: nextest where it is installed, cargo's own elsewhere.
fn test_command() -> &'static [&'static str] {
    let probe = Command::new(step::cargo_binary())
        .args(["nextest", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    // A package without a test is no fault of the change that touches it.
    if probe.is_ok_and(|status| status.success()) {
        &["nextest", "run", "--no-tests=pass"]
    } else {
        &["test"]
    }
}
