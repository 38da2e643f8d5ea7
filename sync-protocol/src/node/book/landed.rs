//! The hub's receipts: which heads it says it holds, and which of those are known to be on the chain that is held here.
//!
//! A receipt speaks of a header by its hash. A store that was put back may have written other headers at the same numbers: a line counts
//! only once its head is held here too.

use crate::batch::Chain;
use crate::limits;
use crate::record::LandedChain;
use crate::vector::Rows;
use mesh_model::id::Hash;
use std::cmp::Reverse;
use std::collections::BTreeMap;

#[derive(Debug)]
struct Line {
    said: LandedChain,
    is_held: bool,
}

#[derive(Debug, Default)]
pub(super) struct Receipts {
    lines: BTreeMap<Chain, Vec<Line>>,
    /// Heads not known to be held, and whether the journal was asked.
    unheld: BTreeMap<Hash, (Chain, bool)>,
}

impl Receipts {
    pub(super) fn put(&mut self, chain: Chain, said: LandedChain, is_held: bool) {
        let lines = self.lines.entry(chain).or_default();
        let was_held = lines.iter().any(|line| line.said.head == said.head && line.is_held);
        lines.retain(|line| line.said.head != said.head);
        let is_held = is_held || was_held;
        if !is_held {
            self.unheld.insert(said.head, (chain, false));
        }
        lines.push(Line { said, is_held });
        lines.sort_by_key(|line| Reverse(line.said.seq));
        lines.truncate(limits::FORK_HEADS_MAX);
    }

    /// A header is held: a receipt that named it counts.
    pub(super) fn on_held(&mut self, head: &Hash) {
        let Some((chain, _)) = self.unheld.remove(head) else { return };
        for line in self.lines.entry(chain).or_default().iter_mut().filter(|line| line.said.head == *head) {
            line.is_held = true;
        }
    }

    pub(super) fn take_asks(&mut self) -> Vec<Hash> {
        let unasked = self.unheld.iter_mut().filter(|(_, (_, asked))| !asked);
        unasked
            .map(|(head, (_, asked))| {
                *asked = true;
                *head
            })
            .collect()
    }

    pub(super) fn names(&self, chain: &Chain, head: &Hash) -> bool {
        self.lines.get(chain).is_some_and(|lines| lines.iter().any(|line| line.said.head == *head))
    }

    /// Returns whether (chain, seq) is covered, and whether inside a verified backup.
    ///
    /// On a forked chain a seq names two headers: only receipts for every head prove this one. A head that is held beyond a gap proves
    /// nothing below it: what closes the gap may be another header than the one held here.
    pub(super) fn covers(&self, chain: &Chain, seq: u64, rows: &Rows) -> Option<bool> {
        let heads = &rows.heads;
        let lines = self.lines.get(chain)?;
        let forked_and_open = heads.len() > 1 && !heads.iter().all(|head| lines.iter().any(|line| line.said.head == head.head));
        if forked_and_open {
            return None;
        }
        let line = lines.iter().find(|line| line.is_held && (seq..=rows.seq()).contains(&line.said.seq))?;
        Some(line.said.safe >= seq)
    }
}
