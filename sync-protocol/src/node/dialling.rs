//! When to dial: at once, then after pauses with full jitter, so that a county does not come back as one wave.

use crate::guard::{Guard, Guards};
use crate::io::Slot;
use crate::limits;
use mesh_model::time::Uptime;
use rand::Rng;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Dial when the time comes.
    Waiting { until: Uptime },
    /// The runtime was told to dial.
    Dialling,
    /// A link is up since then, and a session on it proved something or not yet.
    Linked { since: Uptime, has_proven: bool },
}

#[derive(Debug)]
struct Line {
    state: State,
    /// Dials that failed and links that were lost, since the last proof.
    failures: u32,
    /// Sessions that ended in vain, since one did that stood and proved something.
    refusals: u32,
    /// The link that is up, or the dial under way, ends in vain: to how many milliseconds the pause after it may grow.
    refused: Option<u64>,
}

/// The back-off of every slot.
#[derive(Debug)]
pub(super) struct Dialler {
    lines: Vec<Line>,
    guards: Guards,
}

impl Dialler {
    pub(super) fn new(slots: u16, guards: Guards) -> Dialler {
        let line = |_| Line { state: State::Waiting { until: Uptime(0) }, failures: 0, refusals: 0, refused: None };
        Dialler { lines: (0..slots).map(line).collect(), guards }
    }

    /// Returns the slots to dial now and notes that they are being dialled.
    pub(super) fn due(&mut self, now: Uptime) -> Vec<Slot> {
        let mut due = Vec::new();
        for (index, line) in (0u16..).zip(self.lines.iter_mut()) {
            if matches!(line.state, State::Waiting { until } if until <= now) {
                line.state = State::Dialling;
                due.push(Slot(index));
            }
        }
        due
    }

    pub(super) fn next(&self) -> Option<Uptime> {
        let until = |line: &Line| match line.state {
            State::Waiting { until } => Some(until),
            State::Dialling | State::Linked { .. } => None,
        };
        self.lines.iter().filter_map(until).min()
    }

    pub(super) fn on_linked(&mut self, now: Uptime, slot: Slot) {
        if let Some(line) = self.lines.get_mut(usize::from(slot.0)) {
            line.state = State::Linked { since: now, has_proven: false };
        }
    }

    /// A session that proved something ends a series of failures.
    pub(super) fn on_proven(&mut self, slot: Slot) {
        if let Some(line) = self.lines.get_mut(usize::from(slot.0)) {
            line.failures = 0;
            if let State::Linked { has_proven, .. } = &mut line.state {
                *has_proven = true;
            }
        }
    }

    /// A session ends because nothing comes of it for now, whatever it proved before: a full disk that is dialled at once is full again. The
    /// pause after it may grow to `longest_ms` milliseconds.
    pub(super) fn on_turned_away(&mut self, slot: Slot, longest_ms: u64) {
        if let Some(line) = self.lines.get_mut(usize::from(slot.0)) {
            line.refused = Some(longest_ms);
        }
    }

    /// A dial failed, or its link is gone: wait at least a quarter of a second, at most the bound, which doubles with each failure. Refusals are
    /// counted by themselves: what a bad line did before is not held against a first good-bye, nor a good-bye against a bad line.
    pub(super) fn on_failed(&mut self, now: Uptime, slot: Slot, rng: &mut impl Rng) {
        let Some(line) = self.lines.get_mut(usize::from(slot.0)) else { return };
        if matches!(line.state, State::Linked { since, has_proven: true } if now.ms_since(since) > limits::BACKOFF_MS_MAX) {
            line.refusals = 0;
        }
        let (times, longest_ms) = match line.refused.take() {
            Some(longest_ms) => (&mut line.refusals, longest_ms),
            None => (&mut line.failures, limits::BACKOFF_MS_MAX),
        };
        let longest = if self.guards.keep(Guard::BackoffBounded) { longest_ms } else { u64::MAX };
        let bound = limits::BACKOFF_MS_MIN.saturating_mul(1 << (*times).min(20)).min(longest);
        *times = times.saturating_add(1);
        let drawn = if self.guards.keep(Guard::Jitter) { rng.next_u64() % bound } else { bound };
        let pause = (limits::BACKOFF_MS_MIN / 2 + drawn).min(longest);
        line.state = State::Waiting { until: now.after_ms(pause) };
    }

    /// Dials everything that is not linked, whatever the pause.
    pub(super) fn hurry(&mut self, now: Uptime) {
        for line in &mut self.lines {
            if matches!(line.state, State::Waiting { .. }) {
                line.state = State::Waiting { until: now };
                (line.failures, line.refusals) = (0, 0);
            }
        }
    }
}

#[cfg(test)]
mod tests;
