//! `site import` and `site add`: draws a stable id for each new site, places it in the authority log, publishes its record.
//!
//! Ids are kept as local facts before they are placed, so that an import that was cut short goes on with the same ids.

use super::{HubOffice, row_notes};
use crate::init::draw_site;
use mesh_model::division::{DivisionCode, Level};
use mesh_model::doc::site::SiteRecord;
use mesh_model::id::SiteId;
use mesh_model::import::divisions::is_site_name;
use mesh_model::import::{DivisionRow, DivisionsFile, RowError, RowFault, parse_divisions_csv};
use mesh_office::api::site::{Add, Import, Imported, ImportedRow, Shown, SiteLine};
use mesh_office::record::Paper;
use mesh_office::trouble::Trouble;
use std::collections::BTreeMap;
use sync_protocol::record::{self, Placement};

/// What the keys of drawn ids begin with among the hub's local facts.
const DRAWN: &str = "hub.site.";

/// Imports a divisions file; sites that are known keep their ids.
pub(crate) async fn import(hub: &HubOffice, ask: Import) -> Result<Imported, Trouble> {
    let _one = hub.publishing.lock().await;
    let mut file = parse_divisions_csv(&ask.csv);
    drop_other_counties(&mut file, &hub.county);
    if file.rows.is_empty() {
        return Err(super::no_rows(&file.errors));
    }
    let known: BTreeMap<DivisionCode, SiteRecord> = hub.desk.registry().await?.into_iter().map(|site| (site.code, site)).collect();
    let ids = ids_for(hub, &file.rows, &known).await?;
    let mut report = Imported { added: 0, changed: 0, unchanged: 0, refused: 0, rows: Vec::new(), errors: row_notes(&file.errors) };
    let mut records = Vec::new();
    for row in &file.rows {
        let record = record_of(row, &ids);
        let (outcome, count) = match known.get(&row.code) {
            None => ("added", &mut report.added),
            Some(held) if *held == record => ("unchanged", &mut report.unchanged),
            Some(_) => ("changed", &mut report.changed),
        };
        *count += 1;
        report.rows.push(ImportedRow { line: row.line, code: row.code, site: record.site, outcome: outcome.to_owned() });
        if outcome != "unchanged" {
            records.push(record);
        }
    }
    report.refused = u32::try_from(report.errors.len()).unwrap_or(u32::MAX);
    publish(hub, records).await?;
    Ok(report)
}

/// Makes rows of other counties errors, with the code as it was typed.
fn drop_other_counties(file: &mut DivisionsFile, county: &str) {
    let (own, others): (Vec<DivisionRow>, Vec<DivisionRow>) =
        std::mem::take(&mut file.rows).into_iter().partition(|row| row.code.to_string().starts_with(county));
    file.rows = own;
    file.errors.extend(others.into_iter().map(|row| RowError { line: row.line, fault: RowFault::OtherCounty(row.typed) }));
    file.errors.sort_by_key(|error| error.line);
}

/// Registers one site.
pub(crate) async fn add(hub: &HubOffice, ask: Add) -> Result<Shown, Trouble> {
    let _one = hub.publishing.lock().await;
    if !is_site_name(&ask.name) {
        return Err(Trouble::BadName { chars: ask.name.chars().count() });
    }
    let known: BTreeMap<DivisionCode, SiteRecord> = hub.desk.registry().await?.into_iter().map(|site| (site.code, site)).collect();
    if known.contains_key(&ask.code) {
        return Err(Trouble::SiteKnown { code: ask.code.to_string() });
    }
    if !ask.code.to_string().starts_with(&hub.county) {
        return Err(Trouble::OtherCounty { code: ask.code.to_string(), county: hub.county.clone() });
    }
    let above = ask.parent.or(ask.code.parent()).ok_or_else(|| Trouble::SiteKnown { code: ask.code.to_string() })?;
    let parent = known.get(&above).ok_or_else(|| Trouble::NoSite { code: above.to_string() })?;
    let site = draw(hub, &[ask.code]).await?[&ask.code];
    let record = SiteRecord { site, code: ask.code, kind: ask.code.level(), parent: Some(parent.site), name: ask.name };
    let line = SiteLine { site, code: record.code, name: record.name.clone(), level: record.kind, parent: Some(above), nodes: 0 };
    publish(hub, vec![record]).await?;
    Ok(Shown { site: line, nodes: Vec::new(), below: 0 })
}

async fn publish(hub: &HubOffice, records: Vec<SiteRecord>) -> Result<(), Trouble> {
    let below_county = records.iter().filter(|record| record.kind != Level::County);
    let placements = below_county.map(|record| Placement { site: record.site, parent: record.parent, level: level_of(record.kind) });
    hub.desk.place(placements.collect()).await?;
    hub.desk.publish(records.into_iter().map(Paper::Site).collect()).await
}

fn record_of(row: &DivisionRow, ids: &BTreeMap<DivisionCode, SiteId>) -> SiteRecord {
    let parent = row.parent.and_then(|parent| ids.get(&parent).copied());
    SiteRecord { site: ids[&row.code], code: row.code, kind: row.level, parent, name: row.name.clone() }
}

/// Returns the id of each row: the registry's, or a drawn one.
async fn ids_for(
    hub: &HubOffice,
    rows: &[DivisionRow],
    known: &BTreeMap<DivisionCode, SiteRecord>,
) -> Result<BTreeMap<DivisionCode, SiteId>, Trouble> {
    let new: Vec<DivisionCode> = rows.iter().map(|row| row.code).filter(|code| !known.contains_key(code)).collect();
    let mut ids = draw(hub, &new).await?;
    ids.extend(known.iter().map(|(code, site)| (*code, site.site)));
    Ok(ids)
}

/// Draws an id for each code that has none, and keeps them before anybody sees them.
async fn draw(hub: &HubOffice, codes: &[DivisionCode]) -> Result<BTreeMap<DivisionCode, SiteId>, Trouble> {
    let kept = hub.desk.handle().reader().notes(DRAWN).await?;
    let kept: BTreeMap<String, Vec<u8>> = kept.into_iter().collect();
    let mut ids = BTreeMap::new();
    let mut notes = Vec::new();
    for code in codes {
        let key = format!("{DRAWN}{code}");
        let held = kept.get(&key).and_then(|bytes| <[u8; 8]>::try_from(bytes.as_slice()).ok());
        let id = held.map_or_else(|| draw_site(&**hub.desk.env()), SiteId);
        if held.is_none() {
            notes.push((key, id.0.to_vec()));
        }
        ids.insert(*code, id);
    }
    if !notes.is_empty() {
        hub.desk.handle().keep(notes).await??;
    }
    Ok(ids)
}

fn level_of(level: Level) -> record::Level {
    match level {
        Level::County => record::Level::COUNTY,
        Level::Township => record::Level::TOWNSHIP,
        Level::Village => record::Level::VILLAGE,
    }
}
