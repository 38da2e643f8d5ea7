//! `sync now` and `sync explain`.

use super::names::Names;
use super::node::{peers, ways};
use crate::api::node::{BodyShown, Explain, Explained, SyncAsked, SyncNow, WayShown};
use crate::desk::Desk;
use crate::desk::casefile::bodies;
use crate::trouble::Trouble;
use crate::{scope, words};
use mesh_model::id::NodeId;
use std::collections::BTreeSet;
use std::time::Duration;
use sync_protocol::io::{ActPlace, Notice, Rung};
use sync_protocol::journal::{DocumentBody, StoredBody};
use sync_protocol::node::Node;
use tokio::sync::broadcast::error::RecvError;

const WAIT_MS_MAX: u64 = 60_000;

/// Dials every peer, and waits for a proof if asked to.
pub(crate) async fn now(desk: &Desk, ask: SyncNow) -> Result<SyncAsked, Trouble> {
    let mut notices = desk.handle.notices();
    desk.handle.sync_now().await?;
    let wait = Duration::from_millis(ask.wait_ms.unwrap_or(0).min(WAIT_MS_MAX));
    let names = Names::read(&mut desk.look().await?.projection.cache).await?;
    let proof = async {
        // A proof from before the question says nothing of a line that died since.
        let mut anew = BTreeSet::new();
        loop {
            match notices.recv().await {
                Ok(Notice::Proven { peer, .. }) => {
                    anew.insert(peer);
                    let ways = ways(desk, &peers(desk, &names).await?);
                    if all_reached(&ways) && ways.iter().filter_map(|way| way.node).all(|node| anew.contains(&node)) {
                        return Ok(true);
                    }
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Ok(false),
            }
        }
    };
    let proven = tokio::time::timeout(wait, proof).await.unwrap_or(Ok::<bool, Trouble>(false))?;
    let peers = peers(desk, &names).await?;
    Ok(SyncAsked { proven, ways: ways(desk, &peers), peers })
}

/// A proof with one peer says nothing of a way up on which nobody was met.
pub(crate) fn all_reached(ways: &[WayShown]) -> bool {
    ways.iter().all(|way| way.reached)
}

/// Says where a document is, in which batches, and who holds them.
pub(crate) async fn explain(desk: &Desk, ask: Explain) -> Result<Explained, Trouble> {
    let names = Names::read(&mut desk.look().await?.projection.cache).await?;
    let found = bodies(&desk.handle.reader(), ask.document).await?;
    if found.is_empty() {
        return Err(Trouble::NoDocument { document: ask.document.to_string() });
    }
    let places: Vec<ActPlace> = found.iter().map(place_of).collect();
    let look = move |node: &Node| -> Vec<(Rung, Vec<NodeId>)> {
        let held_by = |place: &ActPlace| {
            let peers = node.peers().into_iter().filter(|peer| peer.held >= place.at.seq);
            peers.map(|peer| peer.peer).collect()
        };
        places.iter().map(|place| (node.rung(place), held_by(place))).collect()
    };
    let known = desk.handle.view(look).await?;
    let bodies: Vec<BodyShown> = found.iter().zip(known).map(|(body, (rung, held_by))| shown(body, rung, held_by, &names)).collect();
    let here = bodies.iter().filter(|body| body.state == "here").count();
    let word = if here == bodies.len() { "here" } else { "partly" };
    Ok(Explained { document: ask.document, found: word.to_owned(), bodies })
}

fn place_of(body: &DocumentBody) -> ActPlace {
    ActPlace { chain: body.header.chain, seq: body.header.seq, header: body.header.hash(), at: body.at }
}

fn shown(body: &DocumentBody, rung: Rung, held_by: Vec<NodeId>, names: &Names) -> BodyShown {
    let (state, bytes) = match &body.body {
        StoredBody::Here(here) => ("here", Some(here.bytes.len() as u64)),
        StoredBody::Missing(_) => ("missing", None),
        StoredBody::Refused { .. } => ("refused", None),
    };
    let place = place_of(body);
    BodyShown {
        place: super::place(&place, scope::text(place.chain.scope, |site| names.code(site))),
        header: place.header,
        index: body.index,
        journal: body.at.seq,
        state: state.to_owned(),
        bytes,
        rung: words::rung(rung).to_owned(),
        held_by,
    }
}
