//! The acts of a window: each checks against the case as it stands and builds the event, or says why not.
//!
//! Nothing is committed here; a receipt may be printed only when the event is durable.

use super::authority::{Authority, Post};
use super::clock::{REPORT_UP, SEND_BACK, TELL};
use super::facts::Facts;
use super::fold::{Folded, Standing};
use super::judge::{Standpoint, judge};
use super::mark::{Mark, Unauthorised};
use crate::calendar::{Due, WorkDays, due_on};
use crate::code::{ItemCode, StaffId};
use crate::division::Level;
use crate::doc::event::{
    AFTER_MAX, Accept, Assign, Body, CaseEvent, Channel, Conclude, DaySource, Decide, Decision, Deliver, EVENT_BYTES_MAX, Envelope,
    HandOver, Notify, PinnedItem, Register, RulesLevel, Withdraw,
};
use crate::doc::item::ItemVersion;
use crate::doc::sealed::{Applicant, BadApplicant, MaskedApplicant, Sealed};
use crate::id::{EventId, Hash, NodeId, SiteId};
use crate::number::CaseNumber;
use crate::time::Day;

/// Who acts, where, and on which day by their own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The member of staff.
    pub staff: StaffId,
    /// The node in front of which they sit.
    pub node: NodeId,
    /// The day of the act; by default the machine's date.
    pub day: Day,
    /// Minutes since midnight, where known.
    pub minute: Option<u16>,
    /// Whether the day was typed.
    pub day_source: DaySource,
    /// The newest day record that the node holds.
    pub as_of: Option<Day>,
}

/// Why an act is refused before an event is built; nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// A field of the applicant does not fit.
    #[error("the applicant cannot be registered")]
    Applicant(#[source] BadApplicant),
    /// The day lies before the newest day record and was not typed.
    #[error("the day {day} lies before the county's day {as_of}: it must be typed")]
    DayNotTyped {
        /// The day of the act.
        day: Day,
        /// The newest day record.
        as_of: Day,
    },
    /// The item version that the case pins is not here, so that no due date can be printed.
    #[error("item version {0} is not here")]
    ItemNotHere(Hash),
    /// The case is folded by rules that this build does not know.
    #[error("the case needs rules level {}", .0.0)]
    NeedsNewer(RulesLevel),
    /// The item is not complete, or withdrawn, or not effective yet.
    #[error("the item is not offered on this day")]
    NotOffered,
    /// The item is offered at a higher level only.
    #[error("the item is not offered at this level")]
    OfferedAbove,
    /// The fold would mark the event.
    #[error("the act would have no effect ({0})")]
    Refused(Mark),
    /// The event is longer than an event may be.
    #[error("the event has {bytes} bytes, at most {EVENT_BYTES_MAX} are allowed")]
    TooLong {
        /// Length of the event's value.
        bytes: usize,
    },
}

impl ActError {
    /// Returns the stable word by which scripts tell refusals apart; a refusal of the fold gives the mark's reason.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            ActError::Applicant(_) => "applicant",
            ActError::DayNotTyped { .. } => "day_not_typed",
            ActError::ItemNotHere(_) => "item_not_here",
            ActError::NeedsNewer(_) => "needs_newer",
            ActError::NotOffered => "not_offered_on_day",
            ActError::OfferedAbove => "offered_above",
            ActError::Refused(mark) => mark.reason().unwrap_or(mark.word()),
            ActError::TooLong { .. } => "too_long",
        }
    }
}

/// What a window enters to take a case in.
#[derive(Clone, Debug)]
pub struct NewCase<'a> {
    /// The number handed out by [`crate::numbering::Numbering`].
    pub number: CaseNumber,
    /// Random bytes for the document's id.
    pub nonce: [u8; 16],
    /// The item version that is offered.
    pub item: &'a ItemVersion,
    /// Who applies.
    pub applicant: &'a Applicant,
    /// How the application came in.
    pub channel: Channel,
    /// A note of the clerk.
    pub note: Option<Sealed>,
}

