//! One case taken out of the journal: its events with where they stand, folded with the facts at hand.

use super::county::County;
use crate::store::Cache;
use crate::trouble::Trouble;
use mesh_model::case::{Facts, Folded, Recorded, fold, level_of};
use mesh_model::doc::event::{Body, CaseEvent, RulesLevel};
use mesh_model::id::{DocId, EventId, Hash};
use mesh_model::place::Scope;
use mesh_runtime::journal::Reader;
use std::collections::BTreeMap;
use sync_protocol::batch::BodyKind;
use sync_protocol::door::judge_body;
use sync_protocol::io::ActPlace;
use sync_protocol::journal::{DocumentBody, Load, Loaded, StoredBody};
use sync_protocol::profile;

/// The events of one case.
#[derive(Clone, Debug)]
pub(crate) struct CaseFile {
    pub scope: Scope,
    pub recorded: Vec<Recorded>,
    /// Where each event stands; the same event may stand in several batches.
    pub places: BTreeMap<EventId, Vec<ActPlace>>,
}

/// Returns every stored body of a document, in journal order.
pub(crate) async fn bodies(reader: &Reader, document: DocId) -> Result<Vec<DocumentBody>, Trouble> {
    match reader.fetch(Load::Document { document }).await? {
        Loaded::Document(bodies) => Ok(bodies),
        _ => Err(Trouble::Damaged { what: "the journal answered another question".to_owned() }),
    }
}

impl CaseFile {
    /// Reads the events of a document; bodies that would not pass the door have no place in it.
    pub async fn read(reader: &Reader, document: DocId, scope: Scope, county: &County) -> Result<CaseFile, Trouble> {
        let mut file = CaseFile { scope, recorded: Vec::new(), places: BTreeMap::new() };
        for body in bodies(reader, document).await? {
            file.take(&body, county);
        }
        Ok(file)
    }

    fn take(&mut self, stored: &DocumentBody, county: &County) {
        let (StoredBody::Here(body), header) = (&stored.body, &stored.header) else {
            return;
        };
        let by_hub = county.hubs.contains(&header.chain.node);
        if body.kind != BodyKind::CHANGE || header.chain.scope != self.scope || judge_body(header, body, by_hub).is_err() {
            return;
        }
        // A body of a newer schema passes the door unread.
        let Ok((change, _)) = profile::read_hashed(&body.bytes) else {
            return;
        };
        let place = ActPlace { chain: header.chain, seq: header.seq, header: header.hash(), at: stored.at };
        self.add(change.value, place);
    }

    /// Adds an event at its place.
    pub fn add(&mut self, value: Vec<u8>, place: ActPlace) {
        let event = EventId::of(&value);
        let chain = place.chain;
        self.recorded.push(Recorded { event, value, node: chain.node, branch: chain.branch, scope: chain.scope, seq: place.seq });
        self.places.entry(event).or_default().push(place);
    }

    /// Folds the case with the facts at hand; an item version that it pins is read into them where it is missing.
    pub async fn fold(&self, cache: &mut Cache, facts: &mut Facts, county: &County) -> Result<Folded, Trouble> {
        for pinned in self.pinned_items() {
            if facts.item(pinned).is_none()
                && let Some(item) = cache.item(pinned).await?
            {
                facts.add_item(item);
            }
        }
        let level = level_of(&self.recorded).unwrap_or(RulesLevel::NEWEST);
        Ok(fold(level, &self.recorded, facts, &*county.tree, county.as_of()))
    }

    fn pinned_items(&self) -> Vec<Hash> {
        let events = self.recorded.iter().filter_map(|recorded| CaseEvent::from_value(&recorded.value).ok());
        let pins = events.filter_map(|event| match event.body {
            Body::Register(register) => Some(register.item.hash),
            _ => None,
        });
        pins.collect()
    }
}
