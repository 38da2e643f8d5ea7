//! `cargo xtask determinism`: one seed is one run, in whatever process it runs.
//!
//! Every seed runs twice, in two processes, and writes every record of its trace to a file. The two files, which end with the hash of every
//! disk, must be equal; where they are not, the first record that differs is printed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::step;

/// The scenario of each engine: small, and with every fault on.
const RUNS: &[(&str, &str)] = &[("flow", "determinism-flow"), ("quic", "determinism-quic")];

/// The profile in which tests are built: what a continuous integration has already.
const DEV: &str = "dev";

/// How many seeds are tried, and with which build.
#[derive(clap::Args)]
pub struct Args {
    /// Seeds for each engine, from 1.
    #[arg(long, default_value_t = 20)]
    seeds: u32,
    /// Cargo profile of the simulator; `hunt` is several times quicker where it is built already.
    #[arg(long, default_value = DEV)]
    profile: String,
}

/// Runs each seed of each engine in two processes and compares.
pub fn run(args: &Args) -> anyhow::Result<()> {
    compare_runs(args.seeds, &args.profile)
}

/// As [`run`], for so many seeds.
pub fn check(seeds: u32) -> anyhow::Result<()> {
    compare_runs(seeds, DEV)
}

fn compare_runs(seeds: u32, profile: &str) -> anyhow::Result<()> {
    step::cargo(&["build", "--quiet", "--locked", "--profile", profile, "--package", "simulations", "--bin", "simulate"])?;
    // Cargo names the folder of this one profile otherwise.
    let folder_of_build = if profile == DEV { "debug" } else { profile };
    let binary = step::target().join(folder_of_build).join("simulate");
    let folder = step::target().join("determinism");
    std::fs::create_dir_all(&folder).context("make the folder for traces")?;
    for (engine, scenario) in RUNS {
        for seed in 1..=seeds {
            let traces = [1, 2].map(|process| folder.join(format!("{engine}-{seed}-{process}.trace")));
            let mut runs = Vec::new();
            for trace in &traces {
                runs.push(start(&binary, scenario, engine, seed, trace)?);
            }
            for mut run in runs {
                // A broken promise is the hunt's business; a run that did not come to its end says nothing.
                let status = run.wait().context("wait for the simulator")?;
                if status.code().is_none_or(|code| code > 1) {
                    bail!("simulate run {scenario} --engine {engine} --seed {seed} ended with {status}");
                }
            }
            compare(&traces).with_context(|| format!("engine {engine}, seed {seed}"))?;
            traces.iter().for_each(|trace| drop(std::fs::remove_file(trace)));
        }
        println!("{engine}: {seeds} seeds gave equal traces and equal states in two processes each");
    }
    Ok(())
}

fn start(binary: &Path, scenario: &str, engine: &str, seed: u32, trace: &Path) -> anyhow::Result<std::process::Child> {
    let mut command = Command::new(binary);
    command.args(["run", scenario, "--engine", engine, "--seed", &seed.to_string(), "--trace"]).arg(trace);
    command.stdout(Stdio::null()).spawn().context("start the simulator")
}

fn compare(traces: &[PathBuf; 2]) -> anyhow::Result<()> {
    let open = |path: &PathBuf| Ok::<_, anyhow::Error>(BufReader::new(std::fs::File::open(path).context("open a trace")?).lines());
    let (mut one, mut other) = (open(&traces[0])?, open(&traces[1])?);
    for number in 1.. {
        match (one.next().transpose()?, other.next().transpose()?) {
            (None, None) if number == 1 => bail!("the traces are empty"),
            (None, None) => return Ok(()),
            (left, right) if left == right => {}
            (left, right) => {
                let shown = |line: Option<String>| line.unwrap_or_else(|| "(the trace ends here)".to_owned());
                bail!("the traces differ first in record {number}:\n  {}\n  {}", shown(left), shown(right));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
