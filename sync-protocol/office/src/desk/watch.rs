//! What wants a person: a full disk, damage, a journal that is shorter than what this window has shown, stores opened anew, forks.
//!
//! Times here are this machine's claims, for people only; they appear in `status` and nowhere else.

use super::{Desk, Look};
use crate::api::node::Problem;
use crate::store::Cache;
use crate::trouble::{Trouble, chain_of};
use crate::view::time_text;
use mesh_model::id::Branch;
use mesh_model::time::WallTime;
use mesh_runtime::lock::room_left;
use mesh_runtime::store::sqlite::RESERVE_BYTES;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use sync_protocol::io::Notice;
use sync_protocol::node::Node;
use tokio::sync::broadcast::{self, error::RecvError};

/// Key of the local fact that the journal was found shorter than the cache; its value is the time and how many cases were known.
const SHORTENED: &str = "office.shortened";
/// What the keys of lost stores begin with: the store's id follows, the value is the time.
const STORE_LOST: &str = "office.store_lost.";
/// What the keys of notable events begin with: kind and what it speaks of follow, the value is the time.
const NOTABLE: &str = "office.notable.";
/// Key of a local fact that says nothing: writing it shows that there is room again.
const PROBE: &str = "office.room";
/// How long a notable event stays in `status`.
const NOTABLE_MS: i64 = 14 * 24 * 3_600_000;

/// Looks whether the cache knows more than the journal, puts such a cache aside, and returns how many cases it knew.
pub(crate) async fn put_aside(cache: &mut Cache, tail: u64) -> Result<u64, Trouble> {
    let known = cache.count_cases().await.unwrap_or(0);
    let aside = cache.set_aside(tail).await?;
    tracing::warn!(target: "mesh::journal_shortened", tail, known_cases = known, aside = %aside.display());
    Ok(known)
}

