//! The judge that fold and acts share: may this site do this to the case as it stands, and what comes of it.

use super::authority::{Authority, Post, ancestors};
use super::mark::{Mark, Superseded, Unauthorised};
use super::state::{State, Step, step};
use crate::division::Level;
use crate::doc::event::{Body, EventKind};
use crate::id::SiteId;

/// Where a case stands: state, custody, offer, hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standpoint {
    pub state: State,
    pub intake: Option<SiteId>,
    pub custodian: Option<SiteId>,
    pub offered_to: Option<SiteId>,
    pub on_hold: bool,
}

impl Standpoint {
    pub const START: Standpoint = Standpoint { state: State::Start, intake: None, custodian: None, offered_to: None, on_hold: false };
}

/// Returns where the case stands after the event, or the mark that the event gets instead.
pub(super) fn judge(at: Standpoint, body: &Body, by: Post, authority: &dyn Authority) -> Result<Standpoint, Mark> {
    let kind = body.kind();
    if kind != EventKind::Register && at.state == State::Start {
        return Err(Mark::Superseded(Superseded::NotRegistered));
    }
    if !may(kind, by.level) {
        return Err(Mark::Unauthorised(Unauthorised::LevelMayNot));
    }
    check_custody(at, kind, by.site)?;
    let next = match step(at.state, kind) {
        Step::Go(next) => next,
        Step::Stay(reason) => return Err(Mark::Superseded(reason)),
        Step::Unknown => return Err(Mark::UnknownKind),
    };
    check_way(at, body, by, authority)?;
    let mut after = Standpoint { state: next, ..at };
    match body {
        Body::Register(_) => (after.intake, after.custodian) = (Some(by.site), Some(by.site)),
        Body::Forward(hand_over) | Body::Return(hand_over) => after.offered_to = Some(hand_over.to),
        Body::Receive => (after.custodian, after.offered_to) = (Some(by.site), None),
        Body::Withdraw(_) => after.offered_to = None,
        Body::Accept(_) | Body::Assign(_) | Body::Decide(_) | Body::Conclude(_) | Body::Notify(_) | Body::Deliver(_) | Body::Unknown(_) => {
        }
    }
    Ok(after)
}

/// Returns whether sites of this level ever do this (`who may` of the case rules).
fn may(kind: EventKind, level: Level) -> bool {
    match (kind, level) {
        (
            EventKind::Register | EventKind::Receive | EventKind::Notify | EventKind::Deliver | EventKind::Withdraw,
            Level::County | Level::Township | Level::Village,
        )
        | (EventKind::Forward, Level::Township | Level::Village)
        | (
            EventKind::Accept | EventKind::Assign | EventKind::Decide | EventKind::Conclude | EventKind::Return,
            Level::County | Level::Township,
        )
        // Whether an unknown kind is allowed is not known either; the table of transitions marks it.
        | (EventKind::Unknown(_), Level::County | Level::Township | Level::Village) => true,
        (EventKind::Forward, Level::County)
        | (EventKind::Accept | EventKind::Assign | EventKind::Decide | EventKind::Conclude | EventKind::Return, Level::Village) => false,
    }
}

/// Transitions are the custodian's; while an offer is out, only taking it and withdrawing are left.
fn check_custody(at: Standpoint, kind: EventKind, site: SiteId) -> Result<(), Mark> {
    match kind {
        EventKind::Register | EventKind::Withdraw | EventKind::Unknown(_) => Ok(()),
        EventKind::Receive if at.offered_to == Some(site) => Ok(()),
        EventKind::Receive if at.custodian == Some(site) => Err(Mark::Superseded(Superseded::AlreadyDone)),
        EventKind::Receive => Err(Mark::Unauthorised(Unauthorised::NotOffered)),
        EventKind::Forward
        | EventKind::Accept
        | EventKind::Assign
        | EventKind::Decide
        | EventKind::Conclude
        | EventKind::Return
        | EventKind::Notify
        | EventKind::Deliver => {
            if at.custodian != Some(site) {
                Err(Mark::Unauthorised(Unauthorised::NotCustodian))
            } else if at.offered_to.is_some() {
                Err(Mark::Superseded(Superseded::OfferPending))
            } else {
                Ok(())
            }
        }
    }
}

/// Up goes to a site above, back goes towards the site of intake, and only that site tells the applicant.
fn check_way(at: Standpoint, body: &Body, by: Post, authority: &dyn Authority) -> Result<(), Mark> {
    let at_intake = at.intake == Some(by.site);
    match body {
        Body::Forward(hand_over) if !ancestors(authority, by.site).contains(&hand_over.to) => {
            Err(Mark::Unauthorised(Unauthorised::NotAbove))
        }
        Body::Return(hand_over) if !is_on_the_way_back(at, hand_over.to, by.site, authority) => {
            Err(Mark::Unauthorised(Unauthorised::NotOnTheWayBack))
        }
        Body::Notify(_) if !at_intake => Err(Mark::Superseded(Superseded::NotReturned)),
        Body::Deliver(_) if at.on_hold => Err(Mark::Superseded(Superseded::OnHold)),
        Body::Register(_)
        | Body::Forward(_)
        | Body::Receive
        | Body::Accept(_)
        | Body::Assign(_)
        | Body::Decide(_)
        | Body::Conclude(_)
        | Body::Return(_)
        | Body::Notify(_)
        | Body::Deliver(_)
        | Body::Withdraw(_)
        | Body::Unknown(_) => Ok(()),
    }
}

fn is_on_the_way_back(at: Standpoint, to: SiteId, from: SiteId, authority: &dyn Authority) -> bool {
    let Some(intake) = at.intake else { return false };
    let way_up: Vec<SiteId> = std::iter::once(intake).chain(ancestors(authority, intake)).collect();
    way_up.iter().take_while(|site| **site != from).any(|site| *site == to)
}
