//! What a node with a valid certificate may try, and what a bad day may do: found by reading the code against itself.
use super::county::*;
use mesh_model::id::*;
use mesh_model::place::*;
use mesh_model::time::Day;
use sync_protocol::batch::*;
use sync_protocol::crypto::SigningKey;
use sync_protocol::frame::*;
use sync_protocol::io::{Input, Lane, Rung};
use sync_protocol::journal::*;
use sync_protocol::record::*;

#[expect(clippy::too_many_arguments, reason = "one line says everything about a forged batch")]
pub fn forge(
    county: &County,
    seat: usize,
    branch: Branch,
    scope: Scope,
    seq: u64,
    prev: Hash,
    schema: u16,
    bodies: Vec<Body>,
) -> StoredBatch {
    let key: &SigningKey = &county.seats[seat].key;
    let header = Header {
        alg: 1,
        schema,
        chain: Chain { node: key.node(), branch, scope },
        seq,
        prev,
        boot: [0; 16],
        authority: county.node(HUB).authority().head(),
        day: Day(0),
        entries: hash_entries(bodies.iter().map(Body::entry)),
        bodies: bodies.len() as u16,
    };
    StoredBatch { header: SignedHeader::sign(header, key), bodies: bodies.into_iter().map(StoredBody::Here).collect(), source: None }
}

pub fn send(county: &mut County, wire: usize, end: usize, batches: &[StoredBatch]) {
    let (seat, link) = county.wires[wire].ends[end];
    let frame = Frame::Bulk(Bulk { items: batches.iter().map(Item::of).collect(), mark: None }).to_bytes();
    county.give(seat, Input::Received { link, lane: Lane::Bulk, frame });
    county.settle();
}

/// Hub, township, village, linked in a row, and a second village.
pub fn three() -> (County, usize, usize) {
    let mut county = County::new(4);
    let a = county.link(TOWN, HUB);
    county.settle();
    let b = county.link(VILLAGE, TOWN);
    county.settle();
    (county, a, b)
}

#[test]
fn a_village_becomes_hub_when_the_hub_restarts() {
    let (mut county, _a, b) = three();
    let evil = SigningKey::from_secret(&[77; 32]);
    let keys = NodeKeys { signing: evil.public().into(), wrapping: [0; 32].into(), tls: Hash([1; 32]) };
    let act = AuthorityAct::Enrol { keys, site: SiteId([1; 8]), token: [0; 8].into(), block: 0 };
    let record = county.node(HUB).authority().next_record(&act);
    let body = Record::Authority(record).to_body(cases(VILLAGE));
    let batch = forge(&county, VILLAGE, Branch([5; 8]), cases(VILLAGE), 1, Hash::default(), 2, vec![body]);
    send(&mut county, b, 1, &[batch]);
    assert!(!county.node(HUB).authority().is_hub(evil.node()));
    county.kill(HUB);
    county.boot(HUB);
    assert!(!county.node(HUB).authority().is_hub(evil.node()), "village made its key a hub");
}

#[test]
fn a_village_bricks_the_hub() {
    let (mut county, _a, b) = three();
    let act = AuthorityAct::Revoke { node: county.id(HUB), cuts: vec![] };
    let mut record = county.node(HUB).authority().next_record(&act);
    record.height = 99;
    let body = Record::Authority(record).to_body(cases(VILLAGE));
    let batch = forge(&county, VILLAGE, Branch([5; 8]), cases(VILLAGE), 1, Hash::default(), 2, vec![body]);
    send(&mut county, b, 1, &[batch]);
    county.kill(HUB);
    county.boot(HUB);
}

