//! The commands, one file each. Every file has its `Args`, a `run` that asks the daemon, and the drawing of its answer.

pub mod calendar;
pub mod case;
pub mod catalog;
pub mod digest;
pub mod doc;
mod level;
pub mod site;
pub mod status;
pub mod sync;
pub mod version;

/// Declares a noun: its file of verbs, each with help, in the order in which `--help` shows them.
macro_rules! verbs {
    ($($(#[$verb_doc:meta])* $variant:ident = $module:ident),* $(,)?) => {
        $(mod $module;)*

        /// What can be done with it.
        #[derive(Debug, clap::Subcommand)]
        pub enum Command {
            $($(#[$verb_doc])* $variant($module::Args),)*
        }

        impl Command {
            /// Runs the command at `desk`.
            ///
            /// # Errors
            /// What the daemon answers, or why it cannot be asked.
            pub async fn run(self, desk: &crate::desk::Desk) -> Result<crate::desk::Done, crate::failure::Failure> {
                match self {
                    $(Command::$variant(args) => $module::run(desk, args).await,)*
                }
            }
        }
    };
}
pub(crate) use verbs;
