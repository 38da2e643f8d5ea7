//! `case list` and `case show`.

use super::names::Names;
use crate::api::DueDay;
use crate::api::case::{CaseLine, ClockRef, ClockShown, HistoryLine, List, Listed, MaskedApplicant, PinnedItem, Show, Shown};
use crate::desk::casefile::CaseFile;
use crate::desk::follow::Projection;
use crate::desk::{Desk, Look};
use crate::store::cases::{CaseFilter, CaseRow};
use crate::trouble::Trouble;
use crate::words;
use mesh_model::case::view::{CaseView, ClockView, DueView, HistoryView};
use mesh_model::case::{Folded, Missing, Standing, State};
use mesh_model::id::{DocId, EventId, NodeId};
use mesh_model::time::Day;
use std::collections::BTreeMap;
use sync_protocol::io::{ActPlace, Rung};

const LINES: u32 = 200;
const LINES_MAX: u32 = 1_000;

/// Lists cases in order of number.
pub(crate) async fn list(desk: &Desk, ask: List) -> Result<Listed, Trouble> {
    let mut look = desk.look().await?;
    let limit = ask.limit.unwrap_or(LINES).clamp(1, LINES_MAX);
    let custodian = match ask.custodian {
        None => None,
        Some(code) => {
            let site = look.projection.cache.site_by_code(code).await?;
            Some(site.ok_or_else(|| Trouble::NoSite { code: code.to_string() })?.site)
        }
    };
    let state = ask.state.map(check_state).transpose()?;
    let filter = CaseFilter { state, item: ask.item, custodian, after: ask.after, limit: limit + 1 };
    let (mut rows, total) = look.projection.cache.cases(&filter).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = if more { rows.last().and_then(|row| row.number) } else { None };
    let rungs = rungs_of(desk, &mut look, &rows).await?;
    let names = Names::read(&mut look.projection.cache).await?;
    let as_of = look.county.day;
    let lines = rows.into_iter().zip(rungs).map(|(row, rung)| line(row, rung, look.county.as_of(), &names));
    Ok(Listed { as_of, total, cases: lines.collect(), next })
}

/// Shows one case with its history.
pub(crate) async fn show(desk: &Desk, ask: Show) -> Result<Shown, Trouble> {
    let mut look = desk.look().await?;
    let found = look.projection.cache.case_by_number(ask.number).await?;
    let (document, scope) = found.ok_or_else(|| Trouble::NoCase { number: ask.number.to_string() })?;
    let county = look.county.clone();
    let file = CaseFile::read(&desk.handle.reader(), document, scope, &county).await?;
    let Projection { cache, facts, .. } = &mut *look.projection;
    let case = file.fold(cache, facts, &county).await?;
    let names = Names::read(cache).await?;
    drop(look);
    let rungs = event_rungs(desk, file.places).await?;
    Ok(shown(document, county.day, &case, &names, &rungs))
}

fn check_state(word: String) -> Result<String, Trouble> {
    if State::ALL.iter().any(|state| state.code() == word) {
        return Ok(word);
    }
    let allowed = "registered, forwarded, accepted, in_review, decided, concluded, returned, notified, delivered, withdrawn";
    Err(Trouble::BadWord { field: "state", word, allowed })
}

/// Returns for each case the lowest rung of this node's own chains in it, or of all chains where it wrote none.
async fn rungs_of(desk: &Desk, look: &mut Look<'_>, rows: &[CaseRow]) -> Result<Vec<Rung>, Trouble> {
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        places.push(look.projection.cache.case_chains(row.document, row.scope).await?);
    }
    let me = look.county.me;
    Ok(desk.handle.view(move |node| places.iter().map(|chains| lowest(chains, me, |place| node.rung(place))).collect()).await?)
}

fn lowest(chains: &[ActPlace], me: NodeId, rung: impl Fn(&ActPlace) -> Rung) -> Rung {
    let own: Vec<&ActPlace> = chains.iter().filter(|place| place.chain.node == me).collect();
    let asked = if own.is_empty() { chains.iter().collect() } else { own };
    asked.into_iter().map(rung).min().unwrap_or(Rung::Window)
}

