//! What is told by hand while nothing runs: each promise broken once, beside the same story in which it is kept.

use super::desk::*;
use crate::check::*;
use crate::layout::Seat;
use crate::plan::What;
use crate::plan::clerks::Case;
use mesh_model::id::{Digest, Hash};
use mesh_model::place::{Class, Scope, Shelf};
use std::collections::BTreeSet;
use sync_protocol::io::Mending as Kind;
use sync_protocol::journal::StoredBatch;
use sync_protocol::record::{AuthorityAct, AuthorityRecord, Landed, LandedChain, Record};

fn only(promise: Promise) -> BTreeSet<Promise> {
    BTreeSet::from([promise])
}

fn second(desk: &Desk, first: &StoredBatch, boot: u8) -> Draft {
    let bodies = vec![desk.event(VILLAGE, 2, b"looked at", Vec::new())];
    Draft { seq: 2, prev: first.header.hash(), boot, bodies, ..desk.draft() }
}

#[test]
fn a_paper_on_its_way_breaks_nothing() {
    let mut desk = Desk::new();
    let paper = desk.paper();
    desk.writes(VILLAGE, &paper);
    desk.see(&Sighting::Printed { seat: VILLAGE, paper: 1, places: &[Desk::place(&paper)] });
    desk.comes(VILLAGE, TOWNSHIP, &paper);
    desk.comes(TOWNSHIP, HUB, &paper);
    let proven = |seat, peer| Sighting::Proven { seat, peer, scopes: 1, root: Digest::default() };
    desk.see(&proven(TOWNSHIP, HUB));
    desk.see(&proven(HUB, TOWNSHIP));
    let (breaches, coverage) = desk.judge();
    assert_eq!(breaches, Vec::new());
    assert_eq!((coverage.times("seen-proof"), coverage.times("seen-fork")), (1, 0));
}

#[test]
fn nothing_is_printed_or_sent_before_it_is_durable() {
    let mut desk = Desk::new();
    let paper = desk.paper();
    desk.see(&Sighting::Printed { seat: VILLAGE, paper: 1, places: &[Desk::place(&paper)] });
    assert_eq!(desk.broken(), only(Promise::DurableFirst));

    let mut desk = Desk::new();
    desk.see(&Sighting::Sent { seat: VILLAGE, peer: TOWNSHIP, batches: std::slice::from_ref(&paper) });
    assert_eq!(desk.broken(), only(Promise::DurableFirst));
}

#[test]
fn a_village_is_sent_no_neighbours_papers_and_its_own_always() {
    let told = |to: Seat| {
        let mut desk = Desk::new();
        let paper = desk.paper();
        desk.writes(VILLAGE, &paper);
        desk.comes(VILLAGE, TOWNSHIP, &paper);
        desk.see(&Sighting::Sent { seat: TOWNSHIP, peer: to, batches: std::slice::from_ref(&paper) });
        desk.broken()
    };
    assert_eq!(told(NEIGHBOUR), only(Promise::Disclosure));
    assert_eq!(told(VILLAGE), BTreeSet::new());
    let mut desk = Desk::new();
    let scope = Scope::county(Class::CATALOGUE_COUNTY, Shelf(2026));
    let paper = desk.sign(Draft { author: HUB, scope, ..desk.draft() });
    desk.writes(HUB, &paper);
    desk.see(&Sighting::Sent { seat: HUB, peer: TOWNSHIP, batches: &[paper] });
    assert_eq!(desk.broken(), only(Promise::Disclosure));
}

#[test]
fn nobody_holds_what_its_author_never_wrote_or_might_not_write() {
    let mut desk = Desk::new();
    let paper = desk.paper();
    desk.see(&Sighting::Stored { seat: TOWNSHIP, batch: &paper, header: paper.header.hash() });
    assert_eq!(desk.broken(), only(Promise::Authority), "written in another's name");

    let mut desk = Desk::new();
    let paper = desk.sign(Draft { scope: Scope::county(Class::ORDERS, Shelf(2026)), ..desk.draft() });
    desk.writes(VILLAGE, &paper);
    assert_eq!(desk.broken(), only(Promise::Authority), "an order of a village");

    let mut desk = Desk::new();
    let paper = desk.paper();
    desk.writes(VILLAGE, &paper);
    desk.evidence.sites.get_mut(&HUB).unwrap().disk = crate::disk::Content::default();
    assert!(desk.broken().contains(&Promise::Authority), "the log has no such node");
}

