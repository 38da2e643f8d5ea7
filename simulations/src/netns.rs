//! The real programs in network namespaces, behind a proxy that makes lines slow, lossy and cut: wall-clock time, real packets, real disks.
//!
//! A plan of seconds is carried out on daemons started as in an office ([`process`]), each in its own [`space`], over lines that a
//! [`proxy`] spoils. Afterwards their journals are read, and the same checkers judge. Ready plans are in [`scenarios`]; nothing here is
//! repeatable to the packet.

pub mod agreement;
pub mod clerk;
pub mod county;
pub mod ledger;
pub mod logbook;
pub mod papers;
pub mod process;
pub mod proxy;
pub mod run;
pub mod scenarios;
pub mod space;

#[cfg(test)]
mod tests;

use crate::coverage::Coverage;
use crate::engine::{Engine, EngineError, EngineKind, Progress, Settings};
use crate::evidence::Evidence;
use crate::layout::{Post, Seat};
use crate::plan::{Healing, Plan, What};
use crate::sighting::Watch;
use county::County;
use process::Starter;
use run::Ran;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Milliseconds within which a plan's last step must lie.
pub const PLAN_MS_MAX: u64 = 60_000;
/// Sites below the hub.
pub const SITES_MAX: usize = 4;

/// The engine.
#[derive(Clone, Debug)]
pub struct Netns {
    /// The program `simulate`, which is daemon and proxy as well.
    pub program: PathBuf,
}

impl Netns {
    /// Returns the engine that starts the running program again.
    ///
    /// # Errors
    /// [`EngineError::World`] when the program's own file cannot be found.
    pub fn of_this_program() -> Result<Netns, EngineError> {
        let program = std::env::current_exe();
        let program = program.map_err(|source| EngineError::World { what: "find the program's own file".to_owned(), source })?;
        Ok(Netns { program })
    }

    /// Carries a plan out under `folder`, where data directories and logs stay.
    ///
    /// # Errors
    /// [`EngineError`]; also when the run is interrupted, after everything it started has ended.
    pub fn carry_out(&self, plan: Plan, folder: &Path, progress: &mut dyn FnMut(Progress)) -> Result<(Evidence, Ran), EngineError> {
        fits(&plan)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|source| EngineError::World { what: "start the runtime".to_owned(), source })?;
        let starter = Starter { program: self.program.clone() };
        runtime.block_on(async {
            tokio::select! {
                biased;
                () = interrupted() => {
                    Err(EngineError::World { what: "carry the plan out".to_owned(), source: std::io::ErrorKind::Interrupted.into() })
                }
                ended = carry_out(plan, starter, folder, progress) => ended,
            }
        })
    }
}

async fn carry_out(
    plan: Plan,
    starter: Starter,
    folder: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Evidence, Ran), EngineError> {
    let mut county = County::found(&plan, starter, folder).await?;
    let ran = run::carry_out(&mut county, &plan, progress).await?;
    county.cut_all().await;
    let evidence = ledger::evidence(&county, plan, &ran).await?;
    Ok((evidence, ran))
}

async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut end)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        biased;
        _ = interrupt.recv() => {}
        _ = end.recv() => {}
    }
}

/// Checks that a plan is one for real programs and real seconds.
fn fits(plan: &Plan) -> Result<(), EngineError> {
    let unfit = |why: String| Err(EngineError::Unfit { engine: EngineKind::Netns, why });
    let sites = plan.layout.len() - 1;
    if sites > SITES_MAX {
        return unfit(format!("{sites} sites below the hub; at most {SITES_MAX}"));
    }
    if plan.ending != Healing::All {
        return unfit("everything is healed in the end here".into());
    }
    if let Some(seat) = plan.layout.below_hub().find(|seat| plan.sites.get(seat).is_none_or(|site| site.line.is_none())) {
        return unfit(format!("site {} has no line", seat.0));
    }
    let is_stray = |seat: &Seat| plan.layout.post(*seat) == Post::Village && plan.layout.above(*seat) == Some(Seat::HUB);
    if let Some(seat) = plan.layout.below_hub().find(is_stray) {
        return unfit(format!("village {} stands below no township", seat.0));
    }
    let steps = run::steps(plan);
    if let Some((at, _)) = steps.last().filter(|(at, _)| at.0 > PLAN_MS_MAX) {
        return unfit(format!("its last step is at {} ms; at most {PLAN_MS_MAX}", at.0));
    }
    let mut cases = BTreeSet::new();
    for action in &plan.actions {
        match &action.what {
            What::Paper(paper) if paper.case.intake != paper.seat || !cases.insert((paper.seat, paper.case.number)) => {
                return unfit(format!("paper {:#x} does not open a case of its own site", paper.number));
            }
            What::Paper(paper) if paper.bytes > papers::PAPER_BYTES_MAX => {
                return unfit(format!("paper {:#x} has {} bytes; at most {}", paper.number, paper.bytes, papers::PAPER_BYTES_MAX));
            }
            What::ClockSet { .. }
            | What::DiskForgets { .. }
            | What::DiskFull { .. }
            | What::Forged { .. }
            | What::Poison(_)
            | What::Revoked { .. }
            | What::Restored { .. }
            | What::Urged { .. } => return unfit(format!("{:?} cannot be done to real programs here", action.what)),
            What::AddressChanged { seat } | What::LineDown { seat, .. } | What::LineShaped { seat, .. } | What::NatRebound { seat }
                if *seat == Seat::HUB =>
            {
                return unfit("the hub has no line up".into());
            }
            What::AddressChanged { .. }
            | What::DayDeclared { .. }
            | What::LineDown { .. }
            | What::LineShaped { .. }
            | What::NatRebound { .. }
            | What::Paper(_)
            | What::PowerCut { .. } => {}
        }
    }
    Ok(())
}

impl Engine for Netns {
    fn kind(&self) -> EngineKind {
        EngineKind::Netns
    }

    fn limits(&self) -> &'static [&'static str] {
        &[
            "Wall-clock seconds on one machine: loss is drawn from the seed, packets and times are not repeatable.",
            "A power cut is the death of the process: what the operating system holds reaches the disk.",
            "Sites are linked always, with the daemons' congestion control; rhythm, disk speed and days of the plan are not carried out.",
            "Frames are datagrams of the line above the site, and nothing is measured after agreement.",
        ]
    }

    fn run(
        &self,
        plan: Plan,
        _: &Settings,
        _: &mut dyn Watch,
        _: &mut Coverage,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Evidence, EngineError> {
        let folder = work_folder()?;
        match self.carry_out(plan, folder.path(), progress) {
            Ok((evidence, _)) => Ok(evidence),
            Err(error) => {
                // The error names logs in there.
                let _ = folder.keep();
                Err(error)
            }
        }
    }
}

fn work_folder() -> Result<tempfile::TempDir, EngineError> {
    let made = tempfile::Builder::new().prefix("meshsim-").tempdir();
    made.map_err(|source| EngineError::World { what: "make a temporary folder".to_owned(), source })
}
