//! Every bound of the protocol, with its unit.
//!
//! What decides admission is a constant of the protocol and changes only with a schema; rates and quotas are configuration and live elsewhere.

/// Bytes of one frame, header included; a longer one ends the session.
pub const FRAME_BYTES_MAX: usize = 256 * 1024;
/// Bytes of the decompressed content of one bulk frame.
pub const BULK_BYTES_MAX: usize = 192 * 1024;
/// Bytes of bodies that one bulk frame aims at; one batch may exceed it.
pub const BULK_BYTES_AIM: usize = 48 * 1024;
/// Bytes of all bodies of one batch.
pub const BATCH_BYTES_MAX: usize = 64 * 1024;
/// Bodies of one batch.
pub const BATCH_BODIES_MAX: usize = 100;
/// Bytes of one body.
pub const BODY_BYTES_MAX: usize = 48 * 1024;
/// Bytes of one case event (the value inside the change).
pub const EVENT_BYTES_MAX: usize = 16 * 1024;
/// Highest seq of a chain; a header beyond it is unreadable.
pub const SEQ_MAX: u64 = 1 << 48;
/// Highest operation number of an event; more events than a document ever has, so that a hostile one cannot use the numbers up.
pub const EVENT_OP_MAX: u64 = 1_000_000;
/// Bytes of a signed header without its signature.
pub const HEADER_BYTES_MAX: usize = 1024;
/// Dependencies one change may name.
pub const CHANGE_DEPS_MAX: usize = 256;
/// Ranges beyond the gap that one vector row holds.
pub const RANGES_BEYOND_GAP_MAX: usize = 8;
/// Heads of one forked chain that are told apart; a node that forks more often is hostile and its further heads wait.
pub const FORK_HEADS_MAX: usize = 16;
/// Links of one peer at a time; two live copies of a store may both be here. The oldest gives way.
pub const LINKS_PER_PEER_MAX: usize = 4;
/// Bytes queued towards one peer before the node waits for the link to drain.
pub const LINK_BYTES_QUEUED_MAX: usize = 512 * 1024;
/// The same on a link that has carried nothing yet: two frames, so that the line is never idle. What may wait grows to twice what was carried.
pub const LINK_BYTES_QUEUED_MIN: usize = 2 * BULK_BYTES_AIM;
/// Papers shown at a time, at most, to a listener that called something a fault; after that as many as the link bears.
pub const RATION_PAPERS_MAX: usize = 64;
/// Bytes of journal one load may return, beyond its first entry.
pub const LOAD_BYTES_MAX: usize = 256 * 1024;
/// Bytes of batches taken in on one link and not yet durable; past it the node stops reading the bulk.
pub const INTAKE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Arrivals of one link waiting to be taken in; past it the node stops reading the bulk.
pub const ARRIVALS_WAITING_MAX: usize = 64;
/// Urged batches that a peer said it holds, remembered until its cursor passes them.
pub const HELD_URGED_MAX: usize = 4_096;
/// Local acts waiting to be authored.
pub const LOCAL_ACTS_WAITING_MAX: usize = 1_000;
/// Chain rows one `Vectors` frame carries; more rows take more frames.
pub const VECTOR_ROWS_MAX: usize = 1_500;
/// Chain rows of one comparison; a peer that shows more is hostile.
pub const VECTOR_ROWS_TOTAL_MAX: usize = 150_000;
/// Ranges one `Want` frame carries.
pub const WANT_RANGES_MAX: usize = 1_000;
/// Site placements of one authority record.
pub const PLACEMENTS_MAX: usize = 400;
/// First pause after a failed dial, in milliseconds.
pub const BACKOFF_MS_MIN: u64 = 500;
/// Longest pause between dials, in milliseconds: a village line is usually back within a tea break.
pub const BACKOFF_MS_MAX: u64 = 5 * 60 * 1_000;
/// Longest pause that a good-bye may ask for, in milliseconds: whoever is refused for good asks once in a while whether that has changed.
pub const TURNED_AWAY_MS_MAX: u64 = 60 * 60 * 1_000;
/// Least milliseconds between two `Landed` records of one scope, unless configured otherwise.
pub const LANDED_PAUSE_MS: u64 = 60_000;
/// Milliseconds the hub gathers before a `Landed` record, so that a burst gets one receipt.
pub const LANDED_GATHER_MS: u64 = 250;
/// Marks of ours that a session remembers to recognise them in a peer's claims.
pub const MARKS_SAID_MAX: usize = 256;
/// Milliseconds before a claim is repeated only because the journal grew by papers that do not concern the peer.
pub const CLAIM_IDLE_MS: u64 = 30_000;
/// Chains that one `Landed` record names.
pub const LANDED_CHAINS_MAX: usize = 200;
/// Repairs one session starts for the same difference before it gives up and says so.
pub const REPAIRS_PER_SESSION_MAX: u32 = 3;
/// Milliseconds without a hello after which a fresh link is closed. A dialler's link is up long before the listener's on a thin line, so this is
/// longer than any listener waits for a handshake.
pub const HELLO_MS_MAX: u64 = 90_000;
