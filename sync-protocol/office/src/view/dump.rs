//! `doc dump`: every body in the journal by scope and document; decoded on request, without personal data.

use super::cases::word;
use super::names::Names;
use crate::api::doc::{BodyDump, DocumentDump, Dump, Dumped, ScopeDump};
use crate::desk::Desk;
use crate::record::Paper;
use crate::scope;
use crate::trouble::Trouble;
use mesh_model::doc::event::{Body as EventBody, CaseEvent};
use mesh_model::id::{DocId, Hash};
use mesh_model::place::{Class, Scope};
use mesh_runtime::journal::Reader;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::batch::{Body, BodyKind, SignedHeader};
use sync_protocol::journal::{JournalEntry, Load, Loaded, StoredBody};
use sync_protocol::profile;
use sync_protocol::record::{AuthorityAct, Record};

mod heads;

/// Bytes of journal read at one time.
const CHUNK_BYTES: usize = 256 * 1024;

type Documents = BTreeMap<Scope, BTreeMap<DocId, Found>>;

/// What the journal holds of one document.
#[derive(Default)]
struct Found {
    bodies: BTreeMap<(Hash, u16), BodyDump>,
    /// Raw changes that passed the door, when they are to be decoded.
    changes: Vec<Vec<u8>>,
}

/// Dumps what the journal holds.
pub(crate) async fn dump(desk: &Desk, ask: Dump) -> Result<Dumped, Trouble> {
    let (me, tail, names) = {
        let mut look = desk.look().await?;
        (look.county.me, look.county.tail, Names::read(&mut look.projection.cache).await?)
    };
    let mut documents = Documents::new();
    let reader = desk.handle.reader();
    let mut at = 0;
    while at < tail {
        let entries = entries_after(&reader, at).await?;
        let Some(last) = entries.last() else { break };
        at = last.at.seq;
        entries.iter().for_each(|entry| take(entry, &ask, &names, &mut documents));
    }
    let scopes = documents.into_iter().map(|(scope, documents)| ScopeDump {
        scope: scope::text(scope, |site| names.code(site)),
        documents: documents.into_iter().map(|(document, found)| document_dump(document, found)).collect(),
    });
    Ok(Dumped { node: me, scopes: scopes.collect() })
}

async fn entries_after(reader: &Reader, seq: u64) -> Result<Vec<JournalEntry>, Trouble> {
    match reader.fetch(Load::After { seq, bytes_max: CHUNK_BYTES }).await? {
        Loaded::Entries(entries) => Ok(entries),
        _ => Err(Trouble::Damaged { what: "the journal answered another question".to_owned() }),
    }
}

fn document_dump(document: DocId, found: Found) -> DocumentDump {
    let mut bodies: Vec<BodyDump> = found.bodies.into_values().collect();
    bodies.sort_by_key(|body| (body.journal, body.index));
    let heads = (!found.changes.is_empty()).then(|| heads::of(&found.changes)).flatten();
    DocumentDump { document, heads, bodies }
}

fn take(entry: &JournalEntry, ask: &Dump, names: &Names, documents: &mut Documents) {
    let header = &entry.batch.header;
    if ask.scope.as_ref().is_some_and(|wanted| *wanted != scope::text(header.chain.scope, |site| names.code(site))) {
        return;
    }
    for (index, stored) in (0u16..).zip(&entry.batch.bodies) {
        // The document of a body that is not here is unknown: it stands under zeros, so that the scope does not hide it.
        let (document, kind, bytes, decoded) = match stored {
            StoredBody::Here(body) => {
                let (kind, decoded) = describe(header, body);
                (body.document, kind, Some(body.bytes.len() as u64), ask.decoded.then_some(decoded))
            }
            StoredBody::Missing(_) => (DocId::default(), "missing", None, None),
            StoredBody::Refused { .. } => (DocId::default(), "refused", None, None),
        };
        if ask.document.is_some_and(|wanted| wanted != document) {
            continue;
        }
        let line =
            BodyDump { journal: entry.at.seq, node: header.chain.node, seq: header.seq, index, kind: kind.to_owned(), bytes, decoded };
        let found = documents.entry(header.chain.scope).or_default().entry(document).or_default();
        let is_new = found.bodies.insert((header.hash(), index), line).is_none();
        if let (true, true, StoredBody::Here(body)) = (ask.decoded, is_new && kind == "event", stored) {
            found.changes.push(body.bytes.clone());
        }
    }
}

