//! Sessions end: in a county that agrees and where nobody writes, nobody sends a frame.

use super::{Breach, Promise};
use crate::evidence::Evidence;

/// Returns the breach of a county that goes on talking.
#[must_use]
pub fn breaches(evidence: &Evidence) -> Vec<Breach> {
    let frames = evidence.ending.rest_frames;
    let what = || format!("{frames} frames in an hour in which nothing happened");
    (frames > 0).then(|| Breach::new(Promise::Rest, what())).into_iter().collect()
}
