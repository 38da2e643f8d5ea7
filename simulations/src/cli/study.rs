//! Many runs, two at a time, put together into one study.

use super::bar::Bar;
use super::verdict;
use crate::engine::{EngineKind, Settings};
use crate::hunt::trial::{self, Failure};
use crate::hunt::{RUNS_AT_A_TIME, repro};
use crate::plan::{Plan, places};
use crate::report::{Sheet, Study, Variant};
use crate::scenario::Scenario;
use crate::sighting::Depth;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Site-days up to which every sighting is watched; larger runs are judged by what they leave.
const WATCHED_SITE_DAYS_MAX: usize = 3_000;
/// How often the bar is drawn again.
const REDRAW: Duration = Duration::from_millis(200);

/// One way to run a scenario.
pub(super) struct Way {
    /// What it is called; empty when there is only one.
    pub label: String,
    /// Its file.
    pub text: String,
    /// As read.
    pub scenario: Scenario,
}

/// One run to come.
struct Job {
    way: usize,
    scenario: Scenario,
    seed: u64,
}

enum Word {
    /// Job, milliseconds of virtual time, of how many.
    Further(usize, u64, u64),
    Done(usize, Box<Result<Sheet, Failure>>),
}

/// Carries everything out.
///
/// # Errors
/// The first [`Failure`]: a run that says nothing about any promise.
pub(super) fn carry_out(ways: &[Way], seeds: RangeInclusive<u64>, trace: Option<&Path>) -> Result<Study, Failure> {
    let began = Instant::now();
    let jobs = jobs(ways, seeds);
    let mut variants: Vec<Variant> = ways.iter().map(|way| Variant { label: way.label.clone(), sheets: Vec::new() }).collect();
    for (job, sheet) in jobs.iter().zip(run_all(&jobs, trace)?) {
        variants[job.way].sheets.push(sheet);
    }
    let engine = ways[0].scenario.head.engine;
    let mut limits: Vec<String> = trial::engine_of(engine)?.limits().iter().map(|limit| (*limit).to_owned()).collect();
    for limit in ways.iter().flat_map(|way| way.scenario.not_modelled()) {
        if !limits.contains(&limit) {
            limits.push(limit);
        }
    }
    let expect = ways.iter().zip(&variants).flat_map(|(way, variant)| verdict::of(&way.scenario.expect, variant)).collect();
    Ok(Study {
        scenario: ways[0].scenario.head.name.clone(),
        file_hash: repro::source_of("", &ways[0].text).trim().to_owned(),
        engine,
        limits,
        variants,
        expect,
        wall_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// A province is a run for each of its counties.
fn jobs(ways: &[Way], seeds: RangeInclusive<u64>) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (index, way) in ways.iter().enumerate() {
        let is_province = |code: &String| code == places::PROVINCE;
        let counties = match way.scenario.county.as_ref().map(|county| &county.divisions).filter(|code| is_province(code)) {
            Some(province) => places::counties_of(province).into_iter().map(Some).collect(),
            None => vec![None],
        };
        for seed in seeds.clone() {
            for county in &counties {
                let mut scenario = way.scenario.clone();
                if let (Some(code), Some(of_scenario)) = (county, &mut scenario.county) {
                    of_scenario.divisions.clone_from(code);
                }
                jobs.push(Job { way: index, scenario, seed });
            }
        }
    }
    jobs
}

fn run_all(jobs: &[Job], trace: Option<&Path>) -> Result<Vec<Sheet>, Failure> {
    // Real processes share this machine's network and time; two counties at once would disturb each other.
    let at_a_time = if jobs.iter().any(|job| job.scenario.head.engine == EngineKind::Netns) { 1 } else { RUNS_AT_A_TIME };
    let (tell, told) = mpsc::channel();
    let mut bar = Bar::new();
    std::thread::scope(|scope| {
        let mut sheets: Vec<Option<Sheet>> = jobs.iter().map(|_| None).collect();
        let mut parts = vec![0; jobs.len()];
        let (mut next, mut running, mut failed) = (0, 0, None);
        loop {
            while running < at_a_time && next < jobs.len() && failed.is_none() {
                let (tell, job) = (tell.clone(), next);
                scope.spawn(move || {
                    let further = tell.clone();
                    let mut progress =
                        |progress: crate::engine::Progress| drop(further.send(Word::Further(job, progress.at.0, progress.end.0)));
                    let sheet = run_one(&jobs[job], trace, &mut progress);
                    drop(tell.send(Word::Done(job, Box::new(sheet))));
                });
                next += 1;
                running += 1;
            }
            if running == 0 {
                break;
            }
            match told.recv_timeout(REDRAW) {
                Ok(Word::Further(job, at, end)) => parts[job] = (at * 1_000).checked_div(end).unwrap_or(0).min(1_000),
                Ok(Word::Done(job, sheet)) => {
                    parts[job] = 1_000;
                    running -= 1;
                    match *sheet {
                        Ok(sheet) => sheets[job] = Some(sheet),
                        Err(failure) => failed = failed.or(Some(failure)),
                    }
                }
                Err(_) => {}
            }
            let done = sheets.iter().flatten().count();
            bar.show(parts.iter().sum(), 1_000 * jobs.len() as u64, &format!("{done} of {} runs", jobs.len()));
        }
        match failed {
            Some(failure) => Err(failure),
            None => Ok(sheets.into_iter().flatten().collect()),
        }
    })
}

fn run_one(job: &Job, trace: Option<&Path>, progress: &mut (dyn FnMut(crate::engine::Progress) + Send)) -> Result<Sheet, Failure> {
    let scenario = &job.scenario;
    let plan = Plan::draw(scenario, job.seed).map_err(|error| Failure::Unfit(error.to_string()))?;
    let is_small = plan.layout.len() * usize::from(plan.days) <= WATCHED_SITE_DAYS_MAX;
    let settings =
        Settings { depth: if is_small { Depth::Full } else { Depth::End }, trace_file: trace.map(Path::to_owned), ..Settings::default() };
    let judged =
        trial::run(plan, scenario.head.engine, &settings, progress, |evidence, breaches| priced(scenario, Sheet::of(evidence, breaches)))?;
    Ok(judged.gist)
}

/// Adds what the sites pay, where a class has a tariff.
fn priced(scenario: &Scenario, sheet: Sheet) -> Sheet {
    let tariffs = || scenario.classes.iter().filter_map(|class| class.tariff.as_ref());
    let Some(currency) = tariffs().next().map(|tariff| tariff.currency.clone()) else { return sheet };
    sheet.priced(&currency, |class, bytes| Some(scenario.class(class)?.tariff.as_ref()?.price(bytes)))
}
