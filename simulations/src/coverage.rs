//! Points that a hunt must come by: a fault or a branch that no run ever reached proves nothing.
//!
//! A point is declared in [`POINTS`] and marked where it is passed; marking an undeclared one panics, so the list is complete.

use std::collections::BTreeMap;

/// Every point, with what it stands for.
pub const POINTS: &[(&str, &str)] = &[
    ("flow: a case was urged", "a clerk urged a case that the site knows"),
    ("flow: a clock was set wrong", "a machine's clock is wrong from here on"),
    ("flow: a connection broke before both hellos arrived", "one end never heard the other"),
    ("flow: a connection broke in mid-transfer", "frames were under way or waiting"),
    ("flow: a disk began to answer before it keeps", "a volatile cache"),
    ("flow: a disk forgot what it had answered for", "the power failed under a volatile cache that owed something"),
    ("flow: a disk was full", "no room from here on, for a while"),
    ("flow: a fork was seen", "two headers of one chain have one seq"),
    ("flow: a full disk refused a peer's batch", "a batch of another site could not be kept"),
    ("flow: a full disk refused an own act", "a paper of this site could not be kept"),
    ("flow: a line changed its ways", "rate, delay or loss are others"),
    ("flow: a line was away for less than a silence", "connections wait it out"),
    ("flow: a line was cut", "both directions, for longer than a silence"),
    ("flow: a line was cut one way", "one direction goes on carrying"),
    ("flow: a node appended poison", "a signed body that does not pass the door"),
    ("flow: a node began to forge", "its signatures are nobody's from here on"),
    ("flow: a node opened another branch", "it was shown its own unknown signature"),
    ("flow: a node was revoked", "the hub ended its rights"),
    ("flow: a paper was refused at its window", "the node said no"),
    ("flow: a peer held more than the copy that was put back", "what was rolled back is known elsewhere"),
    ("flow: a power cut let commits in flight reach the disk", "durable, and nobody was told"),
    ("flow: a power cut lost commits in flight", "handed to the disk and gone"),
    ("flow: a repair was needed", "a cursor was unknown or a proof differed"),
    ("flow: a revoked node dialled", "it does not know yet, or does not care"),
    ("flow: a session began beside an older one of the same peer", "the listener still believes in the old one"),
    ("flow: nobody answered a site with a rhythm, and it dialled seldom", "for more than five minutes"),
    ("flow: an address box forgot its mapping", "a connection moves"),
    ("flow: an address changed", "a connection moves"),
    ("flow: an older copy of a disk was put back", "the store is a copy"),
    ("flow: an urged frame overtook the bulk", "something waited, and it went first"),
    ("flow: the hub refused a body", "its record ends it for all"),
    ("flow: the power failed", "a machine stops without a word"),
    ("quic: a clock was set wrong", "a machine's clock is wrong from here on"),
    ("quic: a disk began to answer before it keeps", "a volatile cache"),
    ("quic: a disk forgot what it had answered for", "the power failed under a volatile cache that owed something"),
    ("quic: a disk was full", "no room from here on, for a while"),
    ("quic: a line changed its ways", "rate, delay or loss are others"),
    ("quic: a line was cut", "both directions carry no packet"),
    ("quic: a line was cut one way", "one direction goes on carrying"),
    ("quic: a node appended poison", "a signed body that does not pass the door"),
    ("quic: a node opened another branch", "it was shown its own unknown signature"),
    ("quic: a node was revoked", "the hub ended its rights"),
    ("quic: a power cut struck commits in flight", "handed to the disk, and the process gone"),
    ("quic: a repair was needed", "a cursor was unknown or a proof differed"),
    ("quic: an address box forgot its mapping", "packets come from another port"),
    ("quic: an address changed", "packets come from another address"),
    ("quic: an older copy of a disk was put back", "the store is a copy"),
    ("quic: the hub refused a body", "its record ends it for all"),
    ("quic: the power failed", "a process stops without a word"),
    ("seen-act-refused-for-space", "a full disk refused a clerk's paper"),
    ("seen-beyond-a-gap", "a batch was stored before the one before it"),
    ("seen-branch-opened", "a node found that its store is a copy"),
    ("seen-core-agree", "a healed core agreed while the rest stayed broken"),
    ("seen-disk-gone-back", "a disk held less than it had answered for"),
    ("seen-fill", "newly common scopes were filled"),
    ("seen-fork", "two headers had one place"),
    ("seen-landed", "the hub wrote a receipt"),
    ("seen-link-lost", "a link was lost"),
    ("seen-own-paper-come-home", "a node took back its own paper from a peer"),
    ("seen-paper-gone-from-every-disk", "a paper was lost with the only disks that held it"),
    ("seen-proof", "a node proved to hold the same as another"),
    ("seen-repair", "stores were compared and differed"),
    ("seen-revocation-learned", "a site learned of a revocation"),
    ("seen-second-branch-begun", "a node wrote on after an older branch of its own"),
    ("seen-sent-twice", "a batch was sent to somebody who had it"),
];

/// How often each point was passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    passed: BTreeMap<&'static str, u64>,
}

impl Coverage {
    /// Notes that a point was passed.
    pub fn sometimes(&mut self, point: &'static str) {
        debug_assert!(POINTS.iter().any(|(name, _)| *name == point), "{point} is not declared");
        *self.passed.entry(point).or_insert(0) += 1;
    }

    /// Adds what another run passed.
    pub fn add(&mut self, other: &Coverage) {
        for (point, times) in &other.passed {
            *self.passed.entry(point).or_insert(0) += times;
        }
    }

    /// Returns how often a point was passed.
    #[must_use]
    pub fn times(&self, point: &str) -> u64 {
        self.passed.get(point).copied().unwrap_or(0)
    }

    /// Returns the points of an engine, by its word, that were never passed.
    #[must_use]
    pub fn missed(&self, engine: &str) -> Vec<&'static str> {
        points_of(engine).map(|(name, _)| *name).filter(|name| self.times(name) == 0).collect()
    }
}

/// Returns the points that a run of an engine can come by: its own, and those that checkers see in a run of any.
pub fn points_of(engine: &str) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    POINTS.iter().filter(move |(name, _)| name.starts_with("seen-") || name.split_once(": ").is_some_and(|(whose, _)| whose == engine))
}
