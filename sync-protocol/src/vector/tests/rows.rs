//! Rows at their bounds: what joins, what waits, what is given up, what may be read.

use super::*;

fn range(side: u8, from: u64, to: u64) -> Range {
    Range { from, prev: hash(from - 1, side), to, head: hash(to, side) }
}

fn head(side: u8, seq: u64) -> Row {
    Row { seq, head: hash(seq, side) }
}

/// Heads `1..=heads` of one length, beside these ranges.
fn with_heads(heads: usize, beyond: Vec<Range>) -> Rows {
    Rows { heads: (0..heads).map(|side| head(side as u8, 2)).collect(), beyond, given_up: None }
}

#[test]
fn a_chain_is_given_up_by_its_own_word_alone() {
    assert!(Rows::overflown().is_overflown());
    assert!(!Rows::default().is_overflown(), "nothing held is not given up");
    assert!(!Rows { given_up: Some(false), ..Rows::default() }.is_overflown());
}

#[test]
fn of_the_heads_shown_those_not_held_here_are_named() {
    let rows = Rows { heads: vec![Row { seq: 0, head: Hash::default() }, head(0, 1), head(1, 3)], beyond: Vec::new(), given_up: None };
    let named = |held: &[Hash]| rows.heads_but(|hash| held.contains(hash)).cloned().collect::<Vec<_>>();
    assert_eq!(named(&[]), [head(0, 1), head(1, 3)], "a head at 0 is no header");
    assert_eq!(named(&[hash(1, 0)]), [head(1, 3)]);
    assert_eq!(named(&[hash(1, 0), hash(3, 1)]), []);
}

#[test]
fn a_range_lies_over_the_places_from_its_first_to_its_last() {
    let rows = Rows { heads: vec![head(0, 9)], beyond: vec![range(1, 3, 5)], given_up: None };
    let torn: Vec<u64> = (1..=9).filter(|seq| rows.is_torn_at(*seq)).collect();
    assert_eq!(torn, [3, 4, 5]);
}

#[test]
fn rows_name_the_grounds_of_their_ranges() {
    let rows = Rows { heads: vec![head(0, 1)], beyond: vec![range(0, 3, 4), range(1, 6, 6)], given_up: None };
    assert_eq!(rows.grounds().collect::<Vec<_>>(), [hash(2, 0), hash(5, 1)]);
    assert_eq!(Rows::default().grounds().count(), 0);
}

#[test]
fn a_number_that_follows_does_not_make_a_header_the_next_one() {
    let mut rows = Rows { heads: vec![head(0, 2)], beyond: vec![range(0, 5, 6)], given_up: None };
    assert_eq!(rows.take(3, hash(2, 1), hash(3, 1), false), Taken::Beyond, "its ground is another 2");
    assert_eq!(rows.take(7, hash(6, 1), hash(7, 1), false), Taken::Beyond, "its ground is another 6");
    assert_eq!(rows.take(4, hash(3, 2), hash(4, 2), false), Taken::Beyond, "the 5 that waits stands on another 4");
    assert_eq!(rows.heads, [head(0, 2)]);
    assert_eq!(rows.beyond, [range(1, 3, 3), range(2, 4, 4), range(0, 5, 6), range(1, 7, 7)]);
}

#[test]
fn a_ground_that_is_held_does_not_make_a_header_of_a_false_number_the_next_one() {
    let mut rows = Rows { heads: vec![head(0, 2)], beyond: vec![range(0, 5, 6)], given_up: None };
    assert_eq!(rows.take(9, hash(2, 0), hash(9, 1), false), Taken::Beyond);
    assert_eq!(rows.take(12, hash(6, 0), hash(12, 1), false), Taken::Beyond);
    assert_eq!(rows.take(15, hash(14, 1), hash(4, 0), false), Taken::Beyond, "the ground of the 5 calls itself a 15");
    assert_eq!((rows.heads, rows.beyond.len()), (vec![head(0, 2)], 4));
}

#[test]
fn a_first_header_does_not_wait_for_a_ground() {
    let mut rows = Rows { heads: Vec::new(), beyond: vec![range(0, 3, 4)], given_up: None };
    assert_eq!(rows.take(2, hash(1, 0), hash(2, 0), false), Taken::Beyond);
    assert_eq!(rows.beyond, [range(0, 2, 4)]);
    assert_eq!(rows.take(1, Hash::default(), hash(1, 0), false), Taken::Extended);
    assert_eq!(rows, Rows { heads: vec![head(0, 4)], beyond: Vec::new(), given_up: None });
}

#[test]
fn a_header_just_below_a_range_finds_room_where_a_ninth_range_finds_none() {
    let full: Vec<Range> = (0..8).map(|side| range(side, 9, 9)).collect();
    assert_eq!(full.len(), limits::RANGES_BEYOND_GAP_MAX);
    let mut rows = Rows { heads: vec![head(0, 1)], beyond: full, given_up: None };
    assert_eq!(rows.take(7, hash(6, 3), hash(7, 3), false), Taken::NoRoom);
    assert_eq!(rows.take(8, hash(7, 3), hash(8, 3), false), Taken::Beyond);
    assert!(rows.beyond.contains(&range(3, 8, 9)));
}

