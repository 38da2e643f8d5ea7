//! What was seen, turned into sightings for watchers, tallies for sites, and figures over time.

use super::county::County;
use super::env::FOUNDING_MS;
use super::sights::{Dialled, Seen};
use crate::evidence::{Chronicle, HubMinute, SiteDay};
use crate::layout::Seat;
use crate::sighting::{Depth, Sighting, Watch};
use mesh_model::id::{Hash, NodeId};
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::frame::Frame;
use sync_protocol::io::{Bye, Mending, Notice};
use sync_protocol::journal::{Position, StoredBatch};

/// Figures of one run.
#[derive(Debug)]
pub struct Ledger {
    depth: Depth,
    /// When each batch was durable at the hub.
    pub at_hub: BTreeMap<Hash, Uptime>,
    /// Connections made.
    pub sessions: u64,
    /// Sites whose faults ended, once they did.
    pub healed: BTreeSet<Seat>,
    /// Frames between them.
    pub healed_frames: u64,
    /// Connections made between them.
    pub healed_sessions: u64,
    /// Figures over time.
    pub chronicle: Chronicle,
    minutes: BTreeMap<u32, HubMinute>,
    linked_since: BTreeMap<Seat, u64>,
    /// When each site was last shown to hold what the one above it held.
    fresh_at: BTreeMap<Seat, u64>,
    before: BTreeMap<Seat, SiteDay>,
    linked_before: BTreeMap<Seat, u64>,
    hub_bytes: u64,
}

/// What became durable or was seen, with its time.
enum News {
    Seen(Seen),
    Stored(Position),
}

impl Ledger {
    /// Begins an empty ledger.
    #[must_use]
    pub fn new(depth: Depth) -> Ledger {
        Ledger {
            depth,
            at_hub: BTreeMap::new(),
            sessions: 0,
            healed: BTreeSet::new(),
            healed_frames: 0,
            healed_sessions: 0,
            chronicle: Chronicle::default(),
            minutes: BTreeMap::new(),
            linked_since: BTreeMap::new(),
            fresh_at: BTreeMap::new(),
            before: BTreeMap::new(),
            linked_before: BTreeMap::new(),
            hub_bytes: 0,
        }
    }

    /// Returns whether the faults of both sites ended.
    fn stand(&self, seat: Seat, peer: Seat) -> bool {
        self.healed.contains(&seat) && self.healed.contains(&peer)
    }
}

/// Takes in everything that was seen since the last time and tells the watcher.
pub fn take_in(county: &mut County, watch: &mut dyn Watch) {
    let mut news: Vec<(u64, Seat, News)> =
        county.site.sights.take().into_iter().map(|(at, seat, seen)| (at, seat, News::Seen(seen))).collect();
    for (seat, machine) in &county.machines {
        for (at, position) in machine.store().lock().take_news() {
            let at_ms = u64::try_from(at.saturating_duration_since(county.site.began).as_millis()).unwrap_or(u64::MAX);
            news.push((at_ms, *seat, News::Stored(position)));
        }
    }
    if news.is_empty() {
        return;
    }
    // What is stored at a moment comes before what is said at it.
    news.sort_by_key(|(at, _, news)| (*at, matches!(news, News::Seen(_))));
    let nodes = county.nodes();
    for (at_ms, seat, news) in news {
        let at = Uptime(at_ms.saturating_sub(FOUNDING_MS));
        match news {
            News::Stored(position) => stored(county, at, seat, position, watch),
            News::Seen(seen) => seen_at(county, at, seat, seen, &nodes, watch),
        }
    }
}

fn stored(county: &mut County, at: Uptime, seat: Seat, position: Position, watch: &mut dyn Watch) {
    let store = county.machines[&seat].store().lock();
    let Some(batch) = store.disk.content().batch_at(position.seq) else { return };
    let header = batch.header.hash();
    if seat == Seat::HUB {
        county.ledger.at_hub.entry(header).or_insert(at);
        minute(&mut county.ledger, at).commits += 1;
    }
    if county.ledger.depth == Depth::Full {
        watch.see(at, &Sighting::Stored { seat, batch: &batch, header });
    }
}

/// Tells again what a disk that went back still holds.
fn tell_kept(county: &County, at: Uptime, seat: Seat, watch: &mut dyn Watch) {
    if county.ledger.depth == Depth::Full {
        let kept: Vec<StoredBatch> = county.machines[&seat].store().lock().disk.kept().batches().collect();
        kept.iter().for_each(|batch| watch.see(at, &Sighting::Stored { seat, batch, header: batch.header.hash() }));
    }
}

