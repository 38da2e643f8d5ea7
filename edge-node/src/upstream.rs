//! Where newcomers that knock at this node are passed on to: its own first peer and nobody else.

use mesh_runtime::driver::Handle;
use mesh_runtime::enrol::Enrolled;
use mesh_runtime::link::via::Upstream;
use std::time::Duration;
use sync_protocol::node::Node;
use tokio::sync::watch;

/// How soon one look at the way up follows another, at most: below the few seconds for which a session that has nothing to say stands.
const LOOK: Duration = Duration::from_secs(1);
/// How often a name that leads nowhere is looked up.
const LOOK_FOR_NAME: Duration = Duration::from_secs(5);
/// How often the way up is looked at without any news: an address may change.
const LOOK_AGAIN: Duration = Duration::from_secs(300);

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
    let mut answers = hub.contains(first).then_some(Answers::Hub);
    while !upstream.is_closed() {
        // Taken before the look: a link that comes up after it shows in a notice.
        let mut notices = handle.notices();
        if !hub.contains(first) {
            answers = who_answers(&handle).await.or(answers);
        }
        let is_hub = hub.contains(first) || (peers.len() == 1 && answers == Some(Answers::Hub));
        let found = tokio::net::lookup_host(first.as_str()).await.ok().and_then(|mut found| found.next());
        if let Some(address) = found {
            let next = if is_hub { Upstream::Hub(address) } else { Upstream::Relay(address) };
            upstream.send_if_modified(|held| held.replace(next) != Some(next));
        }
        tokio::time::sleep(LOOK).await;
        if found.is_some() && answers.is_some() {
            tokio::time::sleep(LOOK_AGAIN).await;
        } else if found.is_some() {
            // A line may be down for days, or rest for hours between sessions: only news is worth another look, and a link is soon news.
            let _ = tokio::time::timeout(LOOK_AGAIN, notices.recv()).await;
        } else {
            tokio::time::sleep(LOOK_FOR_NAME).await;
        }
    }
}

/// Who is at the other end of a link that is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answers {
    /// A hub of the county.
    Hub,
    /// Other sites only.
    Sites,
}

async fn who_answers(handle: &Handle) -> Option<Answers> {
    let look = |node: &Node| {
        let peers = node.peers();
        let mut linked = peers.iter().filter(|peer| peer.linked).peekable();
        linked.peek()?;
        Some(if linked.any(|peer| node.authority().is_hub(peer.peer)) { Answers::Hub } else { Answers::Sites })
    };
    handle.view(look).await.ok().flatten()
}

#[cfg(test)]
mod tests;
