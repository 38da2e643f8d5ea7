//! What the county publishes: its papers at first, and a dozen changes while a village is cut off.

use super::county::County;
use super::papers::{self, CATALOGUE, CHANGED, DIVISIONS, GUIDES, GUIDES_SOURCE, WITHDRAWN, WORKDAYS};
use super::screen::Screen;
use super::site::Site;
use super::story;
use super::trouble::Trouble;
use mesh_office::api::catalog::{Import as ImportCatalogue, Planned, Publish, Withdraw};
use mesh_office::api::{calendar, site};

/// Imports what a county publishes: sites, calendar, catalogue.
pub(super) async fn county_papers(county: &County, screen: &Screen) -> Result<(), Trouble> {
    let hub = county.hub();
    let sites = hub.ask(&site::Import { csv: DIVISIONS.to_owned() }).await?;
    let count = sites.rows.len();
    let years = hub.ask(&calendar::Import { csv: WORKDAYS.to_owned() }).await?.years;
    let plan = import_catalogue(hub, GUIDES.to_owned()).await?;
    let published = hub.ask(&Publish { plan: plan.plan.clone().unwrap_or_default() }).await?.published;
    let (first, last) = (years.first().map_or(0, |year| year.year), years.last().map_or(0, |year| year.year));
    let Planned { complete, listed, defects, .. } = plan;
    screen.say(
        format!("县级: 导入 {count} 个站点、{first}–{last} 年工作日历；发布 {published} 个事项（可办 {complete}，在册 {listed}，来源问题 {} 处）", defects.len()),
        format!(
            "county: {count} sites, calendar {first}-{last}; {published} items published ({complete} complete, {listed} listed, {} defects of the source reported)",
            defects.len()
        ),
    );
    Ok(())
}

async fn import_catalogue(hub: &Site, guides: String) -> Result<Planned, Trouble> {
    let request = ImportCatalogue {
        csv: CATALOGUE.to_owned(),
        guides: Some(guides),
        dry_run: false,
        effective: None,
        level: None,
        guides_source: Some(GUIDES_SOURCE.to_owned()),
    };
    hub.ask(&request).await
}

/// Changes a dozen items and withdraws one at the county, while the village knows nothing of it.
pub(super) async fn changes(county: &County, screen: &Screen) -> Result<(), Trouble> {
    let hub = county.hub();
    let items = story::complete_items(hub).await?;
    let (guides, _) = papers::shortened_guides(&items.keys().cloned().collect());
    let plan = import_catalogue(hub, guides).await?;
    let published = hub.ask(&Publish { plan: plan.plan.unwrap_or_default() }).await?.published;
    if published as usize != CHANGED {
        return Err(Trouble::own("catalog publish", &format!("{published} versions, not {CHANGED}")));
    }
    let code = story::item(&items, WITHDRAWN)?.clone();
    let withdrawn = hub.ask(&Withdraw { code, effective: None }).await?.item;
    screen.say(
        format!("县级: 缩短 {published} 个事项的承诺时限；撤销“{}”（自 {} 起）", withdrawn.name, withdrawn.effective),
        format!("county: the promise of {published} items is shortened; {} is withdrawn from {} on", withdrawn.name, withdrawn.effective),
    );
    story::draw_board(county, screen).await;
    Ok(())
}