#[test]
fn a_fork_may_stand_on_the_ground_of_a_range_or_on_its_head_but_not_inside() {
    let beside = |seq: u64| {
        let mut rows = Rows { heads: vec![head(0, 9)], beyond: vec![range(1, 4, 6)], given_up: None };
        rows.take(seq, hash(seq - 1, 0), hash(seq, 2), true)
    };
    let taken = [3, 4, 5, 6, 7, 8].map(beside);
    assert_eq!(taken, [Taken::Forked, Taken::Forked, Taken::NoRoom, Taken::NoRoom, Taken::Forked, Taken::Forked]);
}

#[test]
fn sixteen_heads_stand_after_a_gap_closed_and_a_seventeenth_gives_the_chain_up() {
    let ranges: Vec<Range> = (0..8).map(|side| Range { from: 4, prev: hash(3, 0), to: 4, head: hash(4, side) }).collect();
    let close = |heads: usize| {
        let mut rows = with_heads(heads, ranges.clone());
        assert_eq!(rows.take(3, hash(2, 0), hash(3, 0), true), Taken::Extended);
        rows
    };
    let full = close(limits::FORK_HEADS_MAX + 1 - ranges.len());
    assert_eq!((full.heads.len(), full.beyond.len(), full.is_overflown()), (limits::FORK_HEADS_MAX, 0, false));
    assert_eq!(close(limits::FORK_HEADS_MAX + 2 - ranges.len()), Rows::overflown());
}

#[test]
fn a_range_becomes_a_head_once_its_ground_is_held_and_no_sooner() {
    let ground = |hash: &Hash| *hash == super::hash(2, 1);
    let waits = Rows { heads: vec![head(0, 5)], beyond: vec![range(1, 3, 4), range(2, 8, 9)], given_up: None };
    let mut rows = waits.clone();
    assert!(!rows.adopt(|_| false));
    assert_eq!(rows, waits);
    assert!(rows.adopt(ground));
    let mut heads = vec![head(0, 5), head(1, 4)];
    heads.sort();
    assert_eq!(rows, Rows { heads, beyond: vec![range(2, 8, 9)], given_up: None });
    assert!(!rows.adopt(ground), "nothing is left to adopt");
}

#[test]
fn one_adoption_makes_heads_of_all_ranges_whose_grounds_are_held() {
    let mut rows = Rows { heads: vec![head(0, 9)], beyond: vec![range(1, 3, 4), range(2, 3, 5)], given_up: None };
    assert!(rows.adopt(|_| true));
    assert_eq!((rows.heads.len(), rows.beyond.len()), (3, 0));
}

#[test]
fn a_range_over_the_place_of_another_ranges_header_waits_for_that_one() {
    for ground in 3..=4 {
        let lower = range(1, 3, 4);
        let upper = Range { from: ground + 1, prev: hash(ground, 2), to: 9, head: hash(9, 2) };
        let mut rows = Rows { heads: vec![head(0, 1)], beyond: vec![lower, upper.clone()], given_up: None };
        assert!(!rows.adopt(|hash| *hash == upper.prev), "ground at {ground}");
        assert_eq!(rows.beyond.len(), 2);
    }
}

#[test]
fn a_chain_with_all_the_heads_it_may_have_adopts_none() {
    let adopts = |heads: usize| with_heads(heads, vec![range(99, 2, 3)]).adopt(|_| true);
    assert!(adopts(limits::FORK_HEADS_MAX - 1));
    assert!(!adopts(limits::FORK_HEADS_MAX));
}

#[test]
fn rows_are_sound_up_to_every_bound_and_not_beyond_any() {
    let of = |head: u64, from: u64, to: u64| Rows { heads: vec![self::head(0, head)], beyond: vec![ends(from, to)], given_up: None };
    let full = Rows { beyond: vec![ends(3, 3); limits::RANGES_BEYOND_GAP_MAX], ..with_heads(limits::FORK_HEADS_MAX, Vec::new()) };
    for sound in [Rows::default(), of(0, 1, 1), of(limits::SEQ_MAX, 3, limits::SEQ_MAX), full.clone()] {
        assert!(sound.is_sound(), "{sound:?}");
        assert_eq!(Rows::from_bytes(&sound.to_bytes()), Some(sound));
    }
    let mut heads_over = full.clone();
    heads_over.heads.push(head(99, 2));
    let mut ranges_over = full;
    ranges_over.beyond.push(ends(3, 3));
    let numbers = [of(1, 0, 1), of(1, 4, 3), of(1, 3, limits::SEQ_MAX + 1), of(limits::SEQ_MAX + 1, 3, 3)];
    for unsound in numbers.into_iter().chain([heads_over, ranges_over]) {
        assert!(!unsound.is_sound(), "{unsound:?}");
        assert_eq!(Rows::from_bytes(&unsound.to_bytes()), None);
    }
}

/// A range of any numbers, also of some that no chain has.
fn ends(from: u64, to: u64) -> Range {
    Range { from, prev: hash(0, 0), to, head: hash(1, 0) }
}
