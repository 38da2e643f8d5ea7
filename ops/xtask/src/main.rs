//! The repository's own chores: `cargo xtask check | ci | tidy | bench | determinism | mutants`.
//!
//! Not part of the product: nothing here is shipped to a site. Read [`tidy`] for the laws that are checked, [`check`] for what runs before a
//! commit and [`ci`] for what runs on a fresh machine; [`bench`], [`determinism`] and [`mutants`] put the simulator to the test.

mod bench;
mod check;
mod ci;
mod determinism;
mod mutants;
mod step;
mod tidy;
mod touched;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The repository's own chores.
#[derive(Parser)]
#[command(name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Times the simulator on the sizes that it must manage and prints each figure beside its target.
    Bench(bench::Args),
    /// Formats (check only), tidies, and runs clippy and the tests of the packages that were touched.
    Check(check::Args),
    /// Runs everything that a fresh machine must pass, the demo included.
    Ci(ci::Args),
    /// Runs seeds of the simulator in two processes each and compares everything that happened.
    Determinism(determinism::Args),
    /// Shows what the simulator finds of the slips that the core's unit tests let pass; takes an hour or two.
    Mutants(mutants::Args),
    /// Compares the tree with the laws of the house: arrows, rooms, sizes, words, fences, pins, records, links.
    Tidy(tidy::Args),
}

fn main() -> ExitCode {
    let verdict = match Cli::parse().chore {
        Chore::Bench(args) => bench::run(&args),
        Chore::Check(args) => check::run(&args),
        Chore::Ci(args) => ci::run(&args),
        Chore::Determinism(args) => determinism::run(&args),
        Chore::Mutants(args) => mutants::run(&args),
        Chore::Tidy(args) => tidy::run(&args),
    };
    // A broken law is an answer, not a crash: one line, no backtrace.
    verdict.map_or_else(
        |fault| {
            eprintln!("xtask: {fault:#}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}
