//! `cargo xtask ci`: everything that a fresh machine must pass, one timing line a step.
//!
//! `.ci/run` installs what is missing and then calls this. The cheap steps come first, so that a slip shows in a minute and not in twenty.

use crate::step::{self, Steps};
use crate::tidy;

/// The test command, as the README gives it to a stranger; `tidy` checks that it does.
pub const TEST: &[&str] = &["test", "--workspace", "--locked"];
/// The demo command, likewise, without what makes it stop by itself.
pub const DEMO: &[&str] = &["run", "--release", "--locked", "--", "demo"];

/// Thirty days of a small county in virtual time: exit status 1 if a promise is broken.
const SIMULATE: &[&str] = &["run", "--locked", "--package", "simulations", "--", "run", "market-day", "--days", "10", "--seed", "7"];

/// What `ci` is asked to leave out.
#[derive(clap::Args)]
pub struct Args {
    /// Leaves out the release build and the demo county.
    #[arg(long)]
    without_demo: bool,
}

/// Runs format, tidy, clippy, all tests, a simulated county and the demo; the first failure ends it.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let mut steps = Steps::default();
    let verdict = run_steps(args, &mut steps);
    steps.summary();
    verdict
}

fn run_steps(args: &Args, steps: &mut Steps) -> anyhow::Result<()> {
    steps.run("format", || step::cargo(&["fmt", "--all", "--check", "--", "-l"]))?;
    steps.run("tidy", || tidy::run(&tidy::Args::quiet()))?;
    steps.run("clippy", || step::clippy(&["--workspace", "--locked", "--all-targets", "--", "-D", "warnings"]))?;
    steps.run("test", || step::cargo(TEST))?;
    steps.run("simulate", || step::cargo(SIMULATE))?;
    if args.without_demo {
        return Ok(());
    }
    steps.run("build the demo", || step::cargo(&["build", "--release", "--locked"]))?;
    steps.run("demo", || step::cargo(&[DEMO, &["--once"]].concat()))
}
