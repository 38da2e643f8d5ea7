//! Compiles the shim, runs the writer under it and reads the record.

use super::disk::Record;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the journal's writer under the shim; `None`, loudly, where there is no C compiler (a fault when `CI=true`).
pub fn record_journal(seed: u64) -> Option<Vec<Record>> {
    let folder = tempfile::Builder::new().tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let shim = compile(folder.path())?;
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    std::fs::create_dir(&data).expect("a data directory");
    let done = Command::new(env!("CARGO_BIN_EXE_journal-writer"))
        .args([&data, &log])
        .arg(seed.to_string())
        .env("LD_PRELOAD", shim)
        .env("MESH_SHIM_DIR", &data)
        .env("MESH_SHIM_LOG", &log)
        .status();
    assert!(done.expect("the writer starts").success(), "the writer failed");
    let records = Record::read_all(&std::fs::read(&log).expect("a log"));
    println!("seed {seed}: {} records", records.len());
    Some(records)
}

/// Compiles the shim into `folder`; `None`, loudly, where there is no C compiler.
pub fn compile(folder: &Path) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("shim/record_io.c");
    let shim = folder.join("record_io.so");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let done = Command::new(compiler).args(["-O1", "-shared", "-fPIC", "-pthread", "-o"]).args([&shim, &source]).arg("-ldl").status();
    match done {
        Ok(status) => {
            assert!(status.success(), "the shim does not compile");
            Some(shim)
        }
        Err(error) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "no C compiler: {error}");
            eprintln!("\n*** SKIPPED: no C compiler ({error}); power cuts in SQLite were NOT tested ***\n");
            None
        }
    }
}
