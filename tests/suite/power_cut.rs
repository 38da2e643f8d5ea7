//! Power cuts in the real SQLite: a shim records what the journal asks of the disk, and any cut of that record must open with everything that
//! was told before it.

mod disk;
mod full;
mod shim;
mod window;

use disk::{Cut, Disk, Names, Record};
use mesh_model::id::Hash;
use mesh_runtime::journal::Journal;
use mesh_runtime::store::SqliteJournal;
use mesh_runtime::store::sqlite::{RESERVE_BYTES, RESERVE_FILE};
use mesh_tests::marker;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeSet;
use std::path::Path;
use sync_protocol::journal::{Load, Loaded, mark_of, roll};

/// Cut points that one run tries.
const CUTS: usize = 1_000;
/// Every so many cuts, the whole journal is read, not only its last entries.
const WHOLE_EVERY: usize = 25;
/// Entries before the last promise that every cut reads with their bodies.
const LAST_ENTRIES: u64 = 6;
/// For repeating a run.
const SEED: u64 = 20_260_711;

/// What the writer told the world: number of the receipt, position, header.
struct Promise {
    number: u64,
    seq: u64,
    header: Hash,
}

#[tokio::test(flavor = "current_thread")]
async fn a_thousand_power_cuts_lose_nothing_that_was_printed() {
    let Some(records) = shim::record_journal(SEED) else { return };
    let promises = promises(&records);
    assert!(records.len() > CUTS, "{} records are too few for {CUTS} cuts", records.len());
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut points = BTreeSet::new();
    while points.len() < CUTS {
        points.insert(rng.random_range(0..=records.len()));
    }
    let mut disk = Disk::new(Names::WithFolder);
    let (mut done, mut told) = (0, 0);
    for (nth, point) in points.into_iter().enumerate() {
        for record in &records[done..point] {
            told += usize::from(record.kind == marker::KIND);
            disk.take(record);
        }
        done = point;
        let cut = Cut::draw(&mut rng);
        let found = look_after(&disk, &cut, &mut rng, &promises, told, nth % WHOLE_EVERY == 0).await;
        found.unwrap_or_else(|why| panic!("seed {SEED}, cut {nth} after record {point}, {cut:?}, {told} printed: {why}"));
    }
    println!("{CUTS} cuts in {} records, {} promises", records.len(), promises.len());
}

#[tokio::test(flavor = "current_thread")]
async fn a_disk_that_only_pretends_to_sync_is_caught_by_the_same_check() {
    let Some(records) = shim::record_journal(SEED + 1) else { return };
    let promises = promises(&records);
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut disk = Disk::new(Names::WithFile);
    let (mut told, mut caught) = (0, 0);
    for (nth, record) in records.iter().enumerate() {
        match record.kind {
            // The first two thirds of the syncs are honest, so that there is a database to open.
            disk::SYNC if nth > records.len() * 2 / 3 => {}
            marker::KIND => told += 1,
            _ => disk.take(record),
        }
        if nth > records.len() * 2 / 3 && nth % 40 == 0 {
            caught += usize::from(look_after(&disk, &Cut::Unsynced, &mut rng, &promises, told, false).await.is_err());
        }
    }
    assert!(caught > 0, "no cut was caught");
}

/// Opens what is on the disk after a cut with the journal's own code and looks for everything that was told.
async fn look_after(disk: &Disk, cut: &Cut, rng: &mut StdRng, promises: &[Promise], told: usize, whole: bool) -> Result<(), String> {
    let folder = tempfile::Builder::new().tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    disk.lay_out(cut, rng, folder.path());
    // The reserve's content is never read; a sparse one saves the test a gigabyte of zeros.
    let reserve = std::fs::File::create(folder.path().join(RESERVE_FILE)).expect("a reserve");
    reserve.set_len(RESERVE_BYTES).expect("a reserve");
    check(folder.path(), promises, told, whole).await
}

async fn check(data: &Path, promises: &[Promise], told: usize, whole: bool) -> Result<(), String> {
    let mut journal = SqliteJournal::open(data).await.map_err(|error| format!("open: {error:?}"))?;
    let stored = journal.load().await.map_err(|error| format!("load: {error:?}"))?;
    let last = promises[..told].last();
    let (last_seq, last_number) = last.map_or((0, 0), |promise| (promise.seq, promise.number));
    if stored.tail.seq < last_seq {
        return Err(format!("the journal ends at {}, {last_seq} was printed", stored.tail.seq));
    }
    let counter = stored.notes.iter().find(|(key, _)| key == "receipt").map(|(_, value)| value.clone());
    let counter = counter.map_or(0, |value| u64::from_be_bytes(value.try_into().expect("8 bytes")));
    if counter < last_number {
        return Err(format!("the counter is at {counter}, {last_number} was printed"));
    }
    let held = usize::try_from(stored.tail.seq).expect("fits");
    let rolling = promises[..held].iter().fold(Hash::default(), |rolling, promise| roll(&rolling, &promise.header, None));
    if held > 0 && mark_of(&rolling) != stored.tail.mark {
        return Err(format!("the mark at {held} is of another history"));
    }
    let mut seq = if whole { 0 } else { last_seq.saturating_sub(LAST_ENTRIES) };
    while seq < stored.tail.seq {
        let load = Load::After { seq, bytes_max: 1 << 20 };
        let entries = match journal.reader().fetch(load).await.map_err(|error| format!("read after {seq}: {error:?}"))? {
            Loaded::Entries(entries) if !entries.is_empty() => entries,
            other => return Err(format!("nothing after {seq} of {}: {other:?}", stored.tail.seq)),
        };
        for entry in entries {
            seq += 1;
            let bodies = sync_protocol::batch::hash_entries(entry.batch.bodies.iter().map(|body| body.entry()));
            let promise = &promises[usize::try_from(seq - 1).expect("fits")];
            if entry.at.seq != seq || entry.batch.header.hash() != promise.header || bodies != entry.batch.header.entries {
                return Err(format!("entry {seq} is not what was printed"));
            }
        }
    }
    Ok(())
}

/// Reads what was told; positions are dense and numbers rise, or the writer itself is wrong.
fn promises(records: &[Record]) -> Vec<Promise> {
    let told = records.iter().filter(|record| record.kind == marker::KIND);
    let promises: Vec<Promise> = told.map(|record| promise(std::str::from_utf8(&record.data).expect("a line"))).collect();
    assert!(promises.iter().zip(1..).all(|(promise, seq)| promise.seq == seq && promise.number == seq));
    assert!(promises.len() > 200, "{} promises are too few", promises.len());
    promises
}

fn promise(line: &str) -> Promise {
    let words: Vec<&str> = line.split(' ').collect();
    Promise {
        number: words[0].parse().expect("a number"),
        seq: words[1].parse().expect("a position"),
        header: words[2].parse().expect("a hash"),
    }
}
