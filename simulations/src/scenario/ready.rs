//! The ready scenarios, built in.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Its name on the command line.
    pub name: &'static str,
    /// The file's text.
    pub text: &'static str,
}

macro_rules! ready {
    ($($name:literal),+ $(,)?) => {
        /// All of them, by name.
        pub const ALL: &[Ready] = &[$(Ready { name: $name, text: include_str!(concat!("../../scenarios/", $name, ".toml")) }),+];
    };
}
ready!(
    "average-county-year",
    "clock-battery-dead",
    "county-outage",
    "determinism-flow",
    "determinism-quic",
    "example",
    "flood-week",
    "guangan-year",
    "guizhou-year",
    "half-upgraded",
    "hub-restored",
    "market-day",
    "mountain-road",
    "quic-month",
    "quic-week",
);

/// Returns the ready scenario of this name.
#[must_use]
pub fn named(name: &str) -> Option<Ready> {
    ALL.iter().copied().find(|ready| ready.name == name)
}

impl Ready {
    /// Returns what it is for: the first line of its opening comment.
    #[must_use]
    pub fn question(&self) -> &'static str {
        self.text.lines().next().map_or("", |line| line.trim_start_matches('#').trim())
    }
}
