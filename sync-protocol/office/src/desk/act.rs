//! The acts on a case that is taken in: load it, let the model judge and build the event, write it, and say how the case stands after.

use super::casefile::CaseFile;
use super::register::{actor, post_of};
use super::{Desk, Look};
use crate::api::Ask;
use crate::api::act::{Accept, Acted, Assign, Conclude, Decide, Deliver, Forward, Head, Notify, Receive, Return, Withdraw};
use crate::trouble::Trouble;
use crate::view::names::Names;
use crate::{view, words};
use mesh_model::calendar::Due;
use mesh_model::case::{Act, Authority, Folded, State};
use mesh_model::division::DivisionCode;
use mesh_model::doc::event::{CaseEvent, DaySource, Decision};
use mesh_model::doc::sealed::Sealed;
use mesh_model::id::{EventId, SiteId};
use sync_protocol::io::{LocalBody, Rung};

/// Whom custody can be offered to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ways {
    /// The site that was named.
    named: Option<SiteId>,
    /// The site directly above.
    above: Option<SiteId>,
    /// The site of intake.
    intake: Option<SiteId>,
}

/// A request that becomes one event.
pub(crate) trait Doing: Ask<Reply = Acted> {
    /// Returns the case, who acts, and when.
    fn head(&self) -> &Head;
    /// Returns the site that is named, if any is.
    fn to(&self) -> Option<DivisionCode> {
        None
    }
    /// Builds the event, and the due date to be printed if there is one.
    fn build(self, act: &Act<'_>, ways: Ways) -> Result<(CaseEvent, Option<Due>), Trouble>;
}

/// Does one act on a case.
pub(crate) async fn act<A: Doing>(desk: &Desk, ask: A) -> Result<Acted, Trouble> {
    // One act of this node at a time: the next sees this one.
    let serial = desk.numbers.lock().await;
    let mut look = desk.look().await?;
    let (site, _) = post_of(&look)?;
    let number = ask.head().number;
    let found = look.projection.cache.case_by_number(number).await?;
    let (document, scope) = found.ok_or_else(|| Trouble::NoCase { number: number.to_string() })?;
    let reader = desk.handle.reader();
    let mut file = CaseFile::read(&reader, document, scope, &look.county).await?;
    let case = fold(&mut look, &file).await?;
    let named = match ask.to() {
        None => None,
        Some(code) => Some(site_of(&mut look, code).await?),
    };
    let ways = Ways { named, above: look.county.tree.parent(site), intake: case.intake };
    let actor = actor(desk, &look, ask.head().staff.clone(), ask.head().day)?;
    let county = look.county.clone();
    let (event, due) = {
        let standing = Act { case: &case, actor: &actor, facts: &look.projection.facts, authority: &*county.tree };
        ask.build(&standing, ways).map_err(|trouble| with_missing_step(trouble, case.state, site == case.intake.unwrap_or(site)))?
    };
    let value = event.to_value();
    let id = EventId::of(&value);
    let places = desk.handle.act(scope, vec![LocalBody::Event { document, value: value.clone() }], Vec::new()).await??;
    drop(serial);
    for place in places {
        file.add(value.clone(), place);
    }
    let after = fold(&mut look, &file).await?;
    let names = Names::read(&mut look.projection.cache).await?;
    drop(look);
    urge_if_due(desk, &after, document).await?;
    Ok(Acted {
        number,
        document,
        event: id,
        kind: event.kind().word().to_owned(),
        day: event.envelope.occurred_on,
        day_typed: event.envelope.day_source == DaySource::Typed,
        state: after.state.code().to_owned(),
        state_name: after.state.chinese().to_owned(),
        custodian: after.custodian.map(|site| names.site(site)),
        offered_to: after.offered_to.map(|site| names.site(site)),
        due: due.map(view::due),
        rung: words::rung(Rung::Window).to_owned(),
    })
}

/// Names the step that is to be done first, where a step is missing.
fn with_missing_step(trouble: Trouble, state: State, at_intake: bool) -> Trouble {
    let Trouble::Act { kind: kind @ "too_early", zh, en, .. } = trouble else { return trouble };
    let (verb, name) = match state {
        State::Start => ("register", "收件登记"),
        State::Registered | State::Forwarded => ("accept", "受理"),
        State::Accepted => ("assign", "分办"),
        State::InReview => ("decide", "决定"),
        State::Decided => ("conclude", "办结"),
        State::Concluded if !at_intake => ("return", "返还"),
        State::Concluded | State::Returned => ("notify", "通知"),
        State::Notified | State::Delivered | State::Withdrawn => ("deliver", "送达"),
    };
    Trouble::Act {
        kind,
        zh: format!("{zh}：还缺“{name}”"),
        en: format!("{en}: {verb} comes first"),
        next_zh: format!("先办理“{name}”：meshctl case {verb} 办件编号"),
        next_en: format!("do this first: meshctl case {verb} NUMBER"),
    }
}

async fn fold(look: &mut Look<'_>, file: &CaseFile) -> Result<Folded, Trouble> {
    let county = look.county.clone();
    let super::follow::Projection { cache, facts, .. } = &mut *look.projection;
    file.fold(cache, facts, &county).await
}

async fn site_of(look: &mut Look<'_>, code: DivisionCode) -> Result<SiteId, Trouble> {
    let site = look.projection.cache.site_by_code(code).await?;
    site.map(|site| site.site).ok_or_else(|| Trouble::NoSite { code: code.to_string() })
}

/// A case that is due or on hold goes ahead of the bulk.
async fn urge_if_due(desk: &Desk, case: &Folded, document: mesh_model::id::DocId) -> Result<(), Trouble> {
    let due = case.clocks.iter().filter(|clock| clock.stopped.is_none()).filter_map(|clock| clock.due);
    if case.on_hold || due.into_iter().any(|due| due.day() <= case.as_of) {
        desk.handle.urge(document).await?;
    }
    Ok(())
}

macro_rules! doing {
    ($($name:ident |$ask:ident, $act:ident, $ways:ident| $build:expr;)*) => {$(
        impl Doing for $name {
            fn head(&self) -> &Head {
                &self.head
            }
            fn build(self, $act: &Act<'_>, $ways: Ways) -> Result<(CaseEvent, Option<Due>), Trouble> {
                let $ask = self;
                $build
            }
        }
    )*};
}

doing! {
    Receive |_ask, act, _ways| Ok((act.receive()?, None));
    Accept |ask, act, _ways| {
        let (event, due) = act.accept(ask.paper_no)?;
        Ok((event, Some(due)))
    };
    Assign |ask, act, _ways| Ok((act.assign(ask.to.unwrap_or(ask.head.staff))?, None));
    Decide |ask, act, _ways| {
        let decision = read_decision(ask.decision.as_deref())?;
        Ok((act.decide(decision, ask.opinion.map(|opinion| Sealed::text(&opinion.0)))?, None))
    };
    Conclude |ask, act, _ways| Ok((act.conclude(ask.result_no)?, None));
    Notify |ask, act, _ways| Ok((act.notify(ask.how.unwrap_or_else(|| "in person".to_owned()))?, None));
    Deliver |ask, act, _ways| Ok((act.deliver(ask.slip_no)?, None));
    Withdraw |ask, act, _ways| Ok((act.withdraw(ask.reason.map(|reason| Sealed::text(&reason.0)))?, None));
}

impl Doing for Forward {
    fn head(&self) -> &Head {
        &self.head
    }
    fn to(&self) -> Option<DivisionCode> {
        self.to
    }
    fn build(self, act: &Act<'_>, ways: Ways) -> Result<(CaseEvent, Option<Due>), Trouble> {
        let to = ways.named.or(ways.above).ok_or(Trouble::NoWay { zh: "本站点没有上级站点", why: "no site is above this one" })?;
        Ok((act.forward(to)?, None))
    }
}

impl Doing for Return {
    fn head(&self) -> &Head {
        &self.head
    }
    fn to(&self) -> Option<DivisionCode> {
        self.to
    }
    fn build(self, act: &Act<'_>, ways: Ways) -> Result<(CaseEvent, Option<Due>), Trouble> {
        let to = ways
            .named
            .or(ways.intake)
            .ok_or(Trouble::NoWay { zh: "本节点不知道收件站点", why: "the site of intake is not known here" })?;
        Ok((act.hand_back(to)?, None))
    }
}

fn read_decision(word: Option<&str>) -> Result<Decision, Trouble> {
    match word.unwrap_or("grant") {
        "grant" => Ok(Decision::Grant),
        "refuse" => Ok(Decision::Refuse),
        word => Err(Trouble::BadWord { field: "decision", word: word.to_owned(), allowed: "grant, refuse" }),
    }
}
