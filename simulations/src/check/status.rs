//! The status never says "in sync" falsely: when a node says that a peer holds the same, everything durable with it is durable there.

use super::known::Known;
use super::ledger::{CardNo, Ledger, weight};
use super::{Breach, Found, Inspect, Promise};
use crate::disk::Content;
use crate::layout::Seat;
use crate::sighting::Sighting;
use mesh_model::place::Scope;
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds after a disk went back in which words about its former self may still be heard.
const ECHO_MS_MAX: u64 = 120_000;

/// The checker: the first false word of each pair and scope. Whether the scope is common to the two is judged at the end.
#[derive(Debug, Default)]
pub struct HonestStatus {
    seen: BTreeSet<(Seat, Seat, Scope)>,
    first: Vec<(Uptime, Seat, Seat, Scope, CardNo)>,
    rolled: BTreeMap<Seat, Uptime>,
}

impl Inspect for HonestStatus {
    fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        match sighting {
            Sighting::Rolled { seat } => drop(self.rolled.insert(*seat, at)),
            Sighting::Proven { seat, peer, .. } => {
                let echoes = |seat: &Seat| self.rolled.get(seat).is_some_and(|rolled| at <= rolled.after_ms(ECHO_MS_MAX));
                if echoes(seat) || echoes(peer) {
                    return;
                }
                for (scope, card) in ledger.lacking(*seat, *peer, &self.seen) {
                    self.seen.insert((*seat, *peer, scope));
                    self.first.push((at, *seat, *peer, scope, card));
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::HonestStatus);
        for (at, seat, peer, scope, card) in &self.first {
            if known.may_hold(*seat, *scope) && known.may_hold(*peer, *scope) {
                let card = known.ledger.card(*card);
                let what = format!(
                    "site {} says that site {} holds the same; it lacks number {} of node {} in {scope:?}",
                    seat.0, peer.0, card.seq, card.lead.chain.node
                );
                found.note(Some(*at), Some(*seat), what);
            }
        }
        let piles: BTreeMap<Seat, Piles> = known.evidence.sites.iter().map(|(seat, site)| (*seat, piles(&site.disk))).collect();
        for (seat, site) in &known.evidence.sites {
            let peers = site.words.iter().flat_map(|words| &words.in_sync).filter_map(|peer| known.seat(*peer));
            for peer in peers {
                if let Some(scope) = lacking_at_the_end(known, &piles, *seat, peer) {
                    let what = format!("site {} says at the end to be in sync with site {} and holds more of {scope:?}", seat.0, peer.0);
                    found.note(None, Some(*seat), what);
                }
            }
        }
        found.into()
    }
}

/// The sum of the headers that a disk holds of each scope: equal sets have equal sums.
type Piles = BTreeMap<Scope, u128>;

fn piles(disk: &Content) -> Piles {
    let mut piles = Piles::new();
    for at in disk.placed() {
        let sum = piles.entry(at.chain.scope).or_default();
        *sum = sum.wrapping_add(weight(&at.header));
    }
    piles
}

fn lacking_at_the_end(known: &Known<'_>, piles: &BTreeMap<Seat, Piles>, seat: Seat, peer: Seat) -> Option<Scope> {
    let [ours, theirs] = [seat, peer].map(|seat| &known.evidence.sites[&seat].disk);
    let differ = piles[&seat].iter().filter(|(scope, sum)| piles[&peer].get(scope) != Some(sum)).map(|(scope, _)| *scope);
    let mut common = differ.filter(|scope| known.may_hold(seat, *scope) && known.may_hold(peer, *scope));
    common.find(|scope| ours.placed().any(|at| at.chain.scope == *scope && theirs.is_whole(&at.header).is_none()))
}
