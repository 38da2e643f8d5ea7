//! What an event is written on: everything that its desk holds of the document, whoever wrote it, without asking the journal more than it must.

use super::county::*;
use mesh_model::id::DocId;
use sync_protocol::journal::{Load, Loaded, StoredBody};
use sync_protocol::profile;

/// Hashes of the changes of a document at a seat with those that each was written on, in journal order.
fn changes(county: &County, seat: usize, document: DocId) -> Vec<([u8; 32], Vec<[u8; 32]>)> {
    let Loaded::Document(bodies) = county.seats[seat].disk.durable.load(Load::Document { document }) else { unreachable!() };
    let read = |body: &StoredBody| match body {
        StoredBody::Here(here) => profile::read_hashed(&here.bytes).ok().map(|(change, hash)| (hash, change.deps)),
        StoredBody::Missing(_) | StoredBody::Refused { .. } => None,
    };
    bodies.iter().filter_map(|body| read(&body.body)).collect()
}

/// Three in a row, and the road from the village.
fn three() -> (County, usize) {
    let mut county = County::new(3);
    county.link(TOWN, HUB);
    let road = county.link(VILLAGE, TOWN);
    county.settle();
    (county, road)
}

fn append(county: &mut County, seat: usize, document: DocId, value: &str) {
    let id = county.act_id();
    county.append(seat, id, cases(VILLAGE), document, value.as_bytes());
}

#[test]
fn further_papers_of_a_case_stand_on_the_last_one_and_ask_the_journal_nothing() {
    let (mut county, road) = three();
    county.cut(road);
    let (_, document) = county.write(VILLAGE, cases(VILLAGE), "first");
    append(&mut county, VILLAGE, document, "second, while the first is not durable");
    county.settle();
    let asked = county.load_count;
    append(&mut county, VILLAGE, document, "third");
    county.settle();
    append(&mut county, VILLAGE, document, "fourth");
    county.settle();
    assert_eq!(county.load_count, asked);
    let changes = changes(&county, VILLAGE, document);
    assert_eq!(changes.len(), 4);
    assert!(changes.windows(2).all(|pair| pair[1].1 == [pair[0].0]), "each on the one before");
}

#[test]
fn a_paper_stands_on_what_others_wrote_meanwhile() {
    let (mut county, _) = three();
    let (_, document) = county.write(VILLAGE, cases(VILLAGE), "from the village");
    county.settle();
    append(&mut county, TOWN, document, "from the township");
    county.settle();
    append(&mut county, VILLAGE, document, "from the village again");
    county.settle();
    append(&mut county, TOWN, document, "from the township again");
    county.settle();
    let changes = changes(&county, VILLAGE, document);
    assert_eq!(changes.len(), 4);
    assert!(changes.windows(2).all(|pair| pair[1].1 == [pair[0].0]), "each on the one before");
}

#[test]
fn a_paper_that_the_journal_refused_is_nothing_to_stand_on() {
    let (mut county, _) = three();
    let (_, document) = county.write(VILLAGE, cases(VILLAGE), "kept");
    county.settle();
    county.seats[VILLAGE].disk.room = Some(0);
    append(&mut county, VILLAGE, document, "refused");
    county.settle();
    assert_eq!(county.seats[VILLAGE].refused.len(), 1);
    county.seats[VILLAGE].disk.room = None;
    append(&mut county, VILLAGE, document, "kept again");
    county.settle();
    let changes = changes(&county, VILLAGE, document);
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[1].1, [changes[0].0]);
}
