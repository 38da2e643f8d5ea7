//! Sessions end: in a county that agrees and where nobody writes, nobody sends a frame.

use super::known::Known;
use super::{Breach, Found, Inspect, Promise};

/// The checker; it looks at the end only.
#[derive(Debug, Default)]
pub struct Rest;

impl Inspect for Rest {
    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Rest);
        let frames = known.evidence.ending.rest_frames;
        if frames > 0 {
            found.note(None, None, format!("{frames} frames in an hour in which nothing happened"));
        }
        found.into()
    }
}
