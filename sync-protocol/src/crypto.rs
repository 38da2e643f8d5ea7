//! The only module that names algorithms; everything signed or hashed carries the byte that says which.
//!
//! How signatures are made is a plain value, a [`Suite`]. A node signs by the suite of its own key and accepts no other. Every county runs
//! on [`ED25519`]; a simulated one may bring a suite that is quicker and worthless.

use ed25519_dalek::{Signature, Signer, VerifyingKey};
use mesh_model::id::NodeId;
use zeroize::Zeroizing;

/// Ed25519 signatures over BLAKE3 hashes.
pub const ALG_ED25519_BLAKE3: u8 = 1;

/// How signatures are made and judged.
#[derive(Clone, Copy, Debug)]
pub struct Suite {
    /// The byte that names it in headers.
    pub alg: u8,
    /// Returns the public key of a secret.
    pub public: fn(&[u8; 32]) -> [u8; 32],
    /// Signs a message with a secret.
    pub sign: fn(&[u8; 32], &[u8]) -> [u8; 64],
    /// Returns whether a signature over a message was made by the owner of a public key.
    pub verify: fn(&[u8; 32], &[u8], &[u8; 64]) -> bool,
}

impl Suite {
    /// Returns whether something that names `alg` is signed under this suite by the owner of `public`; another suite's never is.
    #[must_use]
    pub fn accepts(&self, alg: u8, public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        alg == self.alg && (self.verify)(public, message, signature)
    }
}

/// The suite of every real county.
///
/// It verifies by the strict predicate: no small-order keys, canonical encodings only, so every replica judges alike.
pub static ED25519: Suite = Suite {
    alg: ALG_ED25519_BLAKE3,
    public: |secret| ed25519_dalek::SigningKey::from_bytes(secret).verifying_key().to_bytes(),
    sign: |secret, message| ed25519_dalek::SigningKey::from_bytes(secret).sign(message).to_bytes(),
    verify: |public, message, signature| {
        VerifyingKey::from_bytes(public).is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
    },
};

/// A node's signing key and the suite it signs by; the secret is wiped when it is dropped.
#[derive(Clone)]
pub struct SigningKey {
    suite: &'static Suite,
    secret: Zeroizing<[u8; 32]>,
    public: [u8; 32],
}

impl SigningKey {
    /// Makes an Ed25519 key from its 32 secret bytes.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> SigningKey {
        SigningKey::with_suite(&ED25519, secret)
    }

    /// Makes a key of any suite from its 32 secret bytes.
    #[must_use]
    pub fn with_suite(suite: &'static Suite, secret: &[u8; 32]) -> SigningKey {
        SigningKey { suite, secret: Zeroizing::new(*secret), public: (suite.public)(secret) }
    }

    /// Returns the suite it signs by.
    #[must_use]
    pub fn suite(&self) -> &'static Suite {
        self.suite
    }

    /// Returns the public key.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.public
    }

    /// Returns the id of the node that owns this key.
    #[must_use]
    pub fn node(&self) -> NodeId {
        NodeId::of_key(&self.public)
    }

    /// Signs `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        (self.suite.sign)(&self.secret, message)
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.node())
    }
}

#[cfg(test)]
mod tests;
