//! `catalog import | publish | withdraw`: a file becomes a plan, a plan becomes published versions, a version can be withdrawn.

use super::{HubOffice, fault_word, plans};
use mesh_model::code::ItemCode;
use mesh_model::division::Level;
use mesh_model::doc::item::{ItemStatus, ItemVersion};
use mesh_model::id::Hash;
use mesh_model::import::{
    CatalogueFile, CataloguePlan, GuideFinding, GuideMatch, GuidesFile, PlanInput, RowError, match_guides, parse_catalogue_csv,
    parse_guides_jsonl,
};
use mesh_office::api::catalog::{DefectLine, GuideCount, Import, Planned, Publish, Published, Withdraw, Withdrawn};
use mesh_office::record::Paper;
use mesh_office::trouble::Trouble;
use mesh_office::view::catalog::line;
use std::collections::BTreeMap;

/// Characters of a plan's name.
const PLAN_CHARS: usize = 12;

/// Reads files into a plan; nothing is published.
pub(crate) async fn import(hub: &HubOffice, ask: Import) -> Result<Planned, Trouble> {
    let _one = hub.publishing.lock().await;
    let file = parse_catalogue_csv(&ask.csv);
    if file.rows.is_empty() {
        return Err(super::no_rows(&file.errors));
    }
    let source = ask.guides_source.as_deref().unwrap_or("guides file");
    let guides = ask.guides.as_deref().map(|text| parse_guides_jsonl(text, source)).unwrap_or_default();
    let current = hub.desk.newest_items().await?;
    let effective = match ask.effective {
        Some(day) => day,
        None => hub.desk.hub_post().await?.day,
    };
    let offered = ask.level.unwrap_or(Level::Village);
    let plan = CataloguePlan::new(&PlanInput { rows: &file.rows, guides: &guides.rows, current: &current, offered, effective });
    let name: String = plan.id().to_string().chars().take(PLAN_CHARS).collect();
    let planned = planned(&file, &guides, &plan, &current, (!ask.dry_run).then(|| name.clone()));
    if !ask.dry_run {
        let versions: Vec<&ItemVersion> = plan.to_publish().collect();
        plans::keep(hub.desk.data(), &name, &planned, &versions)?;
    }
    Ok(planned)
}

/// Publishes a plan; versions that stand already are counted and left alone, so that it can be repeated after a stop.
pub(crate) async fn publish(hub: &HubOffice, ask: Publish) -> Result<Published, Trouble> {
    let _one = hub.publishing.lock().await;
    let versions = plans::read(hub.desk.data(), &ask.plan)?;
    let current = hub.desk.newest_items().await?;
    let mut already = 0;
    let mut papers = Vec::new();
    for version in versions {
        if stands(hub, &version, current.get(&version.code)).await? {
            already += 1;
        } else {
            papers.push(Paper::Item(Box::new(version)));
        }
    }
    let published = u32::try_from(papers.len()).unwrap_or(u32::MAX);
    hub.desk.publish(papers).await?;
    Ok(Published { plan: ask.plan, published, already })
}

/// Withdraws an item.
pub(crate) async fn withdraw(hub: &HubOffice, ask: Withdraw) -> Result<Withdrawn, Trouble> {
    let _one = hub.publishing.lock().await;
    let versions = hub.desk.item_versions(&ask.code).await?;
    let newest = versions.last().ok_or_else(|| Trouble::NoItem { code: ask.code.to_string() })?;
    if newest.status == ItemStatus::Withdrawn {
        return Err(Trouble::ItemWithdrawn { code: ask.code.to_string() });
    }
    let effective = match ask.effective {
        Some(day) => day,
        None => hub.desk.hub_post().await?.day,
    };
    let withdrawn = newest.withdrawn(effective);
    let item = line(&withdrawn);
    hub.desk.publish(vec![Paper::Item(Box::new(withdrawn))]).await?;
    Ok(Withdrawn { item })
}