#[test]
fn nothing_is_sent_to_a_node_that_is_known_to_be_revoked() {
    let told = |later_ms: u64| {
        let mut desk = Desk::with(vec![What::Revoked { seat: VILLAGE }]);
        let revoke = AuthorityAct::Revoke { node: desk.evidence.sites[&VILLAGE].node, cuts: Vec::new() };
        let record = AuthorityRecord { height: 9, prev: Hash::default(), act: minicbor_of(&revoke) };
        let step = desk.record(Scope::AUTHORITY, &Record::Authority(record));
        desk.writes(HUB, &step);
        desk.comes(HUB, TOWNSHIP, &step);
        desk.wait_ms(later_ms);
        desk.see(&Sighting::Sent { seat: TOWNSHIP, peer: VILLAGE, batches: &[step] });
        desk.broken()
    };
    assert_eq!(told(1_000), BTreeSet::new());
    assert_eq!(told(120_000), only(Promise::Authority));
}

fn minicbor_of(act: &AuthorityAct) -> minicbor::bytes::ByteVec {
    AuthorityRecord::new(sync_protocol::batch::AuthorityHead::default(), act).act
}

#[test]
fn in_sync_is_said_only_when_it_is_so() {
    let told = |rolls: bool| {
        let mut desk = Desk::with(vec![What::DiskForgets { seat: TOWNSHIP, commits: 1 }]);
        let paper = desk.paper();
        desk.writes(VILLAGE, &paper);
        if rolls {
            desk.see(&Sighting::Rolled { seat: TOWNSHIP });
        }
        desk.see(&Sighting::Proven { seat: VILLAGE, peer: TOWNSHIP, scopes: 1, root: Digest::default() });
        desk.broken()
    };
    assert_eq!(told(false), only(Promise::HonestStatus));
    assert_eq!(told(true), BTreeSet::new(), "the word is about the disk before it went back");
    let mut desk = Desk::new();
    let paper = desk.paper();
    desk.writes(VILLAGE, &paper);
    desk.see(&Sighting::Proven { seat: VILLAGE, peer: NEIGHBOUR, scopes: 1, root: Digest::default() });
    assert_eq!(desk.broken(), BTreeSet::new(), "they have nothing in common but the log");
}

#[test]
fn every_process_start_has_its_own_boot_id() {
    let told = |boot: u8| {
        let mut desk = Desk::new();
        let first = desk.paper();
        desk.see(&Sighting::Booted { seat: VILLAGE });
        desk.writes(VILLAGE, &first);
        desk.see(&Sighting::Booted { seat: VILLAGE });
        let next = desk.sign(second(&desk, &first, boot));
        desk.writes(VILLAGE, &next);
        for seat in [HUB, TOWNSHIP, NEIGHBOUR] {
            desk.see(&Sighting::Booted { seat });
        }
        (0..2).for_each(|_| SEATS[1..].iter().for_each(|seat| desk.see(&Sighting::Dialled { seat: *seat })));
        desk.broken()
    };
    assert_eq!(told(2), BTreeSet::new());
    assert_eq!(told(1), only(Promise::Places));
}

#[test]
fn a_store_that_was_shown_what_it_lost_writes_on_another_branch() {
    let mut desk = Desk::with(vec![What::Restored { seat: VILLAGE, age_ms: 1, for_ms: 1 }]);
    let first = desk.paper();
    desk.writes(VILLAGE, &first);
    desk.comes(VILLAGE, TOWNSHIP, &first);
    desk.see(&Sighting::Rolled { seat: VILLAGE });
    desk.comes(TOWNSHIP, VILLAGE, &first);
    let next = desk.sign(second(&desk, &first, 1));
    desk.writes(VILLAGE, &next);
    assert_eq!(desk.broken(), only(Promise::Places));
}

#[test]
fn a_place_used_twice_wants_a_disk_that_went_back() {
    let told = |whats| {
        let mut desk = Desk::with(whats);
        let (first, other) =
            (desk.paper(), desk.sign(Draft { bodies: vec![desk.event(VILLAGE, 3, b"other", Vec::new())], ..desk.draft() }));
        desk.writes(VILLAGE, &first);
        desk.writes(VILLAGE, &other);
        desk.broken()
    };
    assert_eq!(told(Vec::new()), only(Promise::Places));
    assert_eq!(told(vec![What::DiskForgets { seat: VILLAGE, commits: 1 }]), BTreeSet::new());
}

