//! All that is known when a run is over: what it left, what every seat held, how the county stands, what its plan did to it.

use super::ledger::Ledger;
use super::tree::Tree;
use crate::evidence::Evidence;
use crate::layout::{Layout, Seat};
use crate::plan::{Healing, Plan, What};
use mesh_model::id::NodeId;
use mesh_model::place::Scope;
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};

/// How closely the run was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Followed {
    /// Only the disks at the end are known.
    AtTheEnd,
    /// The ledger saw everything that became durable, and everything that was lost again.
    Throughout,
}

/// What a plan does that explains what would else be a breach.
#[derive(Clone, Debug, Default)]
pub struct Causes {
    /// Sites whose node is revoked.
    pub revoked: BTreeSet<Seat>,
    /// Sites whose disk goes back: an older copy, or a cache that lies.
    pub forgets: BTreeSet<Seat>,
    /// Sites whose node forges: nobody takes anything from them after it, not even what they wrote before.
    pub forgers: BTreeSet<Seat>,
    /// Sites that write what passes no door.
    pub poisoned: BTreeSet<Seat>,
    /// Papers that pass no door.
    pub poison: BTreeSet<u64>,
    /// When the first thing happens after which stores may have to be compared.
    pub first_mending: Option<Uptime>,
    /// When the first thing happens after which a node may seem to break the protocol.
    pub first_quarrel: Option<Uptime>,
    /// Whether anything makes papers overtake others.
    pub overtaking: bool,
}

impl Causes {
    /// Reads a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Causes {
        let mut causes = Causes::default();
        for action in &plan.actions {
            let (mends, quarrels) = causes.note(&action.what);
            let first = |seen: Option<Uptime>| Some(seen.map_or(action.at, |seen| seen.min(action.at)));
            causes.first_mending = if mends { first(causes.first_mending) } else { causes.first_mending };
            causes.first_quarrel = if quarrels { first(causes.first_quarrel) } else { causes.first_quarrel };
        }
        causes
    }

    /// Returns whether stores may have to be compared after it, and whether a node may seem to break the protocol.
    fn note(&mut self, what: &What) -> (bool, bool) {
        match what {
            What::Revoked { seat } => {
                self.revoked.insert(*seat);
                (true, true)
            }
            What::Restored { seat, .. } | What::DiskForgets { seat, .. } => {
                self.forgets.insert(*seat);
                self.overtaking = true;
                (true, true)
            }
            What::Forged { seat } => {
                self.forgers.insert(*seat);
                self.overtaking = true;
                (true, true)
            }
            What::Poison(paper) => {
                self.poisoned.insert(paper.seat);
                self.poison.insert(paper.number);
                self.overtaking = true;
                (true, true)
            }
            What::DiskFull { .. } => {
                self.overtaking = true;
                (true, false)
            }
            What::Urged { .. } => {
                self.overtaking = true;
                (false, false)
            }
            What::AddressChanged { .. }
            | What::ClockSet { .. }
            | What::DayDeclared { .. }
            | What::LineDown { .. }
            | What::LineShaped { .. }
            | What::NatRebound { .. }
            | What::Paper(_)
            | What::PowerCut { .. } => (false, false),
        }
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
            tree: Tree::of(evidence.sites[&Seat::HUB].disk.batches()),
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
        in_core && !self.causes.revoked.contains(&seat) && !self.causes.forgers.contains(&seat)
    }

    /// Returns whether a site's disk must hold what it answered for: it never went back, or it was healed and others could bring things home.
    #[must_use]
    pub fn may_have_come(&self, seat: Seat) -> bool {
        !self.causes.forgets.contains(&seat) || self.reaches_hub(seat)
    }

    /// Returns whether everybody from a seat up to the hub was healed.
    #[must_use]
    pub fn reaches_hub(&self, seat: Seat) -> bool {
        self.is_healed(seat) && self.layout().above(seat).is_none_or(|above| self.reaches_hub(above))
    }
}
