//! When the engine may stop waiting: everybody says that it agrees with the site above. Whether that is true is judged by the checkers.

use super::county::County;
use crate::layout::Seat;
use std::collections::BTreeSet;

/// Returns whether every site with a line says that it is in sync with the one above, and every printed paper is at the hub.
pub(super) fn is_reached(county: &County) -> bool {
    let says = |seat: Seat, peer: Seat| {
        let peers = county.node(seat).map(|node| node.peers()).unwrap_or_default();
        peers.iter().any(|status| status.peer == county.id(peer) && status.in_sync)
    };
    let layout = &county.plan.layout;
    let pairs = layout.below_hub().filter_map(|seat| layout.above(seat).map(|above| (seat, above)));
    let agreed = pairs.into_iter().all(|(lower, upper)| says(lower, upper) && says(upper, lower));
    agreed
        && county.machines.values().all(|machine| {
            let places = machine.office.receipts.values().flat_map(|receipt| &receipt.places);
            places.map(|place| place.header).collect::<BTreeSet<_>>().iter().all(|header| county.at_hub.contains_key(header))
        })
}
