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

    /// Lets a link stand for so long, prove something and end with a good-bye; returns the pause after it, in milliseconds.
    fn is_turned_away_after(&mut self, link_ms: u64, longest_ms: u64) -> u64 {
        self.dialler.on_linked(self.now, LINE);
        self.dialler.on_proven(LINE);
        self.now = self.now.after_ms(link_ms);
        self.dialler.on_turned_away(self.now, LINE, longest_ms);
        self.fail()
    }
}

#[test]
fn the_hour_of_a_good_bye_is_not_for_dials_that_fail_after_it() {
    let mut clerk = Clerk::new();
    let refused: Vec<u64> = (0..40).map(|_| clerk.is_turned_away_after(1_000, HOUR_MS)).collect();
    assert!(refused.iter().any(|pause_ms| *pause_ms > 2 * limits::BACKOFF_MS_MAX), "{refused:?}");
    let failed: Vec<u64> = (0..40).map(|_| clerk.fail()).collect();
    assert!(failed.iter().all(|pause_ms| *pause_ms <= limits::BACKOFF_MS_MAX), "{failed:?}");
}

#[test]
fn a_link_that_stood_for_weeks_is_not_punished_for_the_outage_before_it() {
    let pause = |link_ms| {
        let mut clerk = Clerk::new();
        for _ in 0..40 {
            clerk.fail();
        }
        (0..20).map(|_| clerk.is_turned_away_after(link_ms, HOUR_MS)).max()
    };
    assert!(pause(500 * HOUR_MS) <= Some(2 * limits::BACKOFF_MS_MIN));
    assert!(pause(1_000) > Some(limits::BACKOFF_MS_MAX));
}
