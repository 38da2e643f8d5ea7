//! The planner's command line; see the library.

use std::process::ExitCode;

/// A county's year takes and gives back memory some hundred million times. Of the allocators tried this one leaves a year the smallest, in no
/// more time: `.cargo/config.toml` has it give back what lies idle for a fifth of a second.
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    simulations::cli::run(std::env::args_os())
}
