//! How the errors of the layers below become troubles of the desk.

use super::{Trouble, chain_of};

impl From<crate::store::CacheError> for Trouble {
    fn from(error: crate::store::CacheError) -> Trouble {
        if error.is_full() { Trouble::Full {} } else { Trouble::Cache { why: chain_of(&error) } }
    }
}

impl From<mesh_runtime::journal::JournalError> for Trouble {
    fn from(error: mesh_runtime::journal::JournalError) -> Trouble {
        Trouble::Journal { why: chain_of(&error) }
    }
}

impl From<mesh_runtime::driver::DriverGone> for Trouble {
    fn from(_: mesh_runtime::driver::DriverGone) -> Trouble {
        Trouble::Ending {}
    }
}

impl From<sync_protocol::io::ActRefusal> for Trouble {
    fn from(refusal: sync_protocol::io::ActRefusal) -> Trouble {
        use sync_protocol::io::ActRefusal;
        match refusal {
            ActRefusal::Full => Trouble::Full {},
            ActRefusal::Busy { .. } => Trouble::Busy {},
            ActRefusal::NotEnrolled => Trouble::NotEnrolled {},
            ActRefusal::NotHub => Trouble::HubOnly { route: "authority".to_owned() },
            other @ (ActRefusal::Door(_) | ActRefusal::Size | ActRefusal::Authority(_)) => Trouble::Core { why: chain_of(&other) },
        }
    }
}

impl From<mesh_model::case::ActError> for Trouble {
    fn from(error: mesh_model::case::ActError) -> Trouble {
        let en = chain_of(&error);
        match error {
            mesh_model::case::ActError::Applicant(bad) => Trouble::BadApplicant { zh: super::chinese::applicant(bad).to_owned(), why: en },
            error => Trouble::act(error.kind(), crate::words::refusal(error.kind()).to_owned(), en),
        }
    }
}

impl Trouble {
    /// Puts a refused act together, with the next step that its kind asks for.
    #[must_use]
    pub(crate) fn act(kind: &'static str, zh: String, en: String) -> Trouble {
        let (next_zh, next_en) = crate::words::after_refusal(kind);
        Trouble::Act { kind, zh, en, next_zh: next_zh.to_owned(), next_en: next_en.to_owned() }
    }
}
