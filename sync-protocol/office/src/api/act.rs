//! The acts on a case after it was taken in; each request is its kind's form, and one reply serves all.

use super::case::SiteRef;
use super::{DueDay, Private};
use mesh_model::code::StaffId;
use mesh_model::division::DivisionCode;
use mesh_model::id::{DocId, EventId};
use mesh_model::number::CaseNumber;
use mesh_model::time::Day;
use serde::{Deserialize, Serialize};

/// What every act states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The case.
    pub number: CaseNumber,
    /// Who acts.
    pub staff: StaffId,
    /// The day of the act where it is typed; the machine's date otherwise.
    #[serde(default)]
    pub day: Option<Day>,
}

/// What an act brought about; comes back only when the act is durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acted {
    /// The case.
    pub number: CaseNumber,
    /// The document.
    pub document: DocId,
    /// The event.
    pub event: EventId,
    /// Its kind's word.
    pub kind: String,
    /// The day of the act.
    pub day: Day,
    /// Whether the day was typed.
    pub day_typed: bool,
    /// The state's code after the act.
    pub state: String,
    /// The state's name.
    pub state_name: String,
    /// Who may move the case.
    pub custodian: Option<SiteRef>,
    /// To whom custody is offered.
    pub offered_to: Option<SiteRef>,
    /// The due date to be printed, after an acceptance.
    pub due: Option<DueDay>,
    /// How far the act is safe: `window` at this moment.
    pub rung: String,
}

/// Implements [`super::Ask`] for an act.
macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident $verb:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty),* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct $name {
            /// The case, who acts, and when.
            #[serde(flatten)]
            pub head: Head,
            $($(#[$field_doc])* #[serde(default)] pub $field: $type,)*
        }
        impl super::Ask for $name {
            type Reply = Acted;
            const ROUTE: &'static str = concat!("/v1/case/", $verb);
            const SCHEMA: &'static str = "case.act/1";
        }
    )*};
}

acts! {
    /// Offers custody to a site above (报送).
    Forward "forward" {
        /// Code of that site; the site directly above when not given.
        to: Option<DivisionCode>
    }
    /// Takes the custody that was offered (接收).
    Receive "receive" {}
    /// Accepts legally (受理).
    Accept "accept" {
        /// Number of the acceptance paper, at most 30 characters.
        paper_no: Option<String>
    }
    /// Gives the case to a reviewer (分办).
    Assign "assign" {
        /// The reviewer; whoever acts when not given.
        to: Option<StaffId>
    }
    /// Decides (决定).
    Decide "decide" {
        /// `grant` (the default) or `refuse`.
        decision: Option<String>,
        /// The opinion.
        opinion: Option<Private<String>>
    }
    /// Issues the result (办结).
    Conclude "conclude" {
        /// Number of the result document.
        result_no: Option<String>
    }
    /// Offers custody on the way back to the site of intake (返还).
    Return "return" {
        /// Code of the site; the site of intake when not given.
        to: Option<DivisionCode>
    }
    /// Tells the applicant (通知).
    Notify "notify" {
        /// How: `in person` when not given.
        how: Option<String>
    }
    /// Hands the result out (送达).
    Deliver "deliver" {
        /// Number of the slip that the applicant signed.
        slip_no: Option<String>
    }
    /// Takes down that the applicant withdraws (撤回).
    Withdraw "withdraw" {
        /// The applicant's reason.
        reason: Option<Private<String>>
    }
}
