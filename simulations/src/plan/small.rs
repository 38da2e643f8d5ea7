//! Small counties for tests, made without a scenario.

use super::{Action, Bodies, DAY_MS, Healing, InFlight, Plan, Rhythm, SiteMake, What, clerks, lines};
use crate::layout::{Layout, LayoutError, Seat};
use crate::streams::Stream;
use mesh_model::time::Uptime;

impl Plan {
    /// Draws the plan of a county of `townships` townships with `villages` villages each: papers, broken lines, power cuts.
    ///
    /// # Errors
    /// [`LayoutError`].
    pub fn busy(townships: u16, villages: u16, days: u16, seed: u64) -> Result<Plan, LayoutError> {
        let mut plan = Plan::quiet(townships, villages, days, seed)?;
        for seat in plan.layout.seats() {
            let drawn = [clerks::draw(&plan, seat), power_cuts(&plan, seat), lines::draw_outages(&plan, seat)];
            plan.actions.extend(drawn.into_iter().flatten());
        }
        plan.sort();
        Ok(plan)
    }

    /// Returns the plan of a county in which nothing breaks and nobody writes: only days are declared.
    ///
    /// # Errors
    /// [`LayoutError`].
    pub fn quiet(townships: u16, villages: u16, days: u16, seed: u64) -> Result<Plan, LayoutError> {
        let layout = Layout::grid(townships, villages)?;
        let site = |seat: Seat| {
            let line = (seat != Seat::HUB).then(|| lines::draw_make(seed, seat).1);
            let sync_ms = u32::try_from(Stream::new(seed, "disk", u64::from(seat.0)).spread(2, 60)).unwrap_or(60);
            (seat, SiteMake { line, sync_ms, rhythm: Rhythm::Always })
        };
        Ok(Plan {
            seed,
            days,
            sites: layout.seats().map(site).collect(),
            layout,
            actions: super::draw::declared_days(days),
            ending: Healing::All,
            bodies: Bodies::Stored,
        })
    }
}

/// Draws a site's power cuts: every few days to every few weeks, from a blink to most of a day.
fn power_cuts(plan: &Plan, seat: Seat) -> Vec<Action> {
    let mut stream = Stream::new(plan.seed, "power", u64::from(seat.0));
    let pause_days = stream.between(4, 20);
    let mut at = Uptime(DAY_MS / 3);
    let mut cuts = Vec::new();
    loop {
        at = at.after_ms(stream.between(DAY_MS / 8, 2 * pause_days * DAY_MS));
        let for_ms = stream.spread(2_000, 18 * 3_600_000);
        let in_flight = if stream.once_in(2) { InFlight::Reached } else { InFlight::Lost };
        if at >= plan.end() {
            return cuts;
        }
        cuts.push(Action { at, what: What::PowerCut { seat, for_ms, in_flight } });
        at = at.after_ms(for_ms);
    }
}
