//! What each kind of event states beyond the envelope.

use super::RulesLevel;
use crate::calendar::Due;
use crate::code::ItemCode;
use crate::doc::sealed::Sealed;
use crate::id::{Hash, SiteId};
use crate::number::CaseNumber;

/// The kinds of events, in the order of the reference flow; the number is what travels and is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// Taken in at the window (收件登记); not legal acceptance.
    Register,
    /// Sent up (报送): offers custody.
    Forward,
    /// Taken over (接收): takes the custody that was offered.
    Receive,
    /// Legal acceptance (受理).
    Accept,
    /// Given to a reviewer (分办).
    Assign,
    /// Granted or refused (决定).
    Decide,
    /// Result issued (办结).
    Conclude,
    /// Sent back down (返还): offers custody.
    Return,
    /// Applicant told (通知).
    Notify,
    /// Result handed out (送达).
    Deliver,
    /// Withdrawn by the applicant (撤回).
    Withdraw,
    /// A kind that this build does not know.
    Unknown(u32),
}

impl EventKind {
    /// All known kinds.
    pub const KNOWN: [EventKind; 11] = [
        EventKind::Register,
        EventKind::Forward,
        EventKind::Receive,
        EventKind::Accept,
        EventKind::Assign,
        EventKind::Decide,
        EventKind::Conclude,
        EventKind::Return,
        EventKind::Notify,
        EventKind::Deliver,
        EventKind::Withdraw,
    ];

    /// Returns the number that travels.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            EventKind::Register => 1,
            EventKind::Forward => 2,
            EventKind::Receive => 3,
            EventKind::Accept => 4,
            EventKind::Assign => 5,
            EventKind::Decide => 6,
            EventKind::Conclude => 7,
            EventKind::Return => 8,
            EventKind::Notify => 9,
            EventKind::Deliver => 10,
            EventKind::Withdraw => 11,
            EventKind::Unknown(number) => number,
        }
    }

    /// Returns the kind with this number.
    #[must_use]
    pub fn from_number(number: u32) -> EventKind {
        Self::KNOWN.into_iter().find(|kind| kind.number() == number).unwrap_or(EventKind::Unknown(number))
    }

    /// Returns the word used on the command line and in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            EventKind::Register => "register",
            EventKind::Forward => "forward",
            EventKind::Receive => "receive",
            EventKind::Accept => "accept",
            EventKind::Assign => "assign",
            EventKind::Decide => "decide",
            EventKind::Conclude => "conclude",
            EventKind::Return => "return",
            EventKind::Notify => "notify",
            EventKind::Deliver => "deliver",
            EventKind::Withdraw => "withdraw",
            EventKind::Unknown(_) => "unknown",
        }
    }

    /// Returns the name that a clerk sees.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            EventKind::Register => "收件登记",
            EventKind::Forward => "报送",
            EventKind::Receive => "接收",
            EventKind::Accept => "受理",
            EventKind::Assign => "分办",
            EventKind::Decide => "决定",
            EventKind::Conclude => "办结",
            EventKind::Return => "返还",
            EventKind::Notify => "通知",
            EventKind::Deliver => "送达",
            EventKind::Withdraw => "撤回",
            EventKind::Unknown(_) => "未知事件",
        }
    }
}

/// The version of an item that a case was registered under.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct PinnedItem {
    /// The item.
    #[n(0)]
    pub code: ItemCode,
    /// The version's number.
    #[n(1)]
    pub version: u32,
    /// The version's content hash.
    #[n(2)]
    pub hash: Hash,
}

/// How the application reached the window (GB/T 39046 A.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "lowercase")]
#[cbor(index_only)]
pub enum Channel {
    /// 窗口 (1).
    #[n(1)]
    Window,
    /// 电脑端 (2).
    #[n(2)]
    Web,
    /// 移动端 (3).
    #[n(3)]
    Mobile,
    /// 快递 (4).
    #[n(4)]
    Courier,
    /// 其他 (9).
    #[n(9)]
    Other,
}

