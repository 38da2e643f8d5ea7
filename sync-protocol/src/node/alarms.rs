//! Sessions that have something to do once time has passed. Most have nothing, and a hub with hundreds of them is asked after every frame.

use crate::io::LinkId;
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};

/// One alarm a session, of one kind.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    at: BTreeMap<LinkId, Uptime>,
    by_time: BTreeSet<(Uptime, LinkId)>,
}

impl Alarms {
    /// Sets the alarm of a session, if none is set; returns when it rings.
    pub(super) fn set(&mut self, link: LinkId, at: Uptime) -> Uptime {
        let at = *self.at.entry(link).or_insert(at);
        self.by_time.insert((at, link));
        at
    }

    /// Takes an alarm back.
    pub(super) fn clear(&mut self, link: LinkId) {
        if let Some(at) = self.at.remove(&link) {
            self.by_time.remove(&(at, link));
        }
    }

    /// Takes an alarm back that rings now, or should have.
    pub(super) fn clear_due(&mut self, now: Uptime, link: LinkId) {
        if self.at.get(&link).is_some_and(|at| *at <= now) {
            self.clear(link);
        }
    }

    /// Returns the sessions whose alarms ring, in order of their links.
    pub(super) fn due(&self, now: Uptime) -> Vec<LinkId> {
        let mut due: Vec<LinkId> = self.by_time.iter().take_while(|(at, _)| *at <= now).map(|(_, link)| *link).collect();
        due.sort_unstable();
        due
    }

    /// Returns when the next one rings.
    pub(super) fn next(&self) -> Option<Uptime> {
        self.by_time.first().map(|(at, _)| *at)
    }
}
