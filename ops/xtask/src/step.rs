//! One command that a chore runs, with its name, its verdict and the seconds it took.
//!
//! Not a task runner: steps run one after the other and the first that fails ends the chore.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// What clippy says about a path in `clippy.toml` that names nothing. It is a warning of the configuration, so `-D warnings` lets it pass.
pub const OPEN_FENCE: &str = "does not refer to";

/// Returns the folder that holds the workspace manifest.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).expect("xtask lies two folders below the root").to_path_buf()
}

/// Returns the folder that cargo builds into.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Keeps the durations of the steps of one chore, in the order they ran.
#[derive(Default)]
pub struct Steps {
    taken: Vec<(String, Duration)>,
}

impl Steps {
    /// Runs `work` under `name` and prints how long it took; the error of `work` comes back unchanged.
    pub fn run(&mut self, name: &str, work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        eprintln!("==> {name}");
        let started = Instant::now();
        let verdict = work();
        let taken = started.elapsed();
        let word = if verdict.is_ok() { "ok" } else { "FAILED" };
        eprintln!("<== {name}: {word}, {:.1} s", taken.as_secs_f64());
        self.taken.push((name.to_owned(), taken));
        verdict.with_context(|| format!("step `{name}`"))
    }

    /// Prints one line per step and the sum.
    pub fn summary(&self) {
        for (name, taken) in &self.taken {
            eprintln!("{:>8.1} s  {name}", taken.as_secs_f64());
        }
        let sum: Duration = self.taken.iter().map(|(_, taken)| *taken).sum();
        eprintln!("{:>8.1} s  in all", sum.as_secs_f64());
    }
}

/// Runs `cargo` with `args` in the root of the workspace; fails when it exits with anything but success.
pub fn cargo(args: &[&str]) -> anyhow::Result<()> {
    let status = Command::new(cargo_binary()).args(args).current_dir(root()).status().context("start cargo")?;
    if !status.success() {
        bail!("cargo {} ended with {status}", args.join(" "));
    }
    Ok(())
}

/// Runs clippy with `args`, passes its words on, and fails also on a fence whose path names nothing.
pub fn clippy(args: &[&str]) -> anyhow::Result<()> {
    let mut child = Command::new(cargo_binary())
        .arg("clippy")
        .args(args)
        .current_dir(root())
        .stderr(Stdio::piped())
        .spawn()
        .context("start cargo clippy")?;
    let words = child.stderr.take().expect("stderr was asked for as a pipe");
    let mut open = Vec::new();
    for line in BufReader::new(words).lines() {
        let line = line.context("read what clippy says")?;
        if line.contains(OPEN_FENCE) {
            open.push(line.trim().to_owned());
        }
        eprintln!("{line}");
    }
    let status = child.wait().context("wait for clippy")?;
    if !status.success() {
        bail!("cargo clippy ended with {status}");
    }
    if !open.is_empty() {
        bail!("{} fence(s) name nothing: {}", open.len(), open.join("; "));
    }
    Ok(())
}

/// Returns the cargo that runs this program, or the one on the path.
pub fn cargo_binary() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
