//! A signature suite for counties that exist only here: quick, and worthless.
//!
//! **Anybody can forge it**: a signature is a hash under the *public* key. It stands for Ed25519 where years of papers are to pass in a
//! minute. Bytes that were changed on the way are still seen, and so is a signature under another node's key. No node of a real county
//! accepts its number.

use sync_protocol::crypto::Suite;

/// The keyed-hash suite.
pub static KEYED_HASH: Suite = Suite {
    alg: 0xF0,
    public,
    sign: |secret, message| under(&public(secret), message),
    verify: |public, message, signature| under(public, message) == *signature,
};

fn public(secret: &[u8; 32]) -> [u8; 32] {
    *blake3::hash(secret).as_bytes()
}

fn under(public: &[u8; 32], message: &[u8]) -> [u8; 64] {
    let mut signature = [0; 64];
    blake3::Hasher::new_keyed(public).update(message).finalize_xof().fill(&mut signature);
    signature
}

#[cfg(test)]
mod tests {
    use super::KEYED_HASH;
    use sync_protocol::crypto::{ED25519, SigningKey};

    #[test]
    fn tampering_and_another_key_are_seen_and_ed25519_refuses_it() {
        let (key, other) = (SigningKey::with_suite(&KEYED_HASH, &[1; 32]), SigningKey::with_suite(&KEYED_HASH, &[2; 32]));
        let signature = key.sign(b"paper");
        let mut broken = signature;
        broken[63] ^= 1;
        assert!(KEYED_HASH.accepts(0xF0, &key.public(), b"paper", &signature));
        assert!(!KEYED_HASH.accepts(0xF0, &key.public(), b"paper", &broken));
        assert!(!KEYED_HASH.accepts(0xF0, &key.public(), b"papel", &signature));
        assert!(!KEYED_HASH.accepts(0xF0, &other.public(), b"paper", &signature));
        assert!(!ED25519.accepts(0xF0, &key.public(), b"paper", &signature));
    }
}