/// Returns whether a planned version is published already; a newer one that is not it makes the plan stale.
async fn stands(hub: &HubOffice, planned: &ItemVersion, newest: Option<&ItemVersion>) -> Result<bool, Trouble> {
    let Some(newest) = newest.filter(|newest| newest.version >= planned.version) else {
        return Ok(false);
    };
    if newest.hash() == planned.hash() {
        return Ok(true);
    }
    let hash: Hash = planned.hash();
    let all = hub.desk.item_versions(&planned.code).await?;
    if all.iter().any(|version| version.hash() == hash) { Ok(true) } else { Err(Trouble::PlanStale { code: planned.code.to_string() }) }
}

fn planned(
    file: &CatalogueFile,
    guides: &GuidesFile,
    plan: &CataloguePlan,
    current: &BTreeMap<ItemCode, ItemVersion>,
    name: Option<String>,
) -> Planned {
    let defects = defects(file, guides);
    let mut defects_by_kind = BTreeMap::new();
    for defect in &defects {
        *defects_by_kind.entry(defect.defect.clone()).or_default() += 1;
    }
    let found = |fit: &&GuideMatch| matches!(fit, GuideMatch::Name | GuideMatch::NameButPunctuation);
    let matched = match_guides(&guides.rows, &file.rows).iter().filter(found).count();
    let unchanged: Vec<&ItemVersion> = plan.unchanged.iter().filter_map(|code| current.get(code)).collect();
    let status = |status: ItemStatus| plan.to_publish().chain(unchanged.iter().copied()).filter(|item| item.status == status).count();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Planned {
        plan: name,
        rows: count(file.rows.len()),
        listed: count(status(ItemStatus::Listed)),
        complete: count(status(ItemStatus::Complete)),
        to_publish: count(plan.to_publish().count()),
        unchanged: count(plan.unchanged.len()),
        withdrawn: count(plan.withdrawn.len()),
        guides: GuideCount { given: count(guides.rows.len()), matched: count(matched) },
        defects_by_kind,
        defects,
    }
}

fn defects(file: &CatalogueFile, guides: &GuidesFile) -> Vec<DefectLine> {
    let codes: BTreeMap<u64, &ItemCode> = file.rows.iter().map(|row| (row.line, &row.code)).collect();
    let row = |defect: &mesh_model::import::Defect| DefectLine {
        file: "catalog".to_owned(),
        line: defect.line,
        code: codes.get(&defect.line).map(ToString::to_string),
        defect: word(&defect.kind),
        text: defect.text.clone(),
    };
    let error = |name: &'static str| {
        move |error: &RowError| DefectLine {
            file: name.to_owned(),
            line: error.line,
            code: None,
            defect: fault_word(&error.fault),
            text: error.fault.to_string(),
        }
    };
    let mut all: Vec<DefectLine> = file.errors.iter().map(error("catalog")).chain(file.defects.iter().map(row)).collect();
    all.extend(guides.errors.iter().map(error("guides")).chain(guides.findings.iter().map(finding)));
    all.sort_by(|a, b| (&a.file, a.line, &a.defect).cmp(&(&b.file, b.line, &b.defect)));
    all
}

fn finding(finding: &GuideFinding) -> DefectLine {
    let (line, text) = match finding {
        GuideFinding::NoConditions { line } => (*line, "the guide has no conditions and cannot be used".to_owned()),
        GuideFinding::NoLimit { line } => (*line, "the guide has no limit and cannot be used".to_owned()),
        GuideFinding::NoSteps { line } => (*line, "the guide has no steps and cannot be used".to_owned()),
        GuideFinding::OtherPlace { line, field } => (*line, format!("{field} names another place or a number and was left out")),
        GuideFinding::PromiseBeyondStatute { line } => (*line, "the promise is longer than the statutory limit".to_owned()),
    };
    DefectLine { file: "guides".to_owned(), line, code: None, defect: finding_word(finding), text }
}

fn finding_word(finding: &GuideFinding) -> String {
    match serde_json::to_value(finding) {
        Ok(serde_json::Value::Object(fields)) => fields.get("finding").and_then(|word| word.as_str()).unwrap_or_default().to_owned(),
        Ok(_) | Err(_) => String::new(),
    }
}

fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}
