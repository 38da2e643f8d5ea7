//! Heads of the documents that acts are written on.
//!
//! The journal is asked for a document once; what this desk wrote on last it remembers, until somebody else writes there. In doubt the
//! journal is asked again: heads that lack a paper would make the next event look as if its clerk had not seen it.

use crate::journal::Ticket;
use crate::profile::DocumentHeads;
use mesh_model::id::DocId;
use std::collections::{BTreeMap, BTreeSet};

/// Documents remembered at most: the open cases of a township.
const REMEMBERED_MAX: usize = 4_096;

#[derive(Debug, Default)]
pub(super) struct Documents {
    asked: BTreeSet<DocId>,
    /// As the journal showed them to acts that wait.
    loaded: BTreeMap<DocId, DocumentHeads>,
    /// Of acts on their way to the journal: a load does not show them yet.
    written: BTreeMap<DocId, (Ticket, DocumentHeads)>,
    /// Of durable acts, with the number under which they stand in `by_age`.
    remembered: BTreeMap<DocId, (u64, DocumentHeads)>,
    by_age: BTreeMap<u64, DocId>,
    kept: u64,
    /// Asked for, loaded or written on while others wrote there: good for the acts that wait, not to be remembered.
    crowded: BTreeSet<DocId>,
}

impl Documents {
    /// Returns the heads of a document, if the journal need not be asked.
    pub(super) fn heads(&self, document: &DocId) -> Option<&DocumentHeads> {
        let written = self.written.get(document).map(|(_, heads)| heads);
        written.or_else(|| self.remembered.get(document).map(|(_, heads)| heads)).or_else(|| self.loaded.get(document))
    }

    /// Notes that a document is asked for; false when it was already.
    pub(super) fn ask(&mut self, document: DocId) -> bool {
        self.asked.insert(document)
    }

    pub(super) fn on_loaded(&mut self, document: DocId, heads: DocumentHeads) {
        self.asked.remove(&document);
        self.loaded.insert(document, heads);
    }

    /// No act waits: what the journal showed grows old.
    pub(super) fn drop_loaded(&mut self) {
        self.loaded.clear();
        self.crowded.retain(|document| self.asked.contains(document) || self.written.contains_key(document));
    }

    /// Notes the heads behind an act that goes to the journal.
    pub(super) fn on_written(&mut self, ticket: Ticket, document: DocId, heads: DocumentHeads) {
        self.loaded.remove(&document);
        self.forget(document);
        self.written.insert(document, (ticket, heads));
    }

    /// The journal holds everything up to a ticket.
    pub(super) fn on_durable(&mut self, ticket: Ticket) {
        let durable: Vec<(DocId, (Ticket, DocumentHeads))> = self.written.extract_if(.., |_, (last, _)| *last <= ticket).collect();
        for (document, (_, heads)) in durable {
            if !self.crowded.remove(&document) {
                self.remember(document, heads.to_write_on());
            }
        }
    }

    /// The journal had no space for what was written.
    pub(super) fn on_refused(&mut self) {
        self.written.clear();
    }

    /// Somebody else's papers are durable.
    pub(super) fn on_others(&mut self, documents: &[DocId]) {
        for document in documents {
            self.forget(*document);
            if self.asked.contains(document) || self.loaded.contains_key(document) || self.written.contains_key(document) {
                self.crowded.insert(*document);
            }
        }
    }

    fn remember(&mut self, document: DocId, heads: DocumentHeads) {
        self.kept += 1;
        self.by_age.insert(self.kept, document);
        self.remembered.insert(document, (self.kept, heads));
        if self.remembered.len() > REMEMBERED_MAX
            && let Some((_, oldest)) = self.by_age.pop_first()
        {
            self.remembered.remove(&oldest);
        }
    }

    fn forget(&mut self, document: DocId) {
        if let Some((age, _)) = self.remembered.remove(&document) {
            self.by_age.remove(&age);
        }
    }
}

#[cfg(test)]
mod tests;
