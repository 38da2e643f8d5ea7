//! The ways up that are configured, and why a way or a peer was last lost: for `status`, in words that an operator can act on.

use crate::link::DialError;
use mesh_model::id::NodeId;
use quinn::ConnectionError;
use std::collections::BTreeMap;
use std::sync::Mutex;
use sync_protocol::io::Bye;

/// TLS alerts are reported as this plus their number.
const TLS_ALERT: u64 = 0x100;
/// TLS alert: the certificate was revoked.
const CERTIFICATE_REVOKED: u64 = TLS_ALERT + 44;
/// TLS alert: the certificate's issuer is not known.
const UNKNOWN_CA: u64 = TLS_ALERT + 48;

/// Why there is no link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// `unreachable`, `not_the_county`, `revoked`, `refused`, `fault`, `no_space`, `silent`, `gave_up`, `shutdown` or `closed`.
    pub word: &'static str,
    /// What was met, in English; nothing of a document.
    pub detail: String,
}

impl Why {
    fn of(word: &'static str, detail: impl ToString) -> Why {
        Why { word, detail: detail.to_string() }
    }

    /// Says why a dial came to nothing.
    #[must_use]
    pub fn of_dial(error: &DialError) -> Why {
        match error {
            DialError::Connect { source, .. } => Why::of_connection(source),
            DialError::Resolve { .. } | DialError::Start { .. } => Why::of("unreachable", error),
            DialError::Nameless { .. } => Why::of("not_the_county", error),
        }
    }

    /// Says why a connection ended.
    #[must_use]
    pub fn of_connection(error: &ConnectionError) -> Why {
        let word = match error {
            ConnectionError::ApplicationClosed(closed) => return Why::of_code(closed.error_code.into_inner()),
            ConnectionError::TransportError(failed) => of_tls(u64::from(failed.code)),
            ConnectionError::ConnectionClosed(closed) => of_tls(u64::from(closed.error_code)),
            ConnectionError::TimedOut | ConnectionError::Reset => "unreachable",
            ConnectionError::VersionMismatch | ConnectionError::LocallyClosed | ConnectionError::CidsExhausted => "closed",
        };
        Why::of(word, error)
    }

    /// Says why the peer closed a link, by the code it gave.
    #[must_use]
    pub fn of_code(code: u64) -> Why {
        let word = match code {
            code if code == Bye::Shutdown as u64 => "shutdown",
            code if code == Bye::Fault as u64 => "fault",
            code if code == Bye::Revoked as u64 => "revoked",
            code if code == Bye::Silent as u64 => "silent",
            code if code == Bye::GaveUp as u64 => "gave_up",
            code if code == Bye::NoSpace as u64 => "no_space",
            _ => "closed",
        };
        Why::of(word, format!("closed by the peer, code {code}"))
    }

    /// Returns the good-bye that the peer meant, where it closed for a reason of the protocol or of the certificate.
    #[must_use]
    pub fn bye(&self) -> Option<Bye> {
        match self.word {
            "fault" => Some(Bye::Fault),
            "revoked" => Some(Bye::Revoked),
            "silent" => Some(Bye::Silent),
            "gave_up" => Some(Bye::GaveUp),
            "no_space" => Some(Bye::NoSpace),
            _ => None,
        }
    }
}

fn of_tls(code: u64) -> &'static str {
    match code {
        CERTIFICATE_REVOKED => "revoked",
        UNKNOWN_CA => "not_the_county",
        code if code >= TLS_ALERT => "refused",
        _ => "closed",
    }
}

/// A configured way up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// As configured.
    pub address: String,
    /// Who answered there last.
    pub peer: Option<NodeId>,
    /// Why the last dial came to nothing; `None` after one that came through.
    pub why: Option<Why>,
}

/// Ways and peers with what was last met, in one process.
#[derive(Debug, Default)]
pub struct Ways {
    ways: Mutex<BTreeMap<u16, Way>>,
    peers: Mutex<BTreeMap<NodeId, Why>>,
}

impl Ways {
    /// Replaces the addresses; what is known of an address that stays is kept.
    pub fn configure(&self, addresses: &[String]) {
        let mut ways = self.ways.lock().expect("nobody panics while holding the ways");
        let known = std::mem::take(&mut *ways);
        for (slot, address) in (0..).zip(addresses) {
            let held = known.values().find(|way| way.address == *address).cloned();
            ways.insert(slot, held.unwrap_or_else(|| Way { address: address.clone(), ..Way::default() }));
        }
    }

    /// Takes down that a dial came through.
    pub fn reached(&self, slot: u16, peer: NodeId) {
        if let Some(way) = self.ways.lock().expect("nobody panics while holding the ways").get_mut(&slot) {
            (way.peer, way.why) = (Some(peer), None);
        }
    }

    /// Takes down why a dial came to nothing.
    pub fn missed(&self, slot: u16, why: Why) {
        if let Some(way) = self.ways.lock().expect("nobody panics while holding the ways").get_mut(&slot) {
            way.why = Some(why);
        }
    }

    /// Takes down why a link to a peer ended. A fault of the peer's, told before its link ends, is not forgotten for the end itself.
    pub fn lost(&self, peer: NodeId, why: Why) {
        let mut peers = self.peers.lock().expect("nobody panics while holding the peers");
        if why.word != "closed" || !peers.contains_key(&peer) {
            peers.insert(peer, why);
        }
    }

    /// Takes down that the peer broke the protocol.
    pub fn broke(&self, peer: NodeId, fault: &dyn std::error::Error) {
        self.peers.lock().expect("nobody panics while holding the peers").insert(peer, Why::of("fault", fault));
    }

    /// Forgets what was met with a peer: it was shown to hold the same.
    pub fn proven(&self, peer: NodeId) {
        self.peers.lock().expect("nobody panics while holding the peers").remove(&peer);
    }

    /// Returns the configured ways in order of slot.
    #[must_use]
    pub fn ways(&self) -> Vec<Way> {
        self.ways.lock().expect("nobody panics while holding the ways").values().cloned().collect()
    }

    /// Returns why the link to a peer last ended; `None` since it was proven.
    #[must_use]
    pub fn why(&self, peer: NodeId) -> Option<Why> {
        self.peers.lock().expect("nobody panics while holding the peers").get(&peer).cloned()
    }
}
