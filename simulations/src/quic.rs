//! The `quic` engine: the real hub and edge-node libraries, the real quinn and rustls, over a simulated UDP network in virtual time.
//!
//! One current-thread runtime with a paused clock carries every daemon of the county. Each process has a [world of its own](env) over one
//! [network](net) of [lines](pipe) at packet level, a [journal](journal) on a simulated disk, and the desk's own cache. The county is
//! [founded](founding) and its sites enrolled by the real code; [clerks](clerk) act by the admin routes; the [plan](deeds) is carried out, and
//! the [ending](ending) is the one of every engine. What is left is judged by [`crate::check`], which shares no code with this.

mod clerk;
mod counter;
mod county;
mod deeds;
mod ending;
mod env;
mod founding;
mod journal;
mod ledger;
mod machine;
mod net;
mod pipe;
mod sights;
mod transfer;

pub use transfer::transfer;

use crate::coverage::Coverage;
use crate::engine::{Engine, EngineError, EngineKind, Progress, Settings};
use crate::evidence::{Ending, Evidence, SiteEvidence};
use crate::plan::{DAY_MS, Plan};
use crate::sighting::Watch;
use county::County;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;
use sync_protocol::guard::Guard;

/// The engine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quic;

const LIMITS: &[&str] = &[
    "all daemons of a county share one processor that takes no time: only lines and disks are slow",
    "a site is found from below under a fixed address, as under a name; an address that changes moves what it sends upwards",
    "an endpoint uses BBR when its own line or one below it asks for it, from its start on",
    "a site that keeps a rhythm hangs up three seconds after both sides agreed; after the last day all sessions stand",
    "forged signatures are not carried out: these libraries sign well",
    "the small files beside a journal, and the desk's cache, are kept as they are at a power cut",
    "the hub signs each day by its own clock; a day that the plan declares is one that it signs anyway",
    "bytes that wait at a link are not seen by watchers; commits that wait are",
    "at the end 64 drawn cases are shown at every site, and documents are merged by the library at the hub and 24 drawn sites: in small counties, all",
    "timers count whole milliseconds: an arrival is rounded up to the next",
];

impl Engine for Quic {
    fn kind(&self) -> EngineKind {
        EngineKind::Quic
    }

    fn limits(&self) -> &'static [&'static str] {
        LIMITS
    }

    fn run(
        &self,
        plan: Plan,
        settings: &Settings,
        watch: &mut dyn Watch,
        coverage: &mut Coverage,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Evidence, EngineError> {
        in_virtual_time(async {
            let end = plan.end();
            let mut county = open(plan, settings).await?;
            let mut next = 0;
            for day in 1..=county.plan.days {
                ending::run_until(&mut county, Uptime(u64::from(day) * DAY_MS), &mut next, watch).await;
                ledger::end_day(&mut county, day - 1).await;
                progress(Progress { at: county.now(), end });
            }
            let ending = ending::end_run(&mut county, watch).await;
            coverage.add(&county.coverage);
            evidence(county, ending).await
        })
    }
}

/// Runs a county on a clock that moves only when everybody waits.
fn in_virtual_time<T>(run: impl Future<Output = Result<T, EngineError>>) -> Result<T, EngineError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.map_err(|source| EngineError::World { what: "start a paused runtime".to_owned(), source })?.block_on(run)
}

/// Founds the county of a plan and waits until the plan begins.
async fn open(plan: Plan, settings: &Settings) -> Result<County, EngineError> {
    let unfit = |why: &str| Err(EngineError::Unfit { engine: EngineKind::Quic, why: why.to_owned() });
    if settings.sabotage.is_some() && !cfg!(feature = "sabotage") {
        return unfit("this build cannot switch guards off; build with the feature `sabotage`");
    }
    if settings.sabotage == Some(Guard::FreshBoot) {
        return unfit("a process of these libraries always draws another boot id");
    }
    let mut county = County::new(plan, settings)?;
    tokio::spawn(county.site.net.clone().deliver());
    county.clerks.items = founding::found(&county).await?.into();
    if tokio::time::Instant::now() > county.zero {
        let why = "the county was not founded in time".to_owned();
        return Err(EngineError::Unfit { engine: EngineKind::Quic, why });
    }
    tokio::time::sleep_until(county.zero).await;
    Ok(county)
}

async fn evidence(mut county: County, ending: Ending) -> Result<Evidence, EngineError> {
    let mut sites = BTreeMap::new();
    let looked = ending::Looked::draw(&county);
    for (seat, machine) in &county.machines {
        let running = machine.running();
        let (words, shown) = match &running {
            Some(running) => {
                let office = machine.state().office.clone();
                (ending::words(running, &office).await, ending::shown(&looked, *seat, running).await)
            }
            None => (None, BTreeMap::new()),
        };
        let disk = machine.store().lock().disk.kept().clone();
        let tail = disk.tail();
        county.site.net.note("disk", *seat, &[&tail.seq.to_be_bytes()[..], &tail.mark].concat());
        let carried = county.site.net.carried(*seat);
        let state = machine.state();
        let mut tally = state.tally;
        (tally.sent_bytes, tally.received_bytes) = (carried.sent_bytes, carried.received_bytes);
        let node = state.node.unwrap_or_default();
        sites.insert(*seat, SiteEvidence { node, disk, office: state.office.clone(), tally, words, shown });
    }
    let written = county.site.net.end_trace();
    let trace = written.map_err(|source| EngineError::World { what: "write the trace file".into(), source })?;
    Ok(Evidence {
        engine: EngineKind::Quic,
        sites,
        at_hub: std::mem::take(&mut county.ledger.at_hub),
        ending,
        sessions: county.ledger.sessions,
        trace,
        chronicle: ledger::chronicle(&mut county.ledger),
        plan: county.plan,
    })
}

#[cfg(test)]
mod tests;
