//! `simulate netns`: the scenarios over real programs. Exit status 0 only when every one was run and passed.

use crate::netns::Netns as Engine;
use crate::netns::scenarios::{run_all, scenarios};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `simulate netns`.
#[derive(Debug, clap::Args)]
pub(super) struct Netns {
    /// Runs this scenario alone
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Prints the report as JSON, shape 1
    #[arg(long)]
    json: bool,
    /// Keeps logs and figures of failed scenarios there
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the scenarios and prints how they went.
pub(super) fn run(args: &Netns) -> ExitCode {
    let names: Vec<&str> = scenarios().iter().map(|scenario| scenario.name).collect();
    if let Some(only) = args.only.as_deref().filter(|only| !names.contains(only)) {
        eprintln!("simulate: there is no scenario {only}; there are {}", names.join(", "));
        return ExitCode::from(super::BAD_ARGUMENTS);
    }
    let engine = match Engine::of_this_program() {
        Ok(engine) => engine,
        Err(error) => {
            eprintln!("simulate: {error}");
            return ExitCode::from(super::BROKEN);
        }
    };
    let report = run_all(&engine, args.only.as_deref(), args.out.as_deref(), &mut |line| {
        if !args.json {
            println!("{}", line.to_text());
        }
    });
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report).expect("a report is plain data"));
    }
    if report.is_accepted() { ExitCode::SUCCESS } else { ExitCode::from(super::BROKEN) }
}
