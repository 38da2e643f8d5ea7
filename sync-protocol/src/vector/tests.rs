//! Rows of chains in peace, beyond gaps and forked; digests that do not depend on the order of arrival.

use super::*;
use mesh_model::id::{Branch, NodeId};
use mesh_model::place::{Class, Shelf};
use proptest::prelude::*;
use std::collections::BTreeSet;

mod rows;
mod scopes;

/// A header as far as rows see it: seq, prev, hash.
type Link = (u64, Hash, Hash);

fn hash(seq: u64, side: u8) -> Hash {
    Hash::of(&[&seq.to_be_bytes(), &[side]])
}

/// Headers `from..=to` of one side, linked; the first names `prev`.
fn run(side: u8, from: u64, to: u64, prev: Hash) -> Vec<Link> {
    let before = |seq: u64| if seq == from { prev } else { hash(seq - 1, side) };
    (from..=to).map(|seq| (seq, before(seq), hash(seq, side))).collect()
}

/// Delivers in the given order, round after round, until all are in or a round brings nothing; returns what never came in.
fn deliver(rows: &mut Rows, links: &[Link]) -> usize {
    let mut held: BTreeSet<Hash> = BTreeSet::new();
    let mut waiting = links.to_vec();
    loop {
        let before = waiting.len();
        waiting.retain(|(seq, prev, hash)| match rows.take(*seq, *prev, *hash, held.contains(prev)) {
            Taken::NoRoom => true,
            Taken::Overflown => unreachable!("the property stays below the bound"),
            Taken::Extended | Taken::Beyond | Taken::Forked => !held.insert(*hash),
        });
        rows.adopt(|hash| held.contains(hash));
        if waiting.len() == before || waiting.is_empty() {
            return waiting.len();
        }
    }
}

fn scope() -> Scope {
    Scope::county(Class::ORDERS, Shelf(2026))
}

fn chain(node: u8) -> Chain {
    Chain { node: NodeId([node; 16]), branch: Branch([1; 8]), scope: scope() }
}

fn digest(rows: &Rows) -> Digest {
    let mut vectors = Vectors::default();
    vectors.put(chain(1), rows.clone());
    vectors.digest(scope()).expect("a chain is held")
}

#[test]
fn a_header_on_the_head_extends_it() {
    let mut rows = Rows::default();
    for (seq, prev, hash) in run(0, 1, 3, Hash::default()) {
        assert_eq!(rows.take(seq, prev, hash, false), Taken::Extended);
    }
    assert_eq!(rows, Rows { heads: vec![Row { seq: 3, head: hash(3, 0) }], beyond: Vec::new(), given_up: None });
    assert_eq!(rows.seq(), 3);
}

#[test]
fn what_comes_early_waits_beyond_the_gap_and_the_gap_closes_at_once() {
    let links = run(0, 1, 6, Hash::default());
    let mut rows = Rows::default();
    for at in [0, 3, 5, 4] {
        let (seq, prev, hash) = links[at];
        rows.take(seq, prev, hash, false);
    }
    let range = Range { from: 4, prev: hash(3, 0), to: 6, head: hash(6, 0) };
    assert_eq!(rows, Rows { heads: vec![Row { seq: 1, head: hash(1, 0) }], beyond: vec![range], given_up: None });
    assert_eq!(rows.take(links[2].0, links[2].1, links[2].2, false), Taken::Beyond);
    assert_eq!(rows.beyond, [Range { from: 3, prev: hash(2, 0), to: 6, head: hash(6, 0) }]);
    assert_eq!(rows.take(links[1].0, links[1].1, links[1].2, false), Taken::Extended);
    assert_eq!(rows, Rows { heads: vec![Row { seq: 6, head: hash(6, 0) }], beyond: Vec::new(), given_up: None });
}

#[test]
fn a_chain_is_torn_wherever_a_range_goes_over_it_and_nowhere_else() {
    let mut rows = Rows::default();
    deliver(&mut rows, &run(0, 1, 2, Hash::default()));
    deliver(&mut rows, &run(1, 2, 3, hash(1, 1)));
    assert_eq!((rows.heads.len(), rows.beyond.len()), (1, 1));
    assert_eq!([1, 2, 3, 4].map(|seq| rows.is_torn_at(seq)), [false, true, true, false]);
}

#[test]
fn a_ninth_range_finds_no_room_and_an_extension_of_the_eighth_does() {
    let links = run(0, 1, 40, Hash::default());
    let mut rows = Rows::default();
    for n in 0..limits::RANGES_BEYOND_GAP_MAX {
        let (seq, prev, hash) = links[2 + 3 * n];
        assert_eq!(rows.take(seq, prev, hash, false), Taken::Beyond);
    }
    let before = rows.clone();
    let (seq, prev, hash) = links[38];
    assert_eq!(rows.take(seq, prev, hash, false), Taken::NoRoom);
    assert_eq!(rows, before);
    let (seq, prev, hash) = links[3];
    assert_eq!(rows.take(seq, prev, hash, true), Taken::Beyond);
}

#[test]
fn a_second_header_on_a_held_one_forks_the_chain_and_each_head_grows_on_its_own() {
    let mut rows = Rows::default();
    assert_eq!(deliver(&mut rows, &run(0, 1, 4, Hash::default())), 0);
    assert_eq!(rows.take(3, hash(2, 0), hash(3, 1), true), Taken::Forked);
    assert_eq!(rows.take(4, hash(3, 1), hash(4, 1), true), Taken::Extended);
    assert_eq!(rows.take(5, hash(4, 0), hash(5, 0), true), Taken::Extended);
    let mut heads = vec![Row { seq: 4, head: hash(4, 1) }, Row { seq: 5, head: hash(5, 0) }];
    heads.sort();
    assert_eq!(rows, Rows { heads, beyond: Vec::new(), given_up: None });
}

