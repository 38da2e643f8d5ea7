//! A document's heads as the automerge library computes them: what a second implementation would call the state of the document.

use automerge::{ActorId, Automerge, Change};

/// Returns the heads of the document that these raw changes make, in hexadecimal and in order; `None` when the library refuses one.
///
/// Only changes that passed the door may come here: their bytes have one canonical form, so nothing hostile is materialised.
pub(super) fn of(changes: &[Vec<u8>]) -> Option<Vec<String>> {
    // The library draws a random actor; ours is fixed at once, though nothing is ever written here.
    let mut document = Automerge::new().with_actor(ActorId::from([0; 16]));
    let changes: Vec<Change> = changes.iter().map(|bytes| Change::from_bytes(bytes.clone()).ok()).collect::<Option<_>>()?;
    document.apply_changes(changes).ok()?;
    let mut heads: Vec<String> = document.get_heads().iter().map(ToString::to_string).collect();
    heads.sort();
    Some(heads)
}
