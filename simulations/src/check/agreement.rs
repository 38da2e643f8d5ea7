//! Convergence: each pair that shares a line proves to hold the same, by the nodes' digests, and does hold the same, by their disks.

use super::{Breach, Promise};
use crate::flow::county::County;
use crate::flow::{Ending, HEAL_MS_MAX};
use crate::scenario::Seat;
use mesh_model::id::Hash;
use mesh_model::place::Scope;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::node::Node;

/// Returns one breach for each pair and scope that differ, and each pair without a proof.
#[must_use]
pub fn breaches(county: &County) -> Vec<Breach> {
    let pairs = county.scenario.seats().filter_map(|seat| county.scenario.above(seat).map(|above| (seat, above)));
    pairs.filter_map(|(lower, upper)| breach(county, lower, upper)).map(|what| Breach::new(Promise::Agreement, what)).collect()
}

/// Returns the breach of a county that did not agree in time.
#[must_use]
pub fn bound_breaches(ending: &Ending) -> Vec<Breach> {
    let what = || format!("no agreement within {} minutes of healing", HEAL_MS_MAX / 60_000);
    ending.healed_ms.is_none().then(|| Breach::new(Promise::Agreement, what())).into_iter().collect()
}

fn breach(county: &County, lower: Seat, upper: Seat) -> Option<String> {
    let (Some(low), Some(up)) = (county.node(lower), county.node(upper)) else {
        return Some(format!("site {} or {} has no power", lower.0, upper.0));
    };
    let common: BTreeSet<Scope> = low.common_scopes(up.id()).into_iter().chain(up.common_scopes(low.id())).collect();
    let (theirs, ours) = (digests(up), digests(low));
    let (kept_low, kept_up) = (headers(county, lower), headers(county, upper));
    for scope in common {
        if ours.get(&scope) != theirs.get(&scope) {
            return Some(format!("sites {} and {} have different digests of {scope:?}", lower.0, upper.0));
        }
        if kept_low.get(&scope) != kept_up.get(&scope) {
            return Some(format!("sites {} and {} have equal digests and different batches of {scope:?}", lower.0, upper.0));
        }
    }
    let proves = |node: &Node, peer: &Node| node.peers().iter().any(|status| status.peer == peer.id() && status.in_sync);
    (!proves(low, up) || !proves(up, low)).then(|| format!("sites {} and {} hold the same and do not prove it", lower.0, upper.0))
}

fn digests(node: &Node) -> BTreeMap<Scope, (mesh_model::id::Digest, u64)> {
    node.digests().into_iter().map(|(scope, digest, batches)| (scope, (digest, batches))).collect()
}

fn headers(county: &County, seat: Seat) -> BTreeMap<Scope, BTreeSet<Hash>> {
    let mut headers: BTreeMap<Scope, BTreeSet<Hash>> = BTreeMap::new();
    for batch in county.machine(seat).disk.kept().batches() {
        headers.entry(batch.header.chain.scope).or_default().insert(batch.header.hash());
    }
    headers
}
