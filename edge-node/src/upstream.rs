//! Where newcomers that knock at this node are passed on to: its own first peer and nobody else.

use mesh_runtime::driver::Handle;
use mesh_runtime::enrol::Enrolled;
use mesh_runtime::link::via::Upstream;
use std::time::Duration;
use sync_protocol::io::Notice;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

/// How soon one look at the way up follows another, at most.
const LOOK: Duration = Duration::from_secs(1);
/// How often a name that leads nowhere is looked up.
const LOOK_FOR_NAME: Duration = Duration::from_secs(5);
/// How often the way up is looked at while nobody has answered there since the start.
const LOOK_FOR_PEER: Duration = Duration::from_secs(60);
/// How often the way up is looked at without any news: an address may change.
const LOOK_AGAIN: Duration = Duration::from_secs(900);

/// Returns the addresses to dial: as asked for, or the enrolment's neighbour and hub.
#[must_use]
pub fn peers(asked: Vec<String>, enrolled: &Enrolled) -> Vec<String> {
    if asked.is_empty() { enrolled.via.iter().chain(&enrolled.addresses).cloned().collect() } else { asked }
}

/// Keeps the address of the first peer for as long as somebody watches it.
///
/// A peer that the enrolment named as the hub is taken for the hub, and so is an only peer behind whose address a hub node answered last; any
/// other is a relay, which passes newcomers on itself.
pub async fn keep(peers: Vec<String>, hub: Vec<String>, handle: Handle, upstream: watch::Sender<Option<Upstream>>) {
    let Some(first) = peers.first() else { return };
    while !upstream.is_closed() {
        // Taken before the look: whatever changes after it is news.
        let mut notices = handle.notices();
        let answers = if hub.contains(first) || peers.len() > 1 { Some(hub.contains(first)) } else { a_hub_answers(&handle).await };
        let is_hub = answers == Some(true);
        let found = tokio::net::lookup_host(first.as_str()).await.ok().and_then(|mut found| found.next());
        if let Some(address) = found {
            let next = if is_hub { Upstream::Hub(address) } else { Upstream::Relay(address) };
            upstream.send_if_modified(|held| held.replace(next) != Some(next));
        }
        tokio::time::sleep(LOOK).await;
        // A line may be down for days, or rest for hours between sessions: it is not asked for who answers, it tells.
        let pause = match (found, answers) {
            (None, _) => LOOK_FOR_NAME,
            (Some(_), None) => LOOK_FOR_PEER,
            (Some(_), Some(_)) => LOOK_AGAIN,
        };
        let _ = tokio::time::timeout(pause, news(&mut notices)).await;
    }
}

/// Returns whether the node that answered last at the only peer's address is a hub of the county; `None` while nobody did.
async fn a_hub_answers(handle: &Handle) -> Option<bool> {
    let peer = handle.counters().ways().ways().into_iter().next()?.peer?;
    handle.view(move |node| node.authority().is_hub(peer)).await.ok()
}

/// Waits until a peer was reached and said what it has, or the county said who is who.
async fn news(notices: &mut broadcast::Receiver<Notice>) {
    loop {
        match notices.recv().await {
            Ok(Notice::Proven { .. } | Notice::AuthorityMoved { .. }) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests;
