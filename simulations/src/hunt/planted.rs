//! Planted bugs: for each guard of the protocol a pinned run, found by a hunt and cut down to a few actions, that breaks a promise without the
//! guard and keeps all of them with it. Replaying them takes seconds and shows that the checkers still notice; only a hunt shows that bugs of
//! that kind are still come upon.

use super::repro::Repro;
use super::trial::{self, Violation};
use sync_protocol::guard::Guard;

/// Actions that a pinned run has at most.
pub const ACTIONS_MAX: usize = 8;

/// A pinned run, as its file is named and as it is written.
#[derive(Clone, Copy, Debug)]
pub struct Pinned {
    /// The guard's name, as files are named.
    pub name: &'static str,
    /// A failing run, without its trace.
    pub text: &'static str,
}

macro_rules! pinned {
    ($($name:literal),* $(,)?) => {
        &[$(Pinned { name: $name, text: include_str!(concat!("../../seeds/planted/", $name, ".json")) }),*]
    };
}

/// All of them, in order of the guards.
pub const ALL: &[Pinned] = pinned![
    "backoff-bounded",
    "body-judged",
    "branch-after-restore",
    "cursor-hash",
    "cursor-with-data",
    "durable-before-said",
    "entitlement",
    "fresh-boot",
    "held-after-commit",
    "hole-blocks-cursor",
    "jitter",
    "known-by-hash",
    "landed-by-head",
    "mark-obeyed",
    "proof-at-rest",
    "proof-compared",
    "redial-after-loss",
    "refusal-forgotten",
    "revoked-hung-up",
    "signature-checked",
];

/// What became of one pinned run.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The guard that it is about.
    pub guard: Guard,
    /// What it must break without the guard.
    pub promise: String,
    /// How many actions it has.
    pub actions: usize,
    /// What it broke of that without the guard.
    pub without: Option<Violation>,
    /// What it broke with all guards standing.
    pub with: Vec<Violation>,
}

impl Verdict {
    /// Returns whether the promise was broken by the guard's absence and by nothing else.
    #[must_use]
    pub fn is_found(&self) -> bool {
        self.without.is_some() && self.with.is_empty()
    }
}

impl Pinned {
    /// Reads the run.
    ///
    /// # Errors
    /// What is wrong with its text, or that it names no guard.
    pub fn read(&self) -> Result<(Guard, Repro), String> {
        let repro: Repro = serde_json::from_str(self.text).map_err(|error| format!("{}: {error}", self.name))?;
        let guard = repro.guard().ok_or_else(|| format!("{}: it names no guard", self.name))?;
        Ok((guard, repro))
    }

    /// Runs it without the guard and with it.
    ///
    /// # Errors
    /// As [`Pinned::read`].
    pub fn replay(&self) -> Result<Verdict, String> {
        let (guard, repro) = self.read()?;
        let promise = repro.violation.promise;
        let without = trial::violations(&repro.plan, repro.engine, Some(guard)).into_iter().find(|violation| violation.promise == promise);
        let with = trial::violations(&repro.plan, repro.engine, None);
        Ok(Verdict { guard, actions: repro.plan.actions.len(), promise, without, with })
    }
}

/// Returns what a run must contain so that a guard's absence can be noticed at all.
#[must_use]
pub fn need(guard: Guard) -> &'static str {
    match guard {
        Guard::BackoffBounded => "a line that is away for hours",
        Guard::BodyJudged => "poison that reaches the hub",
        Guard::BranchAfterRestore => "a disk put back whose lost papers a peer holds, and a paper after it",
        Guard::CursorHash => "a disk put back while its line is down, and as many papers as it lost before the line returns",
        Guard::CursorWithData => "a disk that answers before it keeps, and a power cut just after a paper came in",
        Guard::DurableBeforeSaid => "any paper",
        Guard::Entitlement => "a paper of a village with a neighbour",
        Guard::FreshBoot => "a paper, a power cut, a paper",
        Guard::HeldAfterCommit => "a paper that is urged before the peer has it",
        Guard::HoleBlocksCursor => "a full disk that refuses a peer's paper",
        Guard::Jitter => "many sites that lose their hub together",
        Guard::KnownByHash => "one place of a chain used twice: a disk put back while its line is down, and papers",
        Guard::LandedByHead => "papers on a disk put back, with the receipts of the lost ones arriving before they reach the hub",
        Guard::MarkObeyed => "any comparison of stores that asks for something: a disk put back",
        Guard::ProofAtRest => "papers on their way while claims are compared",
        Guard::ProofCompared => "a disk put back that lost papers of its own, which a peer holds",
        Guard::RedialAfterLoss => "a line that is cut",
        Guard::RefusalForgotten => "a full disk, and the same papers again when there is room",
        Guard::RevokedHungUp => "a revoked node that has something to say",
        Guard::SignatureChecked => "a node that forges",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_guard_has_one_planted_bug_of_a_few_actions() {
        let guards: Vec<Guard> = ALL.iter().map(|pinned| pinned.read().unwrap().0).collect();
        assert_eq!(guards, Guard::ALL);
        for pinned in ALL {
            let (_, repro) = pinned.read().unwrap();
            assert!(repro.plan.actions.len() <= ACTIONS_MAX, "{} has {} actions", pinned.name, repro.plan.actions.len());
            assert!(repro.trace.is_empty(), "{} keeps its trace", pinned.name);
        }
    }

    #[cfg(feature = "sabotage")]
    #[test]
    fn every_planted_bug_breaks_its_promise_and_nothing_is_broken_without_it() {
        let verdicts: Vec<Verdict> = ALL.iter().map(|pinned| pinned.replay().unwrap()).collect();
        let missed: Vec<&Verdict> = verdicts.iter().filter(|verdict| !verdict.is_found()).collect();
        assert!(missed.is_empty(), "{missed:#?}");
    }
}
