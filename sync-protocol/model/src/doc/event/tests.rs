//! Events keep their bytes, and strange bytes are refused.

use super::*;
use crate::calendar::Due;
use crate::doc::sealed::Sealed;

fn envelope() -> Envelope {
    Envelope {
        after: vec![EventId([1; 16])],
        staff: "clerk-01".parse().unwrap(),
        site: SiteId([2; 8]),
        node: Some(NodeId([3; 16])),
        occurred_on: "2026-11-22".parse().unwrap(),
        minute: Some(9 * 60 + 5),
        day_source: DaySource::Typed,
        as_of: Some("2026-11-21".parse().unwrap()),
        calendar: vec![Hash([4; 32])],
    }
}

fn bodies() -> Vec<Body> {
    let item = PinnedItem { code: "511A".parse().unwrap(), version: 3, hash: Hash([5; 32]) };
    let printed = Some(Due::Provisional("2027-01-05".parse().unwrap()));
    vec![
        Body::Register(Box::new(Register {
            level: RulesLevel(1),
            nonce: vec![6; 16],
            number: "511602001005-20261122-0A-0007".parse().unwrap(),
            item,
            applicant: Sealed::text("sealed"),
            printed,
            channel: Channel::Window,
            note: None,
        })),
        Body::Forward(HandOver { to: SiteId([7; 8]) }),
        Body::Receive,
        Body::Accept(Accept { paper_no: Some("受理-1".into()), printed }),
        Body::Assign(Assign { to: "reviewer-02".parse().unwrap() }),
        Body::Decide(Decide { decision: Decision::Refuse, opinion: Some(Sealed::text("opinion")) }),
        Body::Conclude(Conclude { result_no: None }),
        Body::Return(HandOver { to: SiteId([8; 8]) }),
        Body::Notify(Notify { how: "phone".into() }),
        Body::Deliver(Deliver { slip_no: Some("S-9".into()) }),
        Body::Withdraw(Withdraw { reason: None }),
    ]
}

#[test]
fn every_kind_of_event_reads_back_from_its_value() {
    for body in bodies() {
        let event = CaseEvent { envelope: envelope(), body };
        assert_eq!(CaseEvent::from_value(&event.to_value()).unwrap(), event);
    }
}

#[test]
fn the_bytes_of_every_kind_stay_what_they_are() {
    let ids: Vec<String> = bodies()
        .into_iter()
        .map(|body| {
            let kind = body.kind().word();
            let value = CaseEvent { envelope: envelope(), body }.to_value();
            format!("{kind} {} bytes {}", value.len(), EventId::of(&value))
        })
        .collect();
    insta::assert_snapshot!(ids.join("\n"));
}

#[test]
fn an_unknown_kind_keeps_its_envelope_and_its_number() {
    let mut event = CaseEvent { envelope: envelope(), body: Body::Unknown(99) };
    event.envelope.minute = None;
    let read = CaseEvent::from_value(&event.to_value()).unwrap();
    assert_eq!(read.kind(), EventKind::Unknown(99));
    assert_eq!(read.envelope, event.envelope);
}

#[test]
fn an_unknown_field_is_tolerated() {
    let value = CaseEvent { envelope: envelope(), body: Body::Receive }.to_value();
    let fields = u8::try_from(minicbor::Decoder::new(&value).map().unwrap().unwrap()).unwrap();
    let mut longer = vec![0xa0 | (fields + 1)];
    longer.extend_from_slice(&value[1..]);
    longer.extend_from_slice(&[0x18, 77, 0x01]);
    assert_eq!(CaseEvent::from_value(&longer).unwrap().envelope, envelope());
}

#[test]
fn values_that_no_author_may_write_are_refused() {
    let value = |envelope: Envelope| CaseEvent { envelope, body: Body::Receive }.to_value();
    assert!(matches!(CaseEvent::from_value(&[0; EVENT_BYTES_MAX + 1]), Err(ReadEventError::TooLong { .. })));
    assert!(matches!(CaseEvent::from_value(b""), Err(ReadEventError::Envelope(_))));
    let late = value(Envelope { minute: Some(1_440), ..envelope() });
    assert!(matches!(CaseEvent::from_value(&late), Err(ReadEventError::OutOfRange(_))));
    let far = value(Envelope { occurred_on: Day(i32::MAX), ..envelope() });
    assert!(matches!(CaseEvent::from_value(&far), Err(ReadEventError::OutOfRange(_))));
    let wide = value(Envelope { after: vec![EventId([0; 16]); AFTER_MAX + 1], ..envelope() });
    assert!(matches!(CaseEvent::from_value(&wide), Err(ReadEventError::OutOfRange(_))));
    let mut trailing = value(envelope());
    trailing.push(0);
    assert!(CaseEvent::from_value(&trailing).is_err());
}

proptest::proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let _ = CaseEvent::from_value(&bytes);
    }

    #[test]
    fn bytes_changed_anywhere_never_panic(which in 0usize..11, at in 0usize..400, byte in proptest::num::u8::ANY) {
        let mut value = CaseEvent { envelope: envelope(), body: bodies().swap_remove(which) }.to_value();
        let at = at % value.len();
        value[at] = byte;
        if let Ok(read) = CaseEvent::from_value(&value) {
            proptest::prop_assert!(read.to_value().len() <= EVENT_BYTES_MAX);
        }
    }
}
