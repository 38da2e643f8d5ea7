//! Everything of one run: machines, network, clerks, and what is still to happen beside the plan.

use super::clerk::Clerks;
use super::env::FOUNDING_MS;
use super::journal::Aftermath;
use super::ledger::Ledger;
use super::machine::{Machine, Site, link_settings};
use super::net::SimNet;
use super::sights::{Frames, Seen, Sights};
use crate::coverage::Coverage;
use crate::disk::Content;
use crate::engine::{EngineError, Settings};
use crate::layout::Seat;
use crate::line::LineMake;
use crate::plan::{Plan, Rhythm, What};
use crate::sighting::Depth;
use mesh_model::id::NodeId;
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use sync_protocol::guard::{Guard, Guards};
use tokio::time::Instant;

/// Files beside the journal that belong to a copy of a disk.
const KEPT_BESIDE: [&str; 2] = ["numbers.high", "window.open"];
/// The desk's cache, which a copy of a disk does not have as it is now.
const CACHE: [&str; 3] = ["cache.db", "cache.db-wal", "cache.db-shm"];

/// One run.
pub struct County {
    /// What is carried out.
    pub plan: Plan,
    /// What all machines share.
    pub site: Site,
    /// The machines, by site.
    pub machines: BTreeMap<Seat, Machine>,
    /// The clerks; they know the items once the county is founded.
    pub clerks: Clerks,
    /// Figures and sightings.
    pub ledger: Ledger,
    /// When the plan's clock stands at zero.
    pub zero: Instant,
    /// Points passed.
    pub coverage: Coverage,
    /// Sites whose node was revoked.
    pub revoked: BTreeSet<Seat>,
    /// What happens besides the plan, in order of time.
    pub later: BTreeMap<(Instant, u64), Later>,
    copies: BTreeMap<usize, Copy>,
    later_drawn: u64,
    _folder: tempfile::TempDir,
}

/// Something that follows from an action.
#[derive(Clone, Copy, Debug)]
pub enum Later {
    /// The power is back, unless it failed again.
    Power(Seat),
    /// A copy of a disk is made, for the action that will put it back.
    Copy(usize),
}

/// A copy of a machine's disk.
struct Copy {
    content: Content,
    beside: BTreeMap<&'static str, Vec<u8>>,
}

impl County {
    /// Makes machines, all of them off, and the lines between them, all of them sound.
    ///
    /// # Errors
    /// [`EngineError::World`] when no folder or trace file can be had.
    pub fn new(plan: Plan, settings: &Settings) -> Result<County, EngineError> {
        let world = |what: &str| {
            let what = what.to_owned();
            move |source| EngineError::World { what, source }
        };
        let folder = folder().map_err(world("make a folder for the machines' files"))?;
        let trace_file = settings.trace_file.as_ref().map(std::fs::File::create).transpose().map_err(world("make the trace file"))?;
        let makes: BTreeMap<Seat, LineMake> = plan.sites.iter().filter_map(|(seat, make)| Some((*seat, make.line?))).collect();
        let net = SimNet::new(plan.seed, &plan.layout, makes.clone(), trace_file);
        let frames = if settings.depth == Depth::Full { Frames::Kept } else { Frames::Counted };
        let sights = Sights::new(&net, frames);
        let began = Instant::now();
        let site = Site {
            net,
            seed: plan.seed,
            began,
            layout: Arc::new(plan.layout.clone()),
            sights: sights.clone(),
            guards: guards(settings.sabotage),
        };
        let machine = |seat: Seat| {
            let below: Vec<LineMake> = plan.layout.below(seat).filter_map(|lower| makes.get(&lower).copied()).collect();
            let make = plan.sites.get(&seat);
            let link = link_settings(makes.get(&seat), &below);
            let data = folder.path().join(seat.0.to_string());
            let machine = Machine::new(&site, seat, data, make.map_or(10, |make| make.sync_ms), link);
            if let Some(Rhythm::Every { ms }) = make.map(|make| make.rhythm) {
                machine.state().rhythm = mesh_runtime::driver::Rhythm::Every(Duration::from_millis(ms));
            }
            (seat, machine)
        };
        let machines = plan.layout.seats().map(machine).collect();
        let ledger = Ledger::new(settings.depth);
        let clerks = Clerks { cases: Arc::default(), items: Arc::default(), sights };
        let zero = began + Duration::from_millis(FOUNDING_MS);
        let (later, copies) = (BTreeMap::new(), BTreeMap::new());
        let mut county = County {
            plan,
            site,
            machines,
            clerks,
            ledger,
            zero,
            coverage: Coverage::default(),
            revoked: BTreeSet::new(),
            later,
            copies,
            later_drawn: 0,
            _folder: folder,
        };
        county.set_copies_down();
        Ok(county)
    }

    /// Returns a site's machine.
    #[must_use]
    pub fn machine(&self, seat: Seat) -> &Machine {
        &self.machines[&seat]
    }

    /// Returns the time of the plan.
    #[must_use]
    pub fn now(&self) -> Uptime {
        Uptime(u64::try_from(Instant::now().saturating_duration_since(self.zero).as_millis()).unwrap_or(u64::MAX))
    }

