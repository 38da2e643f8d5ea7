//! `cargo xtask mutants`: would the simulator notice a slip in the core that no unit test notices?
//!
//! `cargo mutants` changes one operator or one function at a time in the session, chain, cursor and door modules and runs the unit tests.
//! Every change that they let pass is then built into the simulator, and a short hunt has to find a broken promise, a panic or a run that
//! does not end. What survives the hunt as well is printed, to be explained one by one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::step;

/// The modules under trial: sessions, chains, cursors, the door.
const MODULES: &[&str] =
    &["sync-protocol/src/session.rs", "sync-protocol/src/vector.rs", "sync-protocol/src/node/greet.rs", "sync-protocol/src/door.rs"];
/// Sites and days of the counties of such a hunt: small ones, because a change is built anew for each.
const HUNT_SITES: &str = "6";
const HUNT_DAYS: &str = "12";
/// Milliseconds between two looks at a hunt.
const LOOK_MS: u64 = 200;

/// How the survivors are hunted.
#[derive(clap::Args)]
pub struct Args {
    /// Seeds of each hunt, from 1.
    #[arg(long, default_value_t = 60)]
    seeds: u32,
    /// Seconds after which a hunt counts as a run that does not end.
    #[arg(long, default_value_t = 240)]
    patience: u64,
    /// Takes the survivors of the unit tests from an earlier run.
    #[arg(long)]
    again: bool,
    /// Hunts only every Nth survivor: a sample.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    every: u16,
}

#[derive(Deserialize)]
struct Outcomes {
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    summary: String,
    diff_path: Option<PathBuf>,
    scenario: serde_json::Value,
}

enum Fate {
    Killed(String),
    Unbuildable,
    Survived,
}

/// Runs the unit tests over every change, then a hunt over every survivor.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let folder = step::target().join("mutants");
    if !args.again {
        try_unit_tests(&folder)?;
    }
    let found = folder.join("mutants.out");
    let text = std::fs::read_to_string(found.join("outcomes.json")).context("read what the unit tests let pass; run without --again")?;
    let outcomes: Outcomes = serde_json::from_str(&text).context("read outcomes.json")?;
    let tried = outcomes.outcomes.iter().filter(|outcome| outcome.diff_path.is_some()).count();
    let missed: Vec<&Outcome> = outcomes.outcomes.iter().filter(|outcome| outcome.summary == "MissedMutant").collect();
    println!("{tried} changes, {} pass the unit tests", missed.len());
    let tree = copy_of_the_tree(&folder)?;
    let (mut killed, mut built) = (0, 0);
    for outcome in missed.into_iter().step_by(usize::from(args.every)) {
        let name = outcome.scenario["Mutant"]["name"].as_str().unwrap_or("?").to_owned();
        let diff = found.join(outcome.diff_path.as_ref().context("a mutant without its change")?);
        let started = Instant::now();
        let fate = try_hunt(&tree, &diff, args)?;
        built += usize::from(!matches!(fate, Fate::Unbuildable));
        killed += usize::from(matches!(fate, Fate::Killed(_)));
        let word = match fate {
            Fate::Killed(how) => format!("killed    {how}"),
            Fate::Unbuildable => "no build".to_owned(),
            Fate::Survived => "SURVIVED".to_owned(),
        };
        println!("{word}  ({:.0} s)  {name}", started.elapsed().as_secs_f64());
    }
    println!("the hunt kills {killed} of {built}");
    Ok(())
}

fn try_unit_tests(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).context("make the folder for changes")?;
    let files = MODULES.iter().flat_map(|module| ["--file", module]);
    let status = Command::new(step::cargo_binary())
        // Named for the build as well: the tests of whole counties take a minute to link, and are not asked here.
        .args(["mutants", "--package", "sync-protocol", "--no-shuffle", "--cargo-arg=--lib", "--output"])
        .arg(folder)
        .args(files)
        .current_dir(step::root())
        .status()
        .context("start cargo mutants (cargo install cargo-mutants)")?;
    // 2: some changes passed the tests, which is what is looked for; 3: some ran out of time.
    match status.code() {
        Some(0 | 2 | 3) => Ok(()),
        _ => bail!("cargo mutants ended with {status}"),
    }
}

/// A checkout of its own, so that a change never touches the one at work.
fn copy_of_the_tree(folder: &Path) -> anyhow::Result<PathBuf> {
    let tree = folder.join("tree");
    if !tree.exists() {
        succeed(Command::new("git").args(["clone", "--quiet", "--local"]).arg(step::root()).arg(&tree))?;
    }
    succeed(Command::new("git").args(["fetch", "--quiet", "origin"]).current_dir(&tree))?;
    succeed(Command::new("git").args(["reset", "--quiet", "--hard", "origin/HEAD"]).current_dir(&tree))?;
    Ok(tree)
}

fn try_hunt(tree: &Path, diff: &Path, args: &Args) -> anyhow::Result<Fate> {
    let diff = std::path::absolute(diff).context("name the change")?;
    succeed(Command::new("git").args(["checkout", "--quiet", "--", "."]).current_dir(tree))?;
    // The new name in such a change is what was done, no path: the change is made to the file of the old name.
    let changed = std::fs::read_to_string(&diff).context("read the change")?;
    let file = changed.lines().find_map(|line| line.strip_prefix("--- ")).context("a change names no file")?.trim().to_owned();
    succeed(Command::new("patch").args(["--quiet", "--strip", "0", "--input"]).arg(&diff).arg(&file).current_dir(tree))?;
    let mut build = Command::new(step::cargo_binary());
    build.args(["build", "--quiet", "--locked", "--profile", "hunt", "--package", "simulations", "--bin", "simulate"]);
    let built = build.current_dir(tree).stderr(Stdio::null()).status().context("build the changed simulator")?;
    if !built.success() {
        return Ok(Fate::Unbuildable);
    }
    let binary = tree.join("target").join("hunt").join("simulate");
    hunt(&binary, args)
}

fn hunt(binary: &Path, args: &Args) -> anyhow::Result<Fate> {
    let seeds = format!("1..{}", args.seeds);
    let folder = step::target().join("mutants").join("hunt");
    let mut child = Command::new(binary)
        .args(["hunt", "--engine", "flow", "--sites", HUNT_SITES, "--days", HUNT_DAYS, "--seeds", &seeds, "-o"])
        .arg(&folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("start the hunt")?;
    let started = Instant::now();
    while child.try_wait().context("wait for the hunt")?.is_none() {
        if started.elapsed() > Duration::from_secs(args.patience) {
            child.kill().context("end the hunt")?;
            child.wait().context("wait for the hunt")?;
            return Ok(Fate::Killed("a run does not end".to_owned()));
        }
        std::thread::park_timeout(Duration::from_millis(LOOK_MS));
    }
    let output = child.wait_with_output().context("read what the hunt says")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let breach = text.lines().find(|line| line.contains("BROKEN")).unwrap_or("").trim().to_owned();
    Ok(match output.status.code() {
        Some(0) => Fate::Survived,
        Some(1) => Fate::Killed(breach),
        _ => Fate::Killed("panic".to_owned()),
    })
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("start {command:?}"))?;
    if status.success() { Ok(()) } else { bail!("{command:?} ended with {status}") }
}
