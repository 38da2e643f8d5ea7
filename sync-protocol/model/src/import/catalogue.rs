//! Reads a county's item catalogue, `seq,department,main_item,name,item_code,task_type,dept_code`, and reports its defects.
//!
//! Item codes are opaque; their parts are looked at for the report alone. Rows with defects are offered all the same. The only thing that
//! is made uniform is the leading zero of the kind of item, and that is reported too.

use super::org_code::{OrgCodeFault, check_org_code};
use super::table::{self, Row};
use super::{RowError, RowFault};
use crate::code::ItemCode;
use std::collections::{BTreeMap, BTreeSet};

/// The word under which the source puts items that belong to no main item.
const UNSORTED: &str = "未分类";

/// One item as the file gives it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CatalogueRow {
    /// Line in the file.
    pub line: u64,
    /// The source's running number.
    pub seq: String,
    /// The competent department.
    pub department: String,
    /// The main item; `None` where the source says it is unsorted.
    pub main_item: Option<String>,
    /// The item's name.
    pub name: String,
    /// The item's code.
    pub code: ItemCode,
    /// The kind of item, two digits.
    pub task_type: String,
    /// The department's code, as the source gives it.
    pub dept_code: String,
}

/// The kinds of defects that are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DefectKind {
    /// The code names another area than the catalogue's county: not the county itself nor a place in it.
    AreaCode,
    /// The organisation segment of the code fails the check digit of the unified social credit code.
    CheckDigit,
    /// The organisation segment of the code differs from the department's code.
    DeptCode,
    /// The same department and name stand under another code.
    NameTwice,
    /// The code has fewer than six parts; its parts are not looked at.
    NotWellFormed,
    /// The organisation segment of the code does not have 18 characters.
    OrgLength,
    /// The kind of item lacks its leading zero, which was added.
    TaskTypeZero,
    /// The item belongs to no main item.
    Unsorted,
}

/// A defect of one row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Defect {
    /// What is wrong.
    pub kind: DefectKind,
    /// Line in the file.
    pub line: u64,
    /// The source's running number.
    pub seq: String,
    /// The text that is wrong.
    pub text: String,
}

/// What a catalogue file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueFile {
    /// Usable rows in file order.
    pub rows: Vec<CatalogueRow>,
    /// Rows left out.
    pub errors: Vec<RowError>,
    /// Defects of usable rows, by kind and line.
    pub defects: Vec<Defect>,
}

impl CatalogueFile {
    /// Counts the defects by kind. A pair of equal names counts once, at its later row.
    #[must_use]
    pub fn defect_counts(&self) -> BTreeMap<DefectKind, usize> {
        let mut counts = BTreeMap::new();
        for defect in &self.defects {
            *counts.entry(defect.kind).or_default() += 1;
        }
        counts
    }
}

/// Reads a catalogue file.
#[must_use]
pub fn parse_catalogue_csv(text: &str) -> CatalogueFile {
    let want = ["seq", "department", "main_item", "name", "item_code", "task_type", "dept_code"];
    let table = table::read(text, &want);
    let mut file = CatalogueFile { errors: table.errors, ..CatalogueFile::default() };
    let mut codes = BTreeSet::new();
    for row in &table.rows {
        match read_row(row) {
            Ok(read) if !codes.insert(read.code.clone()) => {
                file.errors.push(RowError { line: row.line, fault: RowFault::Twice(read.code.to_string()) });
            }
            Ok(read) => {
                find_defects(row, &read, &mut file.defects);
                file.rows.push(read);
            }
            Err(fault) => file.errors.push(RowError { line: row.line, fault }),
        }
    }
    find_foreign_areas(&file.rows, &mut file.defects);
    find_names_twice(&file.rows, &mut file.defects);
    file.defects.sort();
    file
}

fn read_row(row: &Row) -> Result<CatalogueRow, RowFault> {
    let code: ItemCode = row.field("item_code").parse().map_err(|_| RowFault::BadItem(row.field("item_code").to_owned()))?;
    for column in ["department", "name", "task_type"] {
        if row.field(column).is_empty() {
            return Err(RowFault::Empty(column.to_owned()));
        }
    }
    let task_type = row.field("task_type");
    if task_type.len() > 2 || !task_type.bytes().all(|b| b.is_ascii_digit()) {
        return Err(RowFault::UnknownWord(task_type.to_owned()));
    }
    let main_item = row.field("main_item");
    Ok(CatalogueRow {
        line: row.line,
        seq: row.field("seq").to_owned(),
        department: row.field("department").to_owned(),
        main_item: (!main_item.is_empty() && main_item != UNSORTED).then(|| main_item.to_owned()),
        name: row.field("name").to_owned(),
        code,
        task_type: format!("{task_type:0>2}"),
        dept_code: row.field("dept_code").to_owned(),
    })
}

fn find_defects(row: &Row, read: &CatalogueRow, defects: &mut Vec<Defect>) {
    let mut report = |kind, text: &str| defects.push(Defect { kind, line: read.line, seq: read.seq.clone(), text: text.to_owned() });
    if read.task_type != row.field("task_type") {
        report(DefectKind::TaskTypeZero, row.field("task_type"));
    }
    if read.main_item.is_none() {
        report(DefectKind::Unsorted, row.field("main_item"));
    }
    let Some((_, org)) = segments(&read.code) else {
        return report(DefectKind::NotWellFormed, read.code.as_str());
    };
    match check_org_code(org) {
        Ok(()) => {}
        Err(OrgCodeFault::Length) => report(DefectKind::OrgLength, org),
        Err(OrgCodeFault::CheckDigit) => report(DefectKind::CheckDigit, org),
    }
    if org != read.dept_code {
        report(DefectKind::DeptCode, org);
    }
}

/// Returns the area segment, if there is one of 12 digits, and the organisation segment of a well-formed code.
fn segments(code: &ItemCode) -> Option<(Option<&str>, &str)> {
    let parts: Vec<&str> = code.as_str().split('-').collect();
    if parts.len() < 6 {
        return None;
    }
    let area = parts[parts.len() - 5];
    let is_area = area.len() == 12 && area.bytes().all(|b| b.is_ascii_digit());
    Some((is_area.then_some(area), parts[parts.len() - 3]))
}

/// The catalogue's county is the one that most codes name; a code of another area was written by somebody else.
fn find_foreign_areas(rows: &[CatalogueRow], defects: &mut Vec<Defect>) {
    let areas: Vec<(&CatalogueRow, &str)> = rows.iter().filter_map(|row| Some((row, segments(&row.code)?.0?))).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, area) in &areas {
        *counts.entry(&area[..6]).or_default() += 1;
    }
    let Some((county, _)) = counts.iter().max_by_key(|(_, count)| **count) else {
        return;
    };
    for (row, area) in areas.iter().filter(|(_, area)| &area[..6] != *county) {
        defects.push(Defect { kind: DefectKind::AreaCode, line: row.line, seq: row.seq.clone(), text: (*area).to_owned() });
    }
}

fn find_names_twice(rows: &[CatalogueRow], defects: &mut Vec<Defect>) {
    let mut seen = BTreeSet::new();
    for row in rows {
        if !seen.insert((&row.department, &row.name)) {
            defects.push(Defect { kind: DefectKind::NameTwice, line: row.line, seq: row.seq.clone(), text: row.name.clone() });
        }
    }
}

#[cfg(test)]
mod tests;
