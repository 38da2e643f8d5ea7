//! `cargo xtask bench`: what the simulator costs, each figure beside its target. Never a test: a slow machine breaks nothing.
//!
//! Every line is one command of the simulator in a process of its own, timed from outside; its memory is the high-water mark that the system
//! keeps for the process. The province takes most of an hour and runs only with `--long`.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::step;

/// Milliseconds between two looks at a running process.
const LOOK_MS: u64 = 100;

/// What `bench` is asked to run.
#[derive(clap::Args)]
pub struct Args {
    /// Runs only the benchmarks whose name holds this.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Runs also what takes more than a few minutes.
    #[arg(long)]
    long: bool,
}

struct Bench {
    name: &'static str,
    args: &'static [&'static str],
    /// Seconds.
    target_s: f64,
    /// MiB; `None` where no target is set.
    target_mib: Option<u64>,
    long: bool,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "flow: an average county's year, every event",
        args: &["run", "average-county-year", "--seed", "1"],
        target_s: 60.0,
        target_mib: Some(1_000),
        long: false,
    },
    Bench { name: "quic: 50 sites for 7 days", args: &["run", "quic-week", "--seed", "1"], target_s: 10.0, target_mib: None, long: false },
    Bench {
        name: "quic: 200 sites for 30 days",
        args: &["run", "quic-month", "--seed", "1"],
        target_s: 90.0,
        target_mib: None,
        long: false,
    },
    Bench {
        name: "flow: a province's year, a run for each county",
        args: &["run", "guizhou-year", "--seed", "1"],
        target_s: 3_600.0,
        target_mib: None,
        long: true,
    },
];

struct Figures {
    taken: Duration,
    peak_kib: u64,
}

/// Builds the simulator and runs the benchmarks one after another.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let wanted = |bench: &&Bench| args.only.as_ref().map_or(args.long || !bench.long, |text| bench.name.contains(text.as_str()));
    let chosen: Vec<&Bench> = BENCHES.iter().filter(wanted).collect();
    if chosen.is_empty() {
        bail!("no benchmark has that in its name; they are: {}", BENCHES.iter().map(|bench| bench.name).collect::<Vec<_>>().join("; "));
    }
    step::cargo(&["build", "--profile", "fast", "--locked", "--package", "simulations"])?;
    let binary = step::target().join("fast").join("simulate");
    let mut lines = Vec::new();
    for bench in chosen {
        eprintln!("==> simulate {}", bench.args.join(" "));
        let figures = measure(&binary, bench.args)?;
        lines.push(line(bench, &figures));
    }
    println!("{:>9} {:>9} {:>9} {:>9}", "seconds", "target", "MiB", "target");
    lines.iter().for_each(|line| println!("{line}"));
    Ok(())
}

fn line(bench: &Bench, figures: &Figures) -> String {
    let mib = figures.peak_kib / 1_024;
    let target_mib = bench.target_mib.map_or("-".to_owned(), |mib| mib.to_string());
    let within = figures.taken.as_secs_f64() <= bench.target_s && bench.target_mib.is_none_or(|target| mib <= target);
    let word = if within { "within" } else { "OVER" };
    format!("{:>9.1} {:>9.0} {mib:>9} {target_mib:>9}  {word:<6}  {}", figures.taken.as_secs_f64(), bench.target_s, bench.name)
}

fn measure(binary: &Path, args: &[&str]) -> anyhow::Result<Figures> {
    let started = Instant::now();
    let mut child = Command::new(binary).args(args).stdout(Stdio::null()).spawn().context("start the simulator")?;
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = peak_kib.max(high_water_kib(&child));
        if let Some(status) = child.try_wait().context("wait for the simulator")? {
            break status;
        }
        std::thread::park_timeout(Duration::from_millis(LOOK_MS));
    };
    let taken = started.elapsed();
    if !status.success() {
        bail!("simulate {} ended with {status}: a figure of a broken run is none", args.join(" "));
    }
    Ok(Figures { taken, peak_kib })
}

/// Returns the most memory a process had so far, in KiB; 0 where the system does not say.
fn high_water_kib(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix("kB")).and_then(|kib| kib.trim().parse().ok()).unwrap_or(0)
}
