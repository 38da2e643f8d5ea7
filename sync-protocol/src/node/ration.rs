//! How much is shown to a listener that called something of ours a fault: one paper, and once it holds that two, until all goes as before.
//!
//! A visit that is in vain carries one paper and not all that waits behind it. Only the dialler does so: it comes again and pays for the
//! line, and where both ends waited for each other's word none would be given.

use super::Node;
use crate::frame::Farewell;
use crate::io::{Bye, LinkId, Side};
use crate::journal::JournalEntry;
use crate::limits;

/// What a peer is shown at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ration {
    papers: usize,
    /// Where in our journal the papers shown last end, while the peer has not said that it holds them.
    shown: Option<u64>,
}

impl Ration {
    const FIRST: Ration = Ration { papers: 1, shown: None };

    /// The peer holds our journal up to `seq`: if that is all it was shown, it is shown twice as much, and everything in the end.
    fn after_held(self, seq: u64) -> Option<Ration> {
        match self.shown {
            Some(shown) if shown <= seq => {
                Some(Ration { papers: 2 * self.papers, shown: None }).filter(|next| next.papers <= limits::RATION_PAPERS_MAX)
            }
            Some(_) | None => Some(self),
        }
    }
}

impl Node {
    /// The peer ends the session for a reason of its own.
    pub(super) fn on_farewell(&mut self, link: LinkId, farewell: &Farewell) {
        self.heed(link, farewell);
        let Some(session) = self.sessions.get(&link) else { return };
        if farewell.code == Bye::Fault as u16 && matches!(session.side, Side::Dialled(_)) {
            self.peers.entry(session.peer).or_default().ration = Some(Ration::FIRST);
        }
    }

    /// Cuts what the journal gave behind as many papers as the peer may be shown.
    pub(super) fn within_ration(&self, link: LinkId, mut entries: Vec<JournalEntry>) -> Vec<JournalEntry> {
        let Some(ration) = self.ration(link) else { return entries };
        let shown = entries.iter().enumerate().filter(|(_, entry)| entry.late_body.is_none() && self.is_lacking(link, entry));
        if let Some(last) = shown.map(|(index, _)| index).nth(ration.papers - 1) {
            entries.truncate(last + 1);
        }
        entries
    }

    /// Papers up to a position of ours go out: with a ration, nothing follows them before the peer holds them.
    pub(super) fn await_held(&mut self, link: LinkId, seq: u64) {
        let Some(ration) = self.ration(link) else { return };
        let Some(session) = self.sessions.get_mut(&link) else { return };
        session.out.awaiting_held = Some(seq);
        self.peers.entry(session.peer).or_default().ration = Some(Ration { shown: Some(seq), ..ration });
    }

    /// The peer says, here or in the hello of the session after, that it holds our journal up to `seq`.
    pub(super) fn on_ration_held(&mut self, link: LinkId, seq: u64) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        session.out.awaiting_held.take_if(|shown| *shown <= seq);
        let known = self.peers.entry(session.peer).or_default();
        known.ration = known.ration.and_then(|ration| ration.after_held(seq));
    }

    fn ration(&self, link: LinkId) -> Option<Ration> {
        let session = self.sessions.get(&link).filter(|session| matches!(session.side, Side::Dialled(_)))?;
        self.peers.get(&session.peer)?.ration
    }
}
