//! Whether all sites agree, by their own answers: proofs both ways, equal digests, every own act at the county, and no more news.

use super::county::{County, LOOK_AGAIN};
use super::space::world;
use crate::engine::EngineError;
use crate::layout::{Layout, Seat};
use mesh_office::api::node::{DigestAsked, Digests, Status, StatusShown};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Agreement must stand for so long: three pauses of the hub between receipts, which are news themselves.
const STANDS: Duration = Duration::from_millis(1_600);

/// What one site says of itself.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its status.
    pub status: StatusShown,
    /// Its digests.
    pub digests: Digests,
}

/// What all sites say.
pub type AllSaid = BTreeMap<Seat, Said>;

/// How the wait for agreement ended.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The last words of all sites.
    pub said: AllSaid,
    /// When they agreed first and stayed so; `None` when they did not.
    pub at: Option<Instant>,
    /// Why they do not agree, for people.
    pub stood: String,
}

/// Looks until all sites agree and stay so, or until `deadline`.
///
/// # Errors
/// [`EngineError::World`] when a daemon ended by itself or does not answer.
pub async fn settle(county: &mut County, layout: &Layout, deadline: Instant) -> Result<Settled, EngineError> {
    let mut since: Option<(Instant, BTreeMap<Seat, Digests>)> = None;
    loop {
        if let Some(seat) = county.fallen() {
            return Err(world(format!("ask site {}", seat.0), "its daemon ended by itself"));
        }
        let said = all(county, layout).await?;
        let now = Instant::now();
        let doubt = doubt(layout, &said);
        let digests: BTreeMap<Seat, Digests> = said.iter().map(|(seat, said)| (*seat, said.digests.clone())).collect();
        since = match (&doubt, since.take()) {
            (Some(_), _) => None,
            (None, Some((at, before))) if before == digests => Some((at, before)),
            (None, _) => Some((now, digests)),
        };
        let stands = since.as_ref().map(|(at, _)| *at).filter(|at| now - *at >= STANDS);
        if stands.is_some() || now >= deadline {
            let stood = doubt.unwrap_or_else(|| "all agree, and news goes on".to_owned());
            return Ok(Settled { said, at: stands, stood });
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

async fn all(county: &County, layout: &Layout) -> Result<AllSaid, EngineError> {
    let mut said = BTreeMap::new();
    for seat in layout.seats() {
        let (status, digests) = (county.ask(seat, &Status {}).await?, county.ask(seat, &DigestAsked {}).await?);
        said.insert(seat, Said { status, digests });
    }
    Ok(said)
}

/// Returns the first reason to doubt that all agree.
fn doubt(layout: &Layout, said: &AllSaid) -> Option<String> {
    layout.below_hub().find_map(|lower| {
        let upper = layout.above(lower)?;
        let (low, up) = (&said[&lower], &said[&upper]);
        let acts = &low.status.my_acts;
        if acts.at_county < acts.total {
            return Some(format!("{} of {} acts of site {} are at the county", acts.at_county, acts.total, lower.0));
        }
        let seen = |of: &Said, by: &Said| by.status.peers.iter().find(|peer| peer.node == of.status.node).cloned();
        let (Some(ours), Some(theirs)) = (seen(up, low), seen(low, up)) else {
            return Some(format!("sites {} and {} do not know each other", lower.0, upper.0));
        };
        if !(ours.linked && ours.in_sync && theirs.in_sync) {
            return Some(format!("sites {} and {} are not proven equal", lower.0, upper.0));
        }
        let digest = |of: &Said, scope: &str| of.digests.scopes.iter().find(|held| held.scope == scope).map(|held| held.digest);
        let common = ours.scopes.iter().chain(&theirs.scopes);
        let differs = |scope: &&String| digest(low, scope) != digest(up, scope);
        common.into_iter().find(differs).map(|scope| format!("sites {} and {} differ in {scope}", lower.0, upper.0))
    })
}
