//! What a daemon's log says of its links and repairs: the only figures that survive a process.

use std::path::Path;

/// Counted events of one log file, over all process starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Logbook {
    /// Links that came up, dialled from here.
    pub dialled: u64,
    /// Dials that led to nothing.
    pub failed_dials: u64,
    /// Comparisons because a cursor was unknown or a proof differed.
    pub repairs: u64,
    /// Comparisons of newly common scopes.
    pub fills: u64,
    /// Peers that broke the protocol.
    pub faults: u64,
    /// Forks and second branches.
    pub forks: u64,
    /// Sessions given up after too many repairs.
    pub given_up: u64,
}

impl Logbook {
    /// Reads a log file; one that is not there says nothing.
    #[must_use]
    pub fn read(file: &Path) -> Logbook {
        std::fs::read(file).map(|bytes| Logbook::of(&String::from_utf8_lossy(&bytes))).unwrap_or_default()
    }

    /// Counts what a log says.
    #[must_use]
    pub fn of(text: &str) -> Logbook {
        let count = |event: &str, field: &str| {
            let event = format!("{event}: ");
            text.lines().filter(|line| line.contains(&event) && line.contains(field)).count() as u64
        };
        Logbook {
            dialled: count("mesh::link_up", "dialled=true"),
            failed_dials: count("mesh::dial_failed", ""),
            repairs: count("mesh::mended", "kind=Repair"),
            fills: count("mesh::mended", "kind=Fill"),
            faults: count("mesh::peer_fault", "seen_by=\"this node\""),
            forks: count("mesh::fork", "") + count("mesh::branch_opened", ""),
            given_up: count("mesh::hung_up", "GaveUp"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_counted_by_event_and_field() {
        let text = "2026-11-25T22:00:00Z  INFO mesh::link_up: link=1 peer=ab dialled=true\n\
                    2026-11-25T22:00:01Z  INFO mesh::link_up: link=2 peer=cd dialled=false\n\
                    2026-11-25T22:00:02Z  INFO mesh::mended: peer=ab kind=Fill ranges=3\n\
                    2026-11-25T22:00:03Z  INFO mesh::dial_failed: slot=0 why=\"silent\"\n";
        assert_eq!(Logbook::of(text), Logbook { dialled: 1, failed_dials: 1, fills: 1, ..Logbook::default() });
    }
}
