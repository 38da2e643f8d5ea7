//! Who is at the other end: keys, certificates, and the county's list of who may be trusted.
//!
//! A node's name is the hash of its signing key; its certificate says county, role and name, and is chained to the county root that the
//! enrolment token pinned. Time never refuses a certificate; the authority log does. See [`verify`] for the judgement, [`ca`] for the
//! county's side, [`keys`] for what lies on disk.

pub mod ca;
pub mod keys;
pub mod tls;
pub mod verify;

#[cfg(test)]
mod tests;

pub use keys::{Identity, NodeSecrets};
pub use tls::Tls;

use mesh_model::id::{Hash, NodeId};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, RwLock};
use sync_protocol::authority::Authority;

/// What a node is to its peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A hub of the county.
    Hub,
    /// A site's node.
    Site,
}

/// The name in a certificate: `mesh://COUNTY/ROLE/NODE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerName {
    /// Six digits of the county's division code.
    pub county: String,
    /// As what the county knows it.
    pub role: Role,
    /// The node.
    pub node: NodeId,
}

impl PeerName {
    /// Returns the name at the other end of a connection, which its verifier has accepted already.
    #[must_use]
    pub fn of(connection: &quinn::Connection) -> Option<PeerName> {
        let chain = connection.peer_identity()?.downcast::<Vec<rustls::pki_types::CertificateDer<'static>>>().ok()?;
        verify::name_in(chain.first()?).ok()
    }
}

impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = match self.role {
            Role::Hub => "hub",
            Role::Site => "site",
        };
        write!(f, "mesh://{}/{role}/{}", self.county, self.node)
    }
}

/// Text that is not a peer's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a name of the form mesh://COUNTY/ROLE/NODE")]
pub struct BadName;

impl FromStr for PeerName {
    type Err = BadName;
    fn from_str(text: &str) -> Result<PeerName, BadName> {
        let mut parts = text.strip_prefix("mesh://").ok_or(BadName)?.split('/');
        let county =
            parts.next().filter(|county| county.len() == 6 && county.bytes().all(|digit| digit.is_ascii_digit())).ok_or(BadName)?;
        let role = match parts.next() {
            Some("hub") => Role::Hub,
            Some("site") => Role::Site,
            Some(_) | None => return Err(BadName),
        };
        let node = parts.next().and_then(|node| node.parse().ok()).ok_or(BadName)?;
        if parts.next().is_some() { Err(BadName) } else { Ok(PeerName { county: county.to_owned(), role, node }) }
    }
}

/// What the authority log says of one node, as far as links care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// BLAKE3 of its TLS key's SubjectPublicKeyInfo.
    pub tls: Hash,
    /// As what.
    pub role: Role,
    /// Its right has ended.
    pub revoked: bool,
}

/// The county's list of nodes, as far as this node knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// By node.
    pub nodes: BTreeMap<NodeId, Listed>,
}

impl Directory {
    /// Reads the list out of the authority log.
    #[must_use]
    pub fn of(authority: &Authority) -> Directory {
        let nodes = authority.nodes().map(|(node, enrolled)| {
            let role = if authority.is_hub(node) { Role::Hub } else { Role::Site };
            (node, Listed { tls: enrolled.keys.tls, role, revoked: enrolled.revoked.is_some() })
        });
        Directory { nodes: nodes.collect() }
    }
}

/// A [`Directory`] that the driver keeps fresh and the verifiers read.
#[derive(Clone, Debug, Default)]
pub struct SharedDirectory(Arc<RwLock<Directory>>);

impl SharedDirectory {
    /// Replaces the whole list.
    pub fn replace(&self, directory: Directory) {
        *self.0.write().expect("nobody panics while holding the directory") = directory;
    }

    /// Returns what is known of a node.
    #[must_use]
    pub fn find(&self, node: NodeId) -> Option<Listed> {
        self.0.read().expect("nobody panics while holding the directory").nodes.get(&node).cloned()
    }
}