/// The rung of an event is the highest that any batch with it has reached; a refusal counts only where every batch was refused.
async fn event_rungs(desk: &Desk, places: BTreeMap<EventId, Vec<ActPlace>>) -> Result<BTreeMap<EventId, Rung>, Trouble> {
    let look = move |node: &sync_protocol::node::Node| {
        let best = |places: &[ActPlace]| {
            let rungs: Vec<Rung> = places.iter().map(|place| node.rung(place)).collect();
            let standing = rungs.iter().copied().filter(|rung| *rung != Rung::Refused).max();
            standing.or(rungs.first().copied()).unwrap_or(Rung::Window)
        };
        places.iter().map(|(event, places)| (*event, best(places))).collect()
    };
    Ok(desk.handle.view(look).await?)
}

fn line(row: CaseRow, rung: Rung, as_of: Day, names: &Names) -> CaseLine {
    let verdict = match row.due {
        None => "unknown",
        Some((day, _)) if as_of <= day => "running",
        Some(_) => "overdue",
    };
    let state_name = State::ALL.iter().find(|state| state.code() == row.state).map_or("", |state| state.chinese());
    CaseLine {
        number: row.number,
        document: row.document,
        item: row.item,
        item_name: row.item_name,
        state_name: state_name.to_owned(),
        state: row.state,
        on_hold: row.on_hold,
        custodian: row.custodian.map(|site| names.site(site)),
        due: row.due.map(|(day, provisional)| DueDay { day, provisional }),
        clock: row.clock.map(|clock| ClockRef { clock, verdict: verdict.to_owned() }),
        rung: words::rung(rung).to_owned(),
    }
}

/// Puts a folded case into its reply.
pub(crate) fn shown(document: DocId, as_of: Option<Day>, case: &Folded, names: &Names, rungs: &BTreeMap<EventId, Rung>) -> Shown {
    let view = CaseView::of(case);
    let (standing, missing) = match &case.standing {
        Standing::Understood => ("understood", Vec::new()),
        Standing::Incomplete { missing } => ("incomplete", missing.iter().map(missing_text).collect()),
        Standing::NeedsNewer { .. } => ("needs_newer", Vec::new()),
    };
    Shown {
        as_of,
        document,
        number: view.number,
        item: view.item.map(|item| PinnedItem { code: item.code, name: item.name, version: item.version, hash: item.hash }),
        state: case.state.code().to_owned(),
        state_name: view.state_name.to_owned(),
        on_hold: view.on_hold,
        standing: standing.to_owned(),
        missing,
        rules_level: view.level.0,
        intake: view.intake.map(|site| names.site(site)),
        custodian: view.custodian.map(|site| names.site(site)),
        offered_to: view.offered_to.map(|site| names.site(site)),
        assigned_to: view.assigned_to,
        decision: view.decision.map(word),
        told_by: view.told_by.map(due_day),
        applicant: view.applicant.map(|masked| MaskedApplicant { name: masked.name, id_type: masked.id_type, id_no: masked.id_no }),
        clocks: view.clocks.iter().map(clock).collect(),
        history: view.history.into_iter().map(|line| history(line, names, rungs)).collect(),
    }
}

fn missing_text(missing: &Missing) -> String {
    match missing {
        Missing::Calendar(hash) => format!("calendar {hash}"),
        Missing::Item(hash) => format!("item {hash}"),
    }
}

fn due_day(due: DueView) -> DueDay {
    DueDay { day: due.day, provisional: due.provisional }
}

fn clock(clock: &ClockView) -> ClockShown {
    ClockShown {
        clock: format!("{:?}", clock.clock),
        start: clock.start,
        limit: clock.limit,
        due: clock.due.map(due_day),
        printed: clock.printed.map(due_day),
        stopped: clock.stopped,
        verdict: word(clock.verdict),
    }
}

fn history(line: HistoryView, names: &Names, rungs: &BTreeMap<EventId, Rung>) -> HistoryLine {
    HistoryLine {
        event: line.event,
        kind: line.kind.to_owned(),
        kind_name: line.kind_name.to_owned(),
        day: line.day,
        day_source: line.day_source.map(word),
        staff: line.staff,
        site: line.site.map(|site| names.site(site)),
        node: line.node,
        mark: line.mark.to_owned(),
        reason: line.reason.map(str::to_owned),
        detail: line.detail,
        rung: words::rung(rungs.get(&line.event).copied().unwrap_or(Rung::Window)).to_owned(),
    }
}

/// Returns the model's own word of a value, as it stands in JSON.
pub(crate) fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
