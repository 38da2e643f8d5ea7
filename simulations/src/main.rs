//! The planner's command line; see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    simulations::cli::run(std::env::args_os())
}
