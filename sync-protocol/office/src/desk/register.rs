//! Taking a case in at the window: the receipt comes back only when the case and its number are durable.

use super::{Desk, Look};
use crate::api::DueDay;
use crate::api::case::{MaskedApplicant, Register, Registered};
use crate::record::shelf_of;
use crate::trouble::Trouble;
use crate::view::names::Names;
use crate::{scope, view, words};
use mesh_model::case::{ActError, Actor, NewCase, Receipt, register};
use mesh_model::code::StaffId;
use mesh_model::doc::event::{CaseEvent, Channel, DaySource};
use mesh_model::doc::item::ItemVersion;
use mesh_model::doc::sealed::{Applicant, Sealed};
use mesh_model::id::{DocId, EventId, SiteId};
use mesh_model::place::{Class, Scope};
use mesh_model::time::Day;
use mesh_runtime::env::random;
use sync_protocol::io::{ActPlace, LocalBody, Rung};

/// Days by which a typed day may lie ahead of the newest day record where the machine's date is behind it: the record of today may be late.
const DAY_AHEAD_MAX: i32 = 1;
/// Days by which the machine's date may lie ahead of the newest day record before the clerk must type the day.
///
/// A village may be cut off for weeks, so a month and a rest season are no fault; a clock that lost its battery is off by months or years.
const CLOCK_AHEAD_DAYS_MAX: i32 = 40;

/// Takes a case in.
pub(crate) async fn take_in(desk: &Desk, ask: Register) -> Result<Registered, Trouble> {
    let applicant = read_applicant(ask.applicant.0)?;
    let channel = read_channel(ask.channel.as_deref())?;
    let note = ask.note.map(|note| Sealed::text(&note.0));
    let mut numbers = desk.numbers.lock().await;
    let mut look = desk.look().await?;
    let (site, day) = post_of(&look)?;
    let actor = actor(desk, &look, ask.staff, ask.day)?;
    // Said before anything that depends on the day: a wrong clock also makes every item look as if it were not offered yet.
    if actor.day < day && actor.day_source == DaySource::Clock {
        return Err(ActError::DayNotTyped { day: actor.day, as_of: day }.into());
    }
    let item = item_on(&mut look, &ask.item, actor.day).await?;
    let area = look.projection.cache.site(site).await?.ok_or(Trouble::NoOwnSite {})?.code;
    let drawn = numbers.draw(area, look.county.block, look.county.branch, actor.day, &*desk.env)?;
    let nonce = random::<16>(&*desk.env);
    let new = NewCase { number: drawn.number, nonce, item: &item, applicant: &applicant, channel, note };
    let registered = register(&new, &actor, &look.projection.facts, &*look.county.tree);
    let (event, receipt) = registered.map_err(|error| refused(error, &item, actor.day))?;
    let case_scope = Scope::site(site, Class::CASES, shelf_of(day));
    let document = DocId::derive(case_scope, look.county.me, &nonce);
    let names = Names::read(&mut look.projection.cache).await?;
    // Nobody waits for the disk with the lists in hand.
    drop(look);
    numbers.spend(&drawn)?;
    let value = event.to_value();
    let id = EventId::of(&value);
    let places = desk.handle.act(case_scope, vec![LocalBody::Event { document, value }], vec![drawn.note()]).await??;
    let place = *places.first().ok_or(Trouble::Ending {})?;
    Ok(reply(&names, document, id, &event, receipt, &place))
}

/// Names the day and the item where the item is not offered.
fn refused(error: ActError, item: &ItemVersion, day: Day) -> Trouble {
    let (name, effective) = (&item.name, item.effective);
    match error {
        ActError::NotOffered => Trouble::act(
            "not_offered_on_day",
            format!("“{name}”在 {day} 不可受理：未完备、未到生效日期或已撤销（最近版本自 {effective} 起）"),
            format!(
                "{name:?} is not offered on {day}: not complete, not effective yet or withdrawn (this version counts from {effective})"
            ),
        ),
        error => error.into(),
    }
}