impl Desk {
    /// Takes notable news down, from the notices given, until the driver ends.
    pub async fn heed(self: Arc<Desk>, mut notices: broadcast::Receiver<Notice>) {
        loop {
            match notices.recv().await {
                Ok(Notice::BranchOpened { old, new }) => self.note(format!("branch_opened.{old} -> {new}")).await,
                Ok(Notice::ForkSeen { chain, .. }) => self.note(format!("fork_seen.{} {}", chain.node, chain.branch)).await,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    async fn note(&self, what: String) {
        let key = format!("{NOTABLE}{what}");
        if !matches!(self.handle.reader().note(&key).await, Ok(Some(_))) {
            self.keep(key, self.env.wall().0.to_be_bytes().to_vec()).await;
        }
    }

    /// Keeps a local fact; on a full disk only the log has it.
    async fn keep(&self, key: String, value: Vec<u8>) {
        if let Ok(Err(why)) = self.handle.keep(vec![(key.clone(), value)]).await {
            tracing::warn!(target: "mesh::note_lost", key, %why);
        }
    }

    /// Takes down at the start that the journal is shorter than the cache or the numbers' copy have seen it.
    pub(super) async fn note_shortened(&self, known_cases: Option<u64>, foreign: Option<Branch>) -> Result<(), Trouble> {
        let now = self.env.wall().0.to_be_bytes();
        if let Some(known) = known_cases {
            self.keep(SHORTENED.to_owned(), [now, known.to_be_bytes()].concat()).await;
        }
        if let Some(branch) = foreign
            && !self.handle.view(move |node| holds_own(node, branch)).await?
        {
            tracing::warn!(target: "mesh::journal_shortened", lost_store = %branch);
            self.keep(format!("{STORE_LOST}{branch}"), [now.as_slice(), &branch.0].concat()).await;
        }
        Ok(())
    }

    /// Returns whether there is no room for another act. Where there is room again after a refusal, a small write proves it.
    pub(crate) async fn is_full(&self) -> bool {
        // Where the file system does not say, the last commit does.
        let room = room_left(&self.data).unwrap_or(u64::MAX);
        if room >= 2 * RESERVE_BYTES && self.handle.is_full() {
            return !matches!(self.handle.keep(vec![(PROBE.to_owned(), Vec::new())]).await, Ok(Ok(())));
        }
        room < RESERVE_BYTES || self.handle.is_full()
    }

    /// Returns what wants a person, most urgent first.
    pub(crate) async fn problems(&self, look: &mut Look<'_>) -> Result<Vec<Problem>, Trouble> {
        let mut problems = Vec::new();
        if self.is_full().await {
            problems.push(Problem::of("full", 1));
        }
        let behind = look.county.tail.saturating_sub(look.projection.cache.watermark().await?.seq);
        if behind > 0 {
            problems.push(Problem::of("cache_behind", behind));
        }
        let health = self.handle.reader().health();
        if health.damaged_bodies > 0 {
            problems.push(Problem::of("damaged_bodies", health.damaged_bodies));
        }
        if let Some(said) = health.damaged_pages {
            problems.push(Problem { detail: Some(said), ..Problem::of("damaged_pages", 1) });
        }
        problems.extend(self.shortened(look).await?);
        problems.extend(self.notable().await?);
        Ok(problems)
    }

    async fn shortened(&self, look: &mut Look<'_>) -> Result<Vec<Problem>, Trouble> {
        let reader = self.handle.reader();
        let mut problems = Vec::new();
        if let Some(aside) = newest_aside(&self.data) {
            let note = reader.note(SHORTENED).await?.unwrap_or_default();
            let lacking = look.projection.cache.lacking(&aside).await;
            // A file that cannot be read says nothing of what is back; what was known then is said.
            let lacking = lacking.unwrap_or_else(|error| {
                tracing::warn!(target: "mesh::cache_aside", why = %chain_of(&error));
                number_at(&note, 8).unwrap_or(0).max(1)
            });
            if lacking > 0 {
                let detail = aside.file_name().map(|name| name.to_string_lossy().into_owned());
                problems.push(Problem {
                    detail,
                    at: time_at(&note),
                    known: number_at(&note, 8),
                    ..Problem::of("journal_shortened", lacking)
                });
            }
        }
        for (key, value) in reader.notes(STORE_LOST).await? {
            let Some(branch) = value.get(8..).and_then(|bytes| bytes.try_into().ok()).map(Branch) else { continue };
            if !self.handle.view(move |node| holds_own(node, branch)).await? {
                let detail = key.strip_prefix(STORE_LOST).map(str::to_owned);
                problems.push(Problem { detail, at: time_at(&value), ..Problem::of("store_lost", 1) });
            }
        }
        Ok(problems)
    }

    async fn notable(&self) -> Result<Vec<Problem>, Trouble> {
        let now = self.env.wall().0;
        let found = self.handle.reader().notes(NOTABLE).await?;
        let shown = found.into_iter().filter_map(|(key, value)| {
            let (kind, what) = key.strip_prefix(NOTABLE)?.split_once('.')?;
            let at = i64::from_be_bytes(value.as_slice().try_into().ok()?);
            let problem = Problem { detail: Some(what.to_owned()), at: Some(time_text(WallTime(at))), ..Problem::of(kind, 1) };
            (now.abs_diff(at) < NOTABLE_MS.unsigned_abs()).then_some(problem)
        });
        Ok(shown.collect())
    }
}

fn holds_own(node: &Node, branch: Branch) -> bool {
    node.vectors().chains_of(node.id()).any(|(chain, _)| chain.branch == branch)
}

fn number_at(note: &[u8], from: usize) -> Option<u64> {
    Some(u64::from_be_bytes(note.get(from..from + 8)?.try_into().ok()?))
}

fn time_at(note: &[u8]) -> Option<String> {
    let ms = number_at(note, 0).and_then(|ms| i64::try_from(ms).ok())?;
    Some(time_text(WallTime(ms)))
}

fn newest_aside(data: &Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(data).ok()?.filter_map(Result::ok).map(|file| file.path());
    files.filter(|path| crate::store::is_aside(path)).max()
}

#[cfg(test)]
mod tests;
