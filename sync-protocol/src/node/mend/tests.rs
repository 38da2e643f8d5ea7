//! What is asked for of a chain that is held in pieces.

use super::*;
use crate::vector::{Range, Row};
use mesh_model::id::{Branch, NodeId};
use mesh_model::place::{Class, Place, Shelf};

const REACH: u64 = 16;

fn hash(side: u8, seq: u64) -> Hash {
    Hash([side + seq as u8; 32])
}

/// Pieces held beyond gaps, above a head at `head`.
fn rows(head: u64, pieces: &[(u64, u64)]) -> Rows {
    let range = |(from, to): &(u64, u64)| Range { from: *from, prev: hash(100, *from), to: *to, head: hash(0, *to) };
    Rows { heads: vec![Row { seq: head, head: hash(0, head) }], beyond: pieces.iter().map(range).collect(), given_up: None }
}

fn asked(ours: &Rows, seq: u64) -> Vec<(u64, u64)> {
    let scope = Scope { place: Place::County, class: Class::AUTHORITY, shelf: Shelf(0) };
    let chain = Chain { node: NodeId::default(), branch: Branch([5; 8]), scope };
    gaps(&chain, ours, seq, REACH).iter().map(|range| (range.from, range.to)).collect()
}

#[test]
fn all_gaps_of_a_chain_are_asked_for_at_once() {
    assert_eq!(asked(&rows(1, &[(3, 3), (5, 6), (9, 9)]), 9), [(2, 2), (4, 4), (7, 8)]);
}

#[test]
fn what_the_peer_does_not_hold_is_not_asked_for() {
    assert_eq!(asked(&rows(1, &[(3, 3), (5, 6), (9, 9)]), 8), [(2, 2), (4, 4)]);
    assert_eq!(asked(&rows(4, &[]), 9), []);
}

#[test]
fn a_piece_that_does_not_stand_on_what_is_right_below_it_is_asked_for_further_down() {
    assert_eq!(asked(&rows(20, &[(21, 22)]), 30), [(5, 21)]);
    assert_eq!(asked(&rows(1, &[(3, 3), (4, 4)]), 30), [(2, 2), (1, 4)]);
}
