//! Where newcomers that knock at this node are passed on to: its own first peer and nobody else.

use mesh_runtime::enrol::Enrolled;
use mesh_runtime::link::via::Upstream;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long a name that has no address yet is left alone.
const RETRY: Duration = Duration::from_secs(30);

/// Returns the addresses to dial: as asked for, or the enrolment's neighbour and hub.
#[must_use]
pub fn peers(asked: Vec<String>, enrolled: &Enrolled) -> Vec<String> {
    if asked.is_empty() {
        enrolled.via.iter().chain(&enrolled.addresses).cloned().collect()
    } else {
        asked
    }
}

/// Keeps the address of the first peer for as long as somebody watches it.
///
/// A peer that the enrolment named as the hub is taken for the hub; any other is a relay, which passes newcomers on itself.
pub async fn keep(peers: Vec<String>, hub: Vec<String>, upstream: Arc<watch::Sender<Option<Upstream>>>) {
    let Some(first) = peers.first() else { return };
    let is_hub = hub.contains(first);
    loop {
        if let Ok(mut found) = tokio::net::lookup_host(first.as_str()).await
            && let Some(address) = found.next()
        {
            let next = if is_hub { Upstream::Hub(address) } else { Upstream::Relay(address) };
            upstream.send_replace(Some(next));
        }
        tokio::time::sleep(RETRY).await;
        if upstream.is_closed() {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
