//! Clerks: a paper of the plan becomes the next legal act on its case, by the admin routes and nothing else.
//!
//! The first paper of a case takes it in, of a real item; each later one looks at the case, as a clerk does, and does what comes next for a
//! site in that place. Where nothing comes next for it, nothing is written.

use super::counter::{ask, ask_json};
use super::machine::{Machine, Running};
use super::sights::{Seen, Sights};
use crate::evidence::Receipt;
use crate::layout::Post;
use crate::plan::clerks::{Case, Paper};
use mesh_model::code::ItemCode;
use mesh_model::id::{DocId, EventId};
use mesh_model::number::CaseNumber;
use mesh_model::time::Uptime;
use mesh_office::api::Private;
use mesh_office::api::act::{Accept, Acted, Assign, Conclude, Decide, Deliver, Forward, Head, Notify, Receive, Return};
use mesh_office::api::case::{Register, Registered, Show, Shown};
use mesh_runtime::admin::Problem;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use sync_protocol::batch::BodyKind;
use sync_protocol::io::ActPlace;
use sync_protocol::journal::{Load, Loaded, StoredBody};

/// Bytes of a note or an opinion, at most: the event around it stays below its bound.
const NOTE_BYTES_MAX: usize = 12_000;

/// Cases that were taken in, by their name in the plan.
pub type Cases = Arc<Mutex<BTreeMap<Case, (CaseNumber, DocId)>>>;

/// What every clerk knows.
#[derive(Clone)]
pub struct Clerks {
    /// Cases taken in so far.
    pub cases: Cases,
    /// Items that can be applied for.
    pub items: Arc<Vec<ItemCode>>,
    /// Where receipts are seen.
    pub sights: Sights,
}

/// What an act on a case came to.
enum Done {
    /// It is durable.
    Event { document: DocId, event: EventId, number: CaseNumber },
    /// Nothing comes next for this site.
    Nothing,
}

impl Clerks {
    /// Writes a paper at a machine that runs; `at` is the time of the plan.
    pub async fn write(self, machine: Machine, running: Running, paper: Paper, post: Post, began_ms: u64) {
        machine.state().office.handed_in += 1;
        let known = self.cases.lock().expect("nobody panics while holding the cases").get(&paper.case).copied();
        let done = match known {
            None if paper.case.intake == paper.seat => self.take_in(&running, &paper).await,
            None => Ok(Done::Nothing),
            Some((number, _)) => self.go_on(&running, &paper, number, post).await,
        };
        match done {
            Ok(Done::Event { document, event, number }) => {
                let places = places_of(&machine, document, event);
                if let [place, ..] = places.as_slice() {
                    debug_assert_eq!(place.chain.node, machine.state().node.unwrap_or_default());
                }
                self.sights.see(paper.seat, Seen::Printed(paper.number, places.clone()));
                let at = Uptime(self.sights.now_ms().saturating_sub(began_ms));
                let receipt = Receipt { at, places: places.into(), number: Some(number.to_string().into()) };
                machine.state().office.receipts.insert(paper.number, receipt);
            }
            Ok(Done::Nothing) => machine.state().office.missed += 1,
            Err(problem) => {
                let mut state = machine.state();
                state.office.missed += 1;
                state.office.refusals.entry(problem.code).or_insert((0, problem.cause.unwrap_or_default())).0 += 1;
            }
        }
    }

    async fn take_in(&self, running: &Running, paper: &Paper) -> Result<Done, Problem> {
        let item = self.items[usize::try_from(paper.number).unwrap_or(0) % self.items.len()].clone();
        let request = Register {
            item,
            applicant: Private(json!({ "name": "示例甲", "id_type": "111", "id_no": "511602190001010000" })),
            staff: "clerk".parse().expect("a word"),
            day: None,
            channel: None,
            note: Some(Private(filler(paper))),
        };
        let Registered { number, document, event, .. } = ask(&running.router, &request).await?;
        self.cases.lock().expect("nobody panics while holding the cases").insert(paper.case, (number, document));
        Ok(Done::Event { document, event, number })
    }

