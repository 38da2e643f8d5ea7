//! Mending: vectors are compared, ranges are asked for. Exact at any difference, one round trip; every one is counted.

use super::{LoadFor, Node};
use crate::batch::Chain;
use crate::frame::{ChainRows, Frame, Mark, ScopeRows, Vectors, Want, WantRange};
use crate::io::{Lane, LinkId, Mending, Notice};
use crate::journal::Load;
use crate::limits;
use crate::session::{Fault, Job, Phase};
use crate::vector::Rows;
use mesh_model::id::Hash;
use mesh_model::place::Scope;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;

/// How far below a fork the first comparison asks; each further one of a session asks 16 times as far.
const FORK_REACH: u64 = 16;

/// Ranges of one chain that a peer holds and we do not.
#[derive(Default)]
struct Lacking {
    /// Of what the peer holds from the ground on.
    grounded: Vec<WantRange>,
    /// Of what the peer itself holds beyond a gap.
    hanging: Vec<WantRange>,
}

impl Lacking {
    fn is_empty(&self) -> bool {
        self.grounded.is_empty() && self.hanging.is_empty()
    }
}

impl Node {
    /// Shows the peer everything held in common; it asks for what it lacks.
    pub(super) fn start_mending(&mut self, link: LinkId) {
        let Some(session) = self.sessions.get(&link) else { return };
        if !session.may_mend() {
            return;
        }
        let (peer, shelf_from) = (session.peer, session.shelf_from);
        self.queue_authority(link);
        let scopes = self.common_with(peer, shelf_from);
        let frames = self.vector_frames(&scopes);
        let (at, height) = (Mark::at(self.tail), self.book.authority().head().height);
        if let Some(session) = self.sessions.get_mut(&link) {
            session.out.phase = Phase::AwaitingWant;
            session.out.shown_in_vain = false;
            session.out.next = self.tail.seq;
            // What was shown and is not held yet is in the vectors.
            session.out.awaiting_held = None;
            session.out.claimed = None;
            session.soil();
        }
        let last = frames.len() - 1;
        for (index, scopes) in frames.into_iter().enumerate() {
            let more = (index < last).then_some(true);
            self.transmit(link, Lane::Bulk, &Frame::Vectors(Vectors { height, scopes, at: at.clone(), more }));
        }
    }

