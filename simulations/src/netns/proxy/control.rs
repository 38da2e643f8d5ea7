//! The proxy's control socket: one JSON order a line, one JSON answer a line.

use super::lane::{Heading, LaneCount};
use crate::line::LineMake;
use crate::plan::Way;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

/// What the proxy is told, each about the line above one site by the site's number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub enum Order {
    /// Cuts the line; what would come out meanwhile is lost.
    Down {
        /// Which line.
        line: u16,
        /// Which direction.
        way: Way,
    },
    /// The address box forgets its mapping: the next datagram leaves from another port.
    Rebind {
        /// Which line.
        line: u16,
    },
    /// The line works differently from here on.
    Shape {
        /// Which line.
        line: u16,
        /// As now.
        make: LineMake,
    },
    /// Asks what every line counted.
    Stats,
    /// Repairs the line.
    Up {
        /// Which line.
        line: u16,
        /// Which direction.
        way: Way,
    },
}

/// What comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It was done.
    Done,
    /// It was not.
    Refused {
        /// Why not.
        why: String,
    },
    /// What was counted, by line.
    Stats {
        /// By the number of the site below.
        lines: BTreeMap<u16, LineCount>,
    },
}

/// What a line counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LineCount {
    /// Towards the site above.
    pub up: LaneCount,
    /// Towards the site.
    pub down: LaneCount,
    /// Mappings of the address box that were made.
    pub flows: u64,
    /// Mappings that it forgot, told to or by their time-out.
    pub forgotten: u64,
}

impl LineCount {
    /// Returns what was counted since an earlier look.
    #[must_use]
    pub fn since(self, earlier: LineCount) -> LineCount {
        LineCount {
            up: self.up.since(earlier.up),
            down: self.down.since(earlier.down),
            flows: self.flows - earlier.flows,
            forgotten: self.forgotten - earlier.forgotten,
        }
    }
}

/// Returns the directions that a way means.
pub(super) fn headings(way: Way) -> &'static [Heading] {
    match way {
        Way::Both => &[Heading::Down, Heading::Up],
        Way::Down => &[Heading::Down],
        Way::Up => &[Heading::Up],
    }
}

/// Gives one order over the control socket.
///
/// # Errors
/// When the proxy is gone or does not answer in the known form.
pub async fn order(socket: &Path, order: &Order) -> io::Result<Answer> {
    let stream = UnixStream::connect(socket).await?;
    let (read, mut write) = stream.into_split();
    let mut line = serde_json::to_vec(order).expect("an order is plain data");
    line.push(b'\n');
    write.write_all(&line).await?;
    let answer = BufReader::new(read).lines().next_line().await?;
    let answer = answer.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
    serde_json::from_str(&answer).map_err(io::Error::other)
}

/// Serves one client of the control socket until it hangs up.
pub(super) async fn serve(stream: UnixStream, mut obey: impl FnMut(Order) -> Answer) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match serde_json::from_str::<Order>(&line) {
            Ok(order) => obey(order),
            Err(error) => Answer::Refused { why: error.to_string() },
        };
        let mut text = serde_json::to_vec(&answer).expect("an answer is plain data");
        text.push(b'\n');
        if write.write_all(&text).await.is_err() {
            return;
        }
    }
}
