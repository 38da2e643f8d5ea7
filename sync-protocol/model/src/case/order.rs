//! The one order in which the events of a case are read: causes first, never by clock or arrival.
//!
//! Among events that know nothing of each other, withdrawals come last and the rest by event id. A withdrawal is thereby judged with
//! everything in view that happened without its knowledge, so that a decision taken meanwhile is detected and not overridden by chance.

use crate::doc::event::{CaseEvent, EventKind};
use crate::id::EventId;
use std::collections::{BTreeMap, BTreeSet};

/// The events in reading order, those that wait, and the heads.
#[derive(Debug, Default)]
pub(super) struct Ordered {
    pub in_order: Vec<EventId>,
    pub waiting: BTreeSet<EventId>,
    pub heads: Vec<EventId>,
}

pub(super) type Events = BTreeMap<EventId, Option<CaseEvent>>;

/// Puts events in order; an event waits while one that its author had seen, or one before that, is not here.
pub(super) fn put_in_order(events: &Events) -> Ordered {
    let mut left: BTreeMap<EventId, usize> = BTreeMap::new();
    let mut followers: BTreeMap<EventId, Vec<EventId>> = BTreeMap::new();
    for (id, event) in events {
        let causes: BTreeSet<EventId> = after(event.as_ref()).collect();
        left.insert(*id, causes.len());
        for cause in causes {
            followers.entry(cause).or_default().push(*id);
        }
    }
    let rank = |id: &EventId| (events.get(id).is_some_and(|event| is_withdrawal(event.as_ref())), *id);
    let mut ready: BTreeSet<(bool, EventId)> = left.iter().filter(|(_, causes)| **causes == 0).map(|(id, _)| rank(id)).collect();
    let mut ordered = Ordered::default();
    while let Some((_, id)) = ready.pop_first() {
        ordered.in_order.push(id);
        for follower in followers.get(&id).into_iter().flatten() {
            let causes = left.get_mut(follower).expect("every follower is an event of the case");
            *causes -= 1;
            if *causes == 0 {
                ready.insert(rank(follower));
            }
        }
    }
    let placed: BTreeSet<EventId> = ordered.in_order.iter().copied().collect();
    ordered.waiting = events.keys().filter(|id| !placed.contains(*id)).copied().collect();
    let seen: BTreeSet<EventId> = placed.iter().filter_map(|id| events.get(id)).flat_map(|event| after(event.as_ref())).collect();
    ordered.heads = placed.difference(&seen).copied().collect();
    ordered
}

/// Returns whether the author of `later` had seen `earlier`, directly or through others.
pub(super) fn had_seen(events: &Events, later: EventId, earlier: EventId) -> bool {
    let mut open = vec![later];
    let mut visited = BTreeSet::new();
    while let Some(id) = open.pop() {
        for cause in events.get(&id).into_iter().flat_map(|event| after(event.as_ref())) {
            if cause == earlier {
                return true;
            }
            if visited.insert(cause) {
                open.push(cause);
            }
        }
    }
    false
}

fn after(event: Option<&CaseEvent>) -> impl Iterator<Item = EventId> + '_ {
    event.into_iter().flat_map(|event| event.envelope.after.iter().copied())
}

fn is_withdrawal(event: Option<&CaseEvent>) -> bool {
    event.is_some_and(|event| event.kind() == EventKind::Withdraw)
}
