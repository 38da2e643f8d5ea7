//! Sessions end: in a county that agrees and where nobody writes, nobody sends a frame.

use super::{Breach, Promise};
use crate::flow::Outcome;

/// Returns the breach of a county that goes on talking.
#[must_use]
pub fn breaches(outcome: &Outcome) -> Vec<Breach> {
    let frames = outcome.ending.rest_frames;
    let what = || format!("{frames} frames in an hour in which nothing happened");
    (frames > 0).then(|| Breach::new(Promise::Rest, what())).into_iter().collect()
}
