//! `catalog list` and `catalog show`.

use crate::api::catalog::{GuideShown, ItemLine, List, Listed, MaterialShown, Show, Shown, VersionLine};
use crate::desk::Desk;
use crate::store::items::{ItemFilter, status_word};
use crate::trouble::Trouble;
use crate::view::cases::word;
use mesh_model::doc::item::{Guide, ItemStatus, ItemVersion};

/// Lists items in order of code.
pub(crate) async fn list(desk: &Desk, ask: List) -> Result<Listed, Trouble> {
    let mut look = desk.look().await?;
    let status = ask.status.as_deref().map(read_status).transpose()?;
    let filter = ItemFilter { status, level: ask.level, text: ask.text };
    let (items, total) = look.projection.cache.items(&filter, ask.limit).await?;
    Ok(Listed { as_of: look.county.day, total, items: items.iter().map(line).collect() })
}

/// Shows one item with its guide and versions.
pub(crate) async fn show(desk: &Desk, ask: Show) -> Result<Shown, Trouble> {
    let mut look = desk.look().await?;
    let versions = look.projection.cache.item_versions(&ask.code).await?;
    let newest = versions.last().ok_or_else(|| Trouble::NoItem { code: ask.code.to_string() })?;
    Ok(Shown {
        item: line(newest),
        task_type: newest.task_type.clone(),
        main_item: newest.main_item.clone(),
        guide: newest.guide.as_ref().map(guide),
        versions: versions.iter().map(version).collect(),
    })
}

/// Returns the line of an item version.
#[must_use]
pub fn line(item: &ItemVersion) -> ItemLine {
    ItemLine {
        code: item.code.clone(),
        name: item.name.clone(),
        department: item.department.clone(),
        level: item.level,
        status: status_word(item.status).to_owned(),
        version: item.version,
        effective: item.effective,
        promised: item.promised(),
        hash: item.hash(),
    }
}

fn version(item: &ItemVersion) -> VersionLine {
    let status = status_word(item.status).to_owned();
    VersionLine { version: item.version, status, effective: item.effective, hash: item.hash() }
}

fn guide(guide: &Guide) -> GuideShown {
    let material = |material: &mesh_model::doc::item::Material| MaterialShown {
        name: material.name.clone(),
        necessity: word(material.necessity),
        originals: material.originals,
        copies: material.copies,
    };
    GuideShown {
        conditions: guide.conditions.clone(),
        materials: guide.materials.iter().map(material).collect(),
        steps: guide.steps.iter().map(|step| step.name.clone()).collect(),
        promised: guide.limit.promised,
        statutory: guide.limit.statutory,
        fee: word(guide.fee),
        source: guide.source.clone(),
    }
}

fn read_status(text: &str) -> Result<ItemStatus, Trouble> {
    match text {
        "listed" => Ok(ItemStatus::Listed),
        "complete" => Ok(ItemStatus::Complete),
        "withdrawn" => Ok(ItemStatus::Withdrawn),
        text => Err(Trouble::BadWord { field: "status", word: text.to_owned(), allowed: "listed, complete, withdrawn" }),
    }
}
