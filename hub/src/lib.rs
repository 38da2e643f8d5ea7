//! The county's daemon: founds the county, runs its node, publishes its papers, admits its sites.
//!
//! What a desk does on any node is in `mesh_office`; here is only what the county alone does. [`main_with`] is the whole command; read
//! [`cli`], then [`init`] and [`serve`], then [`office`].

pub mod cli;
pub mod days;
pub mod init;
pub mod office;
pub mod serve;

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
                let version = version_page(Role::Hub);
                face.answer(&version, &version.reply.line())
            }
            Command::Init(args) => init::init(args, face).await,
            Command::Serve(args) => serve::serve(args, face).await,
        }
    }
}
