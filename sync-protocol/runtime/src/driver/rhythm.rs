//! When a node holds sessions with those it dials, and how long a dial that it asks for is held back.

use mesh_model::time::Uptime;
use std::collections::BTreeMap;
use std::time::Duration;
use sync_protocol::io::Slot;
use sync_protocol::rhythm::pause_unanswered_ms;

/// When a node holds a session with those it dials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rhythm {
    /// Always, as far as the line allows.
    #[default]
    Always,
    /// Once in so long, until both sides agree: for lines that are paid by the minute or the byte. Whoever asks for a sync need not wait.
    Every(Duration),
}

/// What became of the dials of one slot.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// A link is up since then.
    Reached(Uptime),
    /// The session that began then ended because nothing was left to be said.
    Rested(Uptime),
    /// So many dials in a row failed, the last one then.
    Unanswered(u32, Uptime),
}

/// The dials of all slots.
#[derive(Debug, Default)]
pub(super) struct Timetable {
    rhythm: Rhythm,
    fates: BTreeMap<Slot, Fate>,
}

impl Timetable {
    /// Keeps another rhythm from here on.
    pub fn keep(&mut self, rhythm: Rhythm) {
        self.rhythm = rhythm;
        self.hurry();
    }

    /// Dials that fail are no reason to wait any longer.
    pub fn hurry(&mut self) {
        self.fates.retain(|_, fate| !matches!(fate, Fate::Unanswered(..)));
    }

    pub fn is_standing(&self) -> bool {
        self.rhythm == Rhythm::Always
    }

    /// Returns how long a slot is not dialled yet; `None`: it may be now.
    pub fn hold(&self, now: Uptime, slot: Slot) -> Option<Duration> {
        let Rhythm::Every(pause) = self.rhythm else { return None };
        let (since, pause) = match self.fates.get(&slot)? {
            Fate::Reached(_) => return None,
            Fate::Rested(began) => (*began, pause),
            Fate::Unanswered(dials, last) => {
                let every_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
                (*last, Duration::from_millis(pause_unanswered_ms(every_ms, *dials)))
            }
        };
        Some(pause.saturating_sub(Duration::from_millis(now.ms_since(since)))).filter(|left| !left.is_zero())
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

    pub fn on_unanswered(&mut self, now: Uptime, slot: Slot) {
        let before = match self.fates.get(&slot) {
            Some(Fate::Unanswered(dials, _)) => *dials,
            Some(Fate::Reached(_) | Fate::Rested(_)) | None => 0,
        };
        self.fates.insert(slot, Fate::Unanswered(before.saturating_add(1), now));
    }
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

    fn held_ms(timetable: &Timetable, now_ms: u64) -> u128 {
        timetable.hold(Uptime(now_ms), SLOT).map_or(0, |left| left.as_millis())
    }

    #[test]
    fn the_next_session_begins_a_pause_after_the_one_before_it_began() {
        let mut timetable = every(6);
        assert_eq!(held_ms(&timetable, 0), 0, "nothing was said yet");
        timetable.on_reached(Uptime(1_000), SLOT);
        timetable.on_rested(SLOT);
        assert_eq!(held_ms(&timetable, 61_000), u128::from(6 * HOUR_MS - 60_000));
        assert_eq!(held_ms(&timetable, 1_000 + 6 * HOUR_MS), 0);
    }

    #[test]
    fn a_session_that_was_cut_holds_nothing_back() {
        let mut timetable = every(6);
        timetable.on_reached(Uptime(1_000), SLOT);
        assert_eq!(held_ms(&timetable, 2_000), 0);
    }

    #[test]
    fn a_few_dials_go_by_the_nodes_own_pauses_and_each_further_one_waits_a_part_of_the_rhythm() {
        for (hours, longest_ms) in [(2, 2 * HOUR_MS / 16), (48, HOUR_MS / 2)] {
            let mut timetable = every(hours);
            for _ in 0..3 {
                timetable.on_unanswered(Uptime(1_000), SLOT);
                assert_eq!(held_ms(&timetable, 1_000), 0);
            }
            timetable.on_unanswered(Uptime(5_000), SLOT);
            assert_eq!(held_ms(&timetable, 5_000), u128::from(longest_ms));
            assert_eq!(held_ms(&timetable, 5_000 + longest_ms), 0);
        }
    }

    #[test]
    fn whoever_answers_or_asks_begins_anew() {
        let in_vain = |timetable: &mut Timetable| (0..9).for_each(|_| timetable.on_unanswered(Uptime(0), SLOT));
        let mut timetable = every(6);
        in_vain(&mut timetable);
        timetable.on_reached(Uptime(1_000), SLOT);
        timetable.on_unanswered(Uptime(2_000), SLOT);
        assert_eq!(held_ms(&timetable, 2_000), 0);
        in_vain(&mut timetable);
        assert!(held_ms(&timetable, 2_000) > 0);
        timetable.hurry();
        assert_eq!(held_ms(&timetable, 2_000), 0);
        in_vain(&mut timetable);
        timetable.keep(Rhythm::Always);
        assert_eq!(held_ms(&timetable, 2_000), 0);
    }
}
