//! `case decide`: grants or refuses.

use super::act::HeadArgs;
use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::input;
use mesh_office::api::act::Decide;
use std::path::PathBuf;

/// Arguments of `case decide`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/township case decide 511602101201-20260917-0A-0001 --as wang --decision grant")]
pub struct Args {
    #[command(flatten)]
    head: HeadArgs,
    /// What is decided [default: grant]
    #[arg(long, value_parser = ["grant", "refuse"])]
    decision: Option<String>,
    /// The opinion, from a file or from standard input (-); never an argument, which others could see
    #[arg(long, value_name = "FILE")]
    opinion_file: Option<PathBuf>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Decide {
        head: args.head.into(),
        decision: args.decision,
        opinion: input::private_text(desk.lang, args.opinion_file.as_deref())?,
    };
    super::act::run(desk, &request).await
}
