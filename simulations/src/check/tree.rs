//! Who may hold and write what, by the authority records that the hub's disk holds: the few rules that checkers need, written again.

use mesh_model::id::{Hash, NodeId, SiteId};
use mesh_model::place::{Class, Place, Scope};
use std::collections::BTreeMap;
use sync_protocol::batch::AuthorityHead;
use sync_protocol::journal::{StoredBatch, StoredBody};
use sync_protocol::record::{AuthorityAct, AuthorityRecord, Level, Placement, Record};

/// One node of the county.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Where it works.
    pub site: SiteId,
    /// Height of the record that took it in.
    pub since: u64,
    /// Height of the record that put it out.
    pub revoked: Option<u64>,
}

/// The county as the log has it.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    members: BTreeMap<NodeId, Member>,
    sites: BTreeMap<SiteId, (Option<SiteId>, Level)>,
    heads: BTreeMap<u64, Hash>,
}

/// Returns the authority records of a batch with the hash by which headers cite each.
pub fn records(batch: &StoredBatch) -> impl Iterator<Item = (AuthorityRecord, Hash)> + '_ {
    let is_log = batch.header.chain.scope == Scope::AUTHORITY;
    batch.bodies.iter().filter(move |_| is_log).filter_map(|body| {
        let StoredBody::Here(body) = body else { return None };
        match Record::read(&body.bytes) {
            Ok(Some(Record::Authority(record))) => Some((record, Hash::of(&[&body.bytes]))),
            _ => None,
        }
    })
}

impl Tree {
    /// Replays the log from the batches of one disk.
    #[must_use]
    pub fn of<'a>(batches: impl Iterator<Item = &'a StoredBatch>) -> Tree {
        let mut steps: BTreeMap<u64, (AuthorityRecord, Hash)> = BTreeMap::new();
        for (record, hash) in batches.flat_map(records) {
            steps.insert(record.height, (record, hash));
        }
        let mut tree = Tree::default();
        for (height, (record, hash)) in steps {
            tree.heads.insert(height, hash);
            tree.apply(height, record.act());
        }
        tree
    }

    fn apply(&mut self, height: u64, act: Option<AuthorityAct>) {
        match act {
            Some(AuthorityAct::Found { hub, site, .. }) => {
                self.place(&Placement { site, parent: None, level: Level::COUNTY });
                self.members.insert(hub.node(), Member { site, since: 0, revoked: None });
            }
            Some(AuthorityAct::Enrol { keys, site, .. }) => {
                self.members.insert(keys.node(), Member { site, since: height, revoked: None });
            }
            Some(AuthorityAct::Revoke { node, .. }) => {
                if let Some(member) = self.members.get_mut(&node) {
                    member.revoked = Some(height);
                }
            }
            Some(AuthorityAct::Place { sites }) => sites.iter().for_each(|placement| self.place(placement)),
            None => {}
        }
    }

    fn place(&mut self, placement: &Placement) {
        self.sites.insert(placement.site, (placement.parent, placement.level));
    }

    /// Returns a node, if the log ever took it in.
    #[must_use]
    pub fn member(&self, node: NodeId) -> Option<Member> {
        self.members.get(&node).copied()
    }

    /// Returns whether the log has this record at this height; the empty log has height 0.
    #[must_use]
    pub fn has(&self, head: AuthorityHead) -> bool {
        if head.height == 0 { head.hash == Hash::default() } else { self.heads.get(&head.height) == Some(&head.hash) }
    }

    /// Returns whether a node works in the county's own hall.
    #[must_use]
    pub fn is_hub(&self, node: NodeId) -> bool {
        self.member(node).and_then(|member| self.sites.get(&member.site)).is_some_and(|(_, level)| *level == Level::COUNTY)
    }

    /// Returns whether a node may hold papers of a scope: the log and the days always, county papers by level, its own site's, its children's.
    #[must_use]
    pub fn may_hold(&self, node: NodeId, scope: Scope) -> bool {
        if scope.class == Class::AUTHORITY || scope.class == Class::DAY {
            return true;
        }
        let Some(member) = self.member(node) else { return false };
        let Some((_, level)) = self.sites.get(&member.site) else { return false };
        match scope.place {
            _ if *level == Level::COUNTY => true,
            Place::County if scope.class == Class::CATALOGUE_COUNTY => false,
            Place::County if scope.class == Class::CATALOGUE_TOWNSHIP => *level == Level::TOWNSHIP,
            Place::County => true,
            Place::Site(site) => site == member.site || self.sites.get(&site).is_some_and(|(parent, _)| *parent == Some(member.site)),
        }
    }
}
