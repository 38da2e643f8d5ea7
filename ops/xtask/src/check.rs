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
    /// Checks this package, whatever was touched; may be given several times.
    #[arg(long, short, value_name = "NAME", conflicts_with = "all")]
    package: Vec<String>,
}

/// Runs format, tidy, clippy and tests, each whatever became of the one before; fails with the first failure.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let touched = match (args.all, args.package.is_empty()) {
        (true, _) => Touched::Everything,
        (false, false) => Touched::Packages(args.package.iter().cloned().collect()),
        (false, true) => touched::since_upstream()?,
    };
    let mut steps = Steps::default();
    let verdict = run_steps(&mut steps, &touched);
    steps.summary();
    verdict
}

fn run_steps(steps: &mut Steps, touched: &Touched) -> anyhow::Result<()> {
    let packages = selection(touched, "--workspace");
    let formatted = selection(touched, "--all");
    let chosen: Vec<&str> = packages.iter().map(String::as_str).collect();
    let formatted: Vec<&str> = formatted.iter().map(String::as_str).collect();
    eprintln!("packages: {}", chosen.join(" "));
    // All four run: a slip in the format says nothing about the tests, and a second round costs more than the rest of the first.
    let verdicts = [
        steps.run("format", || step::cargo(&[&["fmt", "--check"], &formatted[..], &["--", "-l"]].concat())),
        steps.run("tidy", || tidy::run(&tidy::Args::quiet())),
        steps.run("clippy", || step::clippy(&[&chosen[..], &["--locked", "--all-targets", "--", "-D", "warnings"]].concat())),
        steps.run("test", || step::cargo(&[test_command(), &chosen[..], &["--locked"]].concat())),
    ];
    verdicts.into_iter().collect()
}

/// Returns cargo's package flags for what was touched; `everything` is the flag that means all of them.
fn selection(touched: &Touched, everything: &str) -> Vec<String> {
    match touched {
        Touched::Everything => vec![everything.to_owned()],
        Touched::Packages(names) => names.iter().flat_map(|name| ["--package".to_owned(), name.clone()]).collect(),
    }
}

/// Returns the test runner of this machine: nextest where it is installed, cargo's own elsewhere.
fn test_command() -> &'static [&'static str] {
    let mut probe = Command::new(step::cargo_binary());
    let probe = probe.args(["nextest", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    // A package without a test is no fault of the change that touches it.
    if probe.is_ok_and(|status| status.success()) { &["nextest", "run", "--no-tests=pass"] } else { &["test"] }
}
