//! `site list` and `site show`: the registry's records beside what the authority log says of each site.

use super::names::Names;
use crate::api::site::{List, Listed, NodeLine, Show, Shown, SiteLine};
use crate::desk::Desk;
use crate::trouble::Trouble;
use mesh_model::doc::site::SiteRecord;
use mesh_model::id::SiteId;
use std::collections::BTreeMap;

/// Lists sites in order of code.
pub(crate) async fn list(desk: &Desk, ask: List) -> Result<Listed, Trouble> {
    let mut look = desk.look().await?;
    let under = match ask.under {
        None => None,
        Some(code) => {
            let site = look.projection.cache.site_by_code(code).await?;
            Some(site.ok_or_else(|| Trouble::NoSite { code: code.to_string() })?.site)
        }
    };
    let sites = look.projection.cache.sites(ask.level, under).await?;
    let names = Names::read(&mut look.projection.cache).await?;
    drop(look);
    let nodes = nodes(desk).await?;
    let empty = Vec::new();
    let lines = sites.iter().map(|site| line(site, &names, nodes.get(&site.site).unwrap_or(&empty)));
    Ok(Listed { sites: lines.collect() })
}

/// Shows one site with its nodes.
pub(crate) async fn show(desk: &Desk, ask: Show) -> Result<Shown, Trouble> {
    let mut look = desk.look().await?;
    let site = look.projection.cache.site_by_code(ask.code).await?;
    let site = site.ok_or_else(|| Trouble::NoSite { code: ask.code.to_string() })?;
    let below = look.projection.cache.sites(None, Some(site.site)).await?.len();
    let names = Names::read(&mut look.projection.cache).await?;
    drop(look);
    let nodes = nodes(desk).await?.remove(&site.site).unwrap_or_default();
    Ok(Shown { site: line(&site, &names, &nodes), nodes, below: u32::try_from(below).unwrap_or(u32::MAX) })
}

fn line(site: &SiteRecord, names: &Names, nodes: &[NodeLine]) -> SiteLine {
    let active = nodes.iter().filter(|node| node.revoked_height.is_none()).count();
    SiteLine {
        site: site.site,
        code: site.code,
        name: site.name.clone(),
        level: site.kind,
        parent: site.parent.and_then(|parent| names.code(parent)),
        nodes: u32::try_from(active).unwrap_or(u32::MAX),
    }
}

async fn nodes(desk: &Desk) -> Result<BTreeMap<SiteId, Vec<NodeLine>>, Trouble> {
    let look = |node: &sync_protocol::node::Node| {
        let mut by_site: BTreeMap<SiteId, Vec<NodeLine>> = BTreeMap::new();
        for (id, enrolled) in node.authority().nodes() {
            let revoked_height = enrolled.revoked.as_ref().map(|(height, _)| *height);
            let line = NodeLine { node: id, block: enrolled.block, since_height: enrolled.since, revoked_height };
            by_site.entry(enrolled.site).or_default().push(line);
        }
        by_site
    };
    Ok(desk.handle.view(look).await?)
}
