//! The authority log as a value: who may sign, who subscribes to what, at any height.
//!
//! A pure replay of [`AuthorityRecord`]s in order of height. Everybody holds the whole log; nothing here reads a date.

use crate::batch::{AuthorityHead, Chain};
use crate::crypto::Suite;
use crate::record::{self, AuthorityAct, AuthorityRecord, Cut, Level, NodeKeys, Placement};
use mesh_model::id::{Hash, NodeId, SiteId};
use mesh_model::place::{Class, Place, Scope};
use std::collections::BTreeMap;

/// What a node believes before it holds any of the log.
#[derive(Clone, Copy, Debug)]
pub struct Anchor {
    /// BLAKE3 of the county root's public key.
    pub root_pin: [u8; 32],
    /// How the county signs.
    pub suite: &'static Suite,
}

/// One enrolled node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// Its keys.
    pub keys: NodeKeys,
    /// Whose window it is.
    pub site: SiteId,
    /// Its block of case-number values.
    pub block: u8,
    /// Height of the record that admitted it.
    pub since: u64,
    /// Height of the record that revoked it, and what still has effect.
    pub revoked: Option<(u64, Vec<Cut>)>,
}

/// Why a record does not fit on the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// The record is not the next one.
    #[error("record of height {height} on a log of height {log}")]
    Height {
        /// Of the record.
        height: u64,
        /// Of the log.
        log: u64,
    },
    /// The record names another record below it.
    #[error("record of height {0} does not follow from the log")]
    Prev(u64),
    /// The founding record is not signed by the pinned root.
    #[error("the county is not founded by the pinned root")]
    Root,
    /// The node is admitted already, or its site is not placed.
    #[error("node {0} cannot be enrolled")]
    Enrol(NodeId),
    /// The node is not admitted.
    #[error("node {0} is not enrolled")]
    Unknown(NodeId),
    /// A placement under an unknown parent, or more than one record holds.
    #[error("site {0} cannot be placed")]
    Place(SiteId),
}

/// The log, replayed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authority {
    heads: Vec<AuthorityHead>,
    county: String,
    nodes: BTreeMap<NodeId, Enrolled>,
    placed: BTreeMap<SiteId, Vec<(u64, Placement)>>,
}

impl Authority {
    /// Returns the newest head; height 0 when the log is empty.
    #[must_use]
    pub fn head(&self) -> AuthorityHead {
        self.heads.last().copied().unwrap_or_default()
    }

    /// Returns whether `head` is on this log.
    #[must_use]
    pub fn holds(&self, head: AuthorityHead) -> bool {
        self.head_at(head.height) == Some(head)
    }

    /// Returns the head at a height; the zero head at 0.
    #[must_use]
    pub fn head_at(&self, height: u64) -> Option<AuthorityHead> {
        match height {
            0 => Some(AuthorityHead::default()),
            _ => self.heads.get(usize::try_from(height - 1).ok()?).copied(),
        }
    }

    /// Returns the six digits of the county, empty before it is founded.
    #[must_use]
    pub fn county(&self) -> &str {
        &self.county
    }

    /// Returns the node if it was admitted at or below `height`.
    #[must_use]
    pub fn node_at(&self, node: NodeId, height: u64) -> Option<&Enrolled> {
        self.nodes.get(&node).filter(|enrolled| enrolled.since <= height)
    }

    /// Returns the node as the newest head has it.
    #[must_use]
    pub fn node(&self, node: NodeId) -> Option<&Enrolled> {
        self.nodes.get(&node)
    }

