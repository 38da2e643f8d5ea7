//! The demo county.

pub mod bench;

use crate::desk::{Done, Form};
use crate::failure::Failure;
use crate::lang::Lang;
use std::path::PathBuf;

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub(crate) async fn run(_: Args, _: Option<PathBuf>, _: Lang, _: Form) -> Result<Done, Failure> {
    Ok(Done::Whole)
}
