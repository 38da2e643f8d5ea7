//! Guards of the protocol that can be switched off one at a time, so that the simulator can show that it misses none of them.
//!
//! Only builds with the feature `sabotage` have the switches, and release builds refuse that feature. Everywhere else [`Guards`] is empty and
//! every question is answered by the compiler.

/// The features of this build that no release has, by name; `version` shows them.
pub const FEATURES: &[&str] = &[
    #[cfg(feature = "sabotage")]
    "sabotage",
    #[cfg(feature = "unsafe-author")]
    "unsafe-author",
];

/// One guard, by what it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guard {
    /// The pause between dials ends at a bound.
    BackoffBounded,
    /// A body that does not pass the door is refused, by the hub for all.
    BodyJudged,
    /// A store that is shown its own unknown signature writes on another branch.
    BranchAfterRestore,
    /// A cursor counts only with its rolling hash.
    CursorHash,
    /// A cursor is durable together with the papers it covers.
    CursorWithData,
    /// An act is called durable once the journal said so.
    DurableBeforeSaid,
    /// Papers go only to those who may hold them.
    Entitlement,
    /// Every process start has another boot id. Kept by whoever makes [`Config::boot`](crate::node::Config::boot), not in this crate.
    FreshBoot,
    /// An urged paper is called held once it is durable.
    HeldAfterCommit,
    /// A batch that could not be kept stops the cursor.
    HoleBlocksCursor,
    /// Pauses between dials are drawn.
    Jitter,
    /// A batch is known by its hash and nothing else.
    KnownByHash,
    /// A receipt counts once its head is held here.
    LandedByHead,
    /// The mark of an answer to a want is awaited and obeyed.
    MarkObeyed,
    /// Claims are compared only while nothing is on its way.
    ProofAtRest,
    /// Equal roots prove, unequal ones do not.
    ProofCompared,
    /// A lost link is dialled again.
    RedialAfterLoss,
    /// What a full disk refused is forgotten.
    RefusalForgotten,
    /// A revoked node is not talked to.
    RevokedHungUp,
    /// A signature is verified.
    SignatureChecked,
}

impl Guard {
    /// Every guard, in order.
    pub const ALL: [Guard; 20] = [
        Guard::BackoffBounded,
        Guard::BodyJudged,
        Guard::BranchAfterRestore,
        Guard::CursorHash,
        Guard::CursorWithData,
        Guard::DurableBeforeSaid,
        Guard::Entitlement,
        Guard::FreshBoot,
        Guard::HeldAfterCommit,
        Guard::HoleBlocksCursor,
        Guard::Jitter,
        Guard::KnownByHash,
        Guard::LandedByHead,
        Guard::MarkObeyed,
        Guard::ProofAtRest,
        Guard::ProofCompared,
        Guard::RedialAfterLoss,
        Guard::RefusalForgotten,
        Guard::RevokedHungUp,
        Guard::SignatureChecked,
    ];

    /// Returns the number on command lines, from 1.
    #[must_use]
    pub fn number(self) -> usize {
        Guard::ALL.iter().position(|guard| *guard == self).expect("every guard is in the list") + 1
    }
}

/// Which guards stand; all of them, unless this build can switch one off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guards {
    #[cfg(feature = "sabotage")]
    off: Option<Guard>,
}

impl Guards {
    /// Returns guards of which one is switched off.
    #[cfg(feature = "sabotage")]
    #[must_use]
    pub fn without(off: Option<Guard>) -> Guards {
        Guards { off }
    }

    /// Returns whether a guard stands.
    #[cfg(feature = "sabotage")]
    #[must_use]
    pub fn keep(self, guard: Guard) -> bool {
        self.off != Some(guard)
    }

    /// Returns whether a guard stands.
    #[cfg(not(feature = "sabotage"))]
    #[must_use]
    pub fn keep(self, _: Guard) -> bool {
        true
    }
}

#[cfg(all(feature = "sabotage", not(debug_assertions)))]
compile_error!("the feature `sabotage` switches guards off: never in a release build");

#[cfg(test)]
mod tests;