/// What is printed for the applicant; to be printed only when the registration is durable.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Receipt {
    /// The number of the case.
    pub number: CaseNumber,
    /// The day of taking in.
    pub registered_on: Day,
    /// The item.
    pub item: ItemCode,
    /// The item's name.
    pub item_name: String,
    /// The version whose conditions and papers hold for this case.
    pub item_version: u32,
    /// Working days from acceptance to decision.
    pub promised: WorkDays,
    /// The day by which the applicant will be told, if the case is accepted in time.
    pub told_by: Day,
    /// Whether that day was counted through a year that is not published; what binds is the earlier of this day and the recomputed one.
    pub provisional: bool,
    /// The applicant, masked.
    pub applicant: MaskedApplicant,
}

/// Takes a case in at the window: builds the first event and what is printed.
///
/// The printed day allows for the whole way: for a village, report-up, the item's promise, sending back and telling (2 + n + 3 + 2
/// working days); for other sites the promise and telling (n + 2).
///
/// # Errors
/// [`ActError`] when the item is not offered here and today, the applicant does not fit, or the site may not register.
pub fn register(new: &NewCase<'_>, actor: &Actor, facts: &Facts, authority: &dyn Authority) -> Result<(CaseEvent, Receipt), ActError> {
    new.applicant.check().map_err(ActError::Applicant)?;
    let post = post_of(actor, authority)?;
    let promised = new.item.promised().filter(|_| new.item.is_offered_on(actor.day)).ok_or(ActError::NotOffered)?;
    if post.level > new.item.level {
        return Err(ActError::OfferedAbove);
    }
    let way = match post.level {
        Level::Village => REPORT_UP.0 + SEND_BACK.0 + TELL.0,
        Level::County | Level::Township => TELL.0,
    };
    let told_by = due_on(actor.day, WorkDays(promised.0.saturating_add(way)), facts.calendar());
    let fields = Register {
        level: RulesLevel::NEWEST,
        nonce: new.nonce.to_vec(),
        number: new.number,
        item: PinnedItem { code: new.item.code.clone(), version: new.item.version, hash: new.item.hash() },
        applicant: Sealed::applicant(new.applicant),
        printed: Some(told_by),
        channel: new.channel,
        note: new.note.clone(),
    };
    let event = build(Standpoint::START, Vec::new(), Body::Register(Box::new(fields)), actor, post, facts, authority)?;
    let receipt = Receipt {
        number: new.number,
        registered_on: actor.day,
        item: new.item.code.clone(),
        item_name: new.item.name.clone(),
        item_version: new.item.version,
        promised,
        told_by: told_by.day(),
        provisional: told_by.is_provisional(),
        applicant: new.applicant.masked(),
    };
    Ok((event, receipt))
}

/// An actor before a case: every act of theirs, checked against the case as it stands.
#[derive(Clone, Copy)]
pub struct Act<'a> {
    /// The case as it stands here.
    pub case: &'a Folded,
    /// Who acts.
    pub actor: &'a Actor,
    /// The facts at hand.
    pub facts: &'a Facts,
    /// The authority log at hand.
    pub authority: &'a dyn Authority,
}