fn reply(names: &Names, document: DocId, event: EventId, written: &CaseEvent, receipt: Receipt, place: &ActPlace) -> Registered {
    Registered {
        number: receipt.number,
        document,
        event,
        registered_on: receipt.registered_on,
        day_typed: written.envelope.day_source == DaySource::Typed,
        item: receipt.item,
        item_name: receipt.item_name,
        item_version: receipt.item_version,
        promised: receipt.promised,
        told_by: DueDay { day: receipt.told_by, provisional: receipt.provisional },
        applicant: MaskedApplicant { name: receipt.applicant.name, id_type: receipt.applicant.id_type, id_no: receipt.applicant.id_no },
        site: names.site(written.envelope.site),
        place: view::place(place, scope::text(place.chain.scope, |site| names.code(site))),
        // The reply speaks of the moment of printing; where the act stands later, `case show` says.
        rung: words::rung(Rung::Window).to_owned(),
    }
}

/// Returns this node's site and the county's day, without which nothing is written.
pub(crate) fn post_of(look: &Look<'_>) -> Result<(SiteId, Day), Trouble> {
    let site = look.county.site.ok_or(Trouble::NotEnrolled {})?;
    Ok((site, look.county.day.ok_or(Trouble::NoDay {})?))
}

/// Returns who acts, and on which day by their own word: as typed, or by the machine's date.
///
/// # Errors
/// [`Trouble::Act`]: `day_in_future` for a typed day that lies ahead of the machine's date and of the county's day, `clock_ahead` for a
/// machine's date so far ahead of the county's day that a person must say which day it is.
pub(crate) fn actor(desk: &Desk, look: &Look<'_>, staff: StaffId, typed: Option<Day>) -> Result<Actor, Trouble> {
    let wall = desk.env.wall();
    check_ahead(typed, wall.day(), look.county.day)?;
    let (day, minute, day_source) = match typed {
        Some(day) => (day, None, DaySource::Typed),
        None => (wall.day(), Some(view::minute_of(wall)), DaySource::Clock),
    };
    Ok(Actor { staff, node: look.county.me, day, minute, day_source, as_of: look.county.day })
}

/// Refuses a day that lies ahead of everything known here; `as_of` is the county's day, without which nothing is judged.
fn check_ahead(typed: Option<Day>, wall: Day, as_of: Option<Day>) -> Result<(), Trouble> {
    let Some(as_of) = as_of else { return Ok(()) };
    match typed {
        Some(day) if day > wall && day > as_of + DAY_AHEAD_MAX => Err(Trouble::act(
            "day_in_future",
            format!("办理日期 {day} 在将来：本机日期为 {wall}，全县日期为 {as_of}"),
            format!("the day {day} lies in the future: this machine's date is {wall}, the county's day {as_of}"),
        )),
        None if wall > as_of + CLOCK_AHEAD_DAYS_MAX => Err(Trouble::act(
            "clock_ahead",
            format!("本机日期 {wall} 比全县日期 {as_of} 晚 {CLOCK_AHEAD_DAYS_MAX} 天以上，可能有误，须手工填写日期"),
            format!(
                "this machine's date {wall} is over {CLOCK_AHEAD_DAYS_MAX} days ahead of the county's day {as_of}: the day must be typed"
            ),
        )),
        Some(_) | None => Ok(()),
    }
}

async fn item_on(look: &mut Look<'_>, code: &mesh_model::code::ItemCode, day: Day) -> Result<ItemVersion, Trouble> {
    if let Some(item) = look.projection.cache.item_on(code, day).await? {
        return Ok(item);
    }
    // A version that counts later only: known, and not offered yet.
    let later = look.projection.cache.item_versions(code).await?;
    later.into_iter().next().ok_or_else(|| Trouble::NoItem { code: code.to_string() })
}

fn read_applicant(json: serde_json::Value) -> Result<Applicant, Trouble> {
    // The parser's message may quote the value, which is a citizen's.
    serde_json::from_value(json).map_err(|_| Trouble::BadApplicant {
        zh: "应为只含 name、id_type、id_no（可含 phone）的 JSON 对象，取值均为文本".to_owned(),
        why: "want {name, id_type, id_no, phone?}, all texts, and nothing else".to_owned(),
    })
}

fn read_channel(word: Option<&str>) -> Result<Channel, Trouble> {
    match word.unwrap_or("window") {
        "window" => Ok(Channel::Window),
        "web" => Ok(Channel::Web),
        "mobile" => Ok(Channel::Mobile),
        "courier" => Ok(Channel::Courier),
        "other" => Ok(Channel::Other),
        word => Err(Trouble::BadWord { field: "channel", word: word.to_owned(), allowed: "window, web, mobile, courier, other" }),
    }
}
