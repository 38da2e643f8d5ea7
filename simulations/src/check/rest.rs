//! Sessions end: in a county that agrees and where nobody writes, nobody sends a frame, but for the greeting of a session that a bad
//! line made begin anew. A revoked node may knock and be turned away.

use super::known::Known;
use super::{Breach, Found, Inspect, Promise};

/// Frames of an hour in which a revoked node knocks, is greeted by nobody and backs off.
pub const KNOCKS_MAX: u64 = 120;

/// Frames of a session in which both sides hold the same: two hellos that prove it.
pub const GREETINGS: u64 = 2;

/// The checker; it looks at the end only.
#[derive(Debug, Default)]
pub struct Rest;

impl Inspect for Rest {
    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Rest);
        let (frames, sessions) = (known.evidence.ending.rest_frames, known.evidence.ending.rest_sessions);
        let knocks = KNOCKS_MAX * (known.causes.revoked.len() + known.causes.forgers.len()) as u64;
        if frames > knocks + GREETINGS * sessions {
            found.note(None, None, format!("{frames} frames in an hour in which nothing happened"));
        }
        found.into()
    }
}