#[test]
fn a_village_forges_receipts_and_refusals() {
    let (mut county, a, b) = three();
    county.cut(a);
    let (act, _) = county.write(TOWN, cases(VILLAGE), "x");
    county.settle();
    let place = county.seats[TOWN].durable[&act][0];
    let landed = Record::Landed(Landed {
        era: 1,
        chains: vec![LandedChain { node: place.chain.node, branch: place.chain.branch, seq: 99, head: place.header, safe: 99 }],
    });
    let batch = forge(&county, VILLAGE, Branch([5; 8]), cases(VILLAGE), 1, Hash::default(), 1, vec![landed.to_body(cases(VILLAGE))]);
    send(&mut county, b, 1, &[batch]);
    let before = county.rung(TOWN, act);
    county.kill(TOWN);
    county.boot(TOWN);
    assert_eq!(county.rung(TOWN, act), before);
}

#[test]
fn a_mark_beyond_all_numbers_ends_the_link() {
    let (mut county, a, _b) = three();
    let (seat, link) = county.wires[a].ends[1];
    let frame = Frame::Mark(Mark { seq: u64::MAX, mark: [1; 8].into() }).to_bytes();
    county.give(seat, Input::Received { link, lane: Lane::Bulk, frame });
    let bad = county.seats[seat]
        .disk
        .waiting
        .iter()
        .flat_map(|(_, w)| w)
        .any(|w| matches!(w, Write::Cursor { at, .. } if at.seq > i64::MAX as u64));
    assert!(!bad, "the journal is handed a position of 2^64-1");
    assert!(!county.hangups.is_empty(), "a number that cannot be ends the link");
}

#[test]
fn empty_scopes_fill_memory() {
    let (mut county, a, _b) = three();
    let (seat, link) = county.wires[a].ends[1];
    let scope = cases(TOWN).to_bytes().to_vec();
    let scopes: Vec<ScopeRows> = (0..15_000).map(|_| ScopeRows { scope: scope.clone().into(), chains: vec![] }).collect();
    let frame = Frame::Vectors(Vectors { height: 0, scopes, at: Mark { seq: 0, mark: [0; 8].into() }, more: Some(true) }).to_bytes();
    for _ in 0..50 {
        county.give(seat, Input::Received { link, lane: Lane::Bulk, frame: frame.clone() });
    }
    county.settle();
    assert!(!county.hangups.is_empty(), "750000 scope rows are kept and no bound is hit");
}

fn junk(scope: Scope, n: u64) -> Body {
    Body { document: DocId::derive(scope, NodeId::default(), &n.to_be_bytes()), kind: BodyKind::WRAP, bytes: n.to_be_bytes().to_vec() }
}

#[test]
fn many_heads_stall_others_for_ever() {
    let (mut county, a, b) = three();
    county.cut(a);
    let clean = county.seats[VILLAGE].disk.clone();
    for n in 0..9u64 {
        let batch = forge(&county, VILLAGE, Branch([5; 8]), cases(VILLAGE), 1, Hash::default(), 1, vec![junk(cases(VILLAGE), n)]);
        send(&mut county, b, 1, &[batch]);
    }
    county.kill(VILLAGE);
    county.seats[VILLAGE].disk = clean;
    county.boot(VILLAGE);
    let c = county.link(VILLAGE, HUB);
    county.settle();
    for n in 9..18u64 {
        let batch = forge(&county, VILLAGE, Branch([5; 8]), cases(VILLAGE), 1, Hash::default(), 1, vec![junk(cases(VILLAGE), n)]);
        send(&mut county, c, 1, &[batch]);
    }
    county.cut(c);
    let mut last = 0;
    for round in 0..6 {
        let (_act, _) = county.write(TOWN, cases(TOWN), &format!("paper {round}"));
        let before = county.frame_bytes;
        let w = county.link(TOWN, HUB);
        county.settle();
        for _ in 0..10 {
            county.pass(40_000);
            county.settle();
        }
        println!(
            "round {round} bytes {} proven {} {} hangups {:?} repairs {:?}",
            county.frame_bytes - before,
            county.proven(TOWN, HUB),
            county.proven(HUB, TOWN),
            county.hangups,
            county.node(HUB).peers().iter().map(|p| (p.repairs, p.held)).collect::<Vec<_>>()
        );
        last = w;
        county.cut(w);
    }
    let _ = last;
    let w = county.link(TOWN, HUB);
    county.settle();
    let _ = w;
    assert!(county.proven(TOWN, HUB), "never proven again");
}

