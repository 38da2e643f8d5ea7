//! `case withdraw`: takes down that the applicant withdraws.

use super::act::HeadArgs;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::input;
use mesh_office::api::act::Withdraw;
use std::path::PathBuf;

/// Arguments of `case withdraw`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village case withdraw 511602101201-20260917-0A-0001 --as zhang")]
pub struct Args {
    #[command(flatten)]
    head: HeadArgs,
    /// The reason in the applicant's words, from a file or from standard input (-)
    #[arg(long, value_name = "FILE")]
    reason_file: Option<PathBuf>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Withdraw {
        head: args.head.into(),
        reason: input::private_text(desk.lang, args.reason_file.as_deref())?,
    };
    super::act::run(desk, &request).await
}
