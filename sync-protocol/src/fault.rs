//! How peers break the protocol, as values.

use crate::door::HeaderFault;

/// How a peer broke the protocol; the link is closed, what was taken in before stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A frame that cannot be read.
    #[error("unreadable frame: {0}")]
    Frame(String),
    /// A frame before its time.
    #[error("{0} before the greeting was done")]
    TooEarly(&'static str),
    /// A second hello.
    #[error("a second hello")]
    Twice,
    /// No version in common.
    #[error("no protocol version in common")]
    Version,
    /// Another county's authority log, or a log that does not follow from ours.
    #[error("the peer's authority log is not this county's")]
    Authority,
    /// A batch whose header cannot be read or does not pass the door.
    #[error("a batch that does not pass the door: {0}")]
    Header(#[from] HeaderFault),
    /// A bound was exceeded.
    #[error("{0} over the bound")]
    Bound(&'static str),
}
