//! How both daemons' command lines begin and end: shared flags, the log, a runtime, the exit status.

use crate::daemon::{failed_to, lock_trouble};
use crate::face::{Face, Form};
use crate::trouble::{Lang, Trouble, usage};
use clap::{Parser, ValueEnum};
use mesh_runtime::identity::keys::KeysError;
use mesh_runtime::lock::LockError;
use mesh_runtime::telemetry::{self, start_log};
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// Flags that both daemons take.
#[derive(Debug, clap::Args)]
pub struct Manner {
    /// Print JSON, one object a line
    #[arg(long, global = true)]
    pub json: bool,
    /// Language: zh or en; LC_ALL, LC_MESSAGES and LANG decide otherwise
    #[arg(long, global = true, value_parser = ["zh", "en"])]
    pub lang: Option<String>,
    /// How the log on standard error is written
    #[arg(long, global = true, value_enum, default_value = "human")]
    pub log_format: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

impl From<LogFormat> for telemetry::LogFormat {
    fn from(format: LogFormat) -> telemetry::LogFormat {
        match format {
            LogFormat::Human => telemetry::LogFormat::Human,
            LogFormat::Json => telemetry::LogFormat::Json,
        }
    }
}

impl Manner {
    /// Returns how the command speaks.
    #[must_use]
    pub fn face(&self) -> Face {
        let lang = self.lang.as_deref().map_or_else(|| Lang::of_environment(|name| std::env::var_os(name)), Lang::of);
        Face { lang, form: if self.json { Form::Json } else { Form::Text } }
    }
}

/// A daemon's command line.
pub trait Program: Parser {
    /// Returns the shared flags.
    fn manner(&self) -> &Manner;

    /// Does what the command line says.
    ///
    /// # Errors
    /// [`Trouble`], told by the caller.
    fn run(self, face: Face) -> impl Future<Output = Result<(), Trouble>>;
}

/// Reads the command line `args`, the program's name first, and runs it to its end.
pub fn main_with<P: Program>(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let program = match P::try_parse_from(&args) {
        Ok(program) => program,
        Err(error) => return ExitCode::from(usage::tell::<P>(&error, &args)),
    };
    let face = program.manner().face();
    start_log(program.manner().log_format.into());
    match runtime().and_then(|runtime| runtime.block_on(program.run(face))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => ExitCode::from(face.tell(&trouble)),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Trouble> {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    built.map_err(|error| Trouble::Start { what: "start the runtime", why: error.to_string() })
}

/// Checks a file that shifts the clock before anything starts: later the seam to the world takes a file that does not read for no shift.
///
/// # Errors
/// [`Trouble::BadClockFile`].
pub fn check_clock_file(file: Option<&Path>) -> Result<(), Trouble> {
    let Some(path) = file else { return Ok(()) };
    let seconds = std::fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<i64>().ok());
    seconds.map(drop).ok_or_else(|| Trouble::BadClockFile { path: path.display().to_string() })
}

/// Names the key file that is missing or damaged; anything else is a failed start.
#[must_use]
pub fn keys_trouble(error: &KeysError, what: &'static str) -> Trouble {
    match error {
        KeysError::File(LockError::Io { path, .. }) | KeysError::Form { path } => Trouble::KeyFile { path: path.display().to_string() },
        KeysError::File(lock) => lock_trouble(lock),
        other => failed_to(what)(other),
    }
}