#[test]
fn a_copy_put_back_shows_county_for_what_the_hub_does_not_hold() {
    let (mut county, a, b) = three();
    county.write(VILLAGE, cases(VILLAGE), "p0");
    county.settle();
    county.pass(2_000);
    county.settle();
    let copy = county.seats[VILLAGE].disk.clone();
    for n in 0..3 {
        county.write(VILLAGE, cases(VILLAGE), &format!("q{n}"));
        county.settle();
    }
    for _ in 0..5 {
        county.pass(2_000);
        county.settle();
    }
    county.kill(VILLAGE);
    county.seats[VILLAGE].disk = copy;
    county.boot(VILLAGE);
    let (act, _) = county.write(VILLAGE, cases(VILLAGE), "after the copy");
    county.settle();
    let header = county.seats[VILLAGE].durable[&act][0].header;
    let _ = (a, b);
    county.link(VILLAGE, TOWN);
    let mut wrong = 0;
    let mut relay_wrong = 0;
    let mut pick = 0u64;
    loop {
        if !county.step(pick) {
            break;
        }
        pick = pick.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407) >> 7;
        let held = |c: &County, seat: usize| c.seats[seat].disk.durable.entries.iter().any(|(_, e)| e.header.hash() == header);
        let rung = county.rung(VILLAGE, act);
        if rung == Rung::County && !held(&county, HUB) {
            wrong += 1;
        }
        if rung == Rung::Relay && !held(&county, TOWN) {
            relay_wrong += 1;
        }
    }
    println!("wrong county {wrong} wrong relay {relay_wrong} end {:?}", county.rung(VILLAGE, act));
    assert_eq!((wrong, relay_wrong), (0, 0));
}

#[test]
fn an_urged_frame_lost_on_its_lane_is_no_repair() {
    let (mut county, _a, b) = three();
    let before: u32 = (0..3).flat_map(|s| county.node(s).peers()).map(|p| p.repairs).sum();
    county.jammed = Some(Lane::Urged);
    // hold bulk back until urged is queued
    let (_, doc) = county.write(VILLAGE, cases(VILLAGE), "urgent");
    county.give(VILLAGE, Input::Urge(doc));
    county.settle();
    let (_, doc2) = county.write(VILLAGE, cases(VILLAGE), "urgent 2");
    // commit and urge race: urge as soon as durable
    county.give(VILLAGE, Input::Urge(doc2));
    county.settle();
    county.cut(b);
    county.jammed = None;
    county.link(VILLAGE, TOWN);
    county.settle();
    let after: u32 = (0..3).flat_map(|s| county.node(s).peers()).map(|p| p.repairs).sum();
    println!("town holds {:?} {:?}", county.events(TOWN, doc).len(), county.events(TOWN, doc2).len());
    assert_eq!(before, after);
}

#[test]
fn an_urged_lost_while_the_bulk_waits() {
    let (mut county, _a, b) = three();
    county.cut(b);
    let docs: Vec<_> = (0..30).map(|n| county.write(VILLAGE, cases(VILLAGE), &format!("p{n}")).1).collect();
    county.settle();
    let before: u32 = (0..3).flat_map(|s| county.node(s).peers()).map(|p| p.repairs).sum();
    county.jammed = Some(Lane::Urged);
    let w = county.link(VILLAGE, TOWN);
    // hello, hello
    for _ in 0..4 {
        county.step(0);
    }
    county.give(VILLAGE, Input::Urge(docs[29]));
    county.settle();
    county.cut(w);
    county.jammed = None;
    county.link(VILLAGE, TOWN);
    county.settle();
    let after: u32 = (0..3).flat_map(|s| county.node(s).peers()).map(|p| p.repairs).sum();
    assert_eq!(before, after, "a lost urged frame moved the cursor past a batch");
}

