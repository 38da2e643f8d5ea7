//! All that is known when a run is over: what it left, what every seat held, how the county stands, what its plan did to it.

use super::ledger::Ledger;
use super::tree::Tree;
use crate::disk::Content;
use crate::evidence::Evidence;
use crate::layout::{Layout, Seat};
use crate::plan::{Healing, Plan, What};
use mesh_model::id::{Hash, NodeId};
use mesh_model::place::{Place, Scope};
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::journal::StoredBatch;

/// How closely the run was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Followed {
    /// Only the disks at the end are known.
    AtTheEnd,
    /// The ledger saw everything that became durable, and everything that was lost again.
    Throughout,
}

/// What a plan does that explains what would else be a breach: to whom, and when first.
#[derive(Clone, Debug, Default)]
pub struct Causes {
    /// Sites whose node is revoked.
    pub revoked: BTreeMap<Seat, Uptime>,
    /// Sites whose disk goes back: an older copy, or a cache that lies.
    pub forgets: BTreeMap<Seat, Uptime>,
    /// Sites whose node forges: nobody takes anything from them after it, not even what they wrote before.
    pub forgers: BTreeMap<Seat, Uptime>,
    /// Sites whose disk has no room for a while.
    pub full: BTreeMap<Seat, Uptime>,
    /// Sites that write what passes no door.
    pub poisoned: BTreeMap<Seat, Uptime>,
    /// Sites of which a case goes ahead of the bulk.
    pub urged: BTreeMap<Seat, Uptime>,
    /// Papers that pass no door.
    pub poison: BTreeSet<u64>,
}

impl Causes {
    /// Reads a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Causes {
        let mut causes = Causes::default();
        for action in &plan.actions {
            if let Some((times, seat)) = causes.times(&action.what) {
                let first = times.entry(seat).or_insert(action.at);
                *first = action.at.min(*first);
            }
            if let What::Poison(paper) = &action.what {
                causes.poison.insert(paper.number);
            }
        }
        causes
    }

    fn times(&mut self, what: &What) -> Option<(&mut BTreeMap<Seat, Uptime>, Seat)> {
        match what {
            What::Revoked { seat } => Some((&mut self.revoked, *seat)),
            What::Restored { seat, .. } | What::DiskForgets { seat, .. } => Some((&mut self.forgets, *seat)),
            What::Poison(paper) => Some((&mut self.poisoned, paper.seat)),
            What::DiskFull { seat, .. } => Some((&mut self.full, *seat)),
            What::Urged { case, .. } => Some((&mut self.urged, case.intake)),
            What::Forged { seat } => Some((&mut self.forgers, *seat)),
            What::AddressChanged { .. }
            | What::ClockSet { .. }
            | What::DayDeclared { .. }
            | What::LineDown { .. }
            | What::LineShaped { .. }
            | What::NatRebound { .. }
            | What::Paper(_)
            | What::PowerCut { .. } => None,
        }
    }

    /// Returns whether something befell a disk at a seat by then that makes papers come to it, or leave it, in another order.
    #[must_use]
    pub fn unsettles(&self, seat: Seat, at: Uptime) -> bool {
        [&self.forgets, &self.forgers, &self.full, &self.poisoned]
            .into_iter()
            .any(|times| times.get(&seat).is_some_and(|first| *first <= at))
    }
}

/// Everything.
#[derive(Debug)]
pub struct Known<'a> {
    /// What the run left.
    pub evidence: &'a Evidence,
    /// What every seat held.
    pub ledger: &'a Ledger,
    /// How far the ledger can be trusted to know what was lost.
    pub followed: Followed,
    /// The county by its log.
    pub tree: Tree,
    /// What the plan did.
    pub causes: Causes,
    nodes: BTreeMap<NodeId, Seat>,
}

