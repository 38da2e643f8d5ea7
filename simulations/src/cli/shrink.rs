//! `simulate shrink`: cuts a failing run down to the few actions that matter.

use super::bar::Bar;
use super::replay::{to_text, told};
use super::{BROKEN, refuse};
use crate::hunt::repro::Repro;
use crate::hunt::shrink::{Bench, shrink};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Arguments of `simulate shrink`.
#[derive(Debug, clap::Args)]
pub(super) struct Shrink {
    /// What a hunt left
    file: PathBuf,
    /// Where to write what is left; beside the file unless said
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Stops after so many minutes with the smallest so far
    #[arg(long, default_value_t = 5)]
    minutes: u64,
}

/// Shrinks it; exit status 1 since a promise is still broken, 0 when none is.
pub(super) fn run(args: &Shrink) -> ExitCode {
    let repro = match Repro::read(&args.file) {
        Ok(repro) => repro,
        Err(error) => return refuse(told(&error)),
    };
    if let Err(why) = super::hunt::can_switch_off(repro.guard()) {
        return refuse(why);
    }
    let bench = Bench { engine: repro.engine, sabotage: repro.guard(), time: Duration::from_secs(60 * args.minutes) };
    let before = repro.plan.actions.len() as u64;
    let mut bar = Bar::new();
    let shrunk = shrink(&repro.plan, &repro.violation.promise, &bench, &mut |stand| {
        let word = format!("{} runs: {} sites, {} days, {} actions", stand.runs, stand.sites, stand.days, stand.actions);
        bar.show(before.saturating_sub(stand.actions as u64), before, &word);
    });
    drop(bar);
    let Some(shrunk) = shrunk else {
        println!("{} is kept here: nothing to shrink", repro.violation.promise);
        return ExitCode::SUCCESS;
    };
    let (guard, sites, days, actions) = (repro.guard(), shrunk.plan.layout.len(), shrunk.plan.days, shrunk.plan.actions.len());
    let small = Repro::new(repro.source, repro.engine, guard, shrunk.plan, shrunk.violation);
    let path = args.out.clone().unwrap_or_else(|| args.file.with_extension("min.json"));
    if let Err(error) = small.write(&path) {
        return refuse(told(&error));
    }
    println!("{before} actions became {actions} in {} runs: {sites} sites, {days} days", shrunk.runs);
    println!("{}", to_text(&small.violation));
    small.plan.actions.iter().for_each(|action| println!("  {}", serde_json::to_string(action).expect("an action is plain data")));
    println!("{}", path.display());
    ExitCode::from(BROKEN)
}
