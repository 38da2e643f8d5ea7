//! Convergence: each pair that shares a line proves to hold the same, by the nodes' digests, and does hold the same, by their disks.

use super::{Breach, Promise};
use crate::evidence::{Ending, Evidence, SiteEvidence, Words};
use crate::layout::Seat;
use mesh_model::id::Hash;
use mesh_model::place::Scope;
use std::collections::{BTreeMap, BTreeSet};

/// Returns one breach for each pair and scope that differ, and each pair without a proof.
#[must_use]
pub fn breaches(evidence: &Evidence) -> Vec<Breach> {
    let layout = &evidence.plan.layout;
    let pairs = layout.below_hub().filter_map(|seat| layout.above(seat).map(|above| (seat, above)));
    pairs.filter_map(|(lower, upper)| breach(evidence, lower, upper)).map(|what| Breach::new(Promise::Agreement, what)).collect()
}

/// Returns the breach of a county that did not agree in time.
#[must_use]
pub fn bound_breaches(ending: &Ending) -> Vec<Breach> {
    let what = || format!("no agreement within {} minutes of healing", ending.healed_ms_max / 60_000);
    ending.healed_ms.is_none().then(|| Breach::new(Promise::Agreement, what())).into_iter().collect()
}

fn breach(evidence: &Evidence, lower: Seat, upper: Seat) -> Option<String> {
    let (low, up) = (&evidence.sites[&lower], &evidence.sites[&upper]);
    let (Some(ours), Some(theirs)) = (&low.words, &up.words) else {
        return Some(format!("site {} or {} has no power", lower.0, upper.0));
    };
    let shared = |words: &Words, peer: &SiteEvidence| words.common.get(&peer.node).cloned().unwrap_or_default();
    let common: BTreeSet<Scope> = shared(ours, up).into_iter().chain(shared(theirs, low)).collect();
    let (kept_low, kept_up) = (headers(low), headers(up));
    for scope in common {
        if ours.digests.get(&scope) != theirs.digests.get(&scope) {
            return Some(format!("sites {} and {} have different digests of {scope:?}", lower.0, upper.0));
        }
        if kept_low.get(&scope) != kept_up.get(&scope) {
            return Some(format!("sites {} and {} have equal digests and different batches of {scope:?}", lower.0, upper.0));
        }
    }
    let proven = ours.in_sync.contains(&up.node) && theirs.in_sync.contains(&low.node);
    (!proven).then(|| format!("sites {} and {} hold the same and do not prove it", lower.0, upper.0))
}

fn headers(site: &SiteEvidence) -> BTreeMap<Scope, BTreeSet<Hash>> {
    let mut headers: BTreeMap<Scope, BTreeSet<Hash>> = BTreeMap::new();
    for batch in site.disk.batches() {
        headers.entry(batch.header.chain.scope).or_default().insert(batch.header.hash());
    }
    headers
}
