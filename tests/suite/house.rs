//! The programs, built once with the suite's own profile, and how they are run and watched.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a command or a start may take before the test fails.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How often a condition of another process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Returns the path of a program of the house.
pub fn program(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(build).join(name)
}

/// Builds the programs into the folder that this test runs from: beside `deps/`.
fn build() -> PathBuf {
    let suite = std::env::current_exe().expect("the suite has a path");
    let folder = suite.ancestors().nth(2).expect("the suite lies in TARGET/PROFILE/deps").to_owned();
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") => "dev",
        Some(name) => name,
        None => panic!("{} names no profile", folder.display()),
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--profile", profile, "-p", "hub", "-p", "edge-node", "-p", "meshctl"]);
    build.arg("--target-dir").arg(folder.parent().expect("a target folder"));
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(build.status().expect("cargo starts").success(), "the daemons do not build");
    folder
}

/// What a command left behind.
#[derive(Debug)]
pub struct Said {
    pub exit: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Reads standard output as JSON; fails unless the command succeeded.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.exit, 0, "{}{}", self.out, self.err);
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// Reads the problem that a refused command told with `--json`: exit status and stable code.
    #[track_caller]
    pub fn problem(&self) -> (i32, String) {
        let line = self.err.lines().rfind(|line| line.starts_with('{')).unwrap_or_else(|| panic!("no problem in {self:?}"));
        let problem: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        (self.exit, problem["code"].as_str().expect("a problem has a code").to_owned())
    }
}

/// Runs a command to its end, within [`PATIENCE`].
pub fn run(command: &mut Command, input: &str) -> Said {
    let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    // A command that does not read its input may have ended already.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    let out = drain(child.stdout.take().expect("piped"));
    let err = drain(child.stderr.take().expect("piped"));
    let mut exit = None;
    let ended = wait_for(|| {
        exit = child.try_wait().expect("a child of ours");
        exit.is_some()
    });
    if !ended {
        child.kill().expect("a child of ours");
    }
    let (out, err) = (out.join().expect("read"), err.join().expect("read"));
    assert!(ended, "{command:?} did not end: {out}{err}");
    Said { exit: exit.and_then(|status| status.code()).unwrap_or(-1), out, err }
}

fn drain(mut from: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = from.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    })
}

/// Looks until `done` holds, at most [`PATIENCE`] long; returns whether it came to hold.
pub fn wait_for(mut done: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        if Instant::now() > deadline {
            return false;
        }
        pause(LOOK_EVERY);
    }
    true
}

/// Lets time pass: between two looks at another process, whose changes nobody announces here, or until the moment of a fault.
#[expect(clippy::disallowed_methods, reason = "another process has no event to wait for; every look has a deadline")]
pub fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// Waits until `done` holds, or fails the test.
#[track_caller]
pub fn until(what: &str, done: impl FnMut() -> bool) {
    assert!(wait_for(done), "waited in vain: {what}");
}

/// A running daemon; it is killed when dropped.
pub struct Daemon {
    child: Child,
    /// What it said when it was ready.
    pub ready: Value,
}

impl Daemon {
    /// Starts a daemon with `--json` and waits for its ready line; its log goes to `log`.
    pub fn start(name: &str, args: &[String], env: &[(&str, PathBuf)], log: &Path) -> Result<Daemon, Said> {
        let log_file = std::fs::OpenOptions::new().create(true).append(true).open(log).expect("a log file");
        let mut command = Command::new(program(name));
        command
            .args(args)
            .arg("--json")
            .env("LC_ALL", "en_US.UTF-8")
            .envs(env.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file);
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut lines = BufReader::new(child.stdout.take().expect("piped"));
        let (say, said) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = lines.read_line(&mut line);
            let _ = say.send(line);
            let _ = std::io::copy(&mut lines, &mut std::io::sink());
        });
        let line = said.recv_timeout(PATIENCE).unwrap_or_default();
        match serde_json::from_str(&line) {
            Ok(ready) => Ok(Daemon { child, ready }),
            Err(_) => {
                let _ = child.kill();
                let exit = child.wait().expect("a child of ours").code().unwrap_or(-1);
                Err(Said { exit, out: line, err: std::fs::read_to_string(log).unwrap_or_default() })
            }
        }
    }

    /// Ends the process at once, as a power cut ends it (`kill -9`).
    pub fn kill(&mut self) {
        self.child.kill().expect("a child of ours");
        self.child.wait().expect("a child of ours");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
