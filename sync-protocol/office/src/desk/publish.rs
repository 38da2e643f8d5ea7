//! What only the hub's desk does: publishes the county's papers, places sites, and reads what is published.

use super::Desk;
use crate::record::Paper;
use crate::store::items::ItemFilter;
use crate::trouble::Trouble;
use mesh_model::calendar::WorkCalendar;
use mesh_model::code::ItemCode;
use mesh_model::doc::item::ItemVersion;
use mesh_model::doc::site::SiteRecord;
use mesh_model::id::{NodeId, SiteId};
use mesh_model::place::Scope;
use mesh_model::time::Day;
use mesh_runtime::driver::HubStep;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::io::LocalBody;
use sync_protocol::limits::PLACEMENTS_MAX;
use sync_protocol::record::{AuthorityAct, Placement};

/// Bodies that become durable together; a stop between two such groups is taken up by repeating the whole.
const BODIES_TOGETHER: usize = 200;

/// The hub's own post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubPost {
    /// The hub node.
    pub node: NodeId,
    /// The county's own site.
    pub site: SiteId,
    /// The newest day record's day.
    pub day: Day,
}

impl Desk {
    /// Returns the hub's own post.
    ///
    /// # Errors
    /// [`Trouble`] when this node is no hub, or has signed no day yet.
    pub async fn hub_post(&self) -> Result<HubPost, Trouble> {
        let look = self.look().await?;
        let site = look.county.site.ok_or(Trouble::NotEnrolled {})?;
        Ok(HubPost { node: look.county.me, site, day: look.county.day.ok_or(Trouble::NoDay {})? })
    }

    /// Returns the registry in order of code.
    ///
    /// # Errors
    /// [`Trouble`] when journal or cache cannot be read.
    pub async fn registry(&self) -> Result<Vec<SiteRecord>, Trouble> {
        Ok(self.look().await?.projection.cache.sites(None, None).await?)
    }

    /// Returns the newest version of every item.
    ///
    /// # Errors
    /// As [`Desk::registry`].
    pub async fn newest_items(&self) -> Result<BTreeMap<ItemCode, ItemVersion>, Trouble> {
        let (items, _) = self.look().await?.projection.cache.items(&ItemFilter::default(), None).await?;
        Ok(items.into_iter().map(|item| (item.code.clone(), item)).collect())
    }

    /// Returns every version of one item, oldest first.
    ///
    /// # Errors
    /// As [`Desk::registry`].
    pub async fn item_versions(&self, code: &ItemCode) -> Result<Vec<ItemVersion>, Trouble> {
        Ok(self.look().await?.projection.cache.item_versions(code).await?)
    }

    /// Returns the published calendar.
    ///
    /// # Errors
    /// As [`Desk::registry`].
    pub async fn calendar(&self) -> Result<WorkCalendar, Trouble> {
        Ok(self.look().await?.projection.facts.calendar().clone())
    }

    /// Publishes papers in their scopes, in the given order within a scope; returns when all are durable.
    ///
    /// # Errors
    /// [`Trouble`]; papers before the one refused may be published already.
    pub async fn publish(&self, papers: Vec<Paper>) -> Result<(), Trouble> {
        let day = self.hub_post().await?.day;
        self.publish_in(papers.into_iter().map(|paper| (paper.scope(day), paper)).collect()).await
    }

    /// Publishes papers in the scopes given; see [`Desk::publish`].
    ///
    /// # Errors
    /// As [`Desk::publish`].
    pub async fn publish_in(&self, papers: Vec<(Scope, Paper)>) -> Result<(), Trouble> {
        let post = self.hub_post().await?;
        let mut by_scope: BTreeMap<Scope, Vec<LocalBody>> = BTreeMap::new();
        for (scope, paper) in &papers {
            by_scope.entry(*scope).or_default().push(paper.body(*scope, post.node));
        }
        for (scope, bodies) in by_scope {
            let mut bodies = bodies.into_iter().peekable();
            while bodies.peek().is_some() {
                let together: Vec<LocalBody> = bodies.by_ref().take(BODIES_TOGETHER).collect();
                self.handle.act(scope, together, Vec::new()).await??;
            }
        }
        Ok(())
    }

    /// Places sites in the authority log, parents before children; sites that stand there already are left out.
    ///
    /// # Errors
    /// [`Trouble`]; placements of earlier records may be durable already.
    pub async fn place(&self, placements: Vec<Placement>) -> Result<(), Trouble> {
        let look = |node: &sync_protocol::node::Node| node.authority().sites().cloned().collect::<Vec<Placement>>();
        let placed: BTreeMap<SiteId, Placement> = self.handle.view(look).await?.into_iter().map(|at| (at.site, at)).collect();
        let mut seen = BTreeSet::new();
        let mut new: Vec<Placement> =
            placements.into_iter().filter(|at| placed.get(&at.site) != Some(at) && seen.insert(at.site)).collect();
        new.sort_by_key(|at| at.level);
        for together in new.chunks(PLACEMENTS_MAX) {
            let act = Box::new(AuthorityAct::Place { sites: together.to_vec() });
            self.handle.hub_act(HubStep::Authority { act, notes: Vec::new() }).await??;
        }
        Ok(())
    }

    /// Signs a day record if `day` is newer than the newest.
    ///
    /// # Errors
    /// [`Trouble`] when this node may not.
    pub async fn sign_day(&self, day: Day) -> Result<(), Trouble> {
        self.handle.hub_act(HubStep::Day(day)).await?.map(drop).map_err(Trouble::from)
    }
}
