//! The `hub` binary; everything is in the library, so that a demonstration can start copies of itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    hub::main_with(std::env::args_os())
}
