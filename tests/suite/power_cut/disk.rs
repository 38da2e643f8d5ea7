//! A disk as a power cut leaves it: what was synced is there; of the rest nothing, everything, or any part of it, torn at sectors.

use rand::rngs::StdRng;
use rand::{RngExt, seq::IndexedRandom};
use std::collections::BTreeMap;
use std::path::Path;

/// Kind of a record of a sync.
pub const SYNC: u8 = b's';

/// One record of the shim's log.
pub struct Record {
    /// What happened.
    pub kind: u8,
    /// Path below the data directory; empty for the directory itself.
    pub path: String,
    /// Offset or size.
    pub number: u64,
    /// What was written, or the new name.
    pub data: Vec<u8>,
}

impl Record {
    /// Reads a whole log.
    pub fn read_all(mut log: &[u8]) -> Vec<Record> {
        let mut take = |bytes: usize| -> Option<&[u8]> {
            let (taken, rest) = log.split_at_checked(bytes)?;
            log = rest;
            Some(taken)
        };
        let size = |bytes: &[u8]| usize::try_from(u32::from_le_bytes(bytes.try_into().expect("4 bytes"))).expect("fits");
        let mut records = Vec::new();
        while let Some(kind) = take(1) {
            let kind = kind[0];
            let path_bytes = size(take(4).expect("a whole record"));
            let path = String::from_utf8(take(path_bytes).expect("a whole record").to_vec()).expect("a path of ours");
            let number = u64::from_le_bytes(take(8).expect("a whole record").try_into().expect("8 bytes"));
            let data_bytes = size(take(4).expect("a whole record"));
            let data = take(data_bytes).expect("a whole record").to_vec();
            records.push(Record { kind, path, number, data });
        }
        records
    }
}

/// When a file's name is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// When the file is synced, as the journalling file systems do it.
    WithFile,
    /// Only when the folder is synced, as POSIX promises.
    WithFolder,
}

/// What becomes of work that was not synced.
#[derive(Debug)]
pub enum Cut {
    /// Nothing of it reaches the disk.
    Unsynced,
    /// All of it does, as when only the process is killed.
    Killed,
    /// Each sector of each write does with this chance; folders keep the order of their changes.
    Torn {
        /// Bytes that are written whole or not at all.
        sector: u64,
        /// 0 to 1.
        chance: f64,
    },
}

impl Cut {
    /// Draws a cut.
    pub fn draw(rng: &mut StdRng) -> Cut {
        match rng.random_range(0..10) {
            0..3 => Cut::Unsynced,
            3 => Cut::Killed,
            _ => Cut::Torn { sector: *[512, 4_096].choose(rng).expect("two"), chance: *[0.1, 0.5, 0.9].choose(rng).expect("three") },
        }
    }
}

enum Work {
    Write { offset: u64, data: Vec<u8> },
    Truncate { bytes: u64 },
}

#[derive(Default)]
struct Inode {
    durable: Vec<u8>,
    pending: Vec<Work>,
}

type Folder = BTreeMap<String, usize>;

/// The disk while it runs; inodes are kept when their last name goes, because a cut may bring the name back.
pub struct Disk {
    names: Names,
    inodes: Vec<Inode>,
    /// The folder after each change that is not durable; the first one is durable.
    folders: Vec<Folder>,
}

impl Disk {
    /// Begins with an empty folder.
    pub fn new(names: Names) -> Disk {
        Disk { names, inodes: Vec::new(), folders: vec![Folder::new()] }
    }

    /// Begins with what lies in a data directory whose daemon is not running; all of it is durable.
    pub fn holding(names: Names, data: &Path) -> Disk {
        let mut disk = Disk::new(names);
        for entry in std::fs::read_dir(data).expect("a directory").map(|entry| entry.expect("an entry")) {
            let name = entry.file_name().into_string().expect("a name of ours");
            if entry.file_type().expect("a type").is_file() && !name.ends_with("-shm") {
                let durable = std::fs::read(entry.path()).expect("a file");
                disk.folders[0].insert(name, disk.inodes.len());
                disk.inodes.push(Inode { durable, pending: Vec::new() });
            }
        }
        disk
    }

