//! Exit statuses are a contract.

use super::run;
use std::ffi::OsString;
use std::process::ExitCode;

fn status(line: &str) -> ExitCode {
    run(line.split(' ').map(OsString::from))
}

#[test]
fn a_county_that_keeps_its_promises_ends_with_0() {
    assert_eq!(status("simulate run --townships 1 --villages 1 --days 2 --seed 7"), ExitCode::SUCCESS);
    assert_eq!(status("simulate run --townships 1 --villages 0 --days 1 --json"), ExitCode::SUCCESS);
    assert_eq!(status("simulate run --help"), ExitCode::SUCCESS);
}

#[test]
fn what_cannot_be_run_ends_with_2() {
    for line in [
        "simulate",
        "simulate run --days 0",
        "simulate run --townships 0",
        "simulate run --townships 900 --villages 900",
        "simulate run --days many",
        "simulate walk",
    ] {
        assert_eq!(status(line), ExitCode::from(2), "{line}");
    }
}
