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
    /// A link is up.
    Linked,
}

#[derive(Debug)]
struct Line {
    state: State,
    failures: u32,
    /// As they were before the link that is up, or was last; and since when it was up.
    before: (u32, Uptime),
    /// To how many milliseconds the next pause may grow.
    longest_ms: u64,
}

/// The back-off of every slot.
#[derive(Debug)]
pub(super) struct Dialler {
    lines: Vec<Line>,
    guards: Guards,
}

impl Dialler {
    pub(super) fn new(slots: u16, guards: Guards) -> Dialler {
        let line = |_| Line {
            state: State::Waiting { until: Uptime(0) },
            failures: 0,
            before: (0, Uptime(0)),
            longest_ms: limits::BACKOFF_MS_MAX,
        };
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
            State::Dialling | State::Linked => None,
        };
        self.lines.iter().filter_map(until).min()
    }

    pub(super) fn on_linked(&mut self, now: Uptime, slot: Slot) {
        if let Some(line) = self.lines.get_mut(usize::from(slot.0)) {
            line.state = State::Linked;
            line.before = (line.failures, now);
        }
    }

    /// A session that proved something ends a series of failures.
    pub(super) fn on_proven(&mut self, slot: Slot) {
        if let Some(line) = self.lines.get_mut(usize::from(slot.0)) {
            line.failures = 0;
        }
    }

    /// A session ended because nothing comes of it for now, whatever it proved before: a full disk that is dialled at once is full again. The
    /// pause after it may grow to `longest_ms` milliseconds. A link that stood for longer than a pause has nothing to do with those before it.
    pub(super) fn on_turned_away(&mut self, now: Uptime, slot: Slot, longest_ms: u64) {
        if let Some(line) = self.lines.get_mut(usize::from(slot.0)) {
            let (failures, since) = line.before;
            if now.ms_since(since) <= limits::BACKOFF_MS_MAX {
                line.failures = line.failures.max(failures);
            }
            line.longest_ms = longest_ms;
        }
    }

    /// A dial failed, or its link is gone: wait at least a quarter of a second, at most the bound, which doubles with each failure.
    pub(super) fn on_failed(&mut self, now: Uptime, slot: Slot, rng: &mut impl Rng) {
        let Some(line) = self.lines.get_mut(usize::from(slot.0)) else { return };
        let longest_ms = std::mem::replace(&mut line.longest_ms, limits::BACKOFF_MS_MAX);
        let longest = if self.guards.keep(Guard::BackoffBounded) { longest_ms } else { u64::MAX };
        let bound = limits::BACKOFF_MS_MIN.saturating_mul(1 << line.failures.min(20)).min(longest);
        line.failures = line.failures.saturating_add(1);
        let drawn = if self.guards.keep(Guard::Jitter) { rng.next_u64() % bound } else { bound };
        let pause = (limits::BACKOFF_MS_MIN / 2 + drawn).min(longest);
        line.state = State::Waiting { until: now.after_ms(pause) };
    }

    /// Dials everything that is not linked, whatever the pause.
    pub(super) fn hurry(&mut self, now: Uptime) {
        for line in &mut self.lines {
            if matches!(line.state, State::Waiting { .. }) {
                line.state = State::Waiting { until: now };
                line.failures = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests;
