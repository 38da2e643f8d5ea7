//! Convergence: each healed pair that shares a line proves to hold the same, by the nodes' digests, and does hold the same, by their disks,
//! bodies and all, within a bound. What is common to them is read from the log, not from their own words.

use super::known::Known;
use super::{Breach, Found, Inspect, Promise};
use crate::disk::Content;
use crate::layout::Seat;
use mesh_model::id::Hash;
use mesh_model::place::Scope;
use std::collections::BTreeMap;
use sync_protocol::journal::StoredBody;

/// The checker; it looks at the end only.
#[derive(Debug, Default)]
pub struct Agreement;

impl Inspect for Agreement {
    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Agreement);
        let healed = |seat: &Seat| known.is_healed(*seat);
        // One disk after another: the hub's is as large as all others together, and is looked through once.
        for upper in known.layout().seats().filter(healed) {
            let kept_up = whole(&known.evidence.sites[&upper].disk);
            for lower in known.layout().below(upper).filter(healed) {
                if let Some(what) = breach(known, lower, upper, &kept_up) {
                    found.note(None, Some(lower), what);
                }
            }
        }
        let ending = &known.evidence.ending;
        if ending.healed_ms.is_none() {
            found.note(None, None, format!("no agreement within {} minutes of healing", ending.healed_ms_max / 60_000));
        }
        found.into()
    }
}

/// Every batch of a disk, by scope, in order of the first half of its header.
type Kept = BTreeMap<Scope, Vec<([u8; 16], Wholeness)>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wholeness {
    Whole,
    Lacking,
}

fn breach(known: &Known<'_>, lower: Seat, upper: Seat, kept_up: &Kept) -> Option<String> {
    let (low, up) = (&known.evidence.sites[&lower], &known.evidence.sites[&upper]);
    let (Some(ours), Some(theirs)) = (&low.words, &up.words) else {
        return Some(format!("site {} or {} has no power", lower.0, upper.0));
    };
    let kept_low = whole(&low.disk);
    let scopes = kept_low.keys().chain(kept_up.keys()).copied();
    let common = scopes.filter(|scope| known.may_hold(lower, *scope) && known.may_hold(upper, *scope));
    for scope in common.collect::<std::collections::BTreeSet<Scope>>() {
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

/// Returns every batch of a disk, and whether it has all of its bodies.
fn whole(disk: &Content) -> Kept {
    let mut kept = Kept::new();
    for at in disk.placed() {
        let name = *at.header.0.first_chunk().expect("a hash has 32 bytes");
        let is_whole = at.is_whole || is_refused_at_most(disk, &at.header);
        kept.entry(at.chain.scope).or_default().push((name, if is_whole { Wholeness::Whole } else { Wholeness::Lacking }));
    }
    for batches in kept.values_mut() {
        batches.sort_unstable();
        batches.dedup();
    }
    kept
}

/// Returns whether no body is missing but for those that were refused.
fn is_refused_at_most(disk: &Content, header: &Hash) -> bool {
    let is_there = |body: &StoredBody| !matches!(body, StoredBody::Missing(_));
    disk.batch(header).is_some_and(|batch| batch.bodies.iter().all(is_there))
}
