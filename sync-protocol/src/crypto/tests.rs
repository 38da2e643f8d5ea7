//! Keys and suites: what is signed under one is nothing under another.

use super::*;

/// Signs by the first byte of a message; good enough to be told apart from the real suite.
static PLAIN: Suite = Suite {
    alg: 0xF1,
    public: |secret| *secret,
    sign: |_, message| [message[0]; 64],
    verify: |_, message, signature| signature[0] == message[0],
};

#[test]
fn a_key_signs_by_its_suite_and_no_other_accepts_it() {
    for (suite, other) in [(&ED25519, &PLAIN), (&PLAIN, &ED25519)] {
        let key = SigningKey::with_suite(suite, &[7; 32]);
        let signature = key.sign(b"paper");
        assert_eq!(key.suite().alg, suite.alg);
        assert!(suite.accepts(suite.alg, &key.public(), b"paper", &signature));
        assert!(!suite.accepts(suite.alg, &key.public(), b"Paper", &signature));
        assert!(!suite.accepts(other.alg, &key.public(), b"paper", &signature));
        assert!(!other.accepts(suite.alg, &key.public(), b"paper", &signature));
    }
}

#[test]
fn a_key_made_without_naming_a_suite_is_ed25519() {
    let key = SigningKey::from_secret(&[7; 32]);
    let library = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    assert_eq!(key.public(), library.verifying_key().to_bytes());
    assert_eq!(key.sign(b"paper"), library.sign(b"paper").to_bytes());
}

#[test]
fn a_key_does_not_print_its_secret() {
    let shown = format!("{:?}", SigningKey::from_secret(&[7; 32]));
    assert!(!shown.contains("7, 7") && shown.starts_with("SigningKey("));
}
