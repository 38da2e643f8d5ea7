//! What a daemon tells: named events for the log, figures for `/metrics`. Never a citizen's name or number.

pub mod ways;

use crate::link::lanes::FrameBytes;
use mesh_model::id::NodeId;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use sync_protocol::io::{Mending, Notice};
use tracing_subscriber::EnvFilter;

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// Starts the log on standard error; `MESH_LOG` chooses targets and levels, `info` of our own otherwise. A second call changes nothing.
pub fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_env("MESH_LOG").unwrap_or_else(|_| EnvFilter::new("warn,mesh=info"));
    // A file or a journal is read later, by tools that would show the colours as rubbish.
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Human => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    // A log that is already running, as in tests, is kept.
    drop(started);
}

/// Figures of one process, written out for Prometheus by [`Counters::render`].
#[derive(Debug, Default)]
pub struct Counters {
    group_commits: AtomicU64,
    tickets: AtomicU64,
    journal_seq: AtomicU64,
    journal_full: AtomicU64,
    proofs: AtomicU64,
    fills: AtomicU64,
    repairs: AtomicU64,
    peer_faults: AtomicU64,
    forks: AtomicU64,
    bodies_refused: AtomicU64,
    dials_failed: AtomicU64,
    arrivals_failed: AtomicU64,
    lines: Mutex<BTreeMap<NodeId, Arc<FrameBytes>>>,
    ways: ways::Ways,
}

impl Counters {
    /// Returns the counters of the line to a peer, the same over all its links.
    #[must_use]
    pub fn line(&self, peer: NodeId) -> Arc<FrameBytes> {
        self.lines.lock().expect("nobody panics while holding the lines").entry(peer).or_default().clone()
    }

    /// Returns the configured ways up, and why ways and peers were last lost.
    #[must_use]
    pub fn ways(&self) -> &ways::Ways {
        &self.ways
    }

    /// Returns frame bytes sent to and received from each peer, lengths and lane names included.
    #[must_use]
    pub fn line_bytes(&self) -> BTreeMap<NodeId, (u64, u64)> {
        let lines = self.lines.lock().expect("nobody panics while holding the lines");
        lines.iter().map(|(peer, line)| (*peer, line.bytes())).collect()
    }

    /// Counts a group commit of `tickets` tickets.
    pub fn commits(&self, tickets: usize) {
        self.group_commits.fetch_add(1, Ordering::Relaxed);
        self.tickets.fetch_add(tickets as u64, Ordering::Relaxed);
    }

    /// Counts a dial that failed.
    pub fn dial_failed(&self) {
        self.dials_failed.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts somebody who dialled and did not prove a name.
    pub fn arrival_failed(&self) {
        self.arrivals_failed.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts what a notice tells.
    pub fn notice(&self, notice: &Notice) {
        let counter = match notice {
            Notice::Grew(at) => {
                self.journal_seq.store(at.seq, Ordering::Relaxed);
                return;
            }
            Notice::Proven { peer, .. } => {
                self.ways.proven(*peer);
                &self.proofs
            }
            Notice::Mended { kind: Mending::Fill, .. } => &self.fills,
            Notice::Mended { kind: Mending::Repair, .. } => &self.repairs,
            Notice::PeerFault { peer, fault } => {
                self.ways.broke(*peer, fault);
                &self.peer_faults
            }
            Notice::ForkSeen { .. } => &self.forks,
            Notice::BodyRefused { .. } => &self.bodies_refused,
            Notice::Full => &self.journal_full,
            Notice::Durable { .. }
            | Notice::ActRefused { .. }
            | Notice::AuthorityMoved { .. }
            | Notice::DayMoved(_)
            | Notice::BranchOpened { .. }
            | Notice::HeldBy { .. } => return,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the text of `/metrics`.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = String::new();
        let counters = [
            ("mesh_group_commits_total", "Transactions of the journal", &self.group_commits),
            ("mesh_tickets_total", "Commits asked for by the node", &self.tickets),
            ("mesh_journal_full_total", "Commits refused for want of space", &self.journal_full),
            ("mesh_proofs_total", "Times a peer and this node were shown to hold the same", &self.proofs),
            ("mesh_fills_total", "Newly common scopes filled", &self.fills),
            ("mesh_repairs_total", "Repairs by vectors", &self.repairs),
            ("mesh_peer_faults_total", "Links closed because the peer broke the protocol", &self.peer_faults),
            ("mesh_forks_total", "Forked chains seen", &self.forks),
            ("mesh_bodies_refused_total", "Bodies that did not pass the door", &self.bodies_refused),
            ("mesh_dials_failed_total", "Dials that led to no peer", &self.dials_failed),
            ("mesh_arrivals_failed_total", "Arrivals that proved no name", &self.arrivals_failed),
        ];
        for (name, help, counter) in counters {
            let value = counter.load(Ordering::Relaxed);
            writeln!(out, "# HELP {name} {help}.\n# TYPE {name} counter\n{name} {value}").expect("a string takes everything");
        }
        let seq = self.journal_seq.load(Ordering::Relaxed);
        writeln!(out, "# HELP mesh_journal_seq Newest journal position.\n# TYPE mesh_journal_seq gauge\nmesh_journal_seq {seq}")
            .expect("a string takes everything");
        self.render_lines(&mut out);
        out
    }

    fn render_lines(&self, out: &mut String) {
        let lines = self.lines.lock().expect("nobody panics while holding the lines");
        for (name, help) in [("mesh_frame_bytes_total", "Frame bytes with their lengths"), ("mesh_frames_total", "Frames")] {
            writeln!(out, "# HELP {name} {help}.\n# TYPE {name} counter").expect("a string takes everything");
            for (peer, line) in lines.iter() {
                let (sent, received) = if name == "mesh_frames_total" { line.frames() } else { line.bytes() };
                writeln!(out, "{name}{{peer=\"{peer}\",way=\"sent\"}} {sent}\n{name}{{peer=\"{peer}\",way=\"received\"}} {received}")
                    .expect("a string takes everything");
            }
        }
    }
}

/// Logs a notice as a named event.
pub fn log(notice: &Notice) {
    use tracing::{debug, error, info, warn};
    match notice {
        Notice::Durable { id, places } => debug!(target: "mesh::durable", act = id.0, batches = places.len()),
        Notice::ActRefused { id, why } => warn!(target: "mesh::act_refused", act = id.0, %why),
        Notice::Grew(at) => debug!(target: "mesh::grew", seq = at.seq),
        Notice::Proven { peer, scopes, root } => info!(target: "mesh::proven", %peer, scopes, %root),
        Notice::Mended { peer, kind, ranges } => info!(target: "mesh::mended", %peer, ?kind, ranges),
        Notice::AuthorityMoved { height } => info!(target: "mesh::authority", height),
        Notice::DayMoved(day) => info!(target: "mesh::day", %day),
        Notice::BranchOpened { old, new } => error!(target: "mesh::branch_opened", %old, %new),
        Notice::ForkSeen { chain, seq } => error!(target: "mesh::fork", node = %chain.node, branch = %chain.branch, seq),
        Notice::BodyRefused { header, index, reason } => warn!(target: "mesh::body_refused", %header, index, %reason),
        Notice::PeerFault { peer, fault } => warn!(target: "mesh::peer_fault", %peer, seen_by = "this node", %fault),
        Notice::Full => error!(target: "mesh::journal_full", left = "reading"),
        Notice::HeldBy { peer, seq } => debug!(target: "mesh::held", %peer, seq),
    }
}

#[cfg(test)]
mod tests;