    async fn go_on(&self, running: &Running, paper: &Paper, number: CaseNumber, post: Post) -> Result<Done, Problem> {
        let shown: Shown = ask(&running.router, &Show { number }).await?;
        let head = || Head { number, staff: "clerk".parse().expect("a word"), day: None };
        let site = running.desk.handle().view(|node| node.authority().node(node.id()).map(|enrolled| enrolled.site)).await.ok().flatten();
        let is_mine = shown.custodian.as_ref().is_some_and(|custodian| Some(custodian.site) == site);
        let is_offered = shown.offered_to.as_ref().is_some_and(|offered| Some(offered.site) == site);
        let at_intake = shown.intake.as_ref().is_some_and(|intake| Some(intake.site) == site);
        let router = &running.router;
        let acted: Acted = match (shown.state.as_str(), is_mine, is_offered) {
            (_, _, true) => ask(router, &Receive { head: head() }).await?,
            (_, false, false) => return Ok(Done::Nothing),
            ("registered", true, false) if post == Post::Village => ask(router, &Forward { head: head(), to: None }).await?,
            ("registered" | "forwarded", true, false) => ask(router, &Accept { head: head(), paper_no: None }).await?,
            ("accepted", true, false) => ask(router, &Assign { head: head(), to: None }).await?,
            ("in_review", true, false) => {
                let opinion = Some(Private(filler(paper)));
                ask(router, &Decide { head: head(), decision: None, opinion }).await?
            }
            ("decided", true, false) => ask(router, &Conclude { head: head(), result_no: None }).await?,
            ("concluded", true, false) if !at_intake => ask(router, &Return { head: head(), to: None }).await?,
            ("concluded" | "returned", true, false) => ask(router, &Notify { head: head(), how: None }).await?,
            ("notified", true, false) => ask(router, &Deliver { head: head(), slip_no: None }).await?,
            (_, true, false) => return Ok(Done::Nothing),
        };
        Ok(Done::Event { document: acted.document, event: acted.event, number })
    }
}

/// Text that makes the event about as long as the paper is.
fn filler(paper: &Paper) -> String {
    let words = ["核", "实", "材", "料", "齐", "全", "经", "办"];
    let mut text = String::new();
    let mut number = paper.number;
    while text.len() < paper.bytes.saturating_sub(180).min(NOTE_BYTES_MAX) {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(words[usize::try_from(number >> 61).expect("below 8")]);
    }
    text
}

/// Returns where an event stands, from the machine's own disk.
fn places_of(machine: &Machine, document: DocId, event: EventId) -> Vec<ActPlace> {
    let Loaded::Document(bodies) = machine.store().lock().disk.content().answer(Load::Document { document }) else { return Vec::new() };
    let is_it = |body: &StoredBody| match body {
        StoredBody::Here(body) if body.kind == BodyKind::CHANGE => {
            sync_protocol::profile::read(&body.bytes).is_ok_and(|change| EventId::of(&change.value) == event)
        }
        StoredBody::Here(_) | StoredBody::Missing(_) | StoredBody::Refused { .. } => false,
    };
    let found = bodies.into_iter().filter(|body| is_it(&body.body));
    found.map(|body| ActPlace { chain: body.header.chain, seq: body.header.seq, header: body.header.hash(), at: body.at }).take(1).collect()
}

/// Returns a case as a screen shows it, without how far each event is safe, which differs from site to site.
pub async fn shown(running: &Running, number: CaseNumber) -> Option<Vec<u8>> {
    let mut page = ask_json(&running.router, &Show { number }).await.ok()?;
    for line in page.get_mut("history").and_then(|history| history.as_array_mut()).into_iter().flatten() {
        line.as_object_mut()?.remove("rung");
    }
    serde_json::to_vec(&page).ok()
}
