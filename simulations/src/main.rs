//! The planner's command line; see the library.

use std::process::ExitCode;

/// A county's year takes and gives back memory some hundred million times: this one takes half as long over it.
/// Its second line of releases (the feature `v2`) leaves a year 78 MiB smaller than the third.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    simulations::cli::run(std::env::args_os())
}
