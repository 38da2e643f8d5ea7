//! `cargo xtask ci`: everything that a fresh machine must pass, one timing line a step.
//!
//! `.ci/run` installs what is missing and then calls this. The cheap steps come first, so that a slip shows in a minute and not in twenty.

use crate::determinism;
use crate::step::{self, Steps};
use crate::tidy;

/// The test command, as the README gives it to a stranger; `tidy` checks that it does.
pub const TEST: &[&str] = &["test", "--workspace", "--locked"];
/// The demo command, likewise, without what makes it stop by itself.
pub const DEMO: &[&str] = &["run", "--release", "--locked", "--", "demo"];

/// Seeds that run twice, in two processes each, for each engine.
const DETERMINISM_SEEDS: u32 = 3;

/// A short hunt: every seed another mix of faults, every promise judged. Longer ones are a nightly job.
const HUNT: &[&str] = &["hunt", "--engine", "flow", "--sites", "6", "--days", "12", "--seeds", "1..24"];

/// Every planted bug is still found: the same tests with guards that can be switched off.
const PLANTED: &[&str] = &["test", "--locked", "--package", "simulations", "--features", "sabotage", "--lib", "planted"];

/// Real programs in network namespaces; a run with skips is not accepted.
const NETNS: &[&str] = &["netns"];

/// What `ci` is asked to leave out.
#[derive(clap::Args)]
pub struct Args {
    /// Leaves out the release build and the demo county.
    #[arg(long)]
    without_demo: bool,
}

/// Runs format, tidy, clippy, all tests, the simulator's own trials and the demo; the first failure ends it.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let mut steps = Steps::default();
    let verdict = run_steps(args, &mut steps);
    steps.summary();
    verdict
}

/// Runs the simulator that the tests have built.
fn simulate(args: &[&str]) -> anyhow::Result<()> {
    step::cargo(&[&["run", "--quiet", "--locked", "--package", "simulations", "--"], args].concat())
}

fn run_steps(args: &Args, steps: &mut Steps) -> anyhow::Result<()> {
    steps.run("format", || step::cargo(&["fmt", "--all", "--check", "--", "-l"]))?;
    steps.run("tidy", || tidy::run(&tidy::Args::quiet()))?;
    steps.run("clippy", || step::clippy(&["--workspace", "--locked", "--all-targets", "--", "-D", "warnings"]))?;
    steps.run("test", || step::cargo(TEST))?;
    steps.run("determinism", || determinism::check(DETERMINISM_SEEDS))?;
    steps.run("hunt", || simulate(HUNT))?;
    steps.run("planted bugs", || step::cargo(PLANTED))?;
    steps.run("namespaces", || simulate(NETNS))?;
    if args.without_demo {
        return Ok(());
    }
    steps.run("build the demo", || step::cargo(&["build", "--release", "--locked"]))?;
    steps.run("demo", || step::cargo(&[DEMO, &["--once"]].concat()))
}
