//! `case accept`: accepts legally; the due date counts from here.

use super::act::HeadArgs;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use mesh_office::api::act::Accept;

/// Arguments of `case accept`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/township case accept 511602101201-20260917-0A-0001 --as li")]
pub struct Args {
    #[command(flatten)]
    head: HeadArgs,
    /// Number of the acceptance paper, at most 30 characters
    #[arg(long, value_name = "NUMBER")]
    paper_no: Option<String>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Accept {
        head: args.head.into(),
        paper_no: args.paper_no,
    };
    super::act::run(desk, &request).await
}
