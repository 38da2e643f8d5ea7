//! The operator's command line; see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    meshctl::run(std::env::args_os())
}
