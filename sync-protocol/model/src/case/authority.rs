//! What the fold must know of the authority log and the registry: whose node it is, where a site stands, what lies after a revocation.

use crate::division::Level;
use crate::id::{Branch, NodeId, SiteId};
use crate::place::Scope;
use std::collections::{BTreeMap, BTreeSet};

/// Where a batch stands: chain and sequence number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The author.
    pub node: NodeId,
    /// The author's branch.
    pub branch: Branch,
    /// The scope of the chain.
    pub scope: Scope,
    /// The sequence number in the chain, from 1.
    pub seq: u64,
}

/// The post of a node: the site that it is enrolled at, and that site's level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Post {
    /// The node's site.
    pub site: SiteId,
    /// The site's level.
    pub level: Level,
}

/// What the fold asks of the authority log, at one height of it.
pub trait Authority {
    /// Returns the post of a node, `None` if no record enrols it.
    fn post(&self, node: NodeId) -> Option<Post>;
    /// Returns the level of a site, `None` if it is not registered.
    fn level(&self, site: SiteId) -> Option<Level>;
    /// Returns the site above, `None` for the county and for unknown sites.
    fn parent(&self, site: SiteId) -> Option<SiteId>;
    /// Returns whether a batch lies beyond what a revocation of its author names.
    fn is_after_revocation(&self, at: &Position) -> bool;
}

/// Most levels that a chain of parents has; a longer one is a fault in the registry and is cut there.
const ANCESTORS_MAX: usize = 8;

/// Returns the sites above `site`, nearest first.
pub(super) fn ancestors(authority: &dyn Authority, site: SiteId) -> Vec<SiteId> {
    std::iter::successors(authority.parent(site), |above| authority.parent(*above)).take(ANCESTORS_MAX).collect()
}

/// A plain [`Authority`] held in maps, for daemons that read it from their store, and for tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteTree {
    sites: BTreeMap<SiteId, (Level, Option<SiteId>)>,
    nodes: BTreeMap<NodeId, SiteId>,
    revoked: BTreeMap<NodeId, BTreeMap<(Branch, Scope), u64>>,
    admitted: BTreeSet<Position>,
}

impl SiteTree {
    /// Adds or replaces a site.
    pub fn add_site(&mut self, site: SiteId, level: Level, parent: Option<SiteId>) {
        self.sites.insert(site, (level, parent));
    }

    /// Enrols a node at a site.
    pub fn add_node(&mut self, node: NodeId, site: SiteId) {
        self.nodes.insert(node, site);
    }

    /// Revokes a node; `held` names for each of its chains the last sequence number that counts. A chain not named has no effect.
    pub fn revoke(&mut self, node: NodeId, held: impl IntoIterator<Item = ((Branch, Scope), u64)>) {
        self.revoked.insert(node, held.into_iter().collect());
    }

    /// Admits one batch that lies after a revocation.
    pub fn admit(&mut self, at: Position) {
        self.admitted.insert(at);
    }
}

impl Authority for SiteTree {
    fn post(&self, node: NodeId) -> Option<Post> {
        let site = *self.nodes.get(&node)?;
        Some(Post { site, level: self.level(site)? })
    }

    fn level(&self, site: SiteId) -> Option<Level> {
        self.sites.get(&site).map(|(level, _)| *level)
    }

    fn parent(&self, site: SiteId) -> Option<SiteId> {
        self.sites.get(&site).and_then(|(_, parent)| *parent)
    }

    fn is_after_revocation(&self, at: &Position) -> bool {
        self.revoked.get(&at.node).is_some_and(|held| {
            let last = held.get(&(at.branch, at.scope)).copied().unwrap_or(0);
            at.seq > last && !self.admitted.contains(at)
        })
    }
}
