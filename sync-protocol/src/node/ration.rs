//! How much is shown to a listener that called something of ours a fault: one paper, and once that is durable there two, until all goes as
//! before.
//!
//! What stands before the refused paper arrives so, and a visit that is in vain carries one paper and not all that waits behind it. Only
//! the dialler does so: it comes again and pays for the line, and where both ends waited for each other's word none would be given.

use super::Node;
use crate::frame::Farewell;
use crate::io::{Bye, LinkId, Side};
use crate::journal::JournalEntry;
use crate::limits;

impl Node {
    /// The peer ends the session for a reason of its own.
    pub(super) fn on_turned_away(&mut self, link: LinkId, farewell: &Farewell) {
        self.heed(link, farewell);
        let Some(session) = self.sessions.get(&link) else { return };
        if farewell.code == Bye::Fault as u16 && matches!(session.side, Side::Dialled(_)) {
            self.peers.entry(session.peer).or_default().ration = Some(1);
        }
    }

    /// Cuts what the journal gave behind as many papers as the peer may be shown.
    pub(super) fn within_ration(&self, link: LinkId, mut entries: Vec<JournalEntry>) -> Vec<JournalEntry> {
        let Some(papers) = self.ration(link) else { return entries };
        let shown = entries.iter().enumerate().filter(|(_, entry)| entry.late_body.is_none() && self.is_lacking(link, entry));
        if let Some(last) = shown.map(|(index, _)| index).nth(papers - 1) {
            entries.truncate(last + 1);
        }
        entries
    }

    /// Papers up to a position of ours go out: with a ration, nothing follows them before the peer holds them.
    pub(super) fn on_shown(&mut self, link: LinkId, seq: u64) {
        let is_rationed = self.ration(link).is_some();
        if let Some(session) = self.sessions.get_mut(&link) {
            session.out.tried = is_rationed.then_some(seq);
        }
    }

    /// The peer durably holds our journal up to `seq`: if that is all it was shown, it is shown twice as much.
    pub(super) fn on_ration_held(&mut self, link: LinkId, seq: u64) {
        let Some(session) = self.sessions.get_mut(&link) else { return };
        if session.out.tried.take_if(|tried| *tried <= seq).is_some() {
            let known = self.peers.entry(session.peer).or_default();
            known.ration = known.ration.map(|papers| 2 * papers).filter(|papers| *papers <= limits::RATION_PAPERS_MAX);
        }
    }

    fn ration(&self, link: LinkId) -> Option<usize> {
        let session = self.sessions.get(&link).filter(|session| matches!(session.side, Side::Dialled(_)))?;
        self.peers.get(&session.peer)?.ration
    }
}
