//! When a node holds sessions with those it dials, and how long a dial that it asks for is held back.

use mesh_model::time::Uptime;
use std::collections::BTreeMap;
use std::time::Duration;
use sync_protocol::io::Slot;
use sync_protocol::rhythm::Unanswered;

/// When a node holds a session with those it dials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rhythm {
    /// Always, as far as the line allows.
    #[default]
    Always,
    /// Once in so long, until both sides agree: for lines that are paid by the minute or the byte. Whoever asks for a sync need not wait.
    Every(Duration),
}

/// What became of the last dial of one slot.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// A link is up since then.
    Reached(Uptime),
    /// The session that began then ended because nothing was left to be said.
    Rested(Uptime),
    /// It failed, as others may have before it.
    Failed(Unanswered),
}

/// What became of the last dial of every slot: it outlives links, so that the next dial keeps its distance.
#[derive(Debug, Default)]
pub(super) struct Timetable {
    rhythm: Rhythm,
    fates: BTreeMap<Slot, Fate>,
}

impl Timetable {
    /// Keeps another rhythm from here on; nothing that was before holds a dial back.
    pub fn keep(&mut self, rhythm: Rhythm) {
        self.rhythm = rhythm;
        self.forget_pauses();
    }

    /// Whatever became of the dials before, the next one need not wait.
    pub fn forget_pauses(&mut self) {
        self.fates.retain(|_, fate| matches!(fate, Fate::Reached(_)));
    }

    pub fn is_standing(&self) -> bool {
        self.rhythm == Rhythm::Always
    }

    /// Returns until when a slot is not dialled; `None`: it may be at any time.
    pub fn held_until(&self, slot: Slot) -> Option<Uptime> {
        let Rhythm::Every(pause) = self.rhythm else { return None };
        match self.fates.get(&slot)? {
            Fate::Reached(_) => None,
            Fate::Rested(began) => Some(began.after_ms(in_ms(pause))),
            Fate::Failed(unanswered) => Some(unanswered.until()),
        }
    }

    pub fn on_reached(&mut self, now: Uptime, slot: Slot) {
        self.fates.insert(slot, Fate::Reached(now));
    }

    /// The session of a slot ends because nothing is left to be said.
    pub fn on_rested(&mut self, slot: Slot) {
        if let Some(fate) = self.fates.get_mut(&slot)
            && let Fate::Reached(began) = *fate
        {
            *fate = Fate::Rested(began);
        }
    }

    /// A dial failed; `drawn` is any number, and decides how long the next one waits.
    pub fn on_failed(&mut self, now: Uptime, slot: Slot, drawn: u64) {
        let Rhythm::Every(pause) = self.rhythm else { return };
        let before = match self.fates.get(&slot) {
            Some(Fate::Failed(unanswered)) => Some(*unanswered),
            Some(Fate::Reached(_) | Fate::Rested(_)) | None => None,
        };
        self.fates.insert(slot, Fate::Failed(Unanswered::after(before, now, in_ms(pause), drawn)));
    }
}

fn in_ms(pause: Duration) -> u64 {
    u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOT: Slot = Slot(0);
    const HOUR_MS: u64 = 3_600_000;

    fn every(hours: u64) -> Timetable {
        let mut timetable = Timetable::default();
        timetable.keep(Rhythm::Every(Duration::from_millis(hours * HOUR_MS)));
        timetable
    }

    fn fail(timetable: &mut Timetable, hours: u64) {
        timetable.on_failed(Uptime(0), SLOT, 5);
        timetable.on_failed(Uptime(hours * HOUR_MS), SLOT, 5);
    }

    #[test]
    fn the_next_session_begins_a_pause_after_the_one_before_it_began() {
        let mut timetable = every(6);
        assert_eq!(timetable.held_until(SLOT), None, "nothing was dialled yet");
        timetable.on_reached(Uptime(1_000), SLOT);
        timetable.on_rested(SLOT);
        assert_eq!(timetable.held_until(SLOT), Some(Uptime(1_000 + 6 * HOUR_MS)));
    }

    #[test]
    fn a_session_that_was_cut_holds_nothing_back() {
        let mut timetable = every(6);
        timetable.on_reached(Uptime(1_000), SLOT);
        assert_eq!(timetable.held_until(SLOT), None);
    }

    #[test]
    fn dials_in_vain_hold_the_next_one_back_until_somebody_answers_or_asks() {
        let mut timetable = every(6);
        fail(&mut timetable, 1);
        assert!(timetable.held_until(SLOT).unwrap() > Uptime(HOUR_MS));
        timetable.on_reached(Uptime(2 * HOUR_MS), SLOT);
        timetable.on_failed(Uptime(3 * HOUR_MS), SLOT, 5);
        assert_eq!(timetable.held_until(SLOT), Some(Uptime(3 * HOUR_MS)), "the first one since a link came up");
        fail(&mut timetable, 1);
        timetable.forget_pauses();
        assert_eq!(timetable.held_until(SLOT), None);
    }

    #[test]
    fn whoever_asks_does_not_wait_for_the_next_session_either() {
        let mut timetable = every(6);
        timetable.on_reached(Uptime(1_000), SLOT);
        timetable.on_rested(SLOT);
        timetable.forget_pauses();
        assert_eq!(timetable.held_until(SLOT), None);
    }

    #[test]
    fn a_node_without_a_rhythm_is_never_held_back() {
        let mut timetable = Timetable::default();
        fail(&mut timetable, 9);
        assert_eq!(timetable.held_until(SLOT), None);
    }
}