#[test]
fn rows_claim_a_batch_that_is_not_stored() {
    let (mut county, a, _b) = three();
    let good = forge(&county, HUB, Branch([9; 8]), cases(TOWN), 1, Hash::default(), 1, vec![junk(cases(TOWN), 1)]);
    let act = AuthorityAct::Revoke { node: county.id(VILLAGE), cuts: vec![] };
    let mut record = county.node(HUB).authority().next_record(&act);
    record.height += 5;
    let bad = forge(
        &county,
        HUB,
        Branch([9; 8]),
        Scope::AUTHORITY,
        1,
        Hash::default(),
        1,
        vec![Record::Authority(record).to_body(Scope::AUTHORITY)],
    );
    let hash = bad.header.hash();
    send(&mut county, a, 0, &[good, bad]);
    println!("{:?}", county.hangups);
    county.kill(TOWN);
    county.boot(TOWN);
    let rows = county.node(TOWN).vectors().rows(&Chain { node: county.id(HUB), branch: Branch([9; 8]), scope: Scope::AUTHORITY }).cloned();
    let held = county.seats[TOWN].disk.durable.entries.iter().any(|(_, e)| e.header.hash() == hash);
    assert!(rows.is_none() || held, "rows {rows:?} and the store does not hold it");
}

#[test]
fn held_is_credited_without_its_mark() {
    let (mut county, _a, b) = three();
    county.cut(b);
    let (act, _) = county.write(VILLAGE, cases(VILLAGE), "x");
    county.settle();
    let w = county.link(VILLAGE, TOWN);
    county.settle();
    let _ = w;
    let (act2, _) = county.write(VILLAGE, cases(VILLAGE), "y");
    // not delivered yet: only the disk answers
    while !county.seats[VILLAGE].disk.waiting.is_empty() || !county.seats[VILLAGE].loads.is_empty() {
        county.step(0);
        if county.seats[VILLAGE].durable.contains_key(&act2) {
            break;
        }
    }
    let tail = county.node(VILLAGE).tail().seq;
    let (seat, link) = county.wires[w].ends[0];
    let frame = Frame::Proof(Proof {
        height: 0,
        root: Digest::default(),
        tail: 0,
        read: tail,
        mark: [0xee; 8].into(),
        answer: None,
        tail_mark: None,
        lost: None,
    })
    .to_bytes();
    county.give(seat, Input::Received { link, lane: Lane::Bulk, frame });
    assert_eq!(county.rung(VILLAGE, act2), Rung::Window, "a read with a foreign mark lifts the rung");
    let _ = act;
}

#[test]
fn a_range_from_the_end_of_numbers_reaches_the_journal() {
    let (mut county, a, _b) = three();
    // the hub is brought to show its vectors by a cursor that it cannot know
    county.cut(a);
    let w = county.link(TOWN, HUB);
    let (seat, link) = county.wires[w].ends[1];
    let hello = Hello {
        version: 1,
        branch: Branch([3; 8]),
        height: 0,
        authority: [0; 8].into(),
        day: 0,
        tail: 0,
        read: 9_999,
        mark: [1; 8].into(),
        root: None,
        shelf_from: None,
        version_min: None,
        features: None,
    };
    county.give(seat, Input::Received { link, lane: Lane::Control, frame: Frame::Hello(hello).to_bytes() });
    let range = WantRange {
        scope: cases(TOWN).to_bytes().to_vec().into(),
        node: county.id(TOWN),
        branch: Branch([0; 8]),
        from: u64::MAX,
        to: u64::MAX,
    };
    let want = Want { ranges: vec![range], bodies: None, at: Mark { seq: 0, mark: [0; 8].into() } };
    county.give(seat, Input::Received { link, lane: Lane::Control, frame: Frame::Want(want).to_bytes() });
    for _ in 0..20 {
        let bad = county.seats[HUB].loads.iter().any(|(_, l)| matches!(l, Load::Chain { from, .. } if *from > i64::MAX as u64));
        assert!(!bad, "Load::Chain from 2^64-1 goes to the journal: signed() panics in the reader");
        if !county.step(0) {
            break;
        }
    }
}
