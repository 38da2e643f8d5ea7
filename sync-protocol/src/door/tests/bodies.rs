//! Bodies, reason by reason.

use super::*;
use crate::record::{AuthorityRecord, DayRecord, Landed, Refusal};

/// Judges one body in a scope, by hub or village.
fn judged(scope: Scope, body: Body, by: &SigningKey) -> Result<(), Reason> {
    let header = header(by, scope, authority().head(), std::slice::from_ref(&body));
    judge_body(&header, &body, by.public() == hub().public())
}

#[test]
fn a_body_over_the_bound_is_refused_whatever_its_schema() {
    let body =
        |bytes: usize| Body { document: DocId::derive(cases(), village().node(), b"1"), kind: BodyKind::WRAP, bytes: vec![0; bytes] };
    assert_eq!(judged(cases(), body(limits::BODY_BYTES_MAX), &village()), Ok(()));
    assert_eq!(judged(cases(), body(limits::BODY_BYTES_MAX + 1), &village()), Err(Reason::Size));
    let large = body(limits::BODY_BYTES_MAX + 1);
    let newer = Header { schema: SCHEMA + 1, ..header(&village(), cases(), authority().head(), std::slice::from_ref(&large)) };
    assert_eq!(judge_body(&newer, &large, false), Err(Reason::Size));
}

#[test]
fn a_newer_schema_is_stored_unread() {
    let body = Body { document: DocId([0; 16]), kind: BodyKind::CHANGE, bytes: b"of a newer release".to_vec() };
    let newer = Header { schema: SCHEMA + 1, ..header(&village(), cases(), authority().head(), std::slice::from_ref(&body)) };
    assert_eq!(judge_body(&newer, &body, false), Ok(()));
    assert_eq!(judged(cases(), body, &village()), Err(Reason::Scope));
}

#[test]
fn a_document_of_another_scope_is_refused() {
    let other = Scope::site(VILLAGE, Class::CASES, Shelf(2027));
    assert_eq!(judged(other, case(b"event"), &village()), Err(Reason::Scope));
}

#[test]
fn a_change_that_is_not_one_event_is_refused_in_case_scopes_only() {
    let rubbish =
        |scope| Body { document: DocId::derive(scope, village().node(), b"1"), kind: BodyKind::CHANGE, bytes: b"no event".to_vec() };
    assert_eq!(judged(cases(), rubbish(cases()), &village()), Err(Reason::Profile));
    let large = case(&vec![1; limits::EVENT_BYTES_MAX + 1]);
    assert_eq!(judged(cases(), large, &village()), Err(Reason::Profile));
    let rosters = Scope::site(VILLAGE, Class::ROSTER, Shelf(2026));
    assert_eq!(judged(rosters, rubbish(rosters), &village()), Ok(()), "the pre-scan of general documents comes with them");
}

#[test]
fn an_actor_of_another_node_boot_or_document_is_refused() {
    assert_eq!(judged(cases(), case_by(hub().node(), b"event"), &village()), Err(Reason::Actor));
    let body = case(b"event");
    let rebooted = Header { boot: [5; 16], ..header(&village(), cases(), authority().head(), std::slice::from_ref(&body)) };
    assert_eq!(judge_body(&rebooted, &body, false), Err(Reason::Actor));
    let elsewhere = Body { document: DocId::derive(cases(), village().node(), b"2"), ..body };
    assert_eq!(judged(cases(), elsewhere, &village()), Err(Reason::Actor));
}

fn record(scope: Scope, bytes: Vec<u8>) -> Body {
    Body { document: DocId::derive(scope, hub().node(), b"1"), kind: BodyKind::RECORD, bytes }
}

#[test]
fn records_are_the_hubs_alone() {
    let bytes = Record::Refusal(Refusal { header: Hash([1; 32]), index: 0, reason: 3 }).to_bytes();
    assert_eq!(judged(cases(), record(cases(), bytes.clone()), &hub()), Ok(()));
    assert_eq!(judged(cases(), record(cases(), bytes), &village()), Err(Reason::NotHub));
    let domain = RecordTag::DOMAIN.to_be_bytes().to_vec();
    assert_eq!(judged(cases(), record(cases(), domain.clone()), &hub()), Ok(()), "the domain's records are not opened");
    assert_eq!(judged(cases(), record(cases(), domain), &village()), Err(Reason::NotHub));
}

#[test]
fn a_record_that_cannot_be_read_or_is_not_at_home_is_refused() {
    let days = Scope::county(Class::DAY, Shelf(2026));
    let day = Record::Day(DayRecord { day: 20_700, height: 1, authority: Hash([1; 32]), prev: Hash::default() }).to_bytes();
    let below = AuthorityHead { height: 1, hash: Hash([1; 32]) };
    let step = AuthorityRecord::new(below, &AuthorityAct::Place { sites: Vec::new() });
    let step = Record::Authority(step).to_bytes();
    let landed = Record::Landed(Landed { era: 1, chains: Vec::new() }).to_bytes();
    let table = [
        (days, day.clone(), Ok(())),
        (Scope::AUTHORITY, day.clone(), Err(Reason::Record)),
        (cases(), day.clone(), Err(Reason::Record)),
        (Scope::AUTHORITY, step.clone(), Ok(())),
        (days, step.clone(), Err(Reason::Record)),
        (cases(), step, Err(Reason::Record)),
        (cases(), landed, Ok(())),
        (days, day[..day.len() - 1].to_vec(), Err(Reason::Record)),
        (days, vec![0], Err(Reason::Record)),
        (days, vec![0, 63, 0xa0], Err(Reason::Record)),
        (days, vec![0, 64], Ok(())),
    ];
    for (line, (scope, bytes, expected)) in table.into_iter().enumerate() {
        assert_eq!(judged(scope, record(scope, bytes), &hub()), expected, "line {line}");
    }
}

#[test]
fn a_body_of_an_unknown_kind_is_stored_and_forwarded() {
    let body = Body { document: DocId::derive(cases(), village().node(), b"1"), kind: BodyKind(77), bytes: vec![1, 2, 3] };
    assert_eq!(judged(cases(), body, &village()), Ok(()));
}

#[test]
fn the_numbers_of_reasons_never_change_their_meaning() {
    let all = [(1, Reason::Size), (2, Reason::Scope), (3, Reason::Profile), (4, Reason::Actor), (5, Reason::NotHub), (6, Reason::Record)];
    for (number, reason) in all {
        assert_eq!((Reason::from_number(number), reason as u16), (reason, number));
    }
    assert_eq!(Reason::from_number(7), Reason::Unknown);
    assert_eq!(Reason::from_number(0), Reason::Unknown);
}
