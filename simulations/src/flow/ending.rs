//! What happens after the last day: faults end, for everybody or for a core, and who was healed must agree, then come to rest.

use super::agreement;
use super::county::County;
use super::{HEAL_MS_MAX, MINUTE_MS, REST_MS, ROUND_MS, ROUNDS};
use crate::evidence::Ending;
use crate::layout::Seat;
use crate::plan::Healing;
use crate::plan::clerks::{Case, Paper};
use mesh_model::time::Uptime;

/// Papers of the ending; those of the plan have lower numbers.
const LAST_PAPERS_FROM: u64 = 1 << 59;
/// Bytes of one.
const LAST_PAPER_BYTES: usize = 400;

/// Heals, waits for agreement, starts all sessions again a few times, and leaves everybody alone.
pub(super) fn end_run(county: &mut County<'_>) -> Ending {
    county.heal();
    let core_papers = write_last_papers(county);
    let healed_ms = await_agreement(county);
    let repairs_before = county.healed_repairs;
    for _ in 0..ROUNDS {
        county.cut_healed_lines();
        pass(county, ROUND_MS);
    }
    let (repairs_after, frames) = (county.healed_repairs, county.healed_frames);
    pass(county, REST_MS);
    let rest_frames = county.healed_frames - frames;
    let core_papers_landed = count_landed(county);
    let healed_ms_max = HEAL_MS_MAX;
    Ending { healed_ms, healed_ms_max, repairs_before, repairs_after, rest_frames, rest_sessions: 0, core_papers, core_papers_landed }
}

/// In a core, each site writes one more paper, which must get through although the rest is broken.
fn write_last_papers(county: &mut County<'_>) -> u32 {
    let Healing::Core(core) = county.plan.ending.clone() else { return 0 };
    let mut written = 0;
    for seat in core {
        if !county.reaches_hub(seat) || county.machine(seat).is_outcast() {
            continue;
        }
        let case = Case { intake: seat, number: LAST_PAPERS_FROM };
        let before = county.machine(seat).office.handed_in;
        county.hand_in(&Paper { number: last_paper(seat), seat, case, bytes: LAST_PAPER_BYTES });
        written += u32::from(county.machine(seat).office.handed_in > before);
    }
    written
}

fn last_paper(seat: Seat) -> u64 {
    LAST_PAPERS_FROM | u64::from(seat.0)
}

fn count_landed(county: &County<'_>) -> u32 {
    let hub = county.machine(Seat::HUB).disk.kept();
    let is_there = |seat: &Seat| {
        let receipt = county.machine(*seat).office.receipts.get(&last_paper(*seat));
        receipt.is_some_and(|receipt| receipt.places.iter().all(|place| hub.is_whole(&place.header) == Some(true)))
    };
    u32::try_from(county.plan.layout.seats().filter(is_there).count()).unwrap_or(u32::MAX)
}

fn await_agreement(county: &mut County<'_>) -> Option<u64> {
    let healed_at = county.now;
    while county.now.ms_since(healed_at) < HEAL_MS_MAX {
        pass(county, MINUTE_MS);
        if agreement::is_reached(county) {
            return Some(county.now.ms_since(healed_at));
        }
    }
    None
}

fn pass(county: &mut County<'_>, ms: u64) {
    let until: Uptime = county.now.after_ms(ms);
    county.run_until(until);
}

impl County<'_> {
    /// Ends every fault of those who are to be healed; what is broken elsewhere stays so.
    pub(super) fn heal(&mut self) {
        let now = self.now;
        if let Healing::Core(core) = &self.plan.ending {
            self.healed = self.plan.layout.seats().map(|seat| core.contains(&seat)).collect();
            self.healed_repairs = 0;
        }
        for seat in self.plan.layout.seats().collect::<Vec<_>>() {
            let is_healed = self.is_healed(seat);
            let line_heals = is_healed && self.plan.layout.above(seat).is_some_and(|above| self.is_healed(above));
            let make = self.plan.sites[&seat].line;
            let machine = self.machine_mut(seat);
            if line_heals {
                machine.line_down_until = [now; 2];
                machine.line = make;
            } else {
                machine.line_down_until.iter_mut().filter(|until| **until > now).for_each(|until| *until = Uptime(u64::MAX));
            }
            if is_healed {
                machine.off_until = now;
                machine.disk.be_honest();
                self.on_powered(seat);
            } else {
                machine.disk.stay_as_it_is(now);
                if machine.node.is_none() {
                    machine.off_until = Uptime(u64::MAX);
                }
            }
        }
        self.stand_all();
    }

    /// Returns whether a site's faults ended.
    #[must_use]
    pub fn is_healed(&self, seat: Seat) -> bool {
        self.healed[usize::from(seat.0)]
    }

    /// Returns whether every site from this one up to the hub was healed.
    #[must_use]
    pub fn reaches_hub(&self, seat: Seat) -> bool {
        self.is_healed(seat) && self.plan.layout.above(seat).is_none_or(|above| self.reaches_hub(above))
    }

    /// Cuts the lines between healed sites for a moment: their sessions start again.
    pub(super) fn cut_healed_lines(&mut self) {
        let healed = self.healed.clone();
        self.sever_where([true; 2], |wire| wire.seats.iter().all(|seat| healed[usize::from(seat.0)]));
    }
}
