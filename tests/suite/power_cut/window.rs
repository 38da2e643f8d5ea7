//! The same power cuts under a whole window: an edge node with journal and cache, whose receipts are the promises.

use super::disk::{Cut, Disk, Names, Record};
use super::shim;
use crate::county::{County, Files, Node, TOWNSHIP, copy_data, free_address, items_of, text};
use mesh_tests::marker;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Cases that the window takes in.
const CASES: usize = 25;
/// Cuts after which the daemon is started again.
const CUTS: usize = 30;
/// For repeating a run.
const SEED: u64 = 20_260_712;

#[test]
fn a_window_whose_disk_kept_only_what_was_synced_knows_every_receipt_and_prints_none_twice() {
    let county = County::found().furnish();
    let Some(shim) = shim::compile(county.folder.path()) else { return };
    let mut window = county.enrol("window", TOWNSHIP, county.hub_line.address(), None);
    window.start();
    let items = items_of(&window);
    window.kill();
    county.hub_line.cut();

    let base = Base::of(&window.data, &county.folder.path().join("base"));
    let records = record_cases(&mut window, &items[0], &shim, county.folder.path());
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut points = BTreeSet::from([records.len()]);
    while points.len() < CUTS {
        points.insert(rng.random_range(0..records.len()));
    }
    let mut disk = Disk::holding(Names::WithFolder, &base.folder);
    let mut printed: BTreeSet<String> = BTreeSet::new();
    let mut done = 0;
    for (nth, point) in points.into_iter().enumerate() {
        for record in &records[done..point] {
            if record.kind == marker::KIND {
                printed.insert(String::from_utf8(record.data.clone()).expect("a number"));
            }
            disk.take(record);
        }
        done = point;
        let cut = Cut::draw(&mut rng);
        let data = county.folder.path().join(format!("cut-{nth}"));
        base.copy_folders(&data);
        disk.lay_out(&cut, &mut rng, &data);
        let context = format!("seed {SEED}, cut {nth} after record {point} of {}, {cut:?}", records.len());
        let node = window.on(&data, free_address());
        look_after(node, &items[0], &printed, &context);
        std::fs::remove_dir_all(&data).expect("a directory of ours");
    }
    assert_eq!(printed.len(), CASES);
}

/// Starts a window on what a cut left: every receipt is known, and the next one is new.
fn look_after(mut node: Node, item: &str, printed: &BTreeSet<String>, context: &str) {
    node.try_start().unwrap_or_else(|said| panic!("{context}: {said:?}"));
    let numbers = |node: &Node| -> BTreeSet<String> { node.cases().iter().map(|case| text(case, "number")).collect() };
    let there = numbers(&node);
    let lost: Vec<&String> = printed.difference(&there).collect();
    assert!(lost.is_empty(), "{context}: lost {lost:?}");
    let next = text(&node.register(item).json(), "number");
    assert!(!there.contains(&next), "{context}: {next} was printed twice");
    assert_eq!(numbers(&node).len(), there.len() + 1, "{context}");
}

/// Takes cases in under the shim and returns the record, with a marker after each receipt.
fn record_cases(window: &mut Node, item: &str, shim: &Path, folder: &Path) -> Vec<Record> {
    let log = folder.join("disk.log");
    window.under(vec![("LD_PRELOAD", shim.to_owned()), ("MESH_SHIM_DIR", window.data.clone()), ("MESH_SHIM_LOG", log.clone())]);
    window.start();
    for case in 0..CASES {
        let number = text(&window.register(item).json(), "number");
        marker::append(&log, &number).expect("the log takes a marker");
        if case == CASES / 2 {
            // Recovery at a start is part of the record.
            window.kill();
            window.start();
        }
    }
    window.kill();
    Record::read_all(&std::fs::read(&log).expect("a log"))
}

/// What lay in the data directory before the record began.
struct Base {
    folder: PathBuf,
}

impl Base {
    fn of(data: &Path, folder: &Path) -> Base {
        copy_data(data, folder, Files::Copied);
        Base { folder: folder.to_owned() }
    }

    /// Copies the folders, whose files do not change; the files beside them come from the replayed disk.
    fn copy_folders(&self, target: &Path) {
        copy_data(&self.folder, target, Files::LeftOut);
    }
}