    /// Returns all nodes, by id.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Enrolled)> {
        self.nodes.iter().map(|(id, enrolled)| (*id, enrolled))
    }

    /// Returns whether the node is admitted and not revoked at the newest head.
    #[must_use]
    pub fn is_active(&self, node: NodeId) -> bool {
        self.nodes.get(&node).is_some_and(|enrolled| enrolled.revoked.is_none())
    }

    /// Returns whether the node is of the county's own site, at the newest head.
    #[must_use]
    pub fn is_hub(&self, node: NodeId) -> bool {
        self.is_hub_at(node, u64::MAX)
    }

    /// Returns whether the node was of the county's own site at a height.
    #[must_use]
    pub fn is_hub_at(&self, node: NodeId, height: u64) -> bool {
        let site = self.node_at(node, height).map(|enrolled| enrolled.site);
        site.and_then(|site| self.placement_at(site, height)).is_some_and(|at| at.level == Level::COUNTY)
    }

    /// Returns where a site stands at the newest head.
    #[must_use]
    pub fn placement(&self, site: SiteId) -> Option<&Placement> {
        self.placement_at(site, u64::MAX)
    }

    /// Returns where a site stood at a height.
    #[must_use]
    pub fn placement_at(&self, site: SiteId, height: u64) -> Option<&Placement> {
        self.placed.get(&site)?.iter().rev().find(|(since, _)| *since <= height).map(|(_, placement)| placement)
    }

    /// Returns all sites as the newest head places them, by id.
    pub fn sites(&self) -> impl Iterator<Item = &Placement> {
        self.placed.values().filter_map(|steps| steps.last()).map(|(_, placement)| placement)
    }

    /// Returns whether an act at (chain, seq) lies beyond what its node's revocation left in effect.
    #[must_use]
    pub fn is_after_revocation(&self, chain: &Chain, seq: u64) -> bool {
        let Some((_, cuts)) = self.nodes.get(&chain.node).and_then(|enrolled| enrolled.revoked.as_ref()) else {
            return false;
        };
        let scope = chain.scope.to_bytes();
        !cuts.iter().any(|cut| cut.branch == chain.branch && cut.scope[..] == scope && seq <= cut.seq)
    }

    /// Returns whether papers of `scope` may be held by nodes of `site`, at a height: the county's by level, its own, its children's.
    #[must_use]
    pub fn subscribes(&self, site: SiteId, scope: Scope, height: u64) -> bool {
        let Some(at) = self.placement_at(site, height) else {
            return matches!(scope.class, Class::AUTHORITY | Class::DAY);
        };
        match scope.place {
            _ if at.level == Level::COUNTY => true,
            Place::County => match scope.class {
                Class::CATALOGUE_COUNTY => false,
                Class::CATALOGUE_TOWNSHIP => at.level <= Level::TOWNSHIP,
                _ => true,
            },
            Place::Site(place) if place == site => true,
            Place::Site(place) => self.placement_at(place, height).is_some_and(|child| child.parent == Some(site)),
        }
    }

    /// Returns whether `scope` is common to two nodes at a height; nodes unknown there share authority and days only.
    #[must_use]
    pub fn is_common(&self, a: NodeId, b: NodeId, scope: Scope, height: u64) -> bool {
        if matches!(scope.class, Class::AUTHORITY | Class::DAY) {
            return true;
        }
        [a, b].iter().all(|node| self.node_at(*node, height).is_some_and(|enrolled| self.subscribes(enrolled.site, scope, height)))
    }

    /// Returns the record that `act` makes on top of this log.
    #[must_use]
    pub fn next_record(&self, act: &AuthorityAct) -> AuthorityRecord {
        AuthorityRecord::new(self.head(), act)
    }

    /// Judges whether a record fits on top of this log.
    ///
    /// # Errors
    /// [`AuthorityError`]; the log is unchanged either way.
    pub fn judge(&self, record: &AuthorityRecord, anchor: &Anchor) -> Result<(), AuthorityError> {
        let head = self.head();
        if record.height != head.height + 1 {
            return Err(AuthorityError::Height { height: record.height, log: head.height });
        }
        if record.prev != head.hash {
            return Err(AuthorityError::Prev(record.height));
        }
        // Law 12: an act of a newer release stands in the log and does nothing here.
        let Some(act) = record.act() else { return Ok(()) };
        match &act {
            AuthorityAct::Found { county, hub, site, root, signature } => {
                let pinned = *blake3::hash(&root[..]).as_bytes() == anchor.root_pin;
                let message = record::found_message(county, hub, *site);
                let signed = (anchor.suite.verify)(root, &message, signature);
                if pinned && signed && head.height == 0 { Ok(()) } else { Err(AuthorityError::Root) }
            }
            AuthorityAct::Enrol { keys, site, .. } => {
                let known = self.nodes.contains_key(&keys.node()) || self.placement(*site).is_none();
                if known { Err(AuthorityError::Enrol(keys.node())) } else { Ok(()) }
            }
            AuthorityAct::Revoke { node, .. } => {
                if self.is_active(*node) {
                    Ok(())
                } else {
                    Err(AuthorityError::Unknown(*node))
                }
            }
            AuthorityAct::Place { sites } => self.judge_placements(sites),
        }
    }

    fn judge_placements(&self, sites: &[Placement]) -> Result<(), AuthorityError> {
        let mut earlier = std::collections::BTreeSet::new();
        for (index, placement) in sites.iter().enumerate() {
            let parent_known = placement.parent.is_none_or(|parent| earlier.contains(&parent) || self.placement(parent).is_some());
            let own_parent = placement.parent == Some(placement.site);
            let is_hall = self.placement(placement.site).is_some_and(|at| at.level == Level::COUNTY) || placement.level == Level::COUNTY;
            if index >= crate::limits::PLACEMENTS_MAX || !parent_known || own_parent || is_hall {
                return Err(AuthorityError::Place(placement.site));
            }
            earlier.insert(placement.site);
        }
        Ok(())
    }

    /// Puts a record on top of the log; `hash` is that of its body as it travelled, [`record::hash_of_body`].
    ///
    /// # Errors
    /// As [`Authority::judge`]; the log is unchanged.
    pub fn append(&mut self, record: &AuthorityRecord, hash: Hash, anchor: &Anchor) -> Result<(), AuthorityError> {
        self.judge(record, anchor)?;
        let height = record.height;
        self.heads.push(AuthorityHead { height, hash });
        if let Some(act) = record.act() {
            self.apply(height, &act);
        }
        Ok(())
    }

    fn apply(&mut self, height: u64, act: &AuthorityAct) {
        match act {
            AuthorityAct::Found { county, hub, site, .. } => {
                self.county.clone_from(county);
                self.place(height, Placement { site: *site, parent: None, level: Level::COUNTY });
                self.admit(height, hub.clone(), *site, 0);
            }
            AuthorityAct::Enrol { keys, site, block, .. } => self.admit(height, keys.clone(), *site, *block),
            AuthorityAct::Revoke { node, cuts } => {
                let enrolled = self.nodes.get_mut(node).expect("judged: the node is active");
                enrolled.revoked = Some((height, cuts.clone()));
            }
            AuthorityAct::Place { sites } => sites.iter().for_each(|placement| self.place(height, placement.clone())),
        }
    }

    fn place(&mut self, height: u64, placement: Placement) {
        self.placed.entry(placement.site).or_default().push((height, placement));
    }

    fn admit(&mut self, height: u64, keys: NodeKeys, site: SiteId, block: u8) {
        let enrolled = Enrolled { keys, site, block, since: height, revoked: None };
        self.nodes.insert(enrolled.keys.node(), enrolled);
    }
}

#[cfg(test)]
mod tests;
