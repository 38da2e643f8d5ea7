//! What the fold says about each event: effective, or kept and marked with the reason.
//!
//! A mark is shown to people; nothing is discarded. The words are stable: windows, reports and scripts tell reasons apart by them.

use serde::Serialize;

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// The event had its effect.
    Effective,
    /// The event came too late or too early for the state it met.
    Superseded(Superseded),
    /// The author had no right to the act.
    Unauthorised(Unauthorised),
    /// The kind is not known at this level of rules.
    UnknownKind,
    /// An event that its author had seen is not here yet.
    Waiting,
    /// The event lies beyond what the hub held of the node when it was revoked.
    AfterRevocation,
    /// The value is no event.
    Unreadable,
}

/// Why an authorised event had no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Superseded {
    /// Another event did the same before.
    AlreadyDone,
    /// The case was decided earlier; the applicant may apply for cancellation.
    DecidedEarlier,
    /// Decided elsewhere while the withdrawal was taken in, neither knowing of the other: on hold until a person decides.
    DecidedMeanwhile,
    /// The case has no effective registration before this event.
    NotRegistered,
    /// The case is not back at the site that took it in.
    NotReturned,
    /// Custody is offered to another site and not taken yet.
    OfferPending,
    /// The case is on hold; nothing may be handed out.
    OnHold,
    /// A step is missing before this one.
    TooEarly,
    /// The applicant withdrew earlier.
    WithdrawnEarlier,
}

/// Why the author had no right to the act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unauthorised {
    /// Sites of this level never do this.
    LevelMayNot,
    /// The site that custody is offered to is not above this one.
    NotAbove,
    /// Another site has custody.
    NotCustodian,
    /// Custody was not offered to this site.
    NotOffered,
    /// The site that custody is offered to is not on the way back to the site of intake.
    NotOnTheWayBack,
    /// No authority record enrols the node.
    UnknownNode,
    /// The registration's author and nonce make another document's id.
    WrongDocument,
    /// The registration stands in the scope of another site.
    WrongScope,
    /// The node belongs to another site than the event names.
    WrongSite,
}

impl Mark {
    /// Returns the stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Mark::Effective => "effective",
            Mark::Superseded(_) => "superseded",
            Mark::Unauthorised(_) => "unauthorised",
            Mark::UnknownKind => "unknown_kind",
            Mark::Waiting => "waiting",
            Mark::AfterRevocation => "after_revocation",
            Mark::Unreadable => "unreadable",
        }
    }

    /// Returns the stable word of the reason, where there is one.
    #[must_use]
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Mark::Superseded(reason) => Some(reason.word()),
            Mark::Unauthorised(reason) => Some(reason.word()),
            Mark::Effective | Mark::UnknownKind | Mark::Waiting | Mark::AfterRevocation | Mark::Unreadable => None,
        }
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.reason() {
            Some(reason) => write!(f, "{}: {reason}", self.word()),
            None => f.write_str(self.word()),
        }
    }
}

impl Superseded {
    /// Returns the stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Superseded::AlreadyDone => "already_done",
            Superseded::DecidedEarlier => "decided_earlier",
            Superseded::DecidedMeanwhile => "decided_meanwhile",
            Superseded::NotRegistered => "not_registered",
            Superseded::NotReturned => "not_returned",
            Superseded::OfferPending => "offer_pending",
            Superseded::OnHold => "on_hold",
            Superseded::TooEarly => "too_early",
            Superseded::WithdrawnEarlier => "withdrawn_earlier",
        }
    }
}

impl Unauthorised {
    /// Returns the stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Unauthorised::LevelMayNot => "level_may_not",
            Unauthorised::NotAbove => "not_above",
            Unauthorised::NotCustodian => "not_custodian",
            Unauthorised::NotOffered => "not_offered",
            Unauthorised::NotOnTheWayBack => "not_on_the_way_back",
            Unauthorised::UnknownNode => "unknown_node",
            Unauthorised::WrongDocument => "wrong_document",
            Unauthorised::WrongScope => "wrong_scope",
            Unauthorised::WrongSite => "wrong_site",
        }
    }
}
