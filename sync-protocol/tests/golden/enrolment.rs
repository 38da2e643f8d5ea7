//! Token lines, requests and replies as they were released.

use super::corpus::*;
use sync_protocol::enrol::{EnrolRefusal, EnrolReply, EnrolRequest, Token, TokenState};

#[test]
fn a_token_line() {
    let token = Token {
        id: [1; 8].into(),
        secret: [2; 20].into(),
        root_pin: [3; 32].into(),
        county: "511602".into(),
        site: SITE,
        addresses: vec!["192.0.2.1:7420".into(), "[2001:db8::1]:7420".into()],
    };
    let kept = golden("token-line", token.to_line().as_bytes());
    assert_eq!(Token::from_line(std::str::from_utf8(&kept).unwrap()), Ok(token));
}

#[test]
fn an_enrolment_from_request_to_reply() {
    let request = EnrolRequest { token: [1; 8].into(), keys: keys(), csr: vec![0x30, 0x82].into(), proof: [5; 32].into() };
    let kept = golden("enrol-request", &minicbor::to_vec(&request).unwrap());
    assert_eq!(minicbor::decode::<EnrolRequest>(&kept).unwrap(), request);
    let verifier = sync_protocol::enrol::verifier(&[2; 20]);
    golden("enrol-proof", &sync_protocol::enrol::proof(&verifier, &[6; 32], &request.hash()));

    let welcome = EnrolReply::Welcome {
        chain: vec![vec![0x30, 1].into(), vec![0x30, 2].into()],
        county: "511602".into(),
        site: SITE,
        block: 3,
        hub: node(),
        addresses: vec!["192.0.2.1:7420".into()],
    };
    for (name, reply) in [("enrol-welcome", welcome), ("enrol-refused", EnrolReply::Refused { why: EnrolRefusal::Used as u16 })] {
        let kept = golden(name, &minicbor::to_vec(&reply).unwrap());
        assert_eq!(minicbor::decode::<EnrolReply>(&kept).unwrap(), reply);
    }
    let state = TokenState { verifier: verifier.into(), site: SITE, expires_ms: 1_800_000_000_000, spent: Some(request.hash()), wrong: 2 };
    let kept = golden("token-state", &minicbor::to_vec(&state).unwrap());
    assert_eq!(minicbor::decode::<TokenState>(&kept).unwrap(), state);
}