#[test]
fn a_second_first_header_forks_at_one() {
    let mut rows = Rows::default();
    rows.take(1, Hash::default(), hash(1, 0), false);
    assert_eq!(rows.take(1, Hash::default(), hash(1, 1), false), Taken::Forked);
    assert_eq!(rows.heads.len(), 2);
}

#[test]
fn a_seventeenth_head_gives_the_chain_up_for_all_alike() {
    let mut rows = Rows::default();
    rows.take(1, Hash::default(), hash(1, 0), false);
    for side in 0..limits::FORK_HEADS_MAX as u8 {
        rows.take(2, hash(1, 0), hash(2, side), true);
    }
    assert_eq!(rows.heads.len(), limits::FORK_HEADS_MAX);
    assert_eq!(rows.take(2, hash(1, 0), hash(2, 99), true), Taken::Overflown);
    assert_eq!(rows, Rows::overflown());
    assert_eq!(Rows::from_bytes(&rows.to_bytes()), Some(Rows::overflown()));
}

#[test]
fn a_fork_inside_a_range_beyond_the_gap_waits_until_the_gap_is_closed() {
    let mut rows = Rows::default();
    for (seq, prev, hash) in run(0, 3, 5, hash(2, 0)) {
        rows.take(seq, prev, hash, false);
    }
    assert_eq!(rows.take(4, hash(3, 0), hash(4, 1), true), Taken::NoRoom);
    assert_eq!(deliver(&mut rows, &run(0, 1, 2, Hash::default())), 0);
    assert_eq!(rows.take(4, hash(3, 0), hash(4, 1), true), Taken::Forked);
}

#[test]
fn rows_over_the_bounds_and_rubbish_are_not_read() {
    let row = Row { seq: 1, head: hash(1, 0) };
    let range = Range { from: 3, prev: hash(2, 0), to: 3, head: hash(3, 0) };
    let many_heads = Rows { heads: vec![row.clone(); limits::FORK_HEADS_MAX + 1], beyond: Vec::new(), given_up: None };
    let many_ranges = Rows { heads: vec![row.clone()], beyond: vec![range.clone(); limits::RANGES_BEYOND_GAP_MAX + 1], given_up: None };
    let good = Rows { heads: vec![row], beyond: vec![range], given_up: None };
    assert_eq!(Rows::from_bytes(&good.to_bytes()), Some(good.clone()));
    for bad in [many_heads.to_bytes(), many_ranges.to_bytes(), good.to_bytes()[..20].to_vec(), vec![0xff]] {
        assert_eq!(Rows::from_bytes(&bad), None);
    }
}

#[test]
fn a_digest_tells_chains_apart_and_a_root_tells_scopes_apart() {
    let mut rows = Rows::default();
    rows.take(1, Hash::default(), hash(1, 0), false);
    let mut left = Vectors::default();
    left.put(chain(1), rows.clone());
    let mut right = Vectors::default();
    right.put(chain(2), rows.clone());
    assert_ne!(left.digest(scope()), right.digest(scope()));
    right.put(chain(1), rows.clone());
    left.put(chain(2), rows);
    assert_eq!(left.digest(scope()), right.digest(scope()));
    assert_eq!(left.root(&[scope()]), right.root(&[scope(), Scope::AUTHORITY]), "a scope without chains counts for nothing");
    assert_eq!((right.digest(Scope::AUTHORITY), right.scopes().count()), (None, 1));
}

#[test]
fn a_digest_follows_the_rows() {
    let mut vectors = Vectors::default();
    let mut rows = Rows::default();
    rows.take(1, Hash::default(), hash(1, 0), false);
    vectors.put(chain(1), rows.clone());
    let first = vectors.digest(scope());
    rows.take(2, hash(1, 0), hash(2, 0), false);
    vectors.put(chain(1), rows);
    assert_ne!(vectors.digest(scope()), first);
}

/// A trunk that forks into two or three arms, each at its own place.
fn forked() -> impl Strategy<Value = Vec<Link>> {
    (1..6u64, 1..5u64, prop::collection::vec((0..6u64, 1..5u64), 0..3)).prop_map(|(trunk, rest, arms)| {
        let mut links = run(0, 1, trunk + rest, Hash::default());
        for (side, (at, len)) in (1u8..).zip(arms) {
            let at = at.min(trunk);
            let prev = if at == 0 { Hash::default() } else { hash(at, 0) };
            links.extend(run(side, at + 1, at + len, prev));
        }
        links
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
    #[test]
    fn a_forked_chain_has_one_digest_whatever_the_order_of_arrival(
        (links, shuffled) in forked().prop_flat_map(|links| (Just(links.clone()), Just(links).prop_shuffle())),
    ) {
        let (mut straight, mut tangled) = (Rows::default(), Rows::default());
        prop_assert_eq!(deliver(&mut straight, &links), 0);
        prop_assert!(straight.beyond.is_empty());
        prop_assert_eq!(deliver(&mut tangled, &shuffled), 0);
        prop_assert_eq!(&tangled, &straight);
        prop_assert_eq!(digest(&tangled), digest(&straight));
    }

    #[test]
    fn a_straight_chain_is_whole_after_any_order(links in Just(run(0, 1, 12, Hash::default())).prop_shuffle()) {
        let mut rows = Rows::default();
        prop_assert_eq!(deliver(&mut rows, &links), 0);
        prop_assert_eq!(rows, Rows { heads: vec![Row { seq: 12, head: hash(12, 0) }], beyond: Vec::new(), given_up: None });
    }
}
