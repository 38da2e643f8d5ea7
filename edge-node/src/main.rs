//! The `edge-node` binary; everything is in the library, so that a demonstration can start copies of itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    edge_node::main_with(std::env::args_os())
}
