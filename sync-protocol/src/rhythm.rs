//! How a node dials that holds a session only once in a while, where its line costs by the byte or the minute and nobody answers.

use crate::limits;
use mesh_model::time::Uptime;

/// The longer pause is this part of the time between two sessions, at most.
const PARTS: u64 = 16;
/// And not longer than so many milliseconds: a line that is up for an hour a day is not missed.
const PAUSE_MS_MAX: u64 = 30 * 60 * 1_000;

/// Dials of one line that failed, in a row. For as long as the node's own pauses grow they are all that holds the next dial back; after that
/// a longer pause does.
///
/// A dial is eleven packets of 1,200 bytes until it is given up. Half an hour apart they take as much of a line in a month as the signs of
/// life of a session that stands; by the node's pauses alone they would take seven times that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unanswered {
    since: Uptime,
    until: Uptime,
}

impl Unanswered {
    /// Notes a dial that failed at `now`, after those of `before`. A session is wanted every `every_ms` milliseconds; `drawn` is any number,
    /// so that sites that lost the same hub do not come back to it as one wave.
    #[must_use]
    pub fn after(before: Option<Unanswered>, now: Uptime, every_ms: u64, drawn: u64) -> Unanswered {
        let since = before.map_or(now, |before| before.since);
        let longest_ms = (every_ms / PARTS).min(PAUSE_MS_MAX);
        let pause_ms = if now.ms_since(since) < limits::BACKOFF_MS_MAX { 0 } else { longest_ms / 2 + drawn % (longest_ms / 2 + 1) };
        Unanswered { since, until: now.after_ms(pause_ms) }
    }

    /// Returns when the next dial may be made.
    #[must_use]
    pub fn until(&self) -> Uptime {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: u64 = 3_600_000;

    fn pause_ms(in_vain_ms: u64, every_ms: u64, drawn: u64) -> u64 {
        let first = Unanswered::after(None, Uptime(7), every_ms, drawn);
        assert_eq!(first.until(), Uptime(7), "the first dial in vain holds nothing back");
        let now = Uptime(7 + in_vain_ms);
        Unanswered::after(Some(first), now, every_ms, drawn).until().ms_since(now)
    }

    #[test]
    fn a_line_that_flaps_is_not_waited_for() {
        assert_eq!(pause_ms(limits::BACKOFF_MS_MAX - 1, 48 * HOUR_MS, 99), 0);
    }

    #[test]
    fn whoever_was_in_vain_for_longer_waits_a_part_of_the_rhythm_half_an_hour_at_most() {
        for (hours, longest_ms) in [(2, 2 * HOUR_MS / 16), (48, HOUR_MS / 2)] {
            let pauses: Vec<u64> = (0..400).map(|n| pause_ms(limits::BACKOFF_MS_MAX, hours * HOUR_MS, n * 1_000_003)).collect();
            assert!(pauses.iter().all(|pause| (longest_ms / 2..=longest_ms).contains(pause)), "{pauses:?}");
            let (least, most) = (pauses.iter().min().unwrap(), pauses.iter().max().unwrap());
            assert!(most - least > longest_ms * 4 / 10, "{least} to {most}: not spread");
        }
    }
}
