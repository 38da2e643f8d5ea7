//! The demo's daemons: copies of this program as processes of their own, each with a log file, each ended by its id.

use super::trouble::Trouble;
use crate::daemon::WORD;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

/// How long a daemon may take until it is ready.
const START_PATIENCE: Duration = Duration::from_secs(20);
/// How long a daemon may take to end when told to.
const END_PATIENCE: Duration = Duration::from_secs(8);
/// How long a command such as `init` or `enroll` may take.
const COMMAND_PATIENCE: Duration = Duration::from_secs(30);

/// A running daemon.
#[derive(Debug)]
pub(super) struct Process {
    /// Where it listens for links.
    pub listen: SocketAddr,
    /// From the start of the process to its ready line.
    pub started_in: Duration,
    child: Child,
    // The daemon ends when this does, so that none outlives the demo, even one that was killed.
    _held: Option<ChildStdin>,
}

/// Starts a daemon and waits until it is ready. `args` begin with `hub` or `edge`.
pub(super) async fn start(args: &[String], log: &Path) -> Result<Process, Trouble> {
    let begun = Instant::now();
    let mut child =
        command(args, log)?.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|error| Trouble::start(args, log, &error))?;
    let held = child.stdin.take();
    let out = child.stdout.take().expect("standard output is piped");
    let mut lines = BufReader::new(out).lines();
    let ready = timeout(START_PATIENCE, lines.next_line()).await;
    let line = match ready {
        Ok(Ok(Some(line))) => line,
        Ok(Ok(None)) => return Err(Trouble::start(args, log, &"it ended before it was ready")),
        Ok(Err(error)) => return Err(Trouble::start(args, log, &error)),
        Err(_) => return Err(Trouble::start(args, log, &format!("it was not ready after {START_PATIENCE:?}"))),
    };
    let listen = listen_of(&line).ok_or_else(|| Trouble::start(args, log, &format!("its ready line does not read: {line}")))?;
    let started_in = begun.elapsed();
    // Whatever it says later is let pass, so that its pipe never fills.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(Process { listen, started_in, child, _held: held })
}

/// Runs a command of a daemon's, such as `hub init`, to its end.
pub(super) async fn run_to_end(args: &[String], log: &Path) -> Result<(), Trouble> {
    let mut command = command(args, log)?;
    // The pipe is held until the command has ended.
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().map_err(|error| Trouble::start(args, log, &error))?;
    let held = child.stdin.take();
    let ended = timeout(COMMAND_PATIENCE, child.wait()).await;
    drop(held);
    match ended {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(Trouble::start(args, log, &status)),
        Ok(Err(error)) => Err(Trouble::start(args, log, &error)),
        Err(_) => Err(Trouble::start(args, log, &format!("it did not end within {COMMAND_PATIENCE:?}"))),
    }
}

fn command(args: &[String], log: &Path) -> Result<Command, Trouble> {
    let program = std::env::current_exe().map_err(|error| Trouble::start(args, log, &error))?;
    let log = File::options().create(true).append(true).open(log).map_err(|error| Trouble::start(args, log, &error))?;
    let mut command = Command::new(program);
    // A group of its own: an interrupt at the terminal reaches the demo alone, which then ends its daemons in order.
    command.arg(WORD).env("NO_COLOR", "1").args(args).stderr(log).process_group(0).kill_on_drop(true);
    Ok(command)
}

fn listen_of(line: &str) -> Option<SocketAddr> {
    let ready: Value = serde_json::from_str(line).ok()?;
    ready.get("listen")?.as_str()?.parse().ok()
}

impl Process {
    /// Returns the id of the process; `None` once it has ended.
    pub(super) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Returns the resident memory in bytes, as the kernel counts it.
    pub(super) fn resident_bytes(&self) -> Option<u64> {
        resident_bytes(&PathBuf::from(format!("/proc/{}/status", self.id()?)))
    }

    /// Tells the daemon to end and waits; one that does not is killed.
    pub(super) async fn end(mut self) {
        let pid = self.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // One that has just ended by itself is no failure.
            let _ = kill_process(pid, Signal::TERM);
        }
        if timeout(END_PATIENCE, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

fn resident_bytes(status: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1_024)
}
