//! `simulate replay`: runs a failing run again.

use super::{BROKEN, refuse};
use crate::engine::Settings;
use crate::hunt::repro::Repro;
use crate::hunt::trial::{self, Failure, Violation};
use crate::sighting::Depth;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `simulate replay`.
#[derive(Debug, clap::Args)]
pub(super) struct Replay {
    /// What a hunt left
    file: PathBuf,
    /// Writes every record of the trace there
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

/// Runs it; exit status 1 when anything is still broken.
pub(super) fn run(args: &Replay) -> ExitCode {
    let repro = match Repro::read(&args.file) {
        Ok(repro) => repro,
        Err(error) => return refuse(told(&error)),
    };
    if let Err(why) = super::hunt::can_switch_off(repro.guard()) {
        return refuse(why);
    }
    println!("{} seed {}, engine {}, {} actions", repro.source, repro.seed, repro.engine.word(), repro.plan.actions.len());
    let settings = Settings { depth: Depth::Full, sabotage: repro.guard(), trace_file: args.trace.clone() };
    let violations = match trial::run(repro.plan, repro.engine, &settings, &mut |_| {}, |_, _| ()) {
        Ok(judged) => judged.violations,
        Err(Failure::Panicked(what)) => vec![Violation::panic(what)],
        Err(failure) => return refuse(failure),
    };
    violations.iter().for_each(|violation| println!("{}", to_text(violation)));
    if violations.is_empty() {
        println!("every promise was kept; {} is not broken here", repro.violation.promise);
        return ExitCode::SUCCESS;
    }
    ExitCode::from(BROKEN)
}

/// Returns a violation as a line.
pub(super) fn to_text(violation: &Violation) -> String {
    let when = violation.at_ms.map_or_else(
        || "at the end".to_owned(),
        |ms| format!("day {} {:02}:{:02}:{:02}", ms / 86_400_000, ms / 3_600_000 % 24, ms / 60_000 % 60, ms / 1_000 % 60),
    );
    format!("{} broken, {when}: {}", violation.promise, violation.what)
}

/// Returns an error with its causes.
pub(super) fn told(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source()).map(|cause| format!(": {cause}"));
    std::iter::once(error.to_string()).chain(causes).collect()
}
