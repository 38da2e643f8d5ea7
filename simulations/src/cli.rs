//! The command line: exit status 0 when every promise was kept, 1 when one was broken, 2 for arguments that cannot be run.

mod netns;

use crate::coverage::Coverage;
use crate::engine::{Engine, Settings};
use crate::flow::Flow;
use crate::plan::Plan;
use crate::report::Summary;
use crate::sighting::Blind;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

/// A county in a box: weeks of papers, broken lines and power cuts in seconds.
#[derive(Debug, Parser)]
#[command(name = "simulate", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the scenarios over real programs in network namespaces; needs root.
    #[command(after_help = "Example:\n  simulate netns --only cut-30s -o out")]
    Netns(netns::Netns),
    /// Runs one county from one seed and judges it.
    #[command(after_help = "Example:\n  simulate run --townships 2 --villages 3 --days 30 --seed 7")]
    Run(Run),
}

#[derive(Debug, clap::Args)]
struct Run {
    /// Townships under the hub.
    #[arg(long, default_value_t = 2)]
    townships: u16,
    /// Villages under each township.
    #[arg(long, default_value_t = 3)]
    villages: u16,
    /// Days of work before everything is healed and judged.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=i64::from(crate::plan::DAYS_MAX)))]
    days: u16,
    /// Everything random follows from this number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Prints the summary as JSON, shape 1.
    #[arg(long)]
    json: bool,
}

const BROKEN: u8 = 1;
const BAD_ARGUMENTS: u8 = 2;

/// Runs the command line and returns its exit status.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(hidden) = crate::netns::process::asked(&args) {
        return hidden.run();
    }
    match Cli::try_parse_from(args) {
        Ok(Cli { command: Command::Netns(netns) }) => netns::run(&netns),
        Ok(Cli { command: Command::Run(run) }) => carry_out(&run),
        Err(error) => {
            // A closed pipe leaves nobody to tell.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(BAD_ARGUMENTS))
        }
    }
}

fn carry_out(run: &Run) -> ExitCode {
    let plan = match Plan::busy(run.townships, run.villages, run.days, run.seed) {
        Ok(plan) => plan,
        Err(error) => {
            eprintln!("simulate: {error}");
            return ExitCode::from(BAD_ARGUMENTS);
        }
    };
    let ran = Flow.run(plan, &Settings::default(), &mut Blind, &mut Coverage::default(), &mut |_| {});
    let evidence = match ran {
        Ok(evidence) => evidence,
        Err(error) => {
            eprintln!("simulate: {error}");
            return ExitCode::from(BAD_ARGUMENTS);
        }
    };
    let summary = Summary::of(&evidence);
    if run.json {
        println!("{}", serde_json::to_string_pretty(&summary).expect("a summary is plain data"));
    } else {
        println!("{}", summary.to_text());
    }
    if summary.breaches.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) }
}

#[cfg(test)]
mod tests;
