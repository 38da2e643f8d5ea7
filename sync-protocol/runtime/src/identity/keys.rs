//! A node's keys and certificate on disk: each secret in a file of its own, readable by its owner only.

use super::tls::Tls;
use super::{PeerName, SharedDirectory, verify};
use crate::env::{Env, random};
use crate::link::resets::Resets;
use crate::lock::{self, LockError};
use mesh_model::id::Hash;
use rustls::pki_types::CertificateDer;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use sync_protocol::crypto::SigningKey;
use sync_protocol::record::NodeKeys;
use zeroize::Zeroizing;

/// Folder of keys and certificates in a data directory.
pub const FOLDER: &str = "keys";

const SIGNING: &str = "signing.key";
const WRAPPING: &str = "wrapping.key";
const TLS: &str = "tls.key";
const NODE: &str = "node.der";
const ISSUING: &str = "issuing.der";
const ROOT: &str = "root.der";

/// Keys or certificates that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A file is missing, or open to others.
    #[error("use a key file")]
    File(#[source] LockError),
    /// A file does not hold what its name says.
    #[error("{path} does not hold a key of the expected form")]
    Form {
        /// Which.
        path: PathBuf,
    },
    /// The TLS key or a certificate cannot be used.
    #[error("set up TLS")]
    Tls(#[source] super::tls::TlsError),
}

/// The secrets of one node.
pub struct NodeSecrets {
    signing: Zeroizing<[u8; 32]>,
    wrapping: x25519_dalek::StaticSecret,
    tls: Ed25519Secret,
}

impl NodeSecrets {
    /// Draws new secrets and keeps them under `data`.
    ///
    /// # Errors
    /// [`KeysError::File`].
    pub fn create(env: &dyn Env, data: &Path) -> Result<NodeSecrets, KeysError> {
        let folder = data.join(FOLDER);
        lock::create_private_dir(&folder).map_err(KeysError::File)?;
        let write = |name: &str| {
            let secret = Zeroizing::new(random::<32>(env));
            lock::write_private(&folder.join(name), secret.as_slice()).map(|()| secret).map_err(KeysError::File)
        };
        Ok(NodeSecrets::from_parts(write(SIGNING)?, &write(WRAPPING)?, write(TLS)?))
    }

    /// Reads the secrets under `data`.
    ///
    /// # Errors
    /// [`KeysError::File`] when a file is missing or others may read it, [`KeysError::Form`] when it is damaged.
    pub fn load(data: &Path) -> Result<NodeSecrets, KeysError> {
        let folder = data.join(FOLDER);
        let read = |name: &str| read_secret(&folder.join(name));
        Ok(NodeSecrets::from_parts(read(SIGNING)?, &read(WRAPPING)?, read(TLS)?))
    }

    /// Returns the public keys, as they stand in the authority log.
    #[must_use]
    pub fn public(&self) -> NodeKeys {
        let wrapping = x25519_dalek::PublicKey::from(&self.wrapping);
        NodeKeys { signing: self.signing_key().public().into(), wrapping: wrapping.to_bytes().into(), tls: Hash::of(&[&self.tls.spki()]) }
    }

    /// Returns the key that signs batches.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_secret(&self.signing)
    }

    /// Returns the TLS key.
    #[must_use]
    pub fn tls_key(&self) -> &Ed25519Secret {
        &self.tls
    }

    /// Returns the keys by which this node's processes end the connections of those before them.
    #[must_use]
    pub fn resets(&self) -> Resets {
        Resets::of(&self.tls.0)
    }

    fn from_parts(signing: Zeroizing<[u8; 32]>, wrapping: &Zeroizing<[u8; 32]>, tls: Zeroizing<[u8; 32]>) -> NodeSecrets {
        NodeSecrets { signing, wrapping: x25519_dalek::StaticSecret::from(**wrapping), tls: Ed25519Secret(tls) }
    }
}

impl std::fmt::Debug for NodeSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NodeSecrets({})", self.signing_key().node())
    }
}

/// The secret half of an Ed25519 key, in the forms that TLS and certificates want.
pub struct Ed25519Secret(Zeroizing<[u8; 32]>);

impl Ed25519Secret {
    /// Draws a new one.
    #[must_use]
    pub fn draw(env: &dyn Env) -> Ed25519Secret {
        Ed25519Secret(Zeroizing::new(random(env)))
    }

