//! Figures over time, kept while they happen: how stale each site is, what waits to land, how busy the hub is.

use crate::disk::SharedPool;
use crate::evidence::{Chronicle, HubMinute, SiteDay, Tally};
use crate::layout::{Layout, Seat};
use mesh_model::id::Hash;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;

const MINUTE_MS: u64 = 60_000;
const NEVER: Uptime = Uptime(u64::MAX);

/// Who keeps the figures of a run.
#[derive(Debug, Default)]
pub struct Recorder {
    chronicle: Chronicle,
    minute: HubMinute,
    /// When each site last knew everything the hub did.
    fresh_at: Vec<Option<Uptime>>,
    /// Printed papers that are not at the hub, by their batch's number in the pool.
    awaited: BTreeMap<u32, Seat>,
    backlog: Vec<u32>,
    /// When each batch of the pool was first durable at the hub.
    landed: Vec<Uptime>,
    yesterday: Vec<Tally>,
}

impl Recorder {
    /// Opens the books of so many sites.
    #[must_use]
    pub fn new(sites: usize) -> Recorder {
        Recorder { fresh_at: vec![None; sites], backlog: vec![0; sites], yesterday: vec![Tally::default(); sites], ..Recorder::default() }
    }

    /// Returns the hub's line of this minute.
    pub fn minute(&mut self, now: Uptime) -> &mut HubMinute {
        let minute = u32::try_from(now.0 / MINUTE_MS).unwrap_or(u32::MAX);
        if self.minute.minute != minute {
            self.end_minute();
            self.minute.minute = minute;
        }
        &mut self.minute
    }

    fn end_minute(&mut self) {
        let ended = std::mem::take(&mut self.minute);
        if ended != (HubMinute { minute: ended.minute, ..HubMinute::default() }) {
            self.chronicle.hub.push(ended);
        }
    }

    /// A batch is durable at the hub.
    pub fn on_hub_stored(&mut self, now: Uptime, number: u32) {
        let index = number as usize;
        if self.landed.len() <= index {
            self.landed.resize(index + 1, NEVER);
        }
        self.landed[index] = self.landed[index].min(now);
        if let Some(owner) = self.awaited.remove(&number) {
            self.backlog[usize::from(owner.0)] -= 1;
        }
    }

    /// A window printed a receipt for a batch.
    pub fn on_printed(&mut self, seat: Seat, number: u32) {
        let has_landed = self.landed.get(number as usize).is_some_and(|at| *at != NEVER);
        if !has_landed && self.awaited.insert(number, seat).is_none() {
            self.backlog[usize::from(seat.0)] += 1;
        }
    }

    /// Returns whether a printed paper is on its way, of any of these sites.
    #[must_use]
    pub fn awaits(&self, is_asked: impl Fn(Seat) -> bool) -> bool {
        self.awaited.values().any(|seat| is_asked(*seat))
    }

    /// A site's disk went back: what it no longer holds is not awaited any more.
    pub fn on_rolled(&mut self, seat: Seat, holds: impl Fn(u32) -> bool) {
        let backlog = &mut self.backlog[usize::from(seat.0)];
        self.awaited.retain(|number, owner| {
            let is_lost = *owner == seat && !holds(*number);
            *backlog -= u32::from(is_lost);
            !is_lost
        });
    }

    /// Two sites hold the same: the lower one knows what the upper one knew of the hub.
    pub fn on_proven(&mut self, now: Uptime, seat: Seat, peer: Seat, layout: &Layout) {
        let (lower, upper) = if layout.above(seat) == Some(peer) { (seat, peer) } else { (peer, seat) };
        let known = if upper == Seat::HUB { Some(now) } else { self.fresh_at[usize::from(upper.0)] };
        let fresh_at = &mut self.fresh_at[usize::from(lower.0)];
        *fresh_at = (*fresh_at).max(known);
    }

    /// Ends a site's day.
    pub fn end_day(&mut self, now: Uptime, day: u16, seat: Seat, tally: Tally) {
        let index = usize::from(seat.0);
        let before = std::mem::replace(&mut self.yesterday[index], tally);
        let small = |figure: u64| u32::try_from(figure).unwrap_or(u32::MAX);
        self.chronicle.days.push(SiteDay {
            day,
            seat,
            stale_ms: if seat == Seat::HUB { Some(0) } else { self.fresh_at[index].map(|at| now.ms_since(at)) },
            backlog: self.backlog[index],
            sent_bytes: tally.sent_bytes - before.sent_bytes,
            received_bytes: tally.received_bytes - before.received_bytes,
            sessions: small(tally.sessions - before.sessions),
            failed_dials: small(tally.failed_dials - before.failed_dials),
            linked_ms: small(tally.linked_ms - before.linked_ms),
        });
    }

    /// Closes the books: when each batch was first durable at the hub, and the figures.
    #[must_use]
    pub fn close(mut self, pool: &SharedPool) -> (BTreeMap<Hash, Uptime>, Chronicle) {
        self.end_minute();
        let landed = (0..).zip(self.landed).filter(|(_, at)| *at != NEVER);
        (landed.map(|(number, at)| (pool.header_of(number), at)).collect(), self.chronicle)
    }
}
