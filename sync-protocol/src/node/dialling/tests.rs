//! Pauses, link by link.

use super::*;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

const LINE: Slot = Slot(0);
const HOUR_MS: u64 = 60 * 60 * 1_000;

/// A dialler at a time of its own.
struct Clerk {
    dialler: Dialler,
    rng: ChaCha8Rng,
    now: Uptime,
}

impl Clerk {
    fn new() -> Clerk {
        Clerk { dialler: Dialler::new(1, Guards::default()), rng: ChaCha8Rng::from_seed([7; 32]), now: Uptime(0) }
    }

    /// Lets a dial fail and returns the pause after it, in milliseconds.
    fn fail(&mut self) -> u64 {
        self.dialler.on_failed(self.now, LINE, &mut self.rng);
        let until = self.dialler.next().expect("a slot is always tried again");
        let pause_ms = until.ms_since(self.now);
        self.now = until;
        pause_ms
    }

    /// Lets a link stand for so long, prove something or not, and end with a good-bye; returns the pause after it, in milliseconds.
    fn is_turned_away_after(&mut self, link_ms: u64, proves: bool) -> u64 {
        self.dialler.on_linked(self.now, LINE);
        if proves {
            self.dialler.on_proven(LINE);
        }
        self.now = self.now.after_ms(link_ms);
        self.dialler.on_turned_away(LINE, HOUR_MS);
        self.fail()
    }
}

#[test]
fn the_hour_of_a_good_bye_is_not_for_dials_that_fail_after_it() {
    let mut clerk = Clerk::new();
    let refused: Vec<u64> = (0..40).map(|_| clerk.is_turned_away_after(1_000, true)).collect();
    assert!(refused.iter().any(|pause_ms| *pause_ms > 2 * limits::BACKOFF_MS_MAX), "{refused:?}");
    let failed: Vec<u64> = (0..40).map(|_| clerk.fail()).collect();
    assert!(failed.iter().all(|pause_ms| *pause_ms <= limits::BACKOFF_MS_MAX), "{failed:?}");
}

#[test]
fn an_outage_is_not_held_against_the_first_good_bye_after_it() {
    for proves in [false, true] {
        let mut clerk = Clerk::new();
        for _ in 0..40 {
            clerk.fail();
        }
        let pause_ms = clerk.is_turned_away_after(1_000, proves);
        assert!(pause_ms <= 2 * limits::BACKOFF_MS_MIN, "{pause_ms}");
    }
}

#[test]
fn only_a_link_that_stood_and_proved_something_ends_a_series_of_good_byes() {
    let longest = |link_ms, proves| {
        let mut clerk = Clerk::new();
        (0..40).map(|_| clerk.is_turned_away_after(link_ms, proves)).max()
    };
    assert!(longest(500 * HOUR_MS, true) <= Some(2 * limits::BACKOFF_MS_MIN));
    for (link_ms, proves) in [(1_000, true), (1_000, false), (500 * HOUR_MS, false)] {
        assert!(longest(link_ms, proves) > Some(2 * limits::BACKOFF_MS_MAX), "{link_ms} {proves}");
    }
}