fn minute(ledger: &mut Ledger, at: Uptime) -> &mut HubMinute {
    let number = u32::try_from(at.0 / 60_000).unwrap_or(u32::MAX);
    ledger.minutes.entry(number).or_insert(HubMinute { minute: number, ..HubMinute::default() })
}

fn seen_at(county: &mut County, at: Uptime, seat: Seat, seen: Seen, nodes: &BTreeMap<NodeId, Seat>, watch: &mut dyn Watch) {
    let above = county.plan.layout.above(seat);
    let ledger = &mut county.ledger;
    let mut state = county.machines[&seat].state();
    let tally = &mut state.tally;
    let seat_of = |node: &NodeId| nodes.get(node).copied();
    let mut see = |sighting: Sighting<'_>| watch.see(at, &sighting);
    match seen {
        Seen::Booted => see(Sighting::Booted { seat }),
        Seen::PoweredOff => {
            tally.linked_ms += ledger.linked_since.remove(&seat).map_or(0, |since| at.0 - since);
            see(Sighting::PoweredOff { seat });
        }
        Seen::Dialled => see(Sighting::Dialled { seat }),
        Seen::DialFailed => tally.failed_dials += 1,
        Seen::Rolled => {
            see(Sighting::Rolled { seat });
            drop(state);
            tell_kept(county, at, seat, watch);
        }
        Seen::Printed(paper, places) => see(Sighting::Printed { seat, paper, places: &places }),
        Seen::LinkUp(peer, dialled) => {
            if dialled == Dialled::Here {
                tally.sessions += 1;
                ledger.sessions += 1;
            }
            let Some(peer) = seat_of(&peer) else { return };
            ledger.healed_sessions += u64::from(dialled == Dialled::Here && ledger.stand(seat, peer));
            if Some(peer) == above {
                ledger.linked_since.entry(seat).or_insert(at.0);
            }
            if seat == Seat::HUB {
                minute(ledger, at).sessions += 1;
            }
            see(Sighting::LinkUp { seat, peer });
        }
        Seen::LinkDown(peer) => {
            let Some(peer) = seat_of(&peer) else { return };
            end_link(ledger, tally, seat, peer, above, at);
            see(Sighting::LinkDown { seat, peer });
        }
        Seen::HungUp(peer, bye) => {
            if bye == Bye::GaveUp {
                tally.given_up += 1;
                see(Sighting::GaveUp { seat });
            }
            let Some(peer) = seat_of(&peer) else { return };
            if bye != Bye::Replaced {
                end_link(ledger, tally, seat, peer, above, at);
            }
            see(Sighting::LinkDown { seat, peer });
        }
        Seen::Sent(peer, frame) => {
            tally.frames += 1;
            let Some(peer) = seat_of(&peer) else { return };
            ledger.healed_frames += u64::from(ledger.stand(seat, peer));
            let batches = if frame.is_empty() { Vec::new() } else { batches_in(&frame) };
            if !batches.is_empty() {
                see(Sighting::Sent { seat, peer, batches: &batches });
            }
        }
        Seen::Notice(notice) => match notice {
            Notice::Mended { peer, kind, ranges } => {
                match kind {
                    Mending::Fill => tally.fills += 1,
                    Mending::Repair => {
                        tally.repairs += 1;
                        county.coverage.sometimes("quic: a repair was needed");
                    }
                }
                if let Some(peer) = seat_of(&peer) {
                    see(Sighting::Mended { seat, peer, kind, ranges });
                }
            }
            Notice::BranchOpened { old, new } => {
                tally.forks += 1;
                county.coverage.sometimes("quic: a node opened another branch");
                see(Sighting::BranchOpened { seat, old, new });
            }
            Notice::ForkSeen { chain, seq } => {
                tally.forks += 1;
                see(Sighting::ForkSeen { seat, chain, seq });
            }
            Notice::PeerFault { peer, fault: _ } => {
                tally.faults += 1;
                if let Some(peer) = seat_of(&peer) {
                    see(Sighting::PeerFault { seat, peer });
                }
            }
            Notice::Proven { peer, scopes, root } => {
                let Some(peer) = seat_of(&peer) else { return };
                if Some(peer) == above {
                    let fresh = if peer == Seat::HUB { at.0 } else { ledger.fresh_at.get(&peer).copied().unwrap_or(0) };
                    ledger.fresh_at.insert(seat, fresh);
                }
                see(Sighting::Proven { seat, peer, scopes, root });
            }
            Notice::BodyRefused { .. } if seat == Seat::HUB => county.coverage.sometimes("quic: the hub refused a body"),
            Notice::Durable { .. }
            | Notice::ActRefused { .. }
            | Notice::Grew(_)
            | Notice::AuthorityMoved { .. }
            | Notice::DayMoved(_)
            | Notice::BodyRefused { .. }
            | Notice::Full
            | Notice::HeldBy { .. } => {}
        },
    }
}

