//! Routes that read cases and take one in: `case register | list | show`. The other acts are in [`super::act`].

use super::{DueDay, Private, ask};
use mesh_model::calendar::WorkDays;
use mesh_model::code::{ItemCode, StaffId};
use mesh_model::division::DivisionCode;
use mesh_model::id::{DocId, EventId, Hash, NodeId, SiteId};
use mesh_model::number::CaseNumber;
use mesh_model::time::Day;
use serde::{Deserialize, Serialize};

/// Takes a case in at the window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Register {
    /// What is applied for.
    pub item: ItemCode,
    /// Who applies: `{"name", "id_type", "id_no", "phone"?}`, as read from a file or standard input.
    pub applicant: Private<serde_json::Value>,
    /// Who takes it in.
    pub staff: StaffId,
    /// The day of the act where it is typed; the machine's date otherwise.
    #[serde(default)]
    pub day: Option<Day>,
    /// `window` (the default), `web`, `mobile`, `courier` or `other`.
    #[serde(default)]
    pub channel: Option<String>,
    /// A note of the clerk.
    #[serde(default)]
    pub note: Option<Private<String>>,
}

/// The receipt: comes back only when the case is durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The number printed.
    pub number: CaseNumber,
    /// The case's document.
    pub document: DocId,
    /// The first event.
    pub event: EventId,
    /// The day of taking in.
    pub registered_on: Day,
    /// Whether that day was typed.
    pub day_typed: bool,
    /// The item.
    pub item: ItemCode,
    /// The item's name.
    pub item_name: String,
    /// The version whose conditions and papers hold.
    pub item_version: u32,
    /// Working days from acceptance to decision.
    pub promised: WorkDays,
    /// The day by which the applicant will be told.
    pub told_by: DueDay,
    /// The applicant, masked.
    pub applicant: MaskedApplicant,
    /// The site of intake.
    pub site: SiteRef,
    /// Where the act stands in its chain.
    pub place: PlaceShown,
    /// How far it is safe: `window` at this moment.
    pub rung: String,
}

/// An applicant for screens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskedApplicant {
    /// First character of the name and stars.
    pub name: String,
    /// Kind of identity document.
    pub id_type: String,
    /// Stars and the last two characters.
    pub id_no: String,
}

/// A site by id, with code and name where the registry has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteRef {
    /// Stable id.
    pub site: SiteId,
    /// Division code of today.
    pub code: Option<DivisionCode>,
    /// Name of today.
    pub name: Option<String>,
}

/// Where an act stands in its chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceShown {
    /// The scope as text, such as `511602101201/cases/2026`.
    pub scope: String,
    /// The author.
    pub node: NodeId,
    /// The author's store.
    pub branch: mesh_model::id::Branch,
    /// Number in the chain, from 1.
    pub seq: u64,
}

/// Lists cases in order of number.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct List {
    /// Only this state, such as `registered`.
    #[serde(default)]
    pub state: Option<String>,
    /// Only this item.
    #[serde(default)]
    pub item: Option<ItemCode>,
    /// Only cases in the custody of this site.
    #[serde(default)]
    pub custodian: Option<DivisionCode>,
    /// Only numbers after this one.
    #[serde(default)]
    pub after: Option<CaseNumber>,
    /// At most so many lines, 1 to 1,000; 200 when not given.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// The list of cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The county's day.
    pub as_of: Option<Day>,
    /// Cases that fit, whatever the limit.
    pub total: u64,
    /// Cases in order of number.
    pub cases: Vec<CaseLine>,
    /// The number to go on after, when there are more.
    pub next: Option<CaseNumber>,
}

/// One case of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLine {
    /// The number; `None` while the registration is not here.
    pub number: Option<CaseNumber>,
    /// The document.
    pub document: DocId,
    /// The item.
    pub item: Option<ItemCode>,
    /// The item's name, where the version is here.
    pub item_name: Option<String>,
    /// The state's code.
    pub state: String,
    /// The state's name.
    pub state_name: String,
    /// Whether it is on hold.
    pub on_hold: bool,
    /// Who may move it.
    pub custodian: Option<SiteRef>,
    /// The due date of the clock that runs, if any runs.
    pub due: Option<DueDay>,
    /// The clock that runs, and whether it is `running` or `overdue`.
    pub clock: Option<ClockRef>,
    /// The lowest rung of the case's events of this node; of all events where this node wrote none.
    pub rung: String,
}

/// A running clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRef {
    /// Which.
    pub clock: String,
    /// How it stands on the county's day.
    pub verdict: String,
}

/// Shows one case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Show {
    /// Its number.
    pub number: CaseNumber,
}

/// One case with its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The county's day.
    pub as_of: Option<Day>,
    /// The document.
    pub document: DocId,
    /// The number printed on the receipt.
    pub number: Option<CaseNumber>,
    /// The pinned item.
    pub item: Option<PinnedItem>,
    /// The state's code.
    pub state: String,
    /// The state's name.
    pub state_name: String,
    /// Whether it is on hold.
    pub on_hold: bool,
    /// `understood`, `incomplete` or `needs_newer`.
    pub standing: String,
    /// Facts that are missing, as `item <hash>` or `calendar <hash>`.
    pub missing: Vec<String>,
    /// Rules applied.
    pub rules_level: u32,
    /// Site of intake.
    pub intake: Option<SiteRef>,
    /// Who may move it.
    pub custodian: Option<SiteRef>,
    /// To whom custody is offered.
    pub offered_to: Option<SiteRef>,
    /// Who reviews.
    pub assigned_to: Option<StaffId>,
    /// `grant` or `refuse`.
    pub decision: Option<String>,
    /// The day printed on the receipt.
    pub told_by: Option<DueDay>,
    /// The applicant, masked.
    pub applicant: Option<MaskedApplicant>,
    /// The clocks that started.
    pub clocks: Vec<ClockShown>,
    /// Every event with its mark.
    pub history: Vec<HistoryLine>,
}

/// The version that a case was registered under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedItem {
    /// Item code.
    pub code: ItemCode,
    /// Name, where the version is here.
    pub name: Option<String>,
    /// Version number.
    pub version: u32,
    /// Its hash.
    pub hash: Hash,
}

/// A clock of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockShown {
    /// `C1`, `C3`, `C4` or `C5`.
    pub clock: String,
    /// The day it started; not counted.
    pub start: Day,
    /// Its length in working days.
    pub limit: Option<WorkDays>,
    /// The date that binds.
    pub due: Option<DueDay>,
    /// The date printed.
    pub printed: Option<DueDay>,
    /// The day it was stopped.
    pub stopped: Option<Day>,
    /// `running`, `overdue`, `met`, `late`, `ended` or `unknown`.
    pub verdict: String,
}

/// One event of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// The event.
    pub event: EventId,
    /// Its kind's word.
    pub kind: String,
    /// Its kind's name.
    pub kind_name: String,
    /// The day of the act by the clerk's word.
    pub day: Option<Day>,
    /// `clock` or `typed`.
    pub day_source: Option<String>,
    /// Who acted.
    pub staff: Option<StaffId>,
    /// Where.
    pub site: Option<SiteRef>,
    /// The node whose batch carries it.
    pub node: NodeId,
    /// What became of it: `effective`, `superseded`, ...
    pub mark: String,
    /// Why.
    pub reason: Option<String>,
    /// What the act states: number of the paper, result or slip, how the applicant was told, who reviews, what was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How far it is safe: `window`, `relay`, `county`, `safe` or `refused`.
    pub rung: String,
}

ask!(Register => Registered, "case", "register");
ask!(List => Listed, "case", "list");
ask!(Show => Shown, "case", "show");
