//! The daemon of a township or village: one window, one relay, one journal; works with no peer at all.
//!
//! What a desk does is in `mesh_office`; here are enrolment and the way up. [`main_with`] is the whole command; read [`cli`], [`enroll`],
//! [`run`](mod@run).

pub mod cli;
pub mod enroll;
pub mod run;
pub mod upstream;

#[cfg(test)]
mod tests;

use clap::Parser;
use cli::{Cli, Command};
use mesh_office::desk::Role;
use mesh_office::face::{Face, Form};
use mesh_office::routes::version_page;
use mesh_office::trouble::{Lang, Trouble};
use mesh_runtime::telemetry::start_log;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command line `args`, the program's name first.
pub fn main_with(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to standard output with status 0, a wrong word to standard error with status 2.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let lang = cli.lang.as_deref().map_or_else(|| Lang::of_environment(|name| std::env::var_os(name)), Lang::of);
    let face = Face { lang, form: if cli.json { Form::Json } else { Form::Text } };
    start_log(cli.log_format.into());
    match dispatch(cli.command, face) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => ExitCode::from(face.tell(&trouble)),
    }
}

fn dispatch(command: Command, face: Face) -> Result<(), Trouble> {
    match command {
        Command::Version => {
            let version = version_page(Role::Edge);
            face.show(&version, &format!("{} {}", version.reply.program, version.reply.version));
            Ok(())
        }
        Command::Enroll(args) => runtime()?.block_on(enroll::enroll(args, face)),
        Command::Run(args) => runtime()?.block_on(run::run(args, face)),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Trouble> {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    built.map_err(|error| Trouble::Start { what: "start the runtime", why: error.to_string() })
}
