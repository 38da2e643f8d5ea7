//! Fills a real journal and says, into the shim's log, what it would have printed: `journal-writer DATA LOG SEED`.
//!
//! It opens and closes the journal several times, so that the log holds checkpoints and restarts as well as commits.

use mesh_runtime::journal::{Group, Journal};
use mesh_runtime::store::SqliteJournal;
use mesh_tests::marker;
use mesh_tests::pages::Author;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::path::{Path, PathBuf};
use sync_protocol::journal::{StoredBatch, Ticket, Write};

/// Times the journal is opened.
const ROUNDS: u64 = 8;
/// Commits of a round.
const COMMITS: u64 = 24;
/// The round whose bodies are so large that SQLite checkpoints by itself in the midst of it.
const LARGE_ROUND: u64 = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut args = std::env::args().skip(1);
    let mut arg = || args.next().expect("journal-writer DATA LOG SEED");
    let (data, log, seed) = (PathBuf::from(arg()), PathBuf::from(arg()), arg().parse().expect("SEED is a number"));
    let mut rng = StdRng::seed_from_u64(seed);
    let mut author = Author::new();
    let mut printed = 0;
    for round in 0..ROUNDS {
        let mut journal = SqliteJournal::open(&data).await.expect("the journal opens");
        journal.load().await.expect("the journal loads");
        for _ in 0..COMMITS {
            write_group(&mut journal, &mut author, &mut rng, &mut printed, round == LARGE_ROUND, &log).await;
        }
    }
}

/// Commits one to three tickets; each is an act: a batch, and the number that its receipt bears.
async fn write_group(journal: &mut SqliteJournal, author: &mut Author, rng: &mut StdRng, printed: &mut u64, large: bool, log: &Path) {
    let bytes_max = if large { 120_000 } else { 1_500 };
    let mut group: Group = Vec::new();
    let mut batches: Vec<(u64, StoredBatch)> = Vec::new();
    for ticket in 0..rng.random_range(1..=3) {
        *printed += 1;
        let bodies = rng.random_range(1..=2);
        let batch = author.next(rng, bodies, bytes_max);
        let rows = Write::Rows { chain: batch.header.chain, bytes: batch.header.hash().0.to_vec() };
        let number = Write::Note { key: "receipt".into(), value: printed.to_be_bytes().to_vec() };
        group.push((Ticket(ticket), vec![Write::Batch(batch.clone()), rows, number]));
        batches.push((*printed, batch));
    }
    let positions = journal.commit(group).await.expect("the journal commits");
    for ((number, batch), at) in batches.iter().zip(positions) {
        let line = format!("{number} {} {}", at[0].seq, batch.header.hash());
        marker::append(log, &line).expect("the log takes a marker");
    }
}
