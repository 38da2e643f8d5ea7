//! What publishing a read catalogue would change: the plan that a person looks at before it is published.

use super::catalogue::CatalogueRow;
use super::guides::{GuideRow, by_name, without_punctuation};
use crate::code::ItemCode;
use crate::division::Level;
use crate::doc::item::{Guide, ItemStatus, ItemVersion};
use crate::id::Hash;
use crate::time::Day;
use std::collections::{BTreeMap, BTreeSet};

/// What a plan is made of.
#[derive(Clone, Copy, Debug)]
pub struct PlanInput<'a> {
    /// The catalogue as read.
    pub rows: &'a [CatalogueRow],
    /// The guides as read; empty when only the catalogue is imported, and then guides already published stay.
    pub guides: &'a [GuideRow],
    /// The newest published version of each item.
    pub current: &'a BTreeMap<ItemCode, ItemVersion>,
    /// The lowest level at which the items are offered; the source does not say.
    pub offered: Level,
    /// The day from which new versions count.
    pub effective: Day,
}

/// A version that replaces another.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    /// The new version.
    pub item: ItemVersion,
    /// Names of the fields that differ.
    pub fields: Vec<&'static str>,
}

/// New, changed and unchanged items, in the order of their codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct CataloguePlan {
    /// Items that are not published yet.
    pub new: Vec<ItemVersion>,
    /// Items whose published version differs.
    pub changed: Vec<Change>,
    /// Items that stay as they are.
    pub unchanged: Vec<ItemCode>,
    /// Items that are withdrawn and stand in the file; they stay withdrawn.
    pub withdrawn: Vec<ItemCode>,
    /// Published items that do not stand in the file; they stay published.
    pub absent: Vec<ItemCode>,
}

impl CataloguePlan {
    /// Compares what was read with what is published.
    #[must_use]
    pub fn new(input: &PlanInput<'_>) -> CataloguePlan {
        let guides = by_name(input.guides);
        let mut rows: Vec<&CatalogueRow> = input.rows.iter().collect();
        rows.sort_by(|a, b| a.code.cmp(&b.code));
        let mut plan = CataloguePlan::default();
        for row in rows {
            let guide = guides.get(&without_punctuation(&row.name)).copied();
            plan.add(row, guide, input);
        }
        let listed: BTreeSet<&ItemCode> = input.rows.iter().map(|row| &row.code).collect();
        plan.absent = input.current.keys().filter(|code| !listed.contains(code)).cloned().collect();
        plan
    }

    /// Returns the plan's stable id: equal for equal versions to publish, whatever the order of the rows.
    #[must_use]
    pub fn id(&self) -> Hash {
        let bytes: Vec<Vec<u8>> = self.to_publish().map(ItemVersion::to_bytes).collect();
        let parts: Vec<&[u8]> = bytes.iter().map(Vec::as_slice).collect();
        Hash::of(&parts)
    }

    /// Returns the versions that publishing the plan publishes: new ones, then changed ones.
    pub fn to_publish(&self) -> impl Iterator<Item = &ItemVersion> {
        self.new.iter().chain(self.changed.iter().map(|change| &change.item))
    }

    fn add(&mut self, row: &CatalogueRow, guide: Option<&Guide>, input: &PlanInput<'_>) {
        let Some(current) = input.current.get(&row.code) else {
            return self.new.push(version(row, guide.cloned(), 1, input));
        };
        if current.status == ItemStatus::Withdrawn {
            return self.withdrawn.push(row.code.clone());
        }
        let guide = guide.or(current.guide.as_ref()).cloned();
        let next = version(row, guide, current.version + 1, input);
        let fields = difference(current, &next);
        if fields.is_empty() { self.unchanged.push(row.code.clone()) } else { self.changed.push(Change { item: next, fields }) }
    }
}

fn version(row: &CatalogueRow, guide: Option<Guide>, version: u32, input: &PlanInput<'_>) -> ItemVersion {
    ItemVersion {
        code: row.code.clone(),
        version,
        name: row.name.clone(),
        department: row.department.clone(),
        task_type: row.task_type.clone(),
        level: input.offered,
        status: if guide.is_some() { ItemStatus::Complete } else { ItemStatus::Listed },
        effective: input.effective,
        guide,
        main_item: row.main_item.clone(),
        dept_code: (!row.dept_code.is_empty()).then(|| row.dept_code.clone()),
        published: None,
    }
}

/// Version number and effective day belong to the publishing, not to the content.
fn difference(current: &ItemVersion, next: &ItemVersion) -> Vec<&'static str> {
    let fields = [
        ("name", current.name != next.name),
        ("department", current.department != next.department),
        ("task_type", current.task_type != next.task_type),
        ("level", current.level != next.level),
        ("status", current.status != next.status),
        ("guide", current.guide != next.guide),
        ("main_item", current.main_item != next.main_item),
        ("dept_code", current.dept_code != next.dept_code),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests;