#[test]
fn an_actor_uses_no_number_twice() {
    let mut desk = Desk::new();
    let first = desk.paper();
    let next = desk.sign(Draft { bodies: vec![desk.event(VILLAGE, 1, b"looked at", Vec::new())], ..second(&desk, &first, 1) });
    desk.writes(VILLAGE, &first);
    desk.writes(VILLAGE, &next);
    assert_eq!(desk.broken(), only(Promise::Places));
}

#[test]
fn a_chain_comes_in_order_unless_something_overtakes() {
    let told = |whats| {
        let mut desk = Desk::with(whats);
        let first = desk.paper();
        let next = desk.sign(second(&desk, &first, 1));
        desk.writes(VILLAGE, &first);
        desk.writes(VILLAGE, &next);
        desk.comes(VILLAGE, TOWNSHIP, &next);
        desk.comes(VILLAGE, TOWNSHIP, &first);
        desk.broken()
    };
    assert_eq!(told(Vec::new()), only(Promise::Causality));
    let urged = |seat: Seat| What::Urged { seat, case: Case { intake: seat, number: 0 } };
    assert_eq!(told(vec![urged(VILLAGE)]), BTreeSet::new());
    assert_eq!(told(vec![What::DiskFull { seat: TOWNSHIP, for_ms: 1 }]), BTreeSet::new());
    let elsewhere = vec![urged(NEIGHBOUR), What::DiskFull { seat: NEIGHBOUR, for_ms: 1 }, What::DiskForgets { seat: HUB, commits: 1 }];
    assert_eq!(told(elsewhere), only(Promise::Causality), "what befell others");
}

#[test]
fn a_change_stands_on_what_is_there_or_gone_for_good() {
    let told = |rolls: bool| {
        let mut desk = Desk::with(vec![What::DiskForgets { seat: VILLAGE, commits: 1 }]);
        let first = desk.paper();
        let (_, dep) = sync_protocol::profile::read_hashed(&desk.draft().bodies[0].bytes).unwrap();
        let bodies = vec![desk.event(VILLAGE, 2, b"looked at", vec![dep])];
        let next = desk.sign(Draft { scope: desk.cases(VILLAGE), seq: 1, prev: Hash::default(), bodies, ..desk.draft() });
        desk.writes(VILLAGE, &first);
        desk.writes(VILLAGE, &next);
        desk.comes(VILLAGE, TOWNSHIP, &next);
        if rolls {
            desk.see(&Sighting::Rolled { seat: VILLAGE });
        }
        desk.broken()
    };
    assert_eq!(told(false), only(Promise::Causality));
    assert_eq!(told(true), BTreeSet::new());
}

#[test]
fn the_hub_says_that_only_what_it_holds_has_landed() {
    let told = |holds: bool| {
        let mut desk = Desk::new();
        let paper = desk.paper();
        desk.writes(VILLAGE, &paper);
        desk.comes(VILLAGE, TOWNSHIP, &paper);
        if holds {
            desk.comes(TOWNSHIP, HUB, &paper);
        }
        let chain = paper.header.chain;
        let line = LandedChain { node: chain.node, branch: chain.branch, seq: 1, head: paper.header.hash(), safe: 0 };
        let word = desk.record(chain.scope, &Record::Landed(Landed { era: 1, chains: vec![line] }));
        desk.writes(HUB, &word);
        desk.broken()
    };
    assert_eq!(told(true), BTreeSet::new());
    assert_eq!(told(false), only(Promise::Receipts));
}

fn proven(seat: Seat, peer: Seat) -> Sighting<'static> {
    Sighting::Proven { seat, peer, scopes: 1, root: Digest::default() }
}

fn repaired(seat: Seat, peer: Seat) -> Sighting<'static> {
    Sighting::Mended { seat, peer, kind: Kind::Repair, ranges: 1 }
}

