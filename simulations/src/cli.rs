//! The command line: one file a subcommand.
//!
//! Exit status 0: every promise and every `[expect]` was kept; 1: one was broken; 2: a file or arguments that cannot be run.

mod bar;
mod calibrate;
mod hunt;
mod init;
mod lang;
mod netns;
mod planted;
mod replay;
mod run;
mod scenarios;
mod seeds;
mod shrink;
mod study;
mod verdict;

use crate::engine::EngineKind;
use clap::{Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::process::ExitCode;

/// A county in a box: years of papers, broken lines and power cuts in minutes
#[derive(Debug, Parser)]
#[command(
    name = "simulate",
    version,
    after_help = "Examples:
  simulate init county.toml            write a scenario to begin with
  simulate run county.toml -o out      run it and write its report
  simulate run mountain-road --quick   run a ready one, briefly
  simulate hunt --minutes 10           look for broken promises"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fits a class of sites to what was measured in the field
    #[command(after_help = calibrate::EXAMPLES)]
    Calibrate(calibrate::Calibrate),
    /// Runs seed after seed with every fault until the time is up
    #[command(after_help = hunt::EXAMPLES)]
    Hunt(hunt::Hunt),
    /// Writes a scenario file to begin with
    #[command(after_help = "Example:\n  simulate init county.toml && simulate run county.toml")]
    Init(init::Init),
    /// Runs the scenarios over real programs in network namespaces; needs root
    #[command(after_help = "Example:\n  simulate netns --only cut-30s -o out")]
    Netns(netns::Netns),
    /// Shows that the pinned bugs are noticed: one for each guard of the protocol
    #[command(after_help = "Example (in builds with the feature `sabotage`):\n  simulate planted --sabotage 6")]
    Planted(planted::Planted),
    /// Runs a failing run again
    #[command(after_help = "Example:\n  simulate replay repro-flow-17.json")]
    Replay(replay::Replay),
    /// Runs a scenario and writes its report
    #[command(after_help = run::EXAMPLES)]
    Run(run::Run),
    /// Lists the ready scenarios
    #[command(after_help = "Example:\n  simulate scenarios\n  simulate scenarios --show flood-week > my.toml")]
    Scenarios(scenarios::Scenarios),
    /// Cuts a failing run down to the few actions that matter
    #[command(after_help = "Example:\n  simulate shrink repro-flow-17.json -o small.json")]
    Shrink(shrink::Shrink),
}

/// Which engine, as it is written on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EngineWord {
    /// Real sans-IO nodes over message-level lines: whole counties for years
    Flow,
    /// The real programs' libraries over real QUIC on a simulated network
    Quic,
    /// The real programs in network namespaces
    Netns,
}

impl From<EngineWord> for EngineKind {
    fn from(word: EngineWord) -> EngineKind {
        match word {
            EngineWord::Flow => EngineKind::Flow,
            EngineWord::Quic => EngineKind::Quic,
            EngineWord::Netns => EngineKind::Netns,
        }
    }
}

const BROKEN: u8 = 1;
const BAD_ARGUMENTS: u8 = 2;

/// Runs the command line and returns its exit status.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(hidden) = crate::netns::process::asked(&args) {
        return hidden.run();
    }
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe leaves nobody to tell.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(BAD_ARGUMENTS));
        }
    };
    match cli.command {
        Command::Calibrate(args) => calibrate::run(&args),
        Command::Hunt(args) => hunt::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Netns(args) => netns::run(&args),
        Command::Planted(args) => planted::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Scenarios(args) => scenarios::run(&args),
        Command::Shrink(args) => shrink::run(&args),
    }
}

/// Says on stderr why nothing can be run.
fn refuse(why: impl std::fmt::Display) -> ExitCode {
    eprintln!("simulate: {why}");
    ExitCode::from(BAD_ARGUMENTS)
}

#[cfg(test)]
mod tests;
