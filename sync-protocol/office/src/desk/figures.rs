//! The two figures of a status that need a memory: since when own acts stand where they do, and since when the county's news is here.
//!
//! Times here are this machine's claims, for people only; they appear in `status` and nowhere else.

use super::{Desk, Look};
use crate::store::news::OwnChain;
use crate::trouble::Trouble;
use mesh_model::time::{Day, WallTime};
use std::collections::BTreeMap;
use sync_protocol::batch::Chain;
use sync_protocol::io::{ActPlace, Rung};

/// What this process remembers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    rung: Memory<Rung>,
    day: Memory<Day>,
}

/// A value and when it was seen to change; the first look of a process is no change.
#[derive(Clone, Copy, Debug)]
struct Memory<T> {
    seen: Option<Option<T>>,
    since: Option<WallTime>,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Memory { seen: None, since: None }
    }
}

impl<T: Copy + PartialEq> Memory<T> {
    fn see(&mut self, value: Option<T>, now: WallTime) -> Option<WallTime> {
        if self.seen.is_some_and(|seen| seen != value) {
            self.since = Some(now);
        }
        self.seen = Some(value);
        self.since
    }
}

/// How own acts stand now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own {
    /// The lowest rung; `None` without own acts.
    pub lowest: Option<Rung>,
    /// Own chains with the seq up to which a relay holds them.
    pub chains: Vec<(OwnChain, u64)>,
    /// When the lowest rung last changed, if in this process.
    pub rung_since: Option<WallTime>,
    /// When the newest day record came, if in this process.
    pub day_since: Option<WallTime>,
}

/// Asks the node for the rungs of own batches that may still rise, keeps what rose, and returns how they stand.
pub(crate) async fn refresh(desk: &Desk, look: &mut Look<'_>) -> Result<Own, Trouble> {
    let me = look.county.me;
    let waiting = look.projection.cache.own_batches(me).await?;
    let asked = waiting.clone();
    let rungs = desk.handle.view(move |node| asked.iter().map(|place| node.rung(place)).collect::<Vec<Rung>>()).await?;
    let mut by_chain: BTreeMap<Chain, Vec<(ActPlace, Rung)>> = BTreeMap::new();
    for (place, rung) in waiting.into_iter().zip(rungs) {
        by_chain.entry(place.chain).or_default().push((place, rung));
    }
    let mut own = Own::default();
    let mut relays: BTreeMap<Chain, u64> = BTreeMap::new();
    for (chain, places) in &by_chain {
        let landed: Vec<&(ActPlace, Rung)> = places.iter().take_while(|(_, rung)| *rung >= Rung::County).collect();
        if let Some((last, _)) = landed.last() {
            let refused = landed.iter().filter(|(_, rung)| *rung == Rung::Refused).count() as u64;
            match look.projection.cache.set_own_county(chain, last.seq, refused).await {
                // On a full disk the figure stays behind; a later look raises it.
                Err(error) if error.is_full() => {}
                done => done?,
            }
        }
        let held = places.iter().take_while(|(_, rung)| *rung >= Rung::Relay).last();
        relays.insert(*chain, held.map_or(0, |(place, _)| place.seq));
        let low = places.iter().skip(landed.len()).map(|(_, rung)| *rung).min();
        own.lowest = [own.lowest, low].into_iter().flatten().min();
    }
    for chain in look.projection.cache.own_chains().await? {
        let key = Chain { node: me, branch: chain.branch, scope: chain.scope };
        let relay = relays.get(&key).copied().unwrap_or(0).max(chain.county);
        own.chains.push((chain, relay));
    }
    if own.lowest.is_none() && !own.chains.is_empty() {
        own.lowest = Some(Rung::County);
    }
    remember(desk, look.county.day, &mut own);
    Ok(own)
}

fn remember(desk: &Desk, day: Option<Day>, own: &mut Own) {
    let now = desk.env.wall();
    let mut figures = desk.figures.lock().expect("nobody panics while holding the figures");
    own.rung_since = figures.rung.see(own.lowest, now);
    own.day_since = figures.day.see(day, now);
}