    /// Returns the moment of a time of the plan.
    #[must_use]
    pub fn moment(&self, at: Uptime) -> Instant {
        self.zero + Duration::from_millis(at.0)
    }

    /// Returns which site a node stands at.
    #[must_use]
    pub fn nodes(&self) -> BTreeMap<NodeId, Seat> {
        self.machines.iter().filter_map(|(seat, machine)| Some((machine.state().node?, *seat))).collect()
    }

    /// Sets something down for later.
    pub fn set_down(&mut self, at: Instant, later: Later) {
        self.later_drawn += 1;
        self.later.insert((at, self.later_drawn), later);
    }

    fn set_copies_down(&mut self) {
        for index in 0..self.plan.actions.len() {
            let action = &self.plan.actions[index];
            if let What::Restored { age_ms, .. } = action.what {
                let at = self.moment(Uptime(action.at.0.saturating_sub(age_ms)));
                self.set_down(at, Later::Copy(index));
            }
        }
    }

    /// Does what was set down.
    pub fn do_later(&mut self, later: Later) {
        match later {
            Later::Power(seat) => self.power_on(seat),
            Later::Copy(index) => {
                let machine = self.machine(self.plan.actions[index].what.seat());
                let content = machine.store().lock().disk.kept().clone();
                let read = |name: &'static str| Some((name, std::fs::read(machine.data().join(name)).ok()?));
                let copy = Copy { content, beside: KEPT_BESIDE.into_iter().filter_map(read).collect() };
                self.copies.insert(index, copy);
            }
        }
    }

    /// Cuts the power at a site until `for_ms` later.
    pub fn power_off(&mut self, seat: Seat, for_ms: u64, in_flight: crate::plan::InFlight) {
        let until = Instant::now() + Duration::from_millis(for_ms);
        let machine = self.machine(seat);
        machine.cut_power();
        let is_owed = machine.store().lock().waiting > 0;
        let aftermath = machine.store().lock().cut_power(in_flight);
        let mut state = machine.state();
        state.off_until = state.off_until.max(Some(until));
        drop(state);
        self.coverage.sometimes("quic: the power failed");
        if is_owed {
            self.coverage.sometimes("quic: a power cut struck commits in flight");
        }
        if aftermath == Aftermath::Forgot {
            self.coverage.sometimes("quic: a disk forgot what it had answered for");
            self.site.sights.see(seat, Seen::Rolled);
        }
        self.set_down(until, Later::Power(seat));
    }

    fn power_on(&self, seat: Seat) {
        let machine = self.machine(seat);
        let off_until = machine.state().off_until;
        if !machine.has_power() && off_until.is_none_or(|until| until <= Instant::now()) {
            machine.boot();
        }
    }

    /// Puts an older copy of the whole disk back.
    pub fn restore(&mut self, index: usize, seat: Seat, for_ms: u64) {
        self.power_off(seat, for_ms, crate::plan::InFlight::Lost);
        let Some(copy) = self.copies.remove(&index) else { return };
        let machine = self.machine(seat);
        for name in KEPT_BESIDE.into_iter().chain(CACHE) {
            let path = machine.data().join(name);
            // What is not there needs no removal.
            let _ = match copy.beside.get(name) {
                Some(bytes) => std::fs::write(&path, bytes),
                None => std::fs::remove_file(&path),
            };
        }
        machine.store().lock().disk.roll_back(copy.content);
        self.coverage.sometimes("quic: an older copy of a disk was put back");
        self.site.sights.see(seat, Seen::Rolled);
    }

    /// From here on the session of a site stands, when its line carries one.
    pub fn stand(&self, seat: Seat) {
        let machine = self.machine(seat);
        machine.state().rhythm = mesh_runtime::driver::Rhythm::Always;
        if let Some(running) = machine.running() {
            let tasks = running.tasks.clone();
            drop(tasks.spawn(async move {
                // A process that is ending starts again with the new rhythm.
                let _ = running.desk.handle().keep_rhythm(mesh_runtime::driver::Rhythm::Always).await;
            }));
        }
    }

    /// Ends every fault of a site and its line, and starts it if it is off.
    pub fn heal(&mut self, seat: Seat) {
        let machine = self.machine(seat);
        machine.store().lock().be_sound();
        machine.ahead_ms().store(0, std::sync::atomic::Ordering::Relaxed);
        machine.state().off_until = None;
        self.site.net.mend(seat);
        self.power_on(seat);
    }
}

/// Returns the guards of a run's nodes; which one is off was judged before the run began.
#[cfg(feature = "sabotage")]
fn guards(sabotage: Option<Guard>) -> Guards {
    Guards::without(sabotage)
}

/// Returns the guards of a run's nodes: this build cannot switch any off, and refuses runs that ask for it.
#[cfg(not(feature = "sabotage"))]
fn guards(_: Option<Guard>) -> Guards {
    Guards::default()
}

/// Makes the folder of the machines' small files: in memory where the system has such a place, for every one of them is synced.
fn folder() -> std::io::Result<tempfile::TempDir> {
    let in_memory = std::path::Path::new("/dev/shm");
    if in_memory.is_dir() { tempfile::tempdir_in(in_memory) } else { tempfile::tempdir() }
}
