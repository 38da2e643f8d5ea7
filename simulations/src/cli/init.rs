//! `simulate init`: a scenario file to begin with, every key explained.

use super::refuse;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is written.
pub(super) const TEMPLATE: &str = include_str!("init.toml");

/// Arguments of `simulate init`.
#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// The file to write
    #[arg(default_value = "county.toml")]
    file: PathBuf,
}

/// Writes the file; one that is there is left alone.
pub(super) fn run(args: &Init) -> ExitCode {
    let written = std::fs::File::create_new(&args.file).and_then(|mut file| std::io::Write::write_all(&mut file, TEMPLATE.as_bytes()));
    match written {
        Ok(()) => {
            println!("{}", args.file.display());
            ExitCode::SUCCESS
        }
        Err(error) => refuse(format_args!("{}: {error}; nothing was written over", args.file.display())),
    }
}
