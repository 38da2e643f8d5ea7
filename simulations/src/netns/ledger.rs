//! Reads the data directories of a county that has ended, and makes evidence of them: the checkers see disks, not daemons.

use super::agreement::{AllSaid, Said};
use super::clerk::Clerk;
use super::county::County;
use super::logbook::Logbook;
use super::run::{AGREEMENT_MS_MAX, Arrivals, Ran};
use super::space::world;
use crate::disk::Content;
use crate::engine::{EngineError, EngineKind};
use crate::evidence::{Chronicle, Ending, Evidence, Office, SiteEvidence, Tally, Words};
use crate::layout::Seat;
use crate::plan::Plan;
use crate::trace::Trace;
use mesh_model::division::DivisionCode;
use mesh_model::id::{DocId, Hash, SiteId};
use mesh_model::place::{Class, Scope};
use mesh_model::time::Uptime;
use mesh_runtime::journal::Journal;
use mesh_runtime::store::SqliteJournal;
use std::collections::BTreeMap;
use std::path::Path;
use sync_protocol::journal::{JournalEntry, Load, Loaded, StoredBatch, StoredBody, Write};

/// Bytes of bodies that are read at a time.
const READ_BYTES: usize = 1024 * 1024;

/// Makes evidence of a run whose daemons have ended.
///
/// # Errors
/// [`EngineError::World`] when a journal cannot be read.
pub async fn evidence(county: &County, plan: Plan, ran: &Ran) -> Result<Evidence, EngineError> {
    let codes = codes(&ran.settled.said);
    let mut sites = BTreeMap::new();
    for (seat, said) in &ran.settled.said {
        let disk = read(&county.data(*seat)).await.map_err(|why| world(format!("read the journal of site {}", seat.0), why))?;
        let office = ran.clerks.get(seat).map(|clerk| receipts(clerk, &disk)).unwrap_or_default();
        let words = words(said, &disk, &codes);
        let logbook = Logbook::read(&county.log(*seat));
        sites.insert(*seat, SiteEvidence { node: said.status.node, tally: tally(*seat, ran, logbook), words: Some(words), disk, office });
    }
    let at_hub = at_hub(&sites[&Seat::HUB].disk, &ran.arrivals, &codes);
    let repairs = sites.values().map(|site| site.tally.repairs).sum();
    let mut trace = Trace::default();
    for action in &plan.actions {
        trace.note(action.at, &serde_json::to_vec(action).expect("an action is plain data"));
    }
    Ok(Evidence {
        engine: EngineKind::Netns,
        ending: Ending {
            healed_ms: ran.healed_ms,
            healed_ms_max: AGREEMENT_MS_MAX,
            repairs_before: repairs,
            repairs_after: repairs,
            rest_frames: 0,
        },
        sessions: sites.values().map(|site| site.tally.sessions).sum(),
        trace: (trace.hash(), trace.records()),
        chronicle: Chronicle::default(),
        plan,
        sites,
        at_hub,
    })
}

/// Reads everything that a data directory holds; its daemon must have ended.
async fn read(data: &Path) -> Result<Content, Box<dyn std::error::Error + Send + Sync>> {
    let mut journal = SqliteJournal::open(data).await?;
    let stored = journal.load().await?;
    let reader = journal.reader();
    let mut content = Content::default();
    let mut seq = 0;
    loop {
        let Loaded::Entries(entries) = reader.fetch(Load::After { seq, bytes_max: READ_BYTES }).await? else {
            return Err("the journal answers something else".into());
        };
        let Some(last) = entries.last() else { break };
        seq = last.at.seq;
        content.apply(entries.into_iter().map(write_of).collect());
    }
    content.apply(stored.rows.into_iter().map(|(chain, bytes)| Write::Rows { chain, bytes }).collect());
    content.apply(stored.cursors.into_iter().map(|(peer, branch, at)| Write::Cursor { peer, branch, at }).collect());
    content.apply(stored.held.into_iter().map(|(peer, seq)| Write::Held { peer, seq }).collect());
    content.apply(stored.notes.into_iter().map(|(key, value)| Write::Note { key, value }).collect());
    journal.close().await;
    Ok(content)
}

