//! `simulate run`: a scenario, its seeds, its variants, and the report.

use super::replay::told;
use super::seeds::Seeds;
use super::study::{self, Way};
use super::{BROKEN, EngineWord, lang, refuse};
use crate::report::{self, Lang};
use crate::scenario::{self, ready, vary};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What follows the help.
pub(super) const EXAMPLES: &str = "Examples:
  simulate run county.toml --seed 7
  simulate run mountain-road --seeds 1..10 -o out
  simulate run county.toml --sweep link.village.rate=64k,128k,512k -o out
  simulate run plan-a.toml --compare plan-b.toml --json
Exit status 0: every promise and every [expect] was kept; 1: one was broken; 2: a file or arguments that cannot be run.";

/// Days of a quick run, at most.
const QUICK_DAYS: u16 = 14;

/// Arguments of `simulate run`.
#[derive(Debug, clap::Args)]
pub(super) struct Run {
    /// A scenario file, or the name of a ready one
    file: String,
    /// Everything random follows from this number
    #[arg(long, default_value_t = 1, conflicts_with = "seeds")]
    seed: u64,
    /// Runs every seed from A to B
    #[arg(long, value_name = "A..B")]
    seeds: Option<Seeds>,
    /// Days of work instead of those of the file
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=i64::from(crate::plan::DAYS_MAX)))]
    days: Option<u16>,
    /// The engine instead of that of the file
    #[arg(long, value_enum)]
    engine: Option<EngineWord>,
    /// Runs the scenario once for each value of a key
    #[arg(long, value_name = "PATH=A,B,C")]
    sweep: Option<String>,
    /// Runs this scenario beside the first
    #[arg(long, value_name = "FILE", conflicts_with = "sweep")]
    compare: Option<String>,
    /// Prints the report as JSON
    #[arg(long)]
    json: bool,
    /// Writes the report with its table and pictures into this folder
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// At most two weeks of work and one seed
    #[arg(long)]
    quick: bool,
    /// Writes every record of the run into this file, one a line; one seed, one scenario
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seeds", "sweep", "compare"])]
    trace: Option<PathBuf>,
    /// The language of the report: zh or en
    #[arg(long)]
    lang: Option<Lang>,
}

/// Runs the scenario.
pub(super) fn run(args: &Run) -> ExitCode {
    let ways = match ways(args) {
        Ok(ways) => ways,
        Err(why) => return refuse(why),
    };
    let seeds = match &args.seeds {
        Some(seeds) if !args.quick => seeds.0.clone(),
        Some(_) | None => args.seed..=args.seed,
    };
    let study = match study::carry_out(&ways, seeds, args.trace.as_deref()) {
        Ok(study) => study,
        Err(failure) => return refuse(told(&failure)),
    };
    let lang = lang::choose(args.lang);
    if args.json {
        println!("{}", serde_json::to_string_pretty(&study.to_json()).expect("a report is plain data"));
    } else {
        println!("{}", study.to_text(lang));
    }
    if let Some(dir) = &args.out {
        match report::write(dir, &study, lang) {
            Ok(files) => files.iter().for_each(|file| eprintln!("{}", file.display())),
            Err(error) => return refuse(format_args!("{}: {error}", dir.display())),
        }
    }
    if study.is_kept() { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) }
}

fn ways(args: &Run) -> Result<Vec<Way>, String> {
    let (name, text) = read(&args.file)?;
    let mut ways = Vec::new();
    match (&args.sweep, &args.compare) {
        (Some(sweep), _) => {
            let (path, values) = sweep.split_once('=').ok_or_else(|| format!("{sweep:?} is no sweep; write PATH=A,B,C"))?;
            for value in values.split(',') {
                let varied = vary(&text, path, value).map_err(|error| error.to_string())?;
                ways.push(way(args, &format!("{name} with {path}={value}"), &varied, format!("{path}={value}"))?);
            }
        }
        (None, Some(other)) => {
            let (other_name, other_text) = read(other)?;
            ways.push(way(args, &name, &text, name.clone())?);
            ways.push(way(args, &other_name, &other_text, other_name.clone())?);
        }
        (None, None) => ways.push(way(args, &name, &text, String::new())?),
    }
    Ok(ways)
}

/// Reads a file, or a ready scenario when there is no such file.
fn read(file: &str) -> Result<(String, String), String> {
    match (std::fs::read_to_string(file), ready::named(file)) {
        (Ok(text), _) => Ok((file.to_owned(), text)),
        (Err(_), Some(ready)) if !Path::new(file).exists() => Ok((ready.name.to_owned(), ready.text.to_owned())),
        (Err(error), _) => Err(format!("{file}: {error}; `simulate scenarios` lists the ready ones")),
    }
}

fn way(args: &Run, file: &str, text: &str, label: String) -> Result<Way, String> {
    let mut scenario = scenario::read(file, text).map_err(|error| error.to_string())?;
    if let Some(engine) = args.engine {
        scenario.head.engine = engine.into();
    }
    if let Some(days) = args.days {
        scenario.head.days = days;
    }
    if args.quick {
        scenario.head.days = scenario.head.days.min(QUICK_DAYS);
    }
    Ok(Way { label, text: text.to_owned(), scenario })
}
