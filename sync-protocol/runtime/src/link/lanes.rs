//! A connection as frames: one one-way stream a lane and direction, opened by its sender when it first has something to say.
//!
//! A stream begins with the byte that names its lane; then frames follow, each behind its length (four bytes, big-endian). Streams of one
//! direction only, because either side may be the first to speak on a lane and nobody should wait for the other to open it.

use crate::env::{Env, Task};
use crate::telemetry::ways::Why;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use sync_protocol::io::{Bye, Lane, LinkId};
use sync_protocol::limits::FRAME_BYTES_MAX;
use tokio::sync::mpsc;

/// Bytes in front of each frame.
pub const LENGTH_BYTES: usize = 4;
/// How long a goodbye waits for what is queued before it closes all the same.
const GOODBYE_PATIENCE: Duration = Duration::from_millis(800);
/// Application code with which a connection is closed whose bytes are no frames.
const NOT_FRAMES: u32 = Bye::Fault as u32;

/// What a link tells the driver.
#[derive(Debug)]
pub enum FromLink {
    /// One frame arrived.
    Received {
        /// From where.
        link: LinkId,
        /// On which lane.
        lane: Lane,
        /// Type and CBOR.
        frame: Vec<u8>,
    },
    /// A frame left the queue.
    Drained {
        /// Which link.
        link: LinkId,
        /// Bytes without the length.
        bytes: usize,
    },
    /// The link is gone; nothing follows.
    Down {
        /// Which link.
        link: LinkId,
        /// Why; `None` when it was closed here.
        why: Option<Why>,
    },
}

/// Bytes of frames with their lengths and the lanes' names, counted where they are written and read.
#[derive(Debug, Default)]
pub struct FrameBytes {
    sent: AtomicU64,
    received: AtomicU64,
    frames_sent: AtomicU64,
    frames_received: AtomicU64,
}

impl FrameBytes {
    /// Returns bytes sent and received.
    #[must_use]
    pub fn bytes(&self) -> (u64, u64) {
        (self.sent.load(Ordering::Relaxed), self.received.load(Ordering::Relaxed))
    }

    /// Returns frames sent and received.
    #[must_use]
    pub fn frames(&self) -> (u64, u64) {
        (self.frames_sent.load(Ordering::Relaxed), self.frames_received.load(Ordering::Relaxed))
    }
}

/// The sending end of a link. Dropping it ends the lanes after what is queued.
#[derive(Debug)]
pub struct Link {
    connection: quinn::Connection,
    lanes: [mpsc::UnboundedSender<Vec<u8>>; Lane::ALL.len()],
    writers: Vec<Task>,
    counters: Arc<FrameBytes>,
}

impl Link {
    /// Starts the tasks of a link; they report to `driver`.
    #[must_use]
    pub fn start<E: From<FromLink> + Send + 'static>(
        env: &Arc<dyn Env>,
        id: LinkId,
        connection: quinn::Connection,
        counters: Arc<FrameBytes>,
        driver: mpsc::Sender<E>,
    ) -> Link {
        let mut writers = Vec::new();
        let lanes = Lane::ALL.map(|lane| {
            // Unbounded here, bounded by the core: it waits for `Drained` past its limit.
            let (queue, frames) = mpsc::unbounded_channel();
            let writer = Writer { id, lane, connection: connection.clone(), counters: counters.clone(), driver: driver.clone() };
            writers.push(env.spawn(Box::pin(writer.run(frames))));
            queue
        });
        let reading = read_lanes(env.clone(), id, connection.clone(), counters.clone(), driver);
        env.spawn(Box::pin(reading));
        Link { connection, lanes, writers, counters }
    }

    /// Queues one frame.
    pub fn send(&self, lane: Lane, frame: Vec<u8>) {
        // A writer that is gone has reported, or will report, that the link is down.
        let _ = self.lanes[index(lane)].send(frame);
    }

    /// Returns the link's counters.
    #[must_use]
    pub fn counters(&self) -> &Arc<FrameBytes> {
        &self.counters
    }

    /// Closes the link after what is queued, so that the farewell still travels; a peer that does not take it is not waited for long.
    pub async fn close(self, bye: Bye) {
        let Link { connection, lanes, writers, .. } = self;
        drop(lanes);
        let finished = async {
            for writer in writers {
                let _ = writer.await;
            }
        };
        let _ = tokio::time::timeout(GOODBYE_PATIENCE, finished).await;
        connection.close((bye as u32).into(), b"");
    }
}

struct Writer<E> {
    id: LinkId,
    lane: Lane,
    connection: quinn::Connection,
    counters: Arc<FrameBytes>,
    driver: mpsc::Sender<E>,
}

