//! The only module that names algorithms; everything signed or hashed carries the byte that says which.

use ed25519_dalek::{Signature, Signer, VerifyingKey};
use mesh_model::id::NodeId;

/// Ed25519 signatures over BLAKE3 hashes.
pub const ALG_ED25519_BLAKE3: u8 = 1;

/// A node's signing key; the bytes are wiped when it is dropped.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Makes the key from its 32 secret bytes.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> SigningKey {
        SigningKey(ed25519_dalek::SigningKey::from_bytes(secret))
    }

    /// Returns the public key.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Returns the id of the node that owns this key.
    #[must_use]
    pub fn node(&self) -> NodeId {
        NodeId::of_key(&self.public())
    }

    /// Signs `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.node())
    }
}

/// Returns whether `signature` over `message` was made by the owner of `public` under algorithm `alg`.
///
/// Uses the strict predicate: no small-order keys, canonical encodings only, so every replica judges alike.
#[must_use]
pub fn verify(alg: u8, public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    if alg != ALG_ED25519_BLAKE3 {
        return false;
    }
    VerifyingKey::from_bytes(public).is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}
