//! Two traces are compared record by record.

use super::*;

fn traces(name: &str, texts: [&str; 2]) -> [PathBuf; 2] {
    let folder = std::env::temp_dir().join(format!("mesh-xtask-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let paths = [folder.join("1"), folder.join("2")];
    for (path, text) in paths.iter().zip(texts) {
        std::fs::write(path, text).unwrap();
    }
    paths
}

#[test]
fn equal_traces_pass() {
    compare(&traces("equal", ["a\nb\n", "a\nb\n"])).unwrap();
}

#[test]
fn the_first_record_that_differs_is_shown() {
    let error = compare(&traces("differ", ["a\nb\nc\n", "a\nx\ny\n"])).unwrap_err().to_string();
    assert_eq!(error, "the traces differ first in record 2:\n  b\n  x");
}

#[test]
fn a_trace_that_ends_early_differs_and_an_empty_one_proves_nothing() {
    let error = compare(&traces("short", ["a\nb\n", "a\n"])).unwrap_err().to_string();
    assert_eq!(error, "the traces differ first in record 2:\n  b\n  (the trace ends here)");
    assert!(compare(&traces("empty", ["", ""])).is_err());
}
