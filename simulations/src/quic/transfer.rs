//! How long one backlog takes over one line: the probe by which the faster engine is calibrated.

use super::county::County;
use super::{ending, in_virtual_time, open};
use crate::engine::{EngineError, EngineKind, Settings};
use crate::layout::Seat;
use crate::line::LineMake;
use crate::plan::Plan;
use crate::streams::Stream;
use mesh_model::id::{DocId, Hash};
use mesh_model::place::{Class, Scope, Shelf};
use std::time::Duration;
use sync_protocol::io::LocalBody;
use tokio::time::Instant;

/// Bytes of one paper, at most.
const PAPER_BYTES_MAX: usize = 4_096;
/// How often the two ends are looked at.
const LOOK: Duration = Duration::from_millis(5);
/// How long a transfer may take.
const PATIENCE: Duration = Duration::from_secs(6 * 3_600);
/// Milliseconds for which the line is cut first, so that the backlog waits for a new session.
const SETTLE: Duration = Duration::from_secs(300);

const TOWNSHIP: Seat = Seat(1);

/// Returns the milliseconds from the first byte queued until a township with a standing link and the hub have proven to hold a backlog of
/// `bytes` bytes of papers that do not compress.
///
/// # Errors
/// [`EngineError`] when the county could not be founded, or the backlog never arrived.
pub fn transfer(make: LineMake, bytes: usize, seed: u64) -> Result<u64, EngineError> {
    let unfit = |why: &str| EngineError::Unfit { engine: EngineKind::Quic, why: why.to_owned() };
    let mut plan = Plan::quiet(1, 0, 1, seed).map_err(|error| unfit(&error.to_string()))?;
    for site in plan.sites.values_mut() {
        site.sync_ms = 5;
        if site.line.is_some() {
            site.line = Some(make);
        }
    }
    in_virtual_time(async {
        let county = open(plan, &Settings::default()).await?;
        tokio::time::sleep(SETTLE).await;
        let began = Instant::now();
        queue(&county, bytes, seed).await.ok_or_else(|| unfit("the papers were refused"))?;
        while !is_proven(&county).await {
            if began.elapsed() > PATIENCE {
                return Err(unfit("the backlog never arrived"));
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX))
    })
}

/// Writes the backlog as one act, so that it is queued at one moment.
async fn queue(county: &County, bytes: usize, seed: u64) -> Option<()> {
    let running = county.machine(TOWNSHIP).running()?;
    let handle = running.desk.handle();
    let (node, site) = handle.view(|node| Some((node.id(), node.authority().node(node.id())?.site))).await.ok()??;
    let scope = Scope::site(site, Class::CASES, Shelf(2026));
    let mut stream = Stream::new(seed, "transfer", 0);
    let sizes = (0..bytes).step_by(PAPER_BYTES_MAX).map(|from| (bytes - from).min(PAPER_BYTES_MAX));
    let body = |(number, size): (u64, usize)| {
        let document = DocId::derive(scope, node, &Hash::of(&[&number.to_be_bytes()]).0[..16]);
        LocalBody::Event { document, value: stream.filling(size) }
    };
    let bodies: Vec<LocalBody> = (0u64..).zip(sizes).map(body).collect();
    handle.act(scope, bodies, Vec::new()).await.ok()?.ok().map(drop)
}

/// Returns whether both ends say to be in sync and the hub holds as much of the township's cases as the township.
async fn is_proven(county: &County) -> bool {
    let digests = |seat: Seat| {
        let running = county.machine(seat).running();
        async move {
            let look = |node: &sync_protocol::node::Node| {
                let digests = node.digests();
                digests.into_iter().filter(|(scope, ..)| scope.class == Class::CASES).map(|(_, digest, _)| digest).collect::<Vec<_>>()
            };
            running?.desk.handle().view(look).await.ok()
        }
    };
    let (ours, theirs) = (digests(TOWNSHIP).await, digests(Seat::HUB).await);
    let holds = ours.is_some_and(|ours| !ours.is_empty() && Some(&ours) == theirs.as_ref());
    holds && ending::says_in_sync(county, TOWNSHIP, Seat::HUB).await && ending::says_in_sync(county, Seat::HUB, TOWNSHIP).await
}
