//! `case deliver`: hands the result out.

use super::act::HeadArgs;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use mesh_office::api::act::Deliver;

/// Arguments of `case deliver`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village case deliver 511602101201-20260917-0A-0001 --as zhang")]
pub struct Args {
    #[command(flatten)]
    head: HeadArgs,
    /// Number of the slip that the applicant signed
    #[arg(long, value_name = "NUMBER")]
    slip_no: Option<String>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Deliver {
        head: args.head.into(),
        slip_no: args.slip_no,
    };
    super::act::run(desk, &request).await
}
