//! The states of a case and the one table of transitions between them.
//!
//! The table says what an event does to a state; who may do it, and who has custody, is the judge's business. The states still to come
//! (explained, notice given, accepted with papers missing, refused at intake, special procedure, referred up, closed, lapsed, void) are
//! further rows of the same match.

use super::mark::Superseded;
use crate::doc::event::EventKind;

/// How far a case has come; life-cycle order.
///
/// ```text
///            register        forward          accept        assign         decide
///  [Start] ──────────► Registered ──► Forwarded ──► Accepted ──► InReview ──► Decided
///                          │  └──── accept ────────────▲                         │ conclude
///                          │ withdraw (from any of these before Decided)         ▼
///                          ▼                                       return    Concluded
///                      Withdrawn          Delivered ◄── Notified ◄── Returned ◄──┤
///                                               deliver    ▲   notify            │
///                                                          └── notify, where ────┘
///                                                              taken in at the deciding site
/// ```
/// `forward` and `return` offer custody, `receive` takes it; `forward` and `return` may be repeated along the way, `assign` too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// No effective registration is known.
    Start,
    /// 收件登记.
    Registered,
    /// 已报送.
    Forwarded,
    /// 已受理.
    Accepted,
    /// 审查中.
    InReview,
    /// 已决定.
    Decided,
    /// 办结(出件).
    Concluded,
    /// 已返还.
    Returned,
    /// 已通知.
    Notified,
    /// 已送达.
    Delivered,
    /// 撤回.
    Withdrawn,
}

impl State {
    /// All states in life-cycle order.
    pub const ALL: [State; 11] = [
        State::Start,
        State::Registered,
        State::Forwarded,
        State::Accepted,
        State::InReview,
        State::Decided,
        State::Concluded,
        State::Returned,
        State::Notified,
        State::Delivered,
        State::Withdrawn,
    ];

    /// Returns the code used in JSON and reports.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            State::Start => "start",
            State::Registered => "registered",
            State::Forwarded => "forwarded",
            State::Accepted => "accepted",
            State::InReview => "in_review",
            State::Decided => "decided",
            State::Concluded => "concluded",
            State::Returned => "returned",
            State::Notified => "notified",
            State::Delivered => "delivered",
            State::Withdrawn => "withdrawn",
        }
    }

    /// Returns the name that a clerk sees.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            State::Start => "未登记",
            State::Registered => "收件登记",
            State::Forwarded => "已报送",
            State::Accepted => "已受理",
            State::InReview => "审查中",
            State::Decided => "已决定",
            State::Concluded => "办结(出件)",
            State::Returned => "已返还",
            State::Notified => "已通知",
            State::Delivered => "已送达",
            State::Withdrawn => "撤回",
        }
    }

    /// Returns whether the case has come to its end and keeps the calendar of its last event.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, State::Delivered | State::Withdrawn)
    }
}

/// What an event does to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The case is in this state afterwards.
    Go(State),
    /// The event has no effect, for this reason.
    Stay(Superseded),
    /// The kind is not known at this level of rules.
    Unknown,
}

/// Returns what an event of this kind does to this state under rules level 1.
#[must_use]
pub fn step(state: State, kind: EventKind) -> Step {
    use EventKind::{Accept, Assign, Conclude, Decide, Deliver, Forward, Notify, Receive, Register, Return, Unknown, Withdraw};
    use Step::{Go, Stay};
    use Superseded::{AlreadyDone, DecidedEarlier, NotRegistered, TooEarly, WithdrawnEarlier};
    match (state, kind) {
        (State::Start, Register) => Go(State::Registered),
        (State::Start, Forward | Receive | Accept | Assign | Decide | Conclude | Return | Notify | Deliver | Withdraw) => {
            Stay(NotRegistered)
        }

        (State::Registered, Forward) => Go(State::Forwarded),
        (State::Registered, Accept) => Go(State::Accepted),
        (State::Registered, Withdraw) => Go(State::Withdrawn),
        (State::Registered, Register) => Stay(AlreadyDone),
        (State::Registered, Receive | Assign | Decide | Conclude | Return | Notify | Deliver) => Stay(TooEarly),

        (State::Forwarded, Forward | Receive) => Go(State::Forwarded),
        (State::Forwarded, Accept) => Go(State::Accepted),
        (State::Forwarded, Withdraw) => Go(State::Withdrawn),
        (State::Forwarded, Register) => Stay(AlreadyDone),
        (State::Forwarded, Assign | Decide | Conclude | Return | Notify | Deliver) => Stay(TooEarly),

        (State::Accepted, Assign) => Go(State::InReview),
        (State::Accepted, Withdraw) => Go(State::Withdrawn),
        (State::Accepted, Register | Forward | Receive | Accept) => Stay(AlreadyDone),
        (State::Accepted, Decide | Conclude | Return | Notify | Deliver) => Stay(TooEarly),

        (State::InReview, Assign) => Go(State::InReview),
        (State::InReview, Decide) => Go(State::Decided),
        (State::InReview, Withdraw) => Go(State::Withdrawn),
        (State::InReview, Register | Forward | Receive | Accept) => Stay(AlreadyDone),
        (State::InReview, Conclude | Return | Notify | Deliver) => Stay(TooEarly),

        (State::Decided, Conclude) => Go(State::Concluded),
        (State::Decided, Withdraw) => Stay(DecidedEarlier),
        (State::Decided, Register | Forward | Receive | Accept | Assign | Decide) => Stay(AlreadyDone),
        (State::Decided, Return | Notify | Deliver) => Stay(TooEarly),

        (State::Concluded, Return) => Go(State::Returned),
        (State::Concluded, Notify) => Go(State::Notified),
        (State::Concluded, Withdraw) => Stay(DecidedEarlier),
        (State::Concluded, Register | Forward | Receive | Accept | Assign | Decide | Conclude) => Stay(AlreadyDone),
        (State::Concluded, Deliver) => Stay(TooEarly),

        (State::Returned, Return | Receive) => Go(State::Returned),
        (State::Returned, Notify) => Go(State::Notified),
        (State::Returned, Withdraw) => Stay(DecidedEarlier),
        (State::Returned, Register | Forward | Accept | Assign | Decide | Conclude) => Stay(AlreadyDone),
        (State::Returned, Deliver) => Stay(TooEarly),

        (State::Notified, Deliver) => Go(State::Delivered),
        (State::Notified, Withdraw) => Stay(DecidedEarlier),
        (State::Notified, Register | Forward | Receive | Accept | Assign | Decide | Conclude | Return | Notify) => Stay(AlreadyDone),

        (State::Delivered, Withdraw) => Stay(DecidedEarlier),
        (State::Delivered, Register | Forward | Receive | Accept | Assign | Decide | Conclude | Return | Notify | Deliver) => {
            Stay(AlreadyDone)
        }

        (State::Withdrawn, Register | Withdraw) => Stay(AlreadyDone),
        (State::Withdrawn, Forward | Receive | Accept | Assign | Decide | Conclude | Return | Notify | Deliver) => Stay(WithdrawnEarlier),

        (
            State::Start
            | State::Registered
            | State::Forwarded
            | State::Accepted
            | State::InReview
            | State::Decided
            | State::Concluded
            | State::Returned
            | State::Notified
            | State::Delivered
            | State::Withdrawn,
            Unknown(_),
        ) => Step::Unknown,
    }
}

#[cfg(test)]
mod tests;