/// An entry as it was written, but for bodies that came late: the journal shows every batch with all that it has today.
fn write_of(entry: JournalEntry) -> Write {
    let JournalEntry { late_body, batch, source, .. } = entry;
    match late_body {
        None => Write::Batch(batch),
        Some(index) => {
            let body = batch.bodies[usize::from(index)].clone();
            Write::LateBody { header: batch.header.hash(), index, body, source }
        }
    }
}

/// Completes receipts by the headers that hold their papers.
fn receipts(clerk: &Clerk, disk: &Content) -> Office {
    let mut office = clerk.office.clone();
    for (paper, receipt) in &mut office.receipts {
        let document = clerk.documents[paper];
        for place in &mut receipt.places {
            let is_it = |batch: &&StoredBatch| {
                let header = &batch.header;
                (header.chain.node, header.chain.branch, header.seq) == (place.chain.node, place.chain.branch, place.seq)
                    && header.chain.scope.class == Class::CASES
                    && has(batch, document)
            };
            if let Some(batch) = disk.batches().find(is_it) {
                (place.chain, place.header) = (batch.header.chain, batch.header.hash());
            }
        }
    }
    office
}

fn has(batch: &StoredBatch, document: DocId) -> bool {
    batch.bodies.iter().any(|body| matches!(body, StoredBody::Here(body) if body.document == document))
}

fn codes(said: &AllSaid) -> BTreeMap<SiteId, DivisionCode> {
    let own = said.values().filter_map(|said| said.status.site.clone());
    let seen = said.values().flat_map(|said| &said.status.peers).filter_map(|peer| peer.site.clone());
    own.chain(seen).filter_map(|site| Some((site.site, site.code?))).collect()
}

fn words(said: &Said, disk: &Content, codes: &BTreeMap<SiteId, DivisionCode>) -> Words {
    // The daemons name scopes as text; which scope a text means is read off the disk.
    let scopes: BTreeMap<String, Scope> =
        disk.batches().map(|batch| batch.header.chain.scope).map(|scope| (text(scope, codes), scope)).collect();
    let digests = said.digests.scopes.iter().filter_map(|held| Some((*scopes.get(&held.scope)?, (held.digest, held.batches)))).collect();
    let peers = &said.status.peers;
    let common = peers.iter().map(|peer| (peer.node, peer.scopes.iter().filter_map(|scope| scopes.get(scope)).copied().collect()));
    Words {
        digests,
        in_sync: peers.iter().filter(|peer| peer.in_sync).map(|peer| peer.node).collect(),
        common: common.collect(),
        height: said.status.authority,
        day: said.status.county_news.day.map(|day| day.0),
    }
}

fn text(scope: Scope, codes: &BTreeMap<SiteId, DivisionCode>) -> String {
    mesh_office::scope::text(scope, |site| codes.get(&site).copied())
}

fn tally(seat: Seat, ran: &Ran, logbook: Logbook) -> Tally {
    let line = ran.lines.get(&seat).copied().unwrap_or_default();
    Tally {
        sent_bytes: line.up.offered_bytes,
        received_bytes: line.down.carried_bytes,
        frames: line.up.offered,
        sessions: logbook.dialled,
        failed_dials: logbook.failed_dials,
        linked_ms: 0,
        repairs: logbook.repairs,
        fills: logbook.fills,
        faults: logbook.faults,
        forks: logbook.forks,
        given_up: logbook.given_up,
    }
}

fn at_hub(disk: &Content, arrivals: &Arrivals, codes: &BTreeMap<SiteId, DivisionCode>) -> BTreeMap<Hash, Uptime> {
    let arrived = |batch: &StoredBatch| {
        let chain = batch.header.chain;
        let seen = arrivals.get(&(text(chain.scope, codes), chain.node, chain.branch))?;
        let (at, _) = seen.iter().find(|(_, seq)| *seq >= batch.header.seq)?;
        Some((batch.header.hash(), *at))
    };
    disk.batches().filter_map(arrived).collect()
}
