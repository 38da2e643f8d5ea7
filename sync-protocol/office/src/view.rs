//! Answers: what the journal holds, as people and scripts read it. Personal data is masked in all of them.
//!
//! No local clock is read here, but in `status`, which says when things were proven. Two nodes that hold the same papers under the same
//! day record answer the same bytes.

pub(crate) mod calendar;
pub(crate) mod cases;
pub mod catalog;
pub(crate) mod dump;
pub(crate) mod names;
pub(crate) mod node;
pub(crate) mod sites;
pub(crate) mod sync;

#[cfg(test)]
mod tests;

use crate::api::DueDay;
use crate::api::case::PlaceShown;
use mesh_model::calendar::Due;
use mesh_model::time::WallTime;
use sync_protocol::io::ActPlace;

const MINUTE_MS: i64 = 60_000;
const UTC8_MS: i64 = 8 * 60 * MINUTE_MS;

/// Returns a due date as replies carry it.
#[must_use]
pub fn due(due: Due) -> DueDay {
    DueDay { day: due.day(), provisional: due.is_provisional() }
}

/// Returns where an act stands as replies carry it.
pub(crate) fn place(place: &ActPlace, scope: String) -> PlaceShown {
    PlaceShown { scope, node: place.chain.node, branch: place.chain.branch, seq: place.seq }
}

/// Returns the minute of the civil day at UTC+8.
#[must_use]
pub fn minute_of(wall: WallTime) -> u16 {
    let minute = (wall.0 + UTC8_MS).div_euclid(MINUTE_MS).rem_euclid(24 * 60);
    u16::try_from(minute).expect("a day has 1440 minutes")
}

/// Returns a machine's claim about civil time, such as `2026-01-07T09:30:05+08:00`.
#[must_use]
pub fn time_text(wall: WallTime) -> String {
    let second = (wall.0 + UTC8_MS).div_euclid(1_000).rem_euclid(86_400);
    format!("{}T{:02}:{:02}:{:02}+08:00", wall.day(), second / 3_600, second / 60 % 60, second % 60)
}