impl<E: From<FromLink> + Send + 'static> Writer<E> {
    async fn run(self, mut frames: mpsc::UnboundedReceiver<Vec<u8>>) {
        let mut stream: Option<quinn::SendStream> = None;
        while let Some(frame) = frames.recv().await {
            if self.write(&mut stream, &frame).await.is_none() {
                return;
            }
            self.counters.frames_sent.fetch_add(1, Ordering::Relaxed);
            if self.driver.send(FromLink::Drained { link: self.id, bytes: frame.len() }.into()).await.is_err() {
                return;
            }
        }
        if let Some(mut stream) = stream
            && stream.finish().is_ok()
        {
            let _ = stream.stopped().await;
        }
    }

    async fn write(&self, stream: &mut Option<quinn::SendStream>, frame: &[u8]) -> Option<()> {
        let mut bytes = Vec::with_capacity(1 + LENGTH_BYTES + frame.len());
        if stream.is_none() {
            let opened = self.connection.open_uni().await.ok()?;
            opened.set_priority(priority(self.lane)).ok()?;
            *stream = Some(opened);
            bytes.push(name(self.lane));
        }
        let length = u32::try_from(frame.len()).expect("the core keeps frames below the bound");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(frame);
        stream.as_mut()?.write_all(&bytes).await.ok()?;
        self.counters.sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Some(())
    }
}

async fn read_lanes<E: From<FromLink> + Send + 'static>(
    env: Arc<dyn Env>,
    id: LinkId,
    connection: quinn::Connection,
    counters: Arc<FrameBytes>,
    driver: mpsc::Sender<E>,
) {
    let mut readers: Vec<(Lane, Task)> = Vec::new();
    while let Ok(mut stream) = connection.accept_uni().await {
        let mut first = [0];
        let lane = if stream.read_exact(&mut first).await.is_ok() { lane(first[0]) } else { None };
        match lane.filter(|lane| readers.iter().all(|(open, _)| open != lane)) {
            Some(lane) => {
                counters.received.fetch_add(1, Ordering::Relaxed);
                let reader = Reader { id, lane, connection: connection.clone(), counters: counters.clone(), driver: driver.clone() };
                readers.push((lane, env.spawn(Box::pin(reader.run(stream)))));
            }
            None => connection.close(NOT_FRAMES.into(), b"lane"),
        }
    }
    let why = match connection.close_reason() {
        None | Some(quinn::ConnectionError::LocallyClosed) => None,
        Some(reason) => Some(Why::of_connection(&reason)),
    };
    for (_, reader) in readers {
        let _ = reader.await;
    }
    let _ = driver.send(FromLink::Down { link: id, why }.into()).await;
}

struct Reader<E> {
    id: LinkId,
    lane: Lane,
    connection: quinn::Connection,
    counters: Arc<FrameBytes>,
    driver: mpsc::Sender<E>,
}

impl<E: From<FromLink> + Send + 'static> Reader<E> {
    async fn run(self, mut stream: quinn::RecvStream) {
        loop {
            let mut length = [0; LENGTH_BYTES];
            if stream.read_exact(&mut length).await.is_err() {
                return;
            }
            let length = u32::from_be_bytes(length) as usize;
            // The length is judged before anything is set aside for it.
            if length > FRAME_BYTES_MAX {
                self.connection.close(NOT_FRAMES.into(), b"length");
                return;
            }
            let mut frame = vec![0; length];
            if stream.read_exact(&mut frame).await.is_err() {
                return;
            }
            self.counters.received.fetch_add((LENGTH_BYTES + length) as u64, Ordering::Relaxed);
            self.counters.frames_received.fetch_add(1, Ordering::Relaxed);
            if self.driver.send(FromLink::Received { link: self.id, lane: self.lane, frame }.into()).await.is_err() {
                return;
            }
        }
    }
}

fn index(lane: Lane) -> usize {
    match lane {
        Lane::Control => 0,
        Lane::Urged => 1,
        Lane::Bulk => 2,
    }
}

/// The byte that names a lane on the wire.
fn name(lane: Lane) -> u8 {
    match lane {
        Lane::Control => 1,
        Lane::Urged => 2,
        Lane::Bulk => 3,
    }
}

fn lane(name: u8) -> Option<Lane> {
    Lane::ALL.into_iter().find(|lane| self::name(*lane) == name)
}

fn priority(lane: Lane) -> i32 {
    match lane {
        Lane::Control => 2,
        Lane::Urged => 1,
        Lane::Bulk => 0,
    }
}
