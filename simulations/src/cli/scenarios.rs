//! `simulate scenarios`: the ready ones, each with the question it answers.

use super::refuse;
use crate::scenario::ready;
use std::process::ExitCode;

/// Arguments of `simulate scenarios`.
#[derive(Debug, clap::Args)]
pub(super) struct Scenarios {
    /// Prints the file of this one
    #[arg(long, value_name = "NAME")]
    show: Option<String>,
}

/// Prints the list, or one file.
pub(super) fn run(args: &Scenarios) -> ExitCode {
    match args.show.as_deref().map(|name| (name, ready::named(name))) {
        Some((_, Some(ready))) => print!("{}", ready.text),
        Some((name, None)) => return refuse(format_args!("there is no ready scenario {name}; `simulate scenarios` lists them")),
        None => ready::ALL.iter().for_each(|ready| println!("{:<20} {}", ready.name, ready.question())),
    }
    ExitCode::SUCCESS
}
