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

use cli::{Cli, Command};
use mesh_office::desk::Role;
use mesh_office::face::Face;
use mesh_office::manner::{self, Manner, Program};
use mesh_office::routes::version_page;
use mesh_office::trouble::Trouble;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command line `args`, the program's name first.
pub fn main_with(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    manner::main_with::<Cli>(args)
}

impl Program for Cli {
    fn manner(&self) -> &Manner {
        &self.manner
    }

    async fn run(self, face: Face) -> Result<(), Trouble> {
        match self.command {
            Command::Version => {
                let version = version_page(Role::Edge);
                face.answer(&version, &version.reply.line())
            }
            Command::Enroll(args) => enroll::enroll(args, face).await,
            Command::Run(args) => run::run(args, face).await,
        }
    }
}
