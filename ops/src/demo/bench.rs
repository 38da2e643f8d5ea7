//! Measures the daemons on the demo county, each figure beside its target.

use crate::desk::{Done, Form};
use crate::failure::Failure;
use crate::lang::Lang;

/// What is measured.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Memory and start-up time of idle daemons
    #[command(after_help = "Example:\n  meshctl bench idle --seconds 60")]
    Idle,
}

impl Command {
    pub(crate) async fn run(self, _: Lang, _: Form) -> Result<Done, Failure> {
        Ok(Done::Whole)
    }
}
