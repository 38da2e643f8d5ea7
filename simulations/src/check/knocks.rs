//! A revoked site knocks seldom: what only people can mend is not asked about every few minutes, on lines that cost money.

use super::known::Known;
use super::ledger::Ledger;
use super::{Breach, Found, Inspect, Promise};
use crate::layout::{Layout, Seat};
use crate::plan::{Plan, What};
use crate::sighting::Sighting;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;

/// Links of a revoked site in a day, at most, from a day after it was revoked on: pauses of an hour make two an hour, those of a bad line 24.
pub const KNOCKS_PER_DAY_MAX: u32 = 200;
/// Links that each start of such a site's machine adds: its first pauses are short again.
pub const KNOCKS_PER_START: u32 = 20;
const DAY_MS: u64 = 86_400_000;

/// One revoked site.
#[derive(Debug)]
struct Visitor {
    /// From when on it is to knock seldom.
    from: Uptime,
    /// The day of its last link, counted from there.
    day: u64,
    knocks: u32,
    allowed: u32,
}

/// The checker.
#[derive(Debug)]
pub struct Knocks {
    found: Found,
    layout: Layout,
    visitors: BTreeMap<Seat, Visitor>,
    /// When disks were full: a relay that has not heard of the revocation lets the site in, and what then cannot be kept ends the session.
    full: Vec<(Seat, Uptime, Uptime)>,
}

impl Knocks {
    /// Watches the sites that a plan revokes.
    #[must_use]
    pub fn new(plan: &Plan) -> Knocks {
        let (mut visitors, mut full) = (BTreeMap::new(), Vec::new());
        for action in &plan.actions {
            match action.what {
                What::Revoked { seat } => {
                    let from = action.at.after_ms(DAY_MS);
                    visitors.entry(seat).or_insert(Visitor { from, day: 0, knocks: 0, allowed: KNOCKS_PER_DAY_MAX });
                }
                What::DiskFull { seat, for_ms } => full.push((seat, action.at, action.at.after_ms(for_ms))),
                _ => {}
            }
        }
        Knocks { found: Found::new(Promise::Backoff), layout: plan.layout.clone(), visitors, full }
    }

    /// Returns a revoked site in its day, unless a full disk explains whatever it does.
    fn visitor(&mut self, at: Uptime, seat: Seat) -> Option<&mut Visitor> {
        let ends = [Some(seat), self.layout.above(seat)];
        if self.full.iter().any(|(full, from, until)| ends.contains(&Some(*full)) && *from <= at && at <= *until) {
            return None;
        }
        let visitor = self.visitors.get_mut(&seat).filter(|visitor| visitor.from <= at)?;
        let day = at.ms_since(visitor.from) / DAY_MS;
        if visitor.day != day {
            *visitor = Visitor { day, knocks: 0, allowed: KNOCKS_PER_DAY_MAX, ..*visitor };
        }
        Some(visitor)
    }
}

impl Inspect for Knocks {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, _: &Ledger) {
        match sighting {
            Sighting::Booted { seat } => {
                if let Some(visitor) = self.visitor(at, *seat) {
                    visitor.allowed += KNOCKS_PER_START;
                }
            }
            Sighting::LinkUp { seat, peer } if self.layout.above(*seat) == Some(*peer) => {
                let Some(visitor) = self.visitor(at, *seat) else { return };
                visitor.knocks += 1;
                if visitor.knocks == visitor.allowed + 1 {
                    let what = format!("revoked site {} knocked more than {} times in a day", seat.0, visitor.allowed);
                    self.found.note(Some(at), Some(*seat), what);
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, _: &Known<'_>) -> Vec<Breach> {
        self.found.take()
    }
}
