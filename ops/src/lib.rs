//! The operator's command line: every command asks a daemon over its admin socket and prints the answer, as a table or as JSON.
//!
//! One file a command under [`cmd`]. Nothing here opens a store or a QUIC socket; only the [`demo`] starts daemons, as processes of its own.

pub mod cli;
pub mod cmd;
mod daemon;
pub mod demo;
pub mod desk;
pub mod failure;
pub mod input;
pub mod lang;
pub mod page;
pub mod table;
pub mod words;

use mesh_office::trouble::usage;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs one command, the program's name first; returns the exit status that `ops/docs/cli.md` lists.
#[must_use]
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(daemon) = daemon::asked(&args) {
        return daemon.run();
    }
    match cli::parse(&args) {
        Ok(cli) => cli.run(),
        Err(error) => ExitCode::from(usage::tell::<cli::Cli>(&error, &args)),
    }
}
