//! Numbers that a frame may carry: a journal, a chain and a log all count from 1 and never beyond [`SEQ_MAX`].
//!
//! Every number of a peer that reaches the journal or arithmetic passes here first.

use super::{Frame, Mark};
use crate::limits::SEQ_MAX;

impl Frame {
    /// Returns whether every number of the frame is one that can be.
    pub(super) fn is_sound(&self) -> bool {
        let mark = |mark: &Mark| mark.seq <= SEQ_MAX;
        match self {
            Frame::Hello(hello) => [hello.height, hello.tail, hello.read].iter().all(|number| *number <= SEQ_MAX),
            Frame::Proof(claim) => [claim.height, claim.tail, claim.read].iter().all(|number| *number <= SEQ_MAX),
            Frame::Mark(at) => mark(at),
            Frame::Held(held) => held.seq <= SEQ_MAX,
            Frame::Vectors(vectors) => {
                mark(&vectors.at) && vectors.scopes.iter().flat_map(|scope| &scope.chains).all(|chain| chain.rows.is_sound())
            }
            Frame::Want(want) => {
                let ranges = want.ranges.iter().all(|range| 1 <= range.from && range.from <= range.to && range.to <= SEQ_MAX);
                mark(&want.at) && ranges
            }
            Frame::Bulk(bulk) => bulk.mark.as_ref().is_none_or(mark),
            Frame::Bye(_) | Frame::Skip(_) => true,
        }
    }
}