/// Fields of a registration; the first event of every case.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Register {
    /// The rules by which the case is folded for ever.
    #[n(0)]
    pub level: RulesLevel,
    /// Random bytes that make the document's id, see [`crate::id::DocId::derive`].
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub nonce: Vec<u8>,
    /// The number printed on the receipt.
    #[n(2)]
    pub number: CaseNumber,
    /// What is applied for.
    #[n(3)]
    pub item: PinnedItem,
    /// Who applies.
    #[n(4)]
    pub applicant: Sealed,
    /// The day printed on the receipt by which the applicant will be told.
    #[n(5)]
    pub printed: Option<Due>,
    /// How the application came in.
    #[n(6)]
    pub channel: Channel,
    /// A note of the clerk.
    #[n(7)]
    pub note: Option<Sealed>,
}

/// Fields of a forward or a return.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct HandOver {
    /// The site to which custody is offered.
    #[n(0)]
    pub to: SiteId,
}

/// Fields of a legal acceptance.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Accept {
    /// Number of the acceptance paper (受理文书编号), at most 30 characters.
    #[n(0)]
    pub paper_no: Option<String>,
    /// The due date printed on it.
    #[n(1)]
    pub printed: Option<Due>,
}

/// Fields of an assignment.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Assign {
    /// Who reviews.
    #[n(0)]
    pub to: crate::code::StaffId,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "lowercase")]
#[cbor(index_only)]
pub enum Decision {
    /// 准予.
    #[n(0)]
    Grant,
    /// 不予.
    #[n(1)]
    Refuse,
}

/// Fields of a decision.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Decide {
    /// Granted or refused.
    #[n(0)]
    pub decision: Decision,
    /// The opinion.
    #[n(1)]
    pub opinion: Option<Sealed>,
}

/// Fields of a conclusion.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Conclude {
    /// Number of the result document, if there is one.
    #[n(0)]
    pub result_no: Option<String>,
}

/// Fields of a notice to the applicant.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Notify {
    /// How the applicant was told, such as `phone`, `visit`, `in person`.
    #[n(0)]
    pub how: String,
}

/// Fields of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Deliver {
    /// Number of the slip that the applicant signed, if there is one.
    #[n(0)]
    pub slip_no: Option<String>,
}

/// Fields of a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Withdraw {
    /// The applicant's reason.
    #[n(0)]
    pub reason: Option<Sealed>,
}

/// The fields of an event by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// See [`EventKind::Register`].
    Register(Box<Register>),
    /// See [`EventKind::Forward`].
    Forward(HandOver),
    /// See [`EventKind::Receive`].
    Receive,
    /// See [`EventKind::Accept`].
    Accept(Accept),
    /// See [`EventKind::Assign`].
    Assign(Assign),
    /// See [`EventKind::Decide`].
    Decide(Decide),
    /// See [`EventKind::Conclude`].
    Conclude(Conclude),
    /// See [`EventKind::Return`].
    Return(HandOver),
    /// See [`EventKind::Notify`].
    Notify(Notify),
    /// See [`EventKind::Deliver`].
    Deliver(Deliver),
    /// See [`EventKind::Withdraw`].
    Withdraw(Withdraw),
    /// A kind that this build does not know.
    Unknown(u32),
}

impl Body {
    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        match self {
            Body::Register(_) => EventKind::Register,
            Body::Forward(_) => EventKind::Forward,
            Body::Receive => EventKind::Receive,
            Body::Accept(_) => EventKind::Accept,
            Body::Assign(_) => EventKind::Assign,
            Body::Decide(_) => EventKind::Decide,
            Body::Conclude(_) => EventKind::Conclude,
            Body::Return(_) => EventKind::Return,
            Body::Notify(_) => EventKind::Notify,
            Body::Deliver(_) => EventKind::Deliver,
            Body::Withdraw(_) => EventKind::Withdraw,
            Body::Unknown(number) => EventKind::Unknown(*number),
        }
    }
}
