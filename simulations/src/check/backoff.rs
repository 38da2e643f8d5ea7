//! A site without a link dials again within the bound, for ever, and never like a machine gun; and sites that lost one hub together do not come
//! back as one wave.

use super::known::Known;
use super::ledger::Ledger;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::{Layout, Seat};
use crate::plan::{Plan, Rhythm, What};
use crate::sighting::Sighting;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;

/// Milliseconds between two dials of a site without a link, at most: the longest pause of the protocol.
pub const PAUSE_MS_MAX: u64 = 300_000;
/// The same for who dials a hostile or revoked node, or is one: what only people can mend is asked about more seldom.
pub const REFUSED_PAUSE_MS_MAX: u64 = 3_600_000;
/// Milliseconds that a dial, a handshake and a silence may take on top.
pub const SLACK_MS: u64 = 60_000;
/// Dials of one site in an hour, at most: a line that is cut every minute, and the quick first pauses after each cut.
pub const DIALS_PER_HOUR_MAX: u32 = 240;
const HOUR_MS: u64 = 3_600_000;
/// Milliseconds within which dials count as one wave.
pub const WAVE_MS: u64 = 50;
/// First dials after a loss below which nothing is said about waves.
pub const WAVE_DIALS_MIN: usize = 24;

/// One site that has somebody to dial.
#[derive(Debug, Default)]
struct Line {
    on: bool,
    links: u32,
    /// Since when it has been without a link and has not dialled.
    since: Uptime,
    lost: Option<Uptime>,
}

/// The checker.
#[derive(Debug)]
pub struct Backoff {
    waits: Found,
    lines: BTreeMap<Seat, Line>,
    layout: Layout,
    /// Sites whose rhythm or log decides when they dial, not the protocol's pauses, and from when on.
    spared: BTreeMap<Seat, Uptime>,
    /// Sites that are refused for good, or refuse the one above, and from when on.
    refused: BTreeMap<Seat, Uptime>,
    /// The hour, counted from the start, in which each site dialled last, and how often it did in that hour.
    hours: BTreeMap<Seat, (u64, u32)>,
    pauses_ms: Vec<u64>,
    last: Uptime,
}

impl Backoff {
    /// Watches the sites of a plan that are always to be linked, each until it is revoked.
    #[must_use]
    pub fn new(plan: &Plan) -> Backoff {
        let revoked = plan.actions.iter().filter_map(|action| match action.what {
            What::Revoked { seat } => Some((seat, action.at)),
            _ => None,
        });
        let mut refused = BTreeMap::new();
        for action in &plan.actions {
            if let What::Revoked { seat } | What::Forged { seat } = action.what {
                for seat in plan.layout.below(seat).chain([seat]) {
                    refused.entry(seat).or_insert(action.at);
                }
            }
        }
        let seldom = plan.sites.iter().filter(|(_, make)| make.rhythm != Rhythm::Always).map(|(seat, _)| (*seat, Uptime(0)));
        Backoff {
            waits: Found::new(Promise::Backoff),
            lines: BTreeMap::new(),
            layout: plan.layout.clone(),
            spared: revoked.chain(seldom).collect(),
            refused,
            hours: BTreeMap::new(),
            pauses_ms: Vec::new(),
            last: Uptime(0),
        }
    }

    fn line(&mut self, seat: Seat) -> Option<&mut Line> {
        let is_spared = self.spared.get(&seat).is_some_and(|from| *from <= self.last);
        let dials = self.layout.above(seat).is_some() && !is_spared;
        dials.then(|| self.lines.entry(seat).or_default())
    }

    fn pause_ms_max(&self, seat: Seat) -> u64 {
        let is_refused = self.refused.get(&seat).is_some_and(|from| *from <= self.last);
        if is_refused { REFUSED_PAUSE_MS_MAX } else { PAUSE_MS_MAX }
    }

    /// Judges how long a site has waited, and lets the wait begin anew.
    fn judge_wait(&mut self, at: Uptime, seat: Seat) {
        let Some(line) = self.line(seat).filter(|line| line.on && line.links == 0) else { return };
        let waited_ms = at.ms_since(line.since);
        line.since = at;
        if waited_ms > self.pause_ms_max(seat) + SLACK_MS {
            let what = format!("site {} was without a link and did not dial for {} seconds", seat.0, waited_ms / 1_000);
            self.waits.note(Some(at), Some(seat), what);
        }
    }

    fn on_link_down(&mut self, at: Uptime, seat: Seat) {
        if let Some(line) = self.line(seat) {
            line.links = line.links.saturating_sub(1);
            (line.since, line.lost) = (at, Some(at));
        }
    }

    fn count(&mut self, at: Uptime, seat: Seat) {
        let hour = at.0 / HOUR_MS;
        let (last, dials) = self.hours.entry(seat).or_default();
        *dials = if *last == hour { *dials + 1 } else { 1 };
        *last = hour;
        if *dials == DIALS_PER_HOUR_MAX + 1 {
            self.waits.note(Some(at), Some(seat), format!("site {} dialled more than {DIALS_PER_HOUR_MAX} times in an hour", seat.0));
        }
    }

    fn on_dialled(&mut self, at: Uptime, seat: Seat) {
        self.judge_wait(at, seat);
        self.count(at, seat);
        let lost = self.line(seat).and_then(|line| {
            line.links = 0;
            line.since = at;
            line.lost.take()
        });
        self.pauses_ms.extend(lost.map(|lost| at.ms_since(lost)));
    }
}

impl Inspect for Backoff {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, _: &Ledger) {
        self.last = at;
        match sighting {
            Sighting::Booted { seat } => {
                if let Some(line) = self.line(*seat) {
                    *line = Line { on: true, links: 0, since: at, lost: None };
                }
            }
            Sighting::PoweredOff { seat } => {
                self.judge_wait(at, *seat);
                if let Some(line) = self.line(*seat) {
                    line.on = false;
                }
            }
            Sighting::Dialled { seat } => self.on_dialled(at, *seat),
            Sighting::LinkUp { seat, peer } if self.layout.above(*seat) == Some(*peer) => {
                if let Some(line) = self.line(*seat) {
                    line.links += 1;
                }
            }
            Sighting::LinkDown { seat, peer } if self.layout.above(*seat) == Some(*peer) => self.on_link_down(at, *seat),
            _ => {}
        }
    }

    fn finish(&mut self, _: &Known<'_>) -> Vec<Breach> {
        let seats: Vec<Seat> = self.lines.keys().copied().collect();
        seats.into_iter().for_each(|seat| self.judge_wait(self.last, seat));
        let mut breaches = self.waits.take();
        self.pauses_ms.sort_unstable();
        if let Some(most) = largest_wave(&self.pauses_ms).filter(|most| 2 * most > self.pauses_ms.len()) {
            let dials = self.pauses_ms.len();
            let what = format!("{most} of {dials} dials after a loss came within the same {WAVE_MS} milliseconds of it");
            breaches.push(Breach { promise: Promise::Storm, at: None, seat: None, what });
        }
        breaches
    }
}

/// Returns how many of these pauses, in order, lie within one wave; `None` when there are too few to say.
fn largest_wave(pauses_ms: &[u64]) -> Option<usize> {
    let within = |from: usize| pauses_ms[from..].iter().take_while(|pause| **pause <= pauses_ms[from] + WAVE_MS).count();
    if pauses_ms.len() < WAVE_DIALS_MIN {
        return None;
    }
    (0..pauses_ms.len()).map(within).max()
}
