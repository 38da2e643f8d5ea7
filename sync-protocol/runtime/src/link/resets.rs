//! What lets a process end the connections of the process before it: keys that a restart does not change.
//!
//! A process that was killed says no farewell. Its peers go on with dead connections until silence ends them, unless the next process can
//! prove that it knows nothing of them: by a stateless reset (RFC 9000, 10.3), whose token only the holder of the key can compute.

use quinn::crypto::{CryptoError, HmacKey};
use quinn::{ConnectionIdGenerator, EndpointConfig};
use quinn_proto::HashedConnectionIdGenerator;
use std::sync::Arc;
use zeroize::Zeroizing;

const TOKEN_CONTEXT: &str = "mesh link 1 stateless reset token";
const ID_CONTEXT: &str = "mesh link 1 connection id";
const TOKEN_BYTES: usize = 32;

/// The keys of one node's endpoints; the same in each of its processes.
#[derive(Clone)]
pub struct Resets {
    token: Zeroizing<[u8; TOKEN_BYTES]>,
    /// Marks own connection ids, so that a datagram that was never for this node is answered by silence.
    id: u64,
}

impl Resets {
    /// Derives the keys from a secret that the node keeps.
    #[must_use]
    pub fn of(secret: &[u8; 32]) -> Resets {
        let id = Zeroizing::new(blake3::derive_key(ID_CONTEXT, secret));
        let mut first = [0; 8];
        first.copy_from_slice(&id[..8]);
        Resets { token: Zeroizing::new(blake3::derive_key(TOKEN_CONTEXT, secret)), id: u64::from_be_bytes(first) }
    }

    /// Sets up an endpoint.
    pub(super) fn endpoint(&self) -> EndpointConfig {
        let mut config = EndpointConfig::new(Arc::new(TokenKey(self.token.clone())));
        let id = self.id;
        config.cid_generator(move || -> Box<dyn ConnectionIdGenerator> { Box::new(HashedConnectionIdGenerator::from_key(id)) });
        config
    }
}

impl std::fmt::Debug for Resets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Resets")
    }
}

/// BLAKE3 with a key, where the library wants a keyed hash.
struct TokenKey(Zeroizing<[u8; TOKEN_BYTES]>);

impl HmacKey for TokenKey {
    fn sign(&self, data: &[u8], signature_out: &mut [u8]) {
        signature_out.copy_from_slice(blake3::keyed_hash(&self.0, data).as_bytes());
    }

    fn signature_len(&self) -> usize {
        TOKEN_BYTES
    }

    fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        // Compared in constant time by the hash's own type.
        let given: [u8; TOKEN_BYTES] = signature.try_into().map_err(|_| CryptoError)?;
        if blake3::keyed_hash(&self.0, data) == given { Ok(()) } else { Err(CryptoError) }
    }
}
