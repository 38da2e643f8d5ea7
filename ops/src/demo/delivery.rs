//! One case on its whole way: up to the township, decided there, back to the village, into the applicant's hands.

use super::county::{County, PATIENCE};
use super::screen::Screen;
use super::site::{Look, Site, until};
use super::story::staff;
use super::trouble::Trouble;
use crate::words;
use mesh_model::number::CaseNumber;
use mesh_office::api::Ask;
use mesh_office::api::act::{Accept, Acted, Assign, Conclude, Decide, Deliver, Forward, Head, Notify, Receive, Return};
use mesh_office::api::case::Show;

/// Who acts at the village.
const CLERK: &str = "示例员甲";
/// Who receives and accepts at the township.
const WINDOW: &str = "示例员乙";
/// Who decides there.
const REVIEWER: &str = "示例员丙";

/// Runs the case to delivery.
pub(super) async fn run(county: &County, screen: &Screen, number: CaseNumber) -> Result<(), Trouble> {
    let (village, township) = (county.village(), county.township());
    screen.say(format!("办理 {number}:"), format!("the way of {number}:"));
    let head = |who: &str| Head { number, staff: staff(who), day: None };
    act(village, screen, &Forward { head: head(CLERK), to: None }).await?;
    offered(township, number).await?;
    act(township, screen, &Receive { head: head(WINDOW) }).await?;
    act(township, screen, &Accept { head: head(WINDOW), paper_no: None }).await?;
    act(township, screen, &Assign { head: head(WINDOW), to: Some(staff(REVIEWER)) }).await?;
    act(township, screen, &Decide { head: head(REVIEWER), decision: None, opinion: None }).await?;
    act(township, screen, &Conclude { head: head(REVIEWER), result_no: Some("示例-1".to_owned()) }).await?;
    act(township, screen, &Return { head: head(WINDOW), to: None }).await?;
    offered(village, number).await?;
    act(village, screen, &Receive { head: head(CLERK) }).await?;
    act(village, screen, &Notify { head: head(CLERK), how: None }).await?;
    act(village, screen, &Deliver { head: head(CLERK), slip_no: Some("示例-1".to_owned()) }).await
}

/// Waits until the offer of custody has arrived at a site.
async fn offered(site: &Site, number: CaseNumber) -> Result<(), Trouble> {
    until("custody offered", PATIENCE, || async {
        let shown = site.ask_if_there(&Show { number }).await?;
        let offered = shown.and_then(|case| case.offered_to).and_then(|to| to.code);
        Ok(if offered == Some(site.code) { Look::There(()) } else { Look::NotYet(format!("{}: {offered:?}", site.key)) })
    })
    .await
}

async fn act<A: Ask<Reply = Acted>>(site: &Site, screen: &Screen, request: &A) -> Result<(), Trouble> {
    let done = site.ask(request).await?;
    let due = done.due.map(|due| words::due(screen.lang, Some(due)));
    let due = due.map(|due| screen.lang.of(format!("，期限 {due}"), format!(", due {due}"))).unwrap_or_default();
    let (name, lang) = (&site.name, screen.lang);
    let (kind, state) = (words::act(lang, &done.kind), words::state(lang, &done.state, &done.state_name));
    screen.say(format!("  {name}  {kind} → {state}{due}"), format!("  {name}  {kind} → {state}{due}"));
    Ok(())
}
