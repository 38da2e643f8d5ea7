//! Measures.

use crate::desk::{Done, Form};
use crate::failure::Failure;
use crate::lang::Lang;

/// Measures.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Idle
    Idle,
}

impl Command {
    pub(crate) async fn run(self, _: Lang, _: Form) -> Result<Done, Failure> {
        Ok(Done::Whole)
    }
}
