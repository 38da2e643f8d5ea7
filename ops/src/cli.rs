//! The command line as a tree: what is global, which commands there are, and how one is run.

use crate::cmd;
use crate::desk::{Desk, Done, Form};
use crate::failure::{Exit, Failure};
use crate::lang::Lang;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// The variable that names the data directory where `--data` is not given. The demo does not read it: it never takes an operator's own node
/// for its county.
const DATA_VARIABLE: &str = "MESH_DATA";

const FIRST_STEPS: &str = "\
Examples:
  meshctl demo --once                                     a county on this machine, from nothing to a delivered case
  meshctl --data /srv/hub status                          how a node stands
  meshctl --data /srv/hub site import divisions.csv       the first thing to do at a new hub

Exit status: 0 done, 1 failed, 2 usage, 3 not found, 4 refused (nothing was written), 5 no daemon answers, 6 done in part.
With --json a failure is one JSON object (error/1) on standard error.";

/// Operates a mesh node over its admin socket (县域政务服务网格的运维命令).
#[derive(Debug, Parser)]
#[command(name = "meshctl", version, after_help = FIRST_STEPS, disable_help_subcommand = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Debug, clap::Args)]
pub struct Global {
    /// Data directory of the daemon to ask; MESH_DATA when not given
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Prints the reply as JSON, in the documented shape that its "schema" names
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of texts; else LC_ALL, LC_MESSAGES, LANG: English where they begin with "en", Chinese otherwise
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sites of the county: import, add, list, show, token (站点)
    #[command(subcommand)]
    Site(cmd::site::Command),
    /// Working-day calendar: import, show, due (工作日历)
    #[command(subcommand)]
    Calendar(cmd::calendar::Command),
    /// Service-item catalogue: import, publish, list, show, withdraw (事项目录)
    #[command(subcommand)]
    Catalog(cmd::catalog::Command),
    /// Cases: taking in, moving, looking (办件)
    #[command(subcommand)]
    Case(cmd::case::Command),
    /// Shows how the node stands, problems first (状态)
    Status(cmd::status::Args),
    /// Prints each scope's digest, to be compared with another node's by hand (摘要)
    Digest(cmd::digest::Args),
    /// Dials now, or explains where a document is (同步)
    #[command(subcommand)]
    Sync(cmd::sync::Command),
    /// Shows what is stored, personal data left out (文档)
    #[command(subcommand)]
    Doc(cmd::doc::Command),
    /// Runs a real county on this machine: hub, township, two villages (演示)
    Demo(crate::demo::Args),
    /// Measures the daemons on the demo county
    #[command(subcommand, hide = true)]
    Bench(crate::demo::bench::Command),
    /// Prints the version of this program and of the daemon (版本)
    Version(cmd::version::Args),
}

/// Reads the command line.
///
/// # Errors
/// Clap's, also for `--help` and `--version`.
pub fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(args)
}

impl Cli {
    /// Runs the command and says what went wrong, if anything did.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let lang = self.global.lang.unwrap_or_else(|| Lang::of_environment(|name| std::env::var_os(name)));
        let form = if self.global.json { Form::Json } else { Form::Text };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let ended = match runtime {
            Ok(runtime) => runtime.block_on(self.dispatch(lang, form)),
            Err(error) => Err(Failure::new("E0606", Exit::Failed, "start", error.to_string(), "ulimit -u; ulimit -n")),
        };
        match ended {
            Ok(done) => ExitCode::from(done.exit()),
            Err(failure) => {
                match form {
                    Form::Text => eprint!("{}", failure.text(lang)),
                    Form::Json => eprintln!("{}", serde_json::to_string(&failure.problem).expect("a problem is a map of texts")),
                }
                ExitCode::from(failure.exit())
            }
        }
    }

    async fn dispatch(self, lang: Lang, form: Form) -> Result<Done, Failure> {
        let given = self.global.data;
        let desk = || {
            let data = given.clone().or_else(|| std::env::var_os(DATA_VARIABLE).map(PathBuf::from));
            data.map(|data| Desk::new(data, lang, form)).ok_or_else(|| Failure::no_data(lang))
        };
        match self.command {
            Command::Site(command) => command.run(&desk()?).await,
            Command::Calendar(command) => command.run(&desk()?).await,
            Command::Catalog(command) => command.run(&desk()?).await,
            Command::Case(command) => command.run(&desk()?).await,
            Command::Status(args) => cmd::status::run(&desk()?, args).await,
            Command::Digest(args) => cmd::digest::run(&desk()?, args).await,
            Command::Sync(command) => command.run(&desk()?).await,
            Command::Doc(command) => command.run(&desk()?).await,
            Command::Demo(args) => crate::demo::run(args, given, lang, form).await,
            Command::Bench(command) => command.run(lang, form).await,
            Command::Version(args) => cmd::version::run(desk().ok().as_ref(), form, lang, args).await,
        }
    }
}

#[cfg(test)]
mod tests;
