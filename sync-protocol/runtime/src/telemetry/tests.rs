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
