//! `case conclude`: issues the result.

use super::act::HeadArgs;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use mesh_office::api::act::Conclude;

/// Arguments of `case conclude`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/township case conclude 511602101201-20260917-0A-0001 --as wang --result-no 2026-17")]
pub struct Args {
    #[command(flatten)]
    head: HeadArgs,
    /// Number of the result document
    #[arg(long, value_name = "NUMBER")]
    result_no: Option<String>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Conclude {
        head: args.head.into(),
        result_no: args.result_no,
    };
    super::act::run(desk, &request).await
}
