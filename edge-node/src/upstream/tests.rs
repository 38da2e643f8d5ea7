//! Whom a node dials when nobody says so.

use super::peers;
use mesh_model::id::{NodeId, SiteId};
use mesh_runtime::enrol::Enrolled;

fn enrolled(via: Option<&str>) -> Enrolled {
    Enrolled {
        node: NodeId::default(),
        county: "511602".to_owned(),
        site: SiteId([1; 8]),
        block: 0,
        hub: NodeId::default(),
        addresses: vec!["hub:4710".to_owned()],
        via: via.map(str::to_owned),
    }
}

#[test]
fn a_node_dials_its_neighbour_before_the_hub() {
    assert_eq!(peers(Vec::new(), &enrolled(Some("town:4710"))), ["town:4710", "hub:4710"]);
    assert_eq!(peers(Vec::new(), &enrolled(None)), ["hub:4710"]);
}

#[test]
fn a_peer_that_is_asked_for_is_the_only_one() {
    assert_eq!(peers(vec!["town:4710".to_owned()], &enrolled(None)), ["town:4710"]);
}
