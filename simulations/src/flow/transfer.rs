//! How long one backlog takes over one line: the probe by which the model of lines is fitted to the `quic` engine's.
//!
//! It times what [`crate::quic::transfer`] times, on a county that is laid out and settled alike.

use super::county::County;
use super::seat::cases_of;
use crate::engine::{EngineError, EngineKind};
use crate::layout::Seat;
use crate::line::LineMake;
use crate::plan::Plan;
use crate::sighting::{Blind, Depth};
use crate::streams::Stream;
use mesh_model::id::{DocId, Hash};
use mesh_model::place::Class;
use sync_protocol::io::{ActId, Input, LocalAct, LocalBody};

/// Bytes of one paper, at most.
const PAPER_BYTES_MAX: usize = 4_096;
/// How often the two ends are looked at, in milliseconds.
const LOOK_MS: u64 = 5;
/// How long a transfer may take, in milliseconds.
const PATIENCE_MS: u64 = 6 * 3_600_000;
/// Milliseconds until the session stands and both ends agree.
const SETTLE_MS: u64 = 300_000;
/// Milliseconds of one sync of either disk.
const SYNC_MS: u32 = 5;

const TOWNSHIP: Seat = Seat(1);

/// Returns the milliseconds from the first byte queued until a township with a standing link and the hub have proven to hold a backlog of
/// `bytes` bytes of papers that do not compress.
///
/// # Errors
/// [`EngineError`] when there can be no such county, or the backlog never arrived.
pub fn transfer(make: LineMake, bytes: usize, seed: u64) -> Result<u64, EngineError> {
    let unfit = |why: &str| EngineError::Unfit { engine: EngineKind::Flow, why: why.to_owned() };
    let mut plan = Plan::quiet(1, 0, 1, seed).map_err(|error| unfit(&error.to_string()))?;
    for site in plan.sites.values_mut() {
        site.sync_ms = SYNC_MS;
        site.line = site.line.map(|_| make);
    }
    let mut watch = Blind;
    let mut county = County::new(plan, &mut watch, Depth::End, None);
    county.found();
    county.run_until(county.now.after_ms(SETTLE_MS));
    let began = county.now;
    queue(&mut county, bytes, seed);
    while !is_proven(&county) {
        if county.now.ms_since(began) > PATIENCE_MS {
            return Err(unfit("the backlog never arrived"));
        }
        county.run_until(county.now.after_ms(LOOK_MS));
    }
    Ok(county.now.ms_since(began))
}

/// Writes the backlog as one act, so that it is queued at one moment.
fn queue(county: &mut County<'_>, bytes: usize, seed: u64) {
    let (node, scope) = (county.id(TOWNSHIP), cases_of(TOWNSHIP));
    let mut stream = Stream::new(seed, "transfer", 0);
    let sizes = (0..bytes).step_by(PAPER_BYTES_MAX).map(|from| (bytes - from).min(PAPER_BYTES_MAX));
    let body = |(number, size): (u64, usize)| {
        let document = DocId::derive(scope, node, &Hash::of(&[&number.to_be_bytes()]).0[..16]);
        LocalBody::Event { document, value: stream.filling(size) }
    };
    let bodies: Vec<LocalBody> = (0u64..).zip(sizes).map(body).collect();
    county.give(TOWNSHIP, Input::Local(LocalAct { id: ActId(1), scope, bodies, notes: Vec::new() }));
}

/// Returns whether both ends say to be in sync and the hub holds as much of the township's cases as the township.
fn is_proven(county: &County<'_>) -> bool {
    let digests = |seat: Seat| {
        let digests = county.node(seat).into_iter().flat_map(sync_protocol::node::Node::digests);
        digests.filter(|(scope, ..)| scope.class == Class::CASES).map(|(_, digest, _)| digest).collect::<Vec<_>>()
    };
    let (ours, theirs) = (digests(TOWNSHIP), digests(Seat::HUB));
    !ours.is_empty() && ours == theirs && county.is_in_sync(TOWNSHIP, Seat::HUB) && county.is_in_sync(Seat::HUB, TOWNSHIP)
}
