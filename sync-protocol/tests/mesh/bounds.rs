//! What a node refuses to carry: too many links of one peer, batches over the bound, batches that the disk holds only in part.

use super::adversary::{forge, send, three};
use super::county::*;
use mesh_model::id::{Branch, DocId, Hash, NodeId};
use sync_protocol::batch::{Body, BodyKind};
use sync_protocol::io::Bye;
use sync_protocol::journal::StoredBody;

#[test]
fn a_fifth_link_of_one_peer_closes_its_oldest() {
    let (mut county, ..) = three();
    let links: Vec<usize> = (0..5).map(|_| county.link(VILLAGE, TOWN)).collect();
    county.settle();
    assert!(county.hangups.contains(&(TOWN, Bye::Replaced)), "{:?}", county.hangups);
    assert!(county.wires[*links.last().expect("five")].up);
    assert!(county.proven(TOWN, VILLAGE) && county.proven(VILLAGE, TOWN));
}

#[test]
fn a_batch_over_the_bound_is_nobodys() {
    let (mut county, _a, b) = three();
    let body =
        |n: u8| Body { document: DocId::derive(cases(VILLAGE), NodeId::default(), &[n]), kind: BodyKind::WRAP, bytes: vec![n; 40_000] };
    let batch = forge(&county, VILLAGE, Branch([5; 8]), cases(VILLAGE), 1, Hash::default(), 1, vec![body(1), body(2)]);
    let before = county.seats[TOWN].disk.durable.entries.len();
    send(&mut county, b, 1, &[batch]);
    assert_eq!(county.seats[TOWN].disk.durable.entries.len(), before);
    assert!(county.hangups.contains(&(TOWN, Bye::Fault)), "{:?}", county.hangups);
}

#[test]
fn a_body_that_the_disk_lost_is_neither_sent_nor_proven() {
    let (mut county, a, _b) = three();
    county.cut(a);
    let (_, document) = county.write(TOWN, cases(TOWN), "damaged on the disk");
    county.settle();
    for (_, batch) in &mut county.seats[TOWN].disk.durable.entries {
        for body in &mut batch.bodies {
            if matches!(body, StoredBody::Here(here) if here.document == document) {
                *body = StoredBody::Missing(body.entry());
            }
        }
    }
    let others: Vec<DocId> = (0..40).map(|n| county.write(TOWN, cases(VILLAGE), &format!("whole {n}")).1).collect();
    county.settle();
    let line = county.link(TOWN, HUB);
    county.settle();
    assert!(county.events(HUB, document).is_empty());
    assert!(others.iter().all(|other| county.events(HUB, *other).len() == 1), "one bad body stalls nothing else");
    assert!(!county.proven(HUB, TOWN) && !county.proven(TOWN, HUB));
    county.cut(line);
    let before = county.frame_bytes;
    county.link(TOWN, HUB);
    county.settle();
    let again = county.frame_bytes - before;
    assert!(again < 6_000, "what follows the bad body is not sent again at every meeting: {again} bytes");
}