/// Returns what a body is and what it says, as far as everybody may read it.
fn describe(header: &SignedHeader, body: &Body) -> (&'static str, Value) {
    match body.kind {
        BodyKind::CHANGE if header.chain.scope.class == Class::CASES => match profile::read(&body.bytes) {
            Ok(change) => ("event", event(&change.value)),
            Err(error) => ("change", json!({ "unreadable": error.to_string() })),
        },
        BodyKind::CHANGE => ("change", Value::Null),
        BodyKind::RECORD => record(&body.bytes),
        BodyKind::WRAP => ("wrap", Value::Null),
        BodyKind(number) => ("unknown", json!({ "kind": number })),
    }
}

fn record(bytes: &[u8]) -> (&'static str, Value) {
    match Record::read(bytes) {
        Ok(Some(Record::Authority(step))) => {
            let act = match &step.act() {
                None => Value::Null,
                Some(AuthorityAct::Found { county, site, .. }) => json!({ "found": county, "site": site }),
                Some(AuthorityAct::Enrol { keys, site, block, .. }) => json!({ "enrol": keys.node(), "site": site, "block": block }),
                Some(AuthorityAct::Revoke { node, .. }) => json!({ "revoke": node }),
                Some(AuthorityAct::Place { sites }) => json!({ "place": sites.iter().map(|placed| placed.site).collect::<Vec<_>>() }),
            };
            return ("authority", json!({ "height": step.height, "act": act }));
        }
        Ok(Some(Record::Day(day))) => return ("day", json!({ "day": mesh_model::time::Day(day.day) })),
        Ok(Some(Record::Landed(landed))) => {
            let chains = landed.chains.iter().map(|line| json!({ "node": line.node, "branch": line.branch, "seq": line.seq }));
            return ("landed", json!({ "era": landed.era, "chains": chains.collect::<Vec<_>>() }));
        }
        Ok(Some(Record::Refusal(refusal))) => return ("refusal", json!({ "header": refusal.header, "index": refusal.index })),
        Ok(None) | Err(_) => {}
    }
    match Paper::read(bytes) {
        Ok(Some(Paper::Site(site))) => ("site", json!(site)),
        Ok(Some(Paper::Calendar(year))) => {
            ("calendar", json!({ "year": year.year, "revision": year.revision, "holidays": year.holidays, "workdays": year.workdays }))
        }
        Ok(Some(Paper::Item(item))) => ("item", json!(item)),
        Ok(None) => ("unknown", Value::Null),
        Err(error) => ("unknown", json!({ "unreadable": error.to_string() })),
    }
}

/// An event without notes, opinions and reasons, and with the applicant masked.
fn event(value: &[u8]) -> Value {
    let event = match CaseEvent::from_value(value) {
        Ok(event) => event,
        Err(error) => return json!({ "unreadable": error.to_string() }),
    };
    let envelope = &event.envelope;
    let fields = match &event.body {
        EventBody::Register(register) => {
            let applicant = register.applicant.open_applicant().and_then(Result::ok).map(|applicant| applicant.masked());
            json!({ "number": register.number, "item": register.item, "applicant": applicant, "rules_level": register.level })
        }
        EventBody::Forward(hand_over) | EventBody::Return(hand_over) => json!({ "to": hand_over.to }),
        EventBody::Assign(assign) => json!({ "to": assign.to }),
        EventBody::Decide(decide) => json!({ "decision": decide.decision }),
        EventBody::Receive
        | EventBody::Accept(_)
        | EventBody::Conclude(_)
        | EventBody::Notify(_)
        | EventBody::Deliver(_)
        | EventBody::Withdraw(_)
        | EventBody::Unknown(_) => json!({}),
    };
    json!({
        "event": mesh_model::id::EventId::of(value),
        "kind": event.kind().word(),
        "after": envelope.after,
        "staff": envelope.staff,
        "site": envelope.site,
        "day": envelope.occurred_on,
        "day_source": word(envelope.day_source),
        "as_of": envelope.as_of,
        "fields": fields,
    })
}
