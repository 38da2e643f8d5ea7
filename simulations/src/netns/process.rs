//! Processes of a run: this program again, as a daemon or as the proxy, each in its namespace, with a log file of its own.
//!
//! Every one of them ends when its standard input does, so none outlives the run that started it, however the run ended.

use super::proxy::{Config, Proxy};
use super::space::world;
use crate::engine::EngineError;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

/// How long a process may take until it is ready.
const START_PATIENCE: Duration = Duration::from_secs(20);
/// How long a command such as `init` or `enroll` may take.
const COMMAND_PATIENCE: Duration = Duration::from_secs(30);

/// One of the hidden command lines of `simulate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// `simulate daemon edge ARGS…`.
    Edge(Vec<OsString>),
    /// `simulate daemon hub ARGS…`.
    Hub(Vec<OsString>),
    /// `simulate proxy --config FILE`.
    Proxy(PathBuf),
}

/// Reads a hidden command line; `None` for every other one.
#[must_use]
pub fn asked(args: &[OsString]) -> Option<Hidden> {
    let word = |index: usize| args.get(index).and_then(|word| word.to_str());
    let named = |name: &str| std::iter::once(OsString::from(name)).chain(args[3..].iter().cloned()).collect();
    match (word(1)?, word(2)?) {
        ("daemon", "edge") => Some(Hidden::Edge(named("edge-node"))),
        ("daemon", "hub") => Some(Hidden::Hub(named("hub"))),
        ("proxy", "--config") => Some(Hidden::Proxy(args.get(3)?.into())),
        _ => None,
    }
}

impl Hidden {
    /// Is that process until it ends.
    #[must_use]
    pub fn run(self) -> ExitCode {
        std::thread::spawn(end_with_standard_input);
        match self {
            Hidden::Edge(args) => edge_node::main_with(args),
            Hidden::Hub(args) => hub::main_with(args),
            Hidden::Proxy(config) => match be_proxy(&config) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("simulate proxy: {error}");
                    ExitCode::FAILURE
                }
            },
        }
    }
}

/// Ends the process when nobody holds the other end of standard input. A journal survives a cut at any moment.
fn end_with_standard_input() {
    let mut bytes = [0; 64];
    while std::io::stdin().read(&mut bytes).is_ok_and(|read| read > 0) {}
    std::process::exit(0);
}

fn be_proxy(config: &Path) -> std::io::Result<()> {
    let config: Config = serde_json::from_slice(&std::fs::read(config)?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let _proxy = Proxy::start(config).await?;
        println!("{{\"ready\":true}}");
        std::future::pending().await
    })
}

/// A running process.
#[derive(Debug)]
pub struct Process {
    child: Child,
    // The process ends when this does.
    _held: Option<ChildStdin>,
}

/// Where and how processes are started.
#[derive(Clone, Debug)]
pub struct Starter {
    /// The program, `simulate` itself.
    pub program: PathBuf,
}

impl Starter {
    /// Starts a process in a namespace and waits for its ready line.
    ///
    /// # Errors
    /// [`EngineError::World`] when it does not start or is not ready in time.
    pub async fn start(&self, space: &str, args: &[&str], log: &Path) -> Result<Process, EngineError> {
        let failed = |why: String| world(format!("start {} (log {})", args.join(" "), log.display()), why);
        let mut command = self.command(space, args, log)?;
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| failed(error.to_string()))?;
        let held = child.stdin.take();
        let mut lines = BufReader::new(child.stdout.take().expect("standard output is piped")).lines();
        match timeout(START_PATIENCE, lines.next_line()).await {
            Ok(Ok(Some(_))) => {}
            Ok(Ok(None)) => return Err(failed("it ended before it was ready".into())),
            Ok(Err(error)) => return Err(failed(error.to_string())),
            Err(_) => return Err(failed(format!("it was not ready after {START_PATIENCE:?}"))),
        }
        // Whatever it says later is let pass, so that its pipe never fills.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Process { child, _held: held })
    }

    /// Runs a command in a namespace to its end.
    ///
    /// # Errors
    /// [`EngineError::World`] when it fails or takes too long.
    pub async fn run_to_end(&self, space: &str, args: &[&str], log: &Path) -> Result<(), EngineError> {
        let failed = |why: String| world(format!("run {} (log {})", args.join(" "), log.display()), why);
        let mut command = self.command(space, args, log)?;
        let mut child = command.stdout(Stdio::null()).spawn().map_err(|error| failed(error.to_string()))?;
        // The pipe is held until the command has ended.
        let held = child.stdin.take();
        let ended = timeout(COMMAND_PATIENCE, child.wait()).await;
        drop(held);
        match ended {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(failed(status.to_string())),
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(_) => Err(failed(format!("it did not end within {COMMAND_PATIENCE:?}"))),
        }
    }

    fn command(&self, space: &str, args: &[&str], log: &Path) -> Result<Command, EngineError> {
        let log_file = File::options().create(true).append(true).open(log);
        let log_file = log_file.map_err(|source| EngineError::World { what: format!("open {}", log.display()), source })?;
        // `ip netns exec` becomes the program, so that the child's id is the daemon's.
        let mut command = Command::new("ip");
        command.args(["netns", "exec", space]).arg(&self.program).args(args).env("NO_COLOR", "1").env("MESH_LOG", "warn,mesh=info");
        // A group of its own: an interrupt at the terminal reaches the run alone, which then ends its processes in order.
        command.stdin(Stdio::piped()).stderr(log_file).process_group(0).kill_on_drop(true);
        Ok(command)
    }
}

impl Process {
    /// Takes the process's life at once, as a power cut does.
    pub async fn kill(mut self) {
        // One that has just ended by itself is no failure.
        let _ = self.child.kill().await;
    }

    /// Returns whether the process runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}