impl Act<'_> {
    /// Offers custody to a site above (报送).
    ///
    /// # Errors
    /// [`ActError`], as for every act: nothing was written, and [`ActError::kind`] says why.
    pub fn forward(&self, to: SiteId) -> Result<CaseEvent, ActError> {
        self.event(Body::Forward(HandOver { to }))
    }

    /// Takes the custody that was offered (接收).
    ///
    /// # Errors
    /// See [`Act::forward`].
    pub fn receive(&self) -> Result<CaseEvent, ActError> {
        self.event(Body::Receive)
    }

    /// Accepts legally (受理); the due date to be printed is in the event and comes back beside it.
    ///
    /// # Errors
    /// See [`Act::forward`]; also [`ActError::ItemNotHere`], since the promise is not known then.
    pub fn accept(&self, paper_no: Option<String>) -> Result<(CaseEvent, Due), ActError> {
        let event = self.event(Body::Accept(Accept { paper_no: paper_no.clone(), printed: None }))?;
        let pinned = self.case.register.as_ref().map(|register| register.item.hash).unwrap_or_default();
        let limit = self.facts.item(pinned).and_then(ItemVersion::promised).ok_or(ActError::ItemNotHere(pinned))?;
        let printed = due_on(self.actor.day, limit, self.facts.calendar());
        let body = Body::Accept(Accept { paper_no, printed: Some(printed) });
        Ok((CaseEvent { body, ..event }, printed))
    }

    /// Gives the case to a reviewer (分办).
    ///
    /// # Errors
    /// See [`Act::forward`].
    pub fn assign(&self, to: StaffId) -> Result<CaseEvent, ActError> {
        self.event(Body::Assign(Assign { to }))
    }

    /// Decides (决定).
    ///
    /// # Errors
    /// See [`Act::forward`].
    pub fn decide(&self, decision: Decision, opinion: Option<Sealed>) -> Result<CaseEvent, ActError> {
        self.event(Body::Decide(Decide { decision, opinion }))
    }

    /// Issues the result (办结).
    ///
    /// # Errors
    /// See [`Act::forward`].
    pub fn conclude(&self, result_no: Option<String>) -> Result<CaseEvent, ActError> {
        self.event(Body::Conclude(Conclude { result_no }))
    }

    /// Offers custody to a site on the way back to the one that took the case in (返还).
    ///
    /// # Errors
    /// See [`Act::forward`].
    pub fn hand_back(&self, to: SiteId) -> Result<CaseEvent, ActError> {
        self.event(Body::Return(HandOver { to }))
    }

    /// Tells the applicant (通知).
    ///
    /// # Errors
    /// See [`Act::forward`].
    pub fn notify(&self, how: String) -> Result<CaseEvent, ActError> {
        self.event(Body::Notify(Notify { how }))
    }

    /// Hands the result out (送达).
    ///
    /// # Errors
    /// See [`Act::forward`].
    pub fn deliver(&self, slip_no: Option<String>) -> Result<CaseEvent, ActError> {
        self.event(Body::Deliver(Deliver { slip_no }))
    }

    /// Takes down that the applicant withdraws (撤回).
    ///
    /// # Errors
    /// See [`Act::forward`].
    pub fn withdraw(&self, reason: Option<Sealed>) -> Result<CaseEvent, ActError> {
        self.event(Body::Withdraw(Withdraw { reason }))
    }

    /// Builds any event after the first, checked.
    ///
    /// # Errors
    /// See [`Act::forward`].
    pub fn event(&self, body: Body) -> Result<CaseEvent, ActError> {
        if let Standing::NeedsNewer { level } = self.case.standing {
            return Err(ActError::NeedsNewer(level));
        }
        let post = post_of(self.actor, self.authority)?;
        let after: Vec<EventId> = self.case.heads.iter().copied().take(AFTER_MAX).collect();
        build(self.case.standpoint(), after, body, self.actor, post, self.facts, self.authority)
    }
}

fn post_of(actor: &Actor, authority: &dyn Authority) -> Result<Post, ActError> {
    authority.post(actor.node).ok_or(ActError::Refused(Mark::Unauthorised(Unauthorised::UnknownNode)))
}

fn build(
    at: Standpoint,
    after: Vec<EventId>,
    body: Body,
    actor: &Actor,
    post: Post,
    facts: &Facts,
    authority: &dyn Authority,
) -> Result<CaseEvent, ActError> {
    if let (Some(as_of), DaySource::Clock) = (actor.as_of, actor.day_source)
        && actor.day < as_of
    {
        return Err(ActError::DayNotTyped { day: actor.day, as_of });
    }
    judge(at, &body, post, authority).map_err(ActError::Refused)?;
    let envelope = Envelope {
        after,
        staff: actor.staff.clone(),
        site: post.site,
        node: Some(actor.node),
        occurred_on: actor.day,
        minute: actor.minute,
        day_source: actor.day_source,
        as_of: actor.as_of,
        calendar: facts.calendar().pin(actor.day),
    };
    let event = CaseEvent { envelope, body };
    let bytes = event.to_value().len();
    if bytes > EVENT_BYTES_MAX { Err(ActError::TooLong { bytes }) } else { Ok(event) }
}
