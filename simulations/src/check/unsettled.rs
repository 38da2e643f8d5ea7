//! Pairs of sites that have something to clear up: what befell a disk, by the plan or as it was seen, until each of the two has proved anew to
//! hold the same as the other. A fault at one village explains nothing between two others.

use super::ledger::Ledger;
use super::tree;
use crate::layout::{Layout, Seat};
use crate::plan::{Healing, Plan, What};
use crate::sighting::Sighting;
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use sync_protocol::record::AuthorityAct;

/// One disk without room.
#[derive(Clone, Copy, Debug)]
struct Full {
    seat: Seat,
    from: Uptime,
    until: Uptime,
}

/// The pairs, by the end that has not proved yet, and from when on a proof counts.
#[derive(Debug)]
pub struct Unsettled {
    layout: Layout,
    fulls: VecDeque<Full>,
    /// Sites whose disk went back; `None` where the papers that they lost explain nothing.
    gone_back: Option<BTreeSet<Seat>>,
    pairs: BTreeMap<(Seat, Seat), Uptime>,
}

impl Unsettled {
    /// What makes a node seem to break the protocol: a disk that went back, poison, and a revocation, where each of them is known.
    #[must_use]
    pub fn for_conduct(plan: &Plan) -> Unsettled {
        Unsettled { layout: plan.layout.clone(), fulls: VecDeque::new(), gone_back: None, pairs: BTreeMap::new() }
    }

    /// What makes stores differ: the same, and full disks.
    #[must_use]
    pub fn for_stores(plan: &Plan) -> Unsettled {
        let full = |action: &crate::plan::Action| match action.what {
            What::DiskFull { seat, for_ms } => {
                Some(Full { seat, from: action.at, until: end_of_full(plan, seat, action.at.after_ms(for_ms)) })
            }
            _ => None,
        };
        let mut fulls: Vec<Full> = plan.actions.iter().filter_map(full).collect();
        fulls.sort_by_key(|full| full.from);
        Unsettled { fulls: fulls.into(), gone_back: Some(BTreeSet::new()), ..Unsettled::for_conduct(plan) }
    }

    /// Is told one thing seen, after the ledger.
    pub fn see(&mut self, at: Uptime, sighting: &Sighting<'_>, ledger: &Ledger) {
        while let Some(full) = self.fulls.pop_front_if(|full| full.from <= at) {
            self.disturb(full.seat, full.until);
        }
        match sighting {
            Sighting::Rolled { seat } => {
                self.gone_back.iter_mut().for_each(|gone| _ = gone.insert(*seat));
                self.disturb(*seat, at);
            }
            Sighting::Stored { seat, batch, .. } => {
                let is_poison = ledger.fresh().is_some_and(|fresh| fresh.is_new_here && !ledger.card(fresh.card).unreadable.is_empty());
                let revokes = |act: Option<AuthorityAct>| matches!(act, Some(AuthorityAct::Revoke { .. }));
                if is_poison || tree::records(*batch).iter().any(|(record, _)| revokes(record.act())) {
                    self.disturb(*seat, at);
                }
                self.meet_lost_paper(at, *seat, ledger);
            }
            Sighting::Proven { seat, peer, .. } if self.pairs.get(&(*seat, *peer)).is_some_and(|from| *from <= at) => {
                self.pairs.remove(&(*seat, *peer));
            }
            _ => {}
        }
    }

    /// A paper that its author lost comes to the author's neighbour by another way: the stream passes it over, a comparison brings it home.
    fn meet_lost_paper(&mut self, at: Uptime, seat: Seat, ledger: &Ledger) {
        let Some(fresh) = ledger.fresh() else { return };
        let Some(author) = ledger.author(fresh.card).filter(|author| self.gone_back.as_ref().is_some_and(|gone| gone.contains(author)))
        else {
            return;
        };
        if author != seat && !ledger.holds_card(author, fresh.card) {
            self.disturb_pair(seat, author, at);
        }
    }

    /// Whoever shares a line with this seat has to come to terms with it.
    fn disturb(&mut self, seat: Seat, until: Uptime) {
        let peers: Vec<Seat> = self.layout.above(seat).into_iter().chain(self.layout.below(seat)).collect();
        peers.into_iter().for_each(|peer| self.disturb_pair(seat, peer, until));
    }

    fn disturb_pair(&mut self, seat: Seat, peer: Seat, until: Uptime) {
        for pair in [(seat, peer), (peer, seat)] {
            let from = self.pairs.entry(pair).or_insert(until);
            *from = until.max(*from);
        }
    }

    /// Returns whether two sites have something to clear up.
    #[must_use]
    pub fn between(&self, seat: Seat, peer: Seat) -> bool {
        self.pairs.contains_key(&(seat, peer)) || self.pairs.contains_key(&(peer, seat))
    }
}

/// Full disks have room again when they are healed; those that are not stay full.
fn end_of_full(plan: &Plan, seat: Seat, until: Uptime) -> Uptime {
    match &plan.ending {
        Healing::Core(core) if until > plan.end() && !core.contains(&seat) => Uptime(u64::MAX),
        Healing::All | Healing::Core(_) => until.min(plan.end()),
    }
}
