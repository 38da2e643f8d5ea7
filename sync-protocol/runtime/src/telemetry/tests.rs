//! Counters and what the log may say.

use super::*;
use sync_protocol::journal::Position;

#[test]
fn every_figure_has_its_help_and_type_and_lines_are_told_by_peer() {
    let counters = Counters::default();
    counters.commits(3);
    counters.notice(&Notice::Grew(Position { seq: 9, mark: [0; 8] }));
    counters.notice(&Notice::Full);
    let _line = counters.line(NodeId([0xab; 16]));
    let text = counters.render();
    for line in ["mesh_group_commits_total 1", "mesh_tickets_total 3", "mesh_journal_full_total 1", "mesh_journal_seq 9"] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
    }
    assert!(text.contains(&format!("mesh_frame_bytes_total{{peer=\"{}\",way=\"sent\"}} 0", NodeId([0xab; 16]))));
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split([' ', '{']).next().unwrap();
        assert!(text.contains(&format!("# TYPE {name} ")), "{name} has no type");
    }
}

#[test]
fn a_way_that_is_not_reached_says_why_until_it_is() {
    use super::ways::{Way, Ways, Why};
    use quinn::{ApplicationClose, ConnectionError};
    let (ways, hub) = (Ways::default(), NodeId([1; 16]));
    ways.configure(&["hub.example:4710".to_owned()]);
    ways.missed(0, Why::of_connection(&ConnectionError::TimedOut));
    assert_eq!(ways.ways()[0].why.as_ref().map(|why| why.word), Some("unreachable"));
    ways.configure(&["town.example:4710".to_owned(), "hub.example:4710".to_owned()]);
    assert_eq!(ways.ways()[1].why.as_ref().map(|why| why.word), Some("unreachable"));
    ways.reached(1, hub);
    assert_eq!(ways.ways()[1], Way { address: "hub.example:4710".to_owned(), peer: Some(hub), why: None });
    let closed = |code: u32| ConnectionError::ApplicationClosed(ApplicationClose { error_code: code.into(), reason: "".into() });
    ways.lost(hub, Why::of_connection(&closed(3)));
    assert_eq!(ways.why(hub).map(|why| why.word), Some("revoked"));
    ways.lost(hub, Why::of_connection(&closed(99)));
    assert_eq!(ways.why(hub).map(|why| why.word), Some("revoked"), "a bare end hides no reason");
    ways.proven(hub);
    assert_eq!(ways.why(hub), None);
}

#[test]
fn another_county_s_issuer_and_a_revoked_certificate_are_told_apart() {
    use super::ways::Why;
    use quinn::{ConnectionError, TransportErrorCode};
    let word = |alert| Why::of_connection(&ConnectionError::TransportError(TransportErrorCode::crypto(alert).into())).word;
    assert_eq!([word(48), word(44), word(40)], ["not_the_county", "revoked", "refused"]);
}