    /// Reads one from a private file of 32 bytes.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn load(path: &Path) -> Result<Ed25519Secret, KeysError> {
        read_secret(path).map(Ed25519Secret)
    }

    /// Keeps it in a private file.
    ///
    /// # Errors
    /// [`KeysError::File`].
    pub fn save(&self, path: &Path) -> Result<(), KeysError> {
        lock::write_private(path, self.0.as_slice()).map_err(KeysError::File)
    }

    /// Returns the key that signs.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_secret(&self.0)
    }

    /// Returns the DER of the public half's SubjectPublicKeyInfo (RFC 8410).
    #[must_use]
    pub fn spki(&self) -> Vec<u8> {
        const HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        [HEAD.as_slice(), &self.signing_key().public()].concat()
    }

    /// Returns the PKCS #8 form (RFC 8410, version 1: the secret alone).
    #[must_use]
    pub fn pkcs8(&self) -> Zeroizing<Vec<u8>> {
        const HEAD: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        Zeroizing::new([HEAD.as_slice(), self.0.as_slice()].concat())
    }
}

impl std::fmt::Debug for Ed25519Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ed25519Secret")
    }
}

/// An enrolled node: its secrets, its chain of two certificates, and the root they lead to.
#[derive(Debug)]
pub struct Identity {
    /// The secrets.
    pub secrets: NodeSecrets,
    /// The node's certificate, then the issuing one.
    pub chain: Vec<CertificateDer<'static>>,
    /// The county root's certificate.
    pub root: CertificateDer<'static>,
}

impl Identity {
    /// Keeps the certificates beside the secrets; the node's own is written last, so that a cut leaves none or a whole set.
    ///
    /// # Errors
    /// [`KeysError::File`].
    pub fn save_certificates(data: &Path, chain: &[CertificateDer<'static>], root: &CertificateDer<'static>) -> Result<(), KeysError> {
        let folder = data.join(FOLDER);
        let write = |name: &str, bytes: &[u8]| lock::write_private(&folder.join(name), bytes).map_err(KeysError::File);
        write(ROOT, root)?;
        if let Some(issuing) = chain.get(1) {
            write(ISSUING, issuing)?;
        }
        match chain.first() {
            Some(node) => write(NODE, node),
            None => Err(KeysError::Form { path: folder.join(NODE) }),
        }
    }

    /// Returns whether a data directory holds a certificate, so that a node is enrolled there.
    #[must_use]
    pub fn exists(data: &Path) -> bool {
        data.join(FOLDER).join(NODE).exists()
    }

    /// Reads the identity kept under `data`.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn load(data: &Path) -> Result<Identity, KeysError> {
        let folder = data.join(FOLDER);
        let read = |name: &str| lock::read_private(&folder.join(name)).map(CertificateDer::from).map_err(KeysError::File);
        Ok(Identity { secrets: NodeSecrets::load(data)?, chain: vec![read(NODE)?, read(ISSUING)?], root: read(ROOT)? })
    }

    /// Returns the name in the node's certificate.
    ///
    /// # Errors
    /// [`KeysError::Form`] when the certificate is damaged.
    pub fn name(&self) -> Result<PeerName, KeysError> {
        self.chain.first().and_then(|node| verify::name_in(node).ok()).ok_or(KeysError::Form { path: NODE.into() })
    }

    /// Returns the pin of the county root: BLAKE3 over its public key.
    ///
    /// # Errors
    /// [`KeysError::Form`] when the certificate is damaged.
    pub fn root_pin(&self) -> Result<[u8; 32], KeysError> {
        verify::pin_of(&self.root).ok_or(KeysError::Form { path: ROOT.into() })
    }

    /// Returns the TLS settings of both directions.
    ///
    /// # Errors
    /// [`KeysError`] when key and certificates do not fit.
    pub fn tls(&self, env: &Arc<dyn Env>, directory: &SharedDirectory, newcomers: super::tls::Newcomers) -> Result<Tls, KeysError> {
        let county = self.name()?.county;
        Tls::of_node(env, self, &county, directory, newcomers).map_err(KeysError::Tls)
    }
}

fn read_secret(path: &Path) -> Result<Zeroizing<[u8; 32]>, KeysError> {
    let bytes = Zeroizing::new(lock::read_private(path).map_err(KeysError::File)?);
    let secret = bytes.as_slice().try_into().map_err(|_| KeysError::Form { path: path.to_owned() })?;
    Ok(Zeroizing::new(secret))
}
