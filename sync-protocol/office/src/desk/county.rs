//! The county as this node knows it at one moment: who may act, where sites stand, which day it is.

use crate::trouble::Trouble;
use mesh_model::case::SiteTree;
use mesh_model::division::Level;
use mesh_model::id::{Branch, NodeId, SiteId};
use mesh_model::place::Scope;
use mesh_model::time::Day;
use mesh_runtime::driver::Handle;
use std::collections::BTreeSet;
use std::sync::Arc;
use sync_protocol::authority::Authority;
use sync_protocol::node::Node;
use sync_protocol::record;

/// The county at one moment.
#[derive(Clone, Debug)]
pub(crate) struct County {
    /// This node.
    pub me: NodeId,
    /// Its store.
    pub branch: Branch,
    /// Newest durable journal position; the authority log here is at least as new.
    pub tail: u64,
    /// The newest day record.
    pub day: Option<Day>,
    /// Height of the authority log.
    pub height: u64,
    /// This node's site, where the log says it and has not revoked it.
    pub site: Option<SiteId>,
    /// This node's block of numbering values.
    pub block: u8,
    /// Who may act, and where sites stand.
    pub tree: Arc<SiteTree>,
    /// Nodes of the county's own site.
    pub hubs: Arc<BTreeSet<NodeId>>,
}

impl County {
    /// Looks at the node; what the authority log says is taken from `held` while its height is the same.
    pub async fn look(handle: &Handle, held: Option<&Arc<County>>) -> Result<County, Trouble> {
        let held = held.cloned();
        Ok(handle.view(move |node| County::of(node, held.as_deref())).await?)
    }

    fn of(node: &Node, held: Option<&County>) -> County {
        let authority = node.authority();
        let height = authority.head().height;
        let (me, branch, day, tail) = (node.id(), node.branch(), node.day(), node.tail().seq);
        if let Some(held) = held.filter(|held| held.height == height && height > 0) {
            return County { branch, tail, day, ..held.clone() };
        }
        let post = authority.node(me).filter(|enrolled| enrolled.revoked.is_none());
        County {
            me,
            branch,
            tail,
            day,
            height,
            site: post.map(|enrolled| enrolled.site),
            block: post.map_or(0, |enrolled| enrolled.block),
            tree: Arc::new(tree_of(authority)),
            hubs: Arc::new(authority.nodes().map(|(node, _)| node).filter(|node| authority.is_hub(*node)).collect()),
        }
    }

    /// Returns the day of every view: the newest day record's, or the first day of all while none is here.
    pub fn as_of(&self) -> Day {
        self.day.unwrap_or_default()
    }
}

/// Takes what the fold must know out of the authority log.
fn tree_of(authority: &Authority) -> SiteTree {
    let mut tree = SiteTree::default();
    for placement in authority.sites() {
        if let Some(level) = level_of(placement.level) {
            tree.add_site(placement.site, level, placement.parent);
        }
    }
    for (node, enrolled) in authority.nodes() {
        tree.add_node(node, enrolled.site);
        if let Some((_, cuts)) = &enrolled.revoked {
            let held = cuts.iter().filter_map(|cut| Some(((cut.branch, Scope::from_bytes(&cut.scope)?), cut.seq)));
            tree.revoke(node, held);
        }
    }
    tree
}

fn level_of(level: record::Level) -> Option<Level> {
    match level {
        record::Level::COUNTY => Some(Level::County),
        record::Level::TOWNSHIP => Some(Level::Township),
        record::Level::VILLAGE => Some(Level::Village),
        // A level of a newer release: its sites may do nothing here.
        record::Level(_) => None,
    }
}
