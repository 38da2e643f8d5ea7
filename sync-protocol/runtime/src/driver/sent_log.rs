//! The sent log: for audits, one JSON line for each batch that was handed to a link. Off unless asked for.

use mesh_model::id::NodeId;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// An open log.
#[derive(Debug)]
pub struct SentLog(File);

impl SentLog {
    /// Opens the log for appending.
    pub fn open(path: &Path) -> io::Result<SentLog> {
        crate::lock::touch_private(path)?;
        std::fs::OpenOptions::new().append(true).open(path).map(SentLog)
    }

    /// Writes one line a batch of `frame`; a log that cannot be written is told, and the frame goes all the same.
    pub fn note(&mut self, peer: Option<NodeId>, frame: &[u8]) {
        let Some(peer) = peer else { return };
        let mut lines = String::new();
        for (scope, header) in sync_protocol::frame::headers_in(frame) {
            let scope: String = scope.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            lines.push_str(&format!("{{\"peer\":\"{peer}\",\"scope\":\"{scope}\",\"header\":\"{header}\"}}\n"));
        }
        if let Err(error) = self.0.write_all(lines.as_bytes()) {
            tracing::warn!(target: "mesh::sent_log", %error);
        }
    }
}
