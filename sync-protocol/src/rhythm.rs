//! How a node dials that holds a session only once in a while, where its line costs by the byte or the minute and nobody answers.

/// Dials in a row that a node makes by its own back-off although nobody answers; it waits longer before each after them.
pub const UNANSWERED_DIALS: u32 = 4;
/// Such a pause is one of so many parts of that between two sessions.
const UNANSWERED_PARTS: u64 = 16;
/// And not longer than so many milliseconds: a line that is up for an hour a day is not missed.
const UNANSWERED_MS_MAX: u64 = 30 * 60 * 1_000;

/// Returns how many milliseconds after a dial that failed the next one may follow, when `dials` in a row have failed and a session is held
/// every `every_ms` milliseconds. The node's own back-off holds beside it.
///
/// A dial is eleven packets of 1,200 bytes until it is given up. Half an hour apart they take as much of a line in a month as the signs of
/// life of a session that stands; by the node's back-off alone they would take nine times that.
#[must_use]
pub fn pause_unanswered_ms(every_ms: u64, dials: u32) -> u64 {
    if dials < UNANSWERED_DIALS { 0 } else { (every_ms / UNANSWERED_PARTS).min(UNANSWERED_MS_MAX) }
}
