//! Numbers are never handed out twice, whatever happens to the machine.

use super::*;
use std::collections::BTreeSet;

fn numbering(random: u32) -> Numbering {
    Numbering::new("511602001005".parse().unwrap(), NumberBlock::from_index(1).unwrap(), random)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn numbers_count_up_within_a_day_and_start_again_the_next() {
    let mut window = numbering(0);
    assert_eq!(window.next(day("2026-11-22")).unwrap().to_string(), "511602001005-20261122-0W-0001");
    assert_eq!(window.next(day("2026-11-22")).unwrap().to_string(), "511602001005-20261122-0W-0002");
    assert_eq!(window.next(day("2026-11-23")).unwrap().seq(), 1);
    assert_eq!(window.next(day("2026-11-22")).unwrap().seq(), 3, "a clock that goes back goes on where it was");
}

#[test]
fn an_unclean_stop_takes_the_next_value_and_comes_round_to_its_own_high_water() {
    let mut window = numbering(31);
    let first = window.current();
    window.next(day("2026-11-22")).unwrap();
    window.after_unclean_stop();
    assert_ne!(window.current(), first);
    for _ in 1..32 {
        window.after_unclean_stop();
    }
    assert_eq!(window.current(), first);
    assert_eq!(window.next(day("2026-11-22")).unwrap().seq(), 2);
}

#[test]
fn new_branches_draw_every_unused_value_before_any_is_used_again() {
    let mut window = numbering(5);
    let mut seen = BTreeSet::from([window.current()]);
    for random in 0..31 {
        window.after_new_branch(random * 7_919);
        assert!(seen.insert(window.current()));
    }
    let last = window.current();
    window.after_new_branch(3);
    assert_ne!(window.current(), last);
}

#[test]
fn the_state_reads_back_and_a_copy_from_outside_raises_it() {
    let mut window = numbering(9);
    let backup = window.clone();
    window.next(day("2026-11-22")).unwrap();
    window.next(day("2026-11-22")).unwrap();
    let outside = Numbering::from_bytes(&window.to_bytes()).unwrap();
    assert_eq!(outside, window);
    let mut restored = backup;
    assert!(restored.merge(&outside));
    assert_eq!(restored.next(day("2026-11-22")).unwrap().seq(), 3);
    let other_block = Numbering::new(window.area(), NumberBlock::from_index(2).unwrap(), 0);
    assert!(!restored.merge(&other_block));
}

#[test]
fn bytes_that_name_a_slot_out_of_range_are_refused() {
    let mut window = numbering(9);
    window.slot = 32;
    assert!(Numbering::from_bytes(&window.to_bytes()).is_err());
    assert!(Numbering::from_bytes(b"").is_err());
}

proptest::proptest! {
    #[test]
    fn no_number_is_handed_out_twice(acts in proptest::collection::vec((0u8..8, proptest::num::u32::ANY), 1..200)) {
        let mut window = numbering(17);
        let mut printed = BTreeSet::new();
        for (act, random) in acts {
            match act {
                0 => window.after_unclean_stop(),
                1 => window.after_new_branch(random),
                2 => window = Numbering::from_bytes(&window.to_bytes()).unwrap(),
                _ => proptest::prop_assert!(printed.insert(window.next(Day(20_000 + i32::from(act))).unwrap())),
            }
        }
    }
}
