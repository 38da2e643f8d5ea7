//! Which command lines make this program a daemon.

use super::*;

fn words(line: &str) -> Vec<OsString> {
    line.split(' ').map(OsString::from).collect()
}

#[test]
fn the_hidden_words_hand_the_rest_to_the_daemon_under_its_own_name() {
    let hub = asked(&words("meshctl daemon hub serve --data d")).expect("a daemon");
    assert_eq!(hub.args, words("hub serve --data d"));
    let edge = asked(&words("meshctl daemon edge run")).expect("a daemon");
    assert_eq!(edge.args, words("edge-node run"));
}

#[test]
fn every_other_line_is_a_command() {
    for line in ["meshctl", "meshctl status", "meshctl daemon", "meshctl daemon clerk", "meshctl --data daemon hub"] {
        assert!(asked(&words(line)).is_none(), "{line}");
    }
}
