//! Times as people read them.

use super::{minute_of, time_text};
use mesh_model::time::WallTime;

#[test]
fn a_wall_time_is_told_at_utc_plus_eight() {
    let wall = WallTime(1_767_749_405_000);
    assert_eq!((time_text(wall).as_str(), minute_of(wall)), ("2026-01-07T09:30:05+08:00", 570));
    assert_eq!(time_text(WallTime(-1)), "1970-01-01T07:59:59+08:00");
}