impl<'a> Known<'a> {
    /// Puts together what is known.
    #[must_use]
    pub fn new(evidence: &'a Evidence, ledger: &'a Ledger, followed: Followed) -> Known<'a> {
        Known {
            evidence,
            ledger,
            followed,
            tree: Tree::of(log_of(&evidence.sites[&Seat::HUB].disk)),
            causes: Causes::of(&evidence.plan),
            nodes: evidence.sites.iter().map(|(seat, site)| (site.node, *seat)).collect(),
        }
    }

    /// Returns the county's sites.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.evidence.plan.layout
    }

    /// Returns the node of a seat.
    #[must_use]
    pub fn node(&self, seat: Seat) -> NodeId {
        self.evidence.sites[&seat].node
    }

    /// Returns the seat of a node.
    #[must_use]
    pub fn seat(&self, node: NodeId) -> Option<Seat> {
        self.nodes.get(&node).copied()
    }

    /// Returns whether the papers of a scope may lie at a seat.
    #[must_use]
    pub fn may_hold(&self, seat: Seat, scope: Scope) -> bool {
        self.tree.may_hold(self.node(seat), scope)
    }

    /// Returns whether a seat was healed at the end and its node may still speak.
    #[must_use]
    pub fn is_healed(&self, seat: Seat) -> bool {
        let in_core = match &self.evidence.plan.ending {
            Healing::All => true,
            Healing::Core(core) => core.contains(&seat),
        };
        in_core && !self.is_outcast(seat)
    }

    /// Returns whether nobody takes anything from a seat's node: it is revoked, or forges.
    #[must_use]
    pub fn is_outcast(&self, seat: Seat) -> bool {
        self.causes.revoked.contains_key(&seat) || self.causes.forgers.contains_key(&seat)
    }

    /// Returns whether a site's disk must hold what it answered for: it never went back, or it was healed and others could bring things home.
    #[must_use]
    pub fn may_have_come(&self, seat: Seat) -> bool {
        !self.causes.forgets.contains_key(&seat) || self.reaches_hub(seat)
    }

    /// Returns whether everybody from a seat up to the hub was healed.
    #[must_use]
    pub fn reaches_hub(&self, seat: Seat) -> bool {
        self.is_healed(seat) && self.layout().above(seat).is_none_or(|above| self.reaches_hub(above))
    }

    /// Returns whether nobody holds a batch but nodes from whom nobody takes it.
    #[must_use]
    pub fn is_out_of_reach(&self, header: &Hash) -> bool {
        let holds = |seat: &Seat| self.ledger.holds(*seat, header);
        self.layout().seats().filter(holds).all(|seat| self.is_outcast(seat))
    }

    /// Returns the site that a scope belongs to; `None` for papers of the county.
    #[must_use]
    pub fn home(&self, scope: Scope) -> Option<Seat> {
        let Place::Site(site) = scope.place else { return None };
        self.layout().seats().find(|seat| self.tree.member(self.node(*seat)).is_some_and(|member| member.site == site))
    }

    /// Returns every seat on the way of a paper from one seat to another, both included.
    #[must_use]
    pub fn way(&self, from: Seat, to: Seat) -> BTreeSet<Seat> {
        let up = |seat| std::iter::successors(Some(seat), |seat| self.layout().above(*seat)).collect::<Vec<Seat>>();
        let (rising, falling) = (up(from), up(to));
        let meet = rising.iter().copied().find(|seat| falling.contains(seat)).unwrap_or(Seat::HUB);
        let until_meet = |seats: &[Seat]| seats.iter().copied().take_while(|seat| *seat != meet).collect::<Vec<Seat>>();
        until_meet(&rising).into_iter().chain(until_meet(&falling)).chain([meet]).collect()
    }
}

/// Returns the batches of the authority log on a disk.
fn log_of(disk: &Content) -> impl Iterator<Item = StoredBatch> {
    disk.placed().filter(|at| at.chain.scope == Scope::AUTHORITY).filter_map(|at| disk.batch(&at.header))
}
