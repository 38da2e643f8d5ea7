//! A plan with less in it: fewer sites, fewer days.

use crate::layout::{Layout, Seat};
use crate::plan::clerks::{Case, Paper};
use crate::plan::{Action, DAY_MS, Healing, Plan, What};
use std::collections::{BTreeMap, BTreeSet};

/// Returns the plan with these sites alone, and those above them; what concerns any other is left out. `None` when no county is left.
#[must_use]
pub fn to_sites(plan: &Plan, wanted: &BTreeSet<Seat>) -> Option<Plan> {
    let above = |seat: &Seat| plan.layout.above(*seat);
    let mut kept: BTreeSet<Seat> = wanted.iter().copied().chain([Seat::HUB]).collect();
    kept.extend(wanted.iter().filter_map(above));
    let seats: BTreeMap<Seat, Seat> = kept.iter().enumerate().map(|(new, old)| (*old, Seat(new as u16))).collect();
    let sites = kept.iter().map(|seat| {
        let mut site = plan.layout.site(*seat).clone();
        site.above = site.above.map(|above| seats[&above]);
        site
    });
    let layout = Layout::new(sites.collect()).ok()?;
    let actions = plan.actions.iter().filter_map(|action| Some(Action { at: action.at, what: moved(&action.what, &seats)? }));
    let ending = match &plan.ending {
        Healing::All => Healing::All,
        Healing::Core(core) => Healing::Core(core.iter().filter_map(|seat| seats.get(seat).copied()).collect()),
    };
    Some(Plan {
        layout,
        sites: plan.sites.iter().filter_map(|(seat, make)| Some((*seats.get(seat)?, make.clone()))).collect(),
        actions: actions.collect(),
        ending,
        ..plan.clone()
    })
}

/// Returns the plan with its first days alone.
#[must_use]
pub fn to_days(plan: &Plan, days: u16) -> Plan {
    let end = u64::from(days) * DAY_MS;
    let actions = plan.actions.iter().filter(|action| action.at.0 < end).cloned().collect();
    Plan { days: days.min(plan.days), actions, ..plan.clone() }
}

/// Returns the same action at the sites' new numbers; `None` when one of its sites is gone.
fn moved(what: &What, seats: &BTreeMap<Seat, Seat>) -> Option<What> {
    let case_moved = |case: &Case| Some(Case { intake: *seats.get(&case.intake)?, number: case.number });
    let paper_moved = |paper: &Paper| Some(Paper { seat: *seats.get(&paper.seat)?, case: case_moved(&paper.case)?, ..paper.clone() });
    let mut moved = what.clone();
    match &mut moved {
        What::AddressChanged { seat }
        | What::ClockSet { seat, .. }
        | What::DiskForgets { seat, .. }
        | What::DiskFull { seat, .. }
        | What::Forged { seat }
        | What::LineDown { seat, .. }
        | What::LineShaped { seat, .. }
        | What::NatRebound { seat }
        | What::PowerCut { seat, .. }
        | What::Revoked { seat }
        | What::Restored { seat, .. } => *seat = *seats.get(seat)?,
        What::Urged { seat, case } => {
            *seat = *seats.get(seat)?;
            *case = case_moved(case)?;
        }
        What::Paper(paper) | What::Poison(paper) => *paper = paper_moved(paper)?,
        What::DayDeclared { .. } => {}
    }
    Some(moved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_of_fewer_sites_is_a_county_and_names_only_them() {
        let plan = Plan::busy(2, 3, 20, 5).unwrap();
        let less = to_sites(&plan, &BTreeSet::from([Seat(7)])).unwrap();
        // The village, its township and the hub are left, with new numbers.
        assert_eq!(less.layout.len(), 3);
        assert_eq!(less.sites.len(), 3);
        assert!(less.actions.iter().all(|action| action.what.seat().0 < 3));
        let of = |plan: &Plan, seat: u16| plan.actions.iter().filter(|action| action.what.seat() == Seat(seat)).count();
        assert_eq!(of(&less, 2), of(&plan, 7));
        assert!(of(&less, 2) > 5);
        assert_eq!(to_sites(&plan, &BTreeSet::new()), None);
    }

    #[test]
    fn a_plan_of_fewer_days_has_what_happens_in_them() {
        let plan = Plan::busy(1, 1, 20, 5).unwrap();
        let less = to_days(&plan, 5);
        assert!(less.days == 5 && less.actions.iter().all(|action| action.at < less.end()));
        assert_eq!(less.actions.len(), plan.actions.iter().filter(|action| action.at < less.end()).count());
    }
}