    /// The peer's vectors: ask the journal which of their heads are held.
    pub(super) fn on_vectors(&mut self, now: Uptime, link: LinkId, mut vectors: Vectors) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        session.out.shown_in_vain = false;
        let shown = &mut session.incoming.shown;
        shown.append(&mut vectors.scopes);
        let heads = |chain: &ChainRows| 1 + chain.rows.heads.len() + chain.rows.beyond.len();
        let rows: usize = shown.iter().map(|scope| 1 + scope.chains.iter().map(heads).sum::<usize>()).sum();
        if rows > limits::VECTOR_ROWS_TOTAL_MAX {
            return self.fault(now, link, Fault::Bound("vector rows"));
        }
        if vectors.more == Some(true) {
            return;
        }
        vectors.scopes = std::mem::take(shown);
        let heads: Vec<Hash> = vectors
            .scopes
            .iter()
            .flat_map(|scope| &scope.chains)
            .flat_map(|chain| chain.rows.heads.iter().map(|row| row.head).chain(chain.rows.beyond.iter().map(|range| range.head)))
            .chain(self.own_grounds(link))
            .collect();
        let Some(session) = self.sessions.get_mut(&link) else { return };
        session.incoming.wanted = Some(vectors.at.position());
        session.incoming.hole = true;
        let id = self.load_as(Load::Known { headers: heads.clone() }, LoadFor::VectorHeads { link, asked: heads });
        if let Some(session) = self.sessions.get_mut(&link) {
            session.incoming.asking = Some(id);
        }
        self.compared.insert(link, vectors);
    }

    pub(super) fn on_vector_heads(&mut self, now: Uptime, link: LinkId, asked: &[Hash], held: &[bool]) {
        let Some(vectors) = self.compared.remove(&link) else { return };
        let Some(session) = self.sessions.get_mut(&link) else { return };
        session.incoming.asking = None;
        let reach = FORK_REACH.saturating_pow(session.incoming.mendings.max(1));
        let peer = session.peer;
        let held: BTreeMap<Hash, bool> = asked.iter().copied().zip(held.iter().copied()).collect();
        self.adopt_ranges(link, &held);
        self.adopt_overflown(&vectors.scopes);
        let mut ranges = Vec::new();
        let mut awaited = Vec::new();
        let mut filled = true;
        let mut newly = false;
        for shown in &vectors.scopes {
            let Some(scope) = Scope::from_bytes(&shown.scope) else { continue };
            let is_new = self.is_newly_common(peer, scope);
            newly |= is_new;
            for chain in &shown.chains {
                let id = Chain { node: chain.node, branch: chain.branch, scope };
                let lacking = self.lacking(&id, &chain.rows, &held, reach);
                filled &= lacking.is_empty() || is_new;
                awaited.extend(lacking.grounded.iter().filter(|range| range.from > 1).map(|range| (id, range.from)));
                ranges.extend(lacking.grounded.into_iter().chain(lacking.hanging));
            }
        }
        if ranges.len() > limits::WANT_RANGES_MAX {
            // What is not named now is asked for when the peer shows its vectors again: this mark does not move the cursor.
            ranges.truncate(limits::WANT_RANGES_MAX);
            let session = self.sessions.get_mut(&link).expect("looked up above");
            session.incoming.hole_stays = true;
        }
        if let Some(session) = self.sessions.get_mut(&link) {
            session.incoming.awaited = awaited;
            session.incoming.lacked_nothing = ranges.is_empty();
        }
        // A comparison that brings nothing is a fill if scopes are newly common: it is the other side's.
        let kind = if filled && newly { Mending::Fill } else { Mending::Repair };
        let known = self.peers.entry(peer).or_default();
        match kind {
            Mending::Fill => known.fills += 1,
            Mending::Repair => known.repairs += 1,
        }
        self.notice(Notice::Mended { peer, kind, ranges: ranges.len() });
        let want = Want { ranges, bodies: None, at: vectors.at };
        self.transmit(link, Lane::Control, &Frame::Want(want));
        self.pump_intake(now, link);
    }

    /// Lays the rows of these scopes out in frames that a peer reads; a forked chain weighs as many rows as it has heads.
    fn vector_frames(&self, scopes: &[Scope]) -> Vec<Vec<ScopeRows>> {
        let mut frames: Vec<Vec<ScopeRows>> = vec![Vec::new()];
        let mut rows_left = limits::VECTOR_ROWS_MAX;
        for scope in scopes {
            let bytes = scope.to_bytes().to_vec();
            for (chain, rows) in self.book.committed.chains(*scope) {
                let weight = 1 + rows.heads.len() + rows.beyond.len();
                if weight > rows_left {
                    frames.push(Vec::new());
                    rows_left = limits::VECTOR_ROWS_MAX;
                }
                rows_left -= weight;
                let frame = frames.last_mut().expect("there is always a frame");
                match frame.last_mut().filter(|shown| *shown.scope == bytes) {
                    Some(shown) => shown.chains.push(chain_rows(chain, rows)),
                    None => frame.push(ScopeRows { scope: bytes.clone().into(), chains: vec![chain_rows(chain, rows)] }),
                }
            }
        }
        frames
    }

    fn is_newly_common(&self, peer: mesh_model::id::NodeId, scope: Scope) -> bool {
        let proven = self.peers.get(&peer).and_then(|known| known.proven_height);
        proven.is_none_or(|height| !self.book.authority().is_common(self.id, peer, scope, height))
    }

    /// Returns what of one chain the peer holds and we do not.
    fn lacking(&self, chain: &Chain, theirs: &Rows, held: &BTreeMap<Hash, bool>, reach: u64) -> Lacking {
        let empty = Rows::default();
        let ours = self.book.rows(chain).unwrap_or(&empty);
        let is_held = |hash: &Hash| self.book.holds(hash, held);
        let mut lacking = Lacking::default();
        if theirs.is_overflown() || ours.is_overflown() {
            return lacking;
        }
        for row in theirs.heads_but(is_held) {
            // A header beyond our head that did not close the gap, or another header at our height: the chain is forked below.
            let stuck = ours.beyond.iter().any(|range| range.from <= ours.seq() + 1);
            let forked = stuck || row.seq <= ours.seq() || ours.heads.len() > 1;
            let from = if forked { row.seq.min(ours.seq() + 1).saturating_sub(reach).max(1) } else { ours.seq() + 1 };
            lacking.grounded.push(want(chain, from, row.seq));
        }
        for range in theirs.beyond.iter().filter(|range| !is_held(&range.head)) {
            lacking.hanging.push(want(chain, range.from, range.to));
        }
        if lacking.is_empty() {
            lacking.grounded = gaps(chain, ours, theirs.seq(), reach);
        }
        lacking
    }

    /// The peer says what it lacks: it goes out before the stream goes on, and ends with the mark of our vectors.
    pub(super) fn on_want(&mut self, now: Uptime, link: LinkId, want: &Want) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        if session.out.phase != Phase::AwaitingWant {
            return self.fault(now, link, Fault::TooEarly("want"));
        }
        if want.ranges.len() > limits::WANT_RANGES_MAX {
            return self.fault(now, link, Fault::Bound("wanted ranges"));
        }
        session.out.shown_in_vain = want.ranges.is_empty();
        let mut named = std::collections::BTreeSet::new();
        for range in &want.ranges {
            // The same range twice is asked for by nobody who wants to hold it.
            if !named.insert((range.scope.to_vec(), range.node, range.branch, range.from, range.to)) {
                continue;
            }
            let Some(scope) = Scope::from_bytes(&range.scope) else { continue };
            let chain = Chain { node: range.node, branch: range.branch, scope };
            session.out.jobs.push_back(Job::Range { chain, from: range.from, to: range.to });
        }
        session.out.jobs.push_back(Job::Mark(want.at.position()));
        session.out.phase = Phase::Streaming;
        self.pump(now, link);
    }
}

/// Returns what is missing below the ranges that we hold beyond gaps, where a peer holds the chain up to `seq` and nothing above that is new:
/// all of it, since a session bears only a few comparisons.
fn gaps(chain: &Chain, ours: &Rows, seq: u64, reach: u64) -> Vec<WantRange> {
    let mut gaps = Vec::new();
    let mut held_to = ours.seq();
    for range in ours.beyond.iter().filter(|range| range.from <= seq) {
        // A range that stands right above what is held, and not on it, is of another side of a fork.
        let (from, to) =
            if held_to + 1 < range.from { (held_to + 1, range.from - 1) } else { (range.from.saturating_sub(reach).max(1), range.from) };
        gaps.push(want(chain, from, to));
        held_to = held_to.max(range.to);
    }
    gaps
}

fn chain_rows(chain: &Chain, rows: &Rows) -> ChainRows {
    ChainRows { node: chain.node, branch: chain.branch, rows: rows.clone() }
}

fn want(chain: &Chain, from: u64, to: u64) -> WantRange {
    WantRange { scope: chain.scope.to_bytes().to_vec().into(), node: chain.node, branch: chain.branch, from, to }
}

#[cfg(test)]
mod tests;
