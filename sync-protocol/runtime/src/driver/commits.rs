//! Commits of a driver: one group at a time, everything that waits in one transaction, answers in order.

use super::{Driver, DriverError};
use crate::journal::{CommitError, Group};
use sync_protocol::io::{ActRefusal, CommitRefusal, Input};
use sync_protocol::journal::{Position, Ticket};
use tokio::sync::oneshot;

/// What the journal's writer says of a group.
pub(super) type Outcome = Result<Vec<Vec<Position>>, CommitError>;

/// Who waits for a commit.
pub(super) enum Asker {
    /// The node, by its ticket.
    Node(Ticket),
    /// A room of the daemon that keeps local facts of its own.
    Room(oneshot::Sender<Result<(), ActRefusal>>),
}

/// The ticket under which a room's facts go to the journal; the node never comes to it.
const ROOM_TICKET: Ticket = Ticket(u64::MAX);

impl Driver {
    pub(super) fn start_commit(&mut self) {
        if !self.committing.is_empty() || self.waiting.is_empty() {
            return;
        }
        let mut group = Group::with_capacity(self.waiting.len());
        for (asker, writes) in self.waiting.drain(..) {
            let ticket = match &asker {
                Asker::Node(ticket) => *ticket,
                Asker::Room(_) => ROOM_TICKET,
            };
            group.push((ticket, writes));
            self.committing.push(asker);
        }
        self.shared.counters.commits(group.len());
        // One group is under way at a time, so the channel has room; a writer that is gone shows in `on_committed`.
        let _ = self.groups.try_send(group);
    }

    pub(super) fn on_committed(&mut self, outcome: Option<Outcome>) -> Result<(), DriverError> {
        let askers = std::mem::take(&mut self.committing);
        self.shared.saw_room(!matches!(outcome, Some(Err(CommitError::Full))));
        match outcome.ok_or(DriverError::WriterGone)? {
            Ok(answers) => {
                for (asker, positions) in askers.into_iter().zip(answers) {
                    match asker {
                        Asker::Node(ticket) => self.feed(Input::Committed(ticket, positions)),
                        Asker::Room(answer) => drop(answer.send(Ok(()))),
                    }
                }
                Ok(())
            }
            Err(CommitError::Full) => {
                let waiting = std::mem::take(&mut self.waiting).into_iter().map(|(asker, _)| asker);
                let mut first = None;
                for asker in askers.into_iter().chain(waiting) {
                    match asker {
                        Asker::Node(ticket) => first = first.or(Some(ticket)),
                        Asker::Room(answer) => drop(answer.send(Err(ActRefusal::Full))),
                    }
                }
                // The first refusal covers every ticket that the node has out, waiting ones included.
                if let Some(first) = first {
                    self.feed(Input::Refused(first, CommitRefusal::Full));
                }
                Ok(())
            }
            Err(failed @ CommitError::Failed { .. }) => Err(DriverError::Commit(failed)),
        }
    }
}