    /// Does what a record says.
    pub fn take(&mut self, record: &Record) {
        // The index over the log is memory that processes share, no file that anybody relies on after a cut.
        if record.path.ends_with("-shm") || record.kind == mesh_tests::marker::KIND {
            return;
        }
        match record.kind {
            b'c' => {
                self.inodes.push(Inode::default());
                let inode = self.inodes.len() - 1;
                self.change_folder(|folder| folder.insert(record.path.clone(), inode));
            }
            b'u' => self.change_folder(|folder| folder.remove(&record.path)),
            b'r' => self.change_folder(|folder| {
                let inode = folder.remove(&record.path)?;
                folder.insert(String::from_utf8(record.data.clone()).expect("a path of ours"), inode)
            }),
            b'w' => self.work(&record.path, Work::Write { offset: record.number, data: record.data.clone() }),
            b't' => self.work(&record.path, Work::Truncate { bytes: record.number }),
            SYNC if record.path.is_empty() => self.sync_folder(),
            SYNC => self.sync_file(&record.path),
            other => panic!("a record of kind {other}"),
        }
    }

    /// Writes into `target` what a cut at this moment leaves.
    pub fn lay_out(&self, cut: &Cut, rng: &mut StdRng, target: &Path) {
        let newest = self.folders.len() - 1;
        let folder = match cut {
            Cut::Unsynced => &self.folders[0],
            Cut::Killed => &self.folders[newest],
            Cut::Torn { .. } => &self.folders[rng.random_range(0..=newest)],
        };
        for (name, inode) in folder {
            let inode = &self.inodes[*inode];
            let mut bytes = inode.durable.clone();
            for work in &inode.pending {
                match cut {
                    Cut::Unsynced => {}
                    Cut::Killed => work.reach(&mut bytes),
                    Cut::Torn { sector, chance } => work.reach_torn(&mut bytes, *sector, *chance, rng),
                }
            }
            std::fs::write(target.join(name), bytes).expect("a file");
        }
    }

    fn current(&self) -> &Folder {
        self.folders.last().expect("one folder at least")
    }

    fn change_folder<R>(&mut self, change: impl FnOnce(&mut Folder) -> R) {
        let mut folder = self.current().clone();
        change(&mut folder);
        self.folders.push(folder);
    }

    fn work(&mut self, path: &str, work: Work) {
        let inode = self.current()[path];
        self.inodes[inode].pending.push(work);
    }

    fn sync_folder(&mut self) {
        let newest = self.folders.pop().expect("one folder at least");
        self.folders = vec![newest];
    }

    fn sync_file(&mut self, path: &str) {
        let inode = self.current()[path];
        let file = &mut self.inodes[inode];
        for work in std::mem::take(&mut file.pending) {
            work.reach(&mut file.durable);
        }
        if self.names == Names::WithFile {
            self.sync_folder();
        }
    }
}

impl Work {
    fn reach(&self, bytes: &mut Vec<u8>) {
        match self {
            Work::Write { offset, data } => put(bytes, *offset, data),
            Work::Truncate { bytes: size } => bytes.resize(usize::try_from(*size).expect("fits"), 0),
        }
    }

    fn reach_torn(&self, bytes: &mut Vec<u8>, sector: u64, chance: f64, rng: &mut StdRng) {
        let Work::Write { offset, data } = self else {
            if rng.random_bool(chance) {
                self.reach(bytes);
            }
            return;
        };
        let mut at = *offset;
        let mut rest = data.as_slice();
        while !rest.is_empty() {
            let room = usize::try_from(sector - at % sector).expect("fits");
            let (piece, after) = rest.split_at(room.min(rest.len()));
            if rng.random_bool(chance) {
                put(bytes, at, piece);
            }
            at += piece.len() as u64;
            rest = after;
        }
    }
}

fn put(bytes: &mut Vec<u8>, offset: u64, data: &[u8]) {
    let from = usize::try_from(offset).expect("fits");
    let to = from + data.len();
    if bytes.len() < to {
        bytes.resize(to, 0);
    }
    bytes[from..to].copy_from_slice(data);
}