#[test]
fn repairs_have_a_cause_at_one_of_the_two() {
    let told = |seat: Seat, peer: Seat| {
        let mut desk = Desk::with(vec![What::DiskFull { seat: VILLAGE, for_ms: 1 }]);
        desk.see(&repaired(seat, peer));
        desk.broken()
    };
    assert_eq!(told(VILLAGE, TOWNSHIP), BTreeSet::new());
    assert_eq!(told(TOWNSHIP, VILLAGE), BTreeSet::new());
    assert_eq!(told(TOWNSHIP, HUB), only(Promise::Mending), "a full disk below explains nothing above");
    assert_eq!(told(NEIGHBOUR, TOWNSHIP), only(Promise::Mending));
}

#[test]
fn a_proof_of_both_ends_means_that_nothing_is_left_to_repair() {
    let told = |both: bool, waited_ms: u64| {
        let mut desk = Desk::with(vec![What::DiskFull { seat: VILLAGE, for_ms: 1_000 }]);
        desk.wait_ms(waited_ms);
        desk.see(&proven(VILLAGE, TOWNSHIP));
        if both {
            desk.see(&proven(TOWNSHIP, VILLAGE));
        }
        desk.see(&repaired(VILLAGE, TOWNSHIP));
        desk.broken()
    };
    assert_eq!(told(false, 2_000), BTreeSet::new());
    assert_eq!(told(true, 500), BTreeSet::new(), "the disk is still full");
    assert_eq!(told(true, 2_000), only(Promise::Mending));
}

#[test]
fn repairs_come_to_an_end() {
    let mut desk = Desk::with(vec![What::DiskFull { seat: TOWNSHIP, for_ms: 1 }]);
    (0..9).for_each(|_| desk.see(&repaired(TOWNSHIP, HUB)));
    assert_eq!(desk.broken(), only(Promise::Mending));
}

#[test]
fn nobody_faults_an_honest_node() {
    let told = |rolled: Option<Seat>| {
        let mut desk = Desk::with(vec![What::Restored { seat: VILLAGE, age_ms: 1, for_ms: 1 }]);
        if let Some(seat) = rolled {
            desk.see(&Sighting::Rolled { seat });
        }
        desk.see(&Sighting::PeerFault { seat: HUB, peer: TOWNSHIP });
        desk.broken()
    };
    assert_eq!(told(None), only(Promise::Conduct));
    assert_eq!(told(Some(VILLAGE)), only(Promise::Conduct), "a village's disk explains nothing between others");
    assert_eq!(told(Some(TOWNSHIP)), BTreeSet::new());
}

#[test]
fn poison_and_revocations_unsettle_whoever_holds_them() {
    let told = |holds: bool| {
        let mut desk = Desk::with(vec![What::Revoked { seat: NEIGHBOUR }]);
        let revoke = AuthorityAct::Revoke { node: desk.evidence.sites[&NEIGHBOUR].node, cuts: Vec::new() };
        let record = AuthorityRecord { height: 9, prev: Hash::default(), act: minicbor_of(&revoke) };
        let step = desk.record(Scope::AUTHORITY, &Record::Authority(record));
        if holds {
            desk.writes(HUB, &step);
        }
        desk.see(&repaired(TOWNSHIP, HUB));
        desk.broken()
    };
    assert_eq!(told(false), only(Promise::Mending));
    assert_eq!(told(true), BTreeSet::new());
}

#[test]
fn a_peer_holds_what_it_is_taken_to_hold() {
    let told = |holds: bool| {
        let mut desk = Desk::new();
        let paper = desk.paper();
        desk.writes(VILLAGE, &paper);
        desk.see(&Sighting::Printed { seat: VILLAGE, paper: 1, places: &[Desk::place(&paper)] });
        if holds {
            desk.comes(VILLAGE, TOWNSHIP, &paper);
        }
        desk.see(&Sighting::HeldBy { seat: VILLAGE, peer: TOWNSHIP, seq: 1 });
        desk.broken()
    };
    assert_eq!(told(true), BTreeSet::new());
    assert_eq!(told(false), only(Promise::Receipts));
}

#[test]
fn what_is_no_change_has_the_hubs_refusal() {
    let mut desk = Desk::new();
    let mut draft = desk.draft();
    draft.bodies[0].bytes = vec![7; 300];
    let poison = desk.sign(draft);
    desk.writes(VILLAGE, &poison);
    desk.comes(VILLAGE, TOWNSHIP, &poison);
    desk.comes(TOWNSHIP, HUB, &poison);
    assert_eq!(desk.broken(), only(Promise::Authority));
}
