//! A reconnect with nothing new costs the same, however many documents both sides hold.

use super::county::*;
use mesh_model::id::{DocId, SiteId};
use mesh_model::place::{Class, Scope, Shelf};
use sync_protocol::io::{Input, LocalAct, LocalBody};

/// Papers of a township that nobody folds, one document to a batch, as many as asked for.
fn fill(county: &mut County, documents: u32) {
    let scope = Scope::site(SiteId([TOWN as u8 + 1; 8]), Class::ROSTER, Shelf(2026));
    for n in 0..documents {
        let id = county.act_id();
        let document = DocId::derive(scope, county.id(TOWN), &n.to_be_bytes());
        let bodies = vec![LocalBody::Change { document, bytes: n.to_be_bytes().to_vec() }];
        county.give(TOWN, Input::Local(LocalAct { id, scope, bodies, notes: Vec::new() }));
        if n % 100 == 99 {
            county.settle();
        }
    }
    county.settle();
}

/// Returns frames, frame bytes and loads of a reconnect with this many documents in common and nothing new.
fn reconnect(documents: u32) -> (u64, u64, u64) {
    let mut county = County::new(2);
    let line = county.link(TOWN, HUB);
    county.settle();
    fill(&mut county, documents);
    county.pass(2_000);
    county.settle();
    county.cut(line);
    let before = (county.frames, county.frame_bytes, county.load_count);
    county.link(TOWN, HUB);
    county.settle();
    assert!(county.proven(TOWN, HUB) && county.proven(HUB, TOWN));
    (county.frames - before.0, county.frame_bytes - before.1, county.load_count - before.2)
}

#[test]
fn two_thousand_and_twenty_thousand_documents_reconnect_alike() {
    let (few, many) = (reconnect(2_000), reconnect(20_000));
    assert_eq!((few.0, many.0), (2, 2), "one hello each way");
    assert_eq!((few.2, many.2), (0, 0), "nothing is asked of a journal");
    assert!(few.1 <= 200 && many.1 <= 200, "{} and {} bytes", few.1, many.1);
    assert!(few.1.abs_diff(many.1) * 10 <= few.1, "{} and {} bytes", few.1, many.1);
}