fn end_link(ledger: &mut Ledger, tally: &mut crate::evidence::Tally, seat: Seat, peer: Seat, above: Option<Seat>, at: Uptime) {
    if Some(peer) == above {
        tally.linked_ms += ledger.linked_since.remove(&seat).map_or(0, |since| at.0.saturating_sub(since));
    }
}

fn batches_in(frame: &[u8]) -> Vec<StoredBatch> {
    match Frame::read(frame) {
        Ok(Frame::Bulk(bulk)) => bulk.items.into_iter().filter_map(|item| item.open().ok()).collect(),
        Ok(_) | Err(_) => Vec::new(),
    }
}

/// Writes the lines of a day that ended.
pub async fn end_day(county: &mut County, day: u16) {
    let now_ms = county.now().0;
    for seat in county.plan.layout.seats() {
        let machine = county.machine(seat).clone();
        let (carried, in_sync) = (county.site.net.carried(seat), is_fresh(county, seat).await);
        if in_sync {
            county.ledger.fresh_at.insert(seat, now_ms);
        }
        let state = machine.state();
        let linked_now = county.ledger.linked_since.get(&seat).map_or(0, |since| now_ms.saturating_sub(*since));
        let at_hub = &county.ledger.at_hub;
        let lacks = |receipt: &&crate::evidence::Receipt| receipt.places.iter().any(|place| !at_hub.contains_key(&place.header));
        let total = SiteDay {
            day,
            seat,
            stale_ms: county.ledger.fresh_at.get(&seat).map(|fresh| now_ms.saturating_sub(*fresh)),
            backlog: u32::try_from(state.office.receipts.values().filter(lacks).count()).unwrap_or(u32::MAX),
            sent_bytes: carried.sent_bytes,
            received_bytes: carried.received_bytes,
            sessions: u32::try_from(state.tally.sessions).unwrap_or(u32::MAX),
            failed_dials: u32::try_from(state.tally.failed_dials).unwrap_or(u32::MAX),
            linked_ms: 0,
        };
        let linked_ms = state.tally.linked_ms + linked_now;
        let old = county.ledger.before.insert(seat, total).unwrap_or_default();
        let old_linked = county.ledger.linked_before.insert(seat, linked_ms).unwrap_or(0);
        county.ledger.chronicle.days.push(SiteDay {
            sent_bytes: total.sent_bytes - old.sent_bytes,
            received_bytes: total.received_bytes - old.received_bytes,
            sessions: total.sessions - old.sessions,
            failed_dials: total.failed_dials - old.failed_dials,
            linked_ms: u32::try_from(linked_ms.saturating_sub(old_linked)).unwrap_or(u32::MAX),
            ..total
        });
    }
}

/// Returns whether a site and everybody between it and the hub say to be in sync now.
async fn is_fresh(county: &County, seat: Seat) -> bool {
    let mut lower = seat;
    while let Some(upper) = county.plan.layout.above(lower) {
        if !super::ending::says_in_sync(county, lower, upper).await {
            return false;
        }
        lower = upper;
    }
    true
}

/// Notes what the hub carried in the minute that ended, and tells the watcher how much waits.
pub fn end_minute(county: &mut County, watch: &mut dyn Watch) {
    let carried = county.site.net.carried(Seat::HUB);
    let total = carried.sent_bytes + carried.received_bytes;
    let bytes = total - std::mem::replace(&mut county.ledger.hub_bytes, total);
    let at = county.now();
    if bytes > 0 {
        minute(&mut county.ledger, Uptime(at.0.saturating_sub(1))).bytes += bytes;
    }
    if county.ledger.depth == Depth::Full {
        for (seat, machine) in &county.machines {
            let commits = machine.store().lock().waiting;
            watch.see(at, &Sighting::Queued { seat: *seat, link_bytes: 0, commits });
        }
    }
}

/// Returns the figures over time.
#[must_use]
pub fn chronicle(ledger: &mut Ledger) -> Chronicle {
    let mut chronicle = std::mem::take(&mut ledger.chronicle);
    chronicle.hub = std::mem::take(&mut ledger.minutes).into_values().collect();
    chronicle
}
