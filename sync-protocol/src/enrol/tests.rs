//! The life of a token, and lines that are none.

use super::*;

fn request(secret: &[u8; 20], exporter: &[u8; 32], key: u8) -> EnrolRequest {
    let keys = NodeKeys { signing: [key; 32].into(), wrapping: [key; 32].into(), tls: Hash([key; 32]) };
    let csr = vec![key; 10];
    let hash = request_hash(&keys, &csr);
    EnrolRequest { token: [1; 8].into(), keys, csr: csr.into(), proof: proof(&verifier(secret), exporter, &hash).into() }
}

fn state(secret: &[u8; 20]) -> TokenState {
    TokenState { verifier: verifier(secret).into(), site: SiteId([1; 8]), expires_ms: 1_000, spent: None, wrong: 0 }
}

#[test]
fn a_lost_reply_does_not_burn_the_token_and_another_machine_is_refused() {
    let mut token = state(&[9; 20]);
    assert_eq!(token.judge(WallTime(1), &[1; 32], &request(&[9; 20], &[1; 32], 5)), Verdict::Admit);
    assert_eq!(token.judge(WallTime(9_999), &[2; 32], &request(&[9; 20], &[2; 32], 5)), Verdict::Repeat);
    assert_eq!(token.judge(WallTime(2), &[1; 32], &request(&[9; 20], &[1; 32], 6)), Verdict::Refuse(EnrolRefusal::Used));
}

#[test]
fn a_proof_of_another_session_or_secret_is_wrong_and_five_kill_the_token() {
    let mut token = state(&[9; 20]);
    for _ in 0..WRONG_MAX - 1 {
        assert_eq!(token.judge(WallTime(1), &[1; 32], &request(&[8; 20], &[1; 32], 5)), Verdict::Refuse(EnrolRefusal::Wrong));
    }
    assert_eq!(token.judge(WallTime(1), &[1; 32], &request(&[9; 20], &[2; 32], 5)), Verdict::Refuse(EnrolRefusal::Wrong));
    assert_eq!(token.judge(WallTime(1), &[1; 32], &request(&[9; 20], &[1; 32], 5)), Verdict::Refuse(EnrolRefusal::Dead));
}

#[test]
fn an_old_token_is_expired_by_the_hubs_clock() {
    let mut token = state(&[9; 20]);
    assert_eq!(token.judge(WallTime(1_001), &[1; 32], &request(&[9; 20], &[1; 32], 5)), Verdict::Refuse(EnrolRefusal::Expired));
}

#[test]
fn a_line_reads_back_and_every_changed_character_is_seen() {
    let token = Token {
        id: [1; 8].into(),
        secret: [2; 20].into(),
        root_pin: [3; 32].into(),
        county: "511602".into(),
        site: SiteId([4; 8]),
        addresses: vec!["192.0.2.1:7420".into()],
    };
    let line = token.to_line();
    assert_eq!(Token::from_line(&format!(" {} \n", line.to_uppercase().replace("MESH1:", "mesh1:"))), Ok(token));
    for at in 6..line.len() {
        let mut bad = line.clone().into_bytes();
        bad[at] = if bad[at] == b'a' { b'b' } else { b'a' };
        assert!(Token::from_line(&String::from_utf8(bad).unwrap()).is_err(), "changed at {at}");
    }
    assert_eq!(Token::from_line("mesh2:aaaa"), Err(TokenError::Prefix));
}
