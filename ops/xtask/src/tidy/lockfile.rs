//! The pins that matter in `Cargo.lock`: libraries of which two versions would be two truths, and the oldest SQLite that is sound.

use serde::Deserialize;

use super::finding::Finding;
use super::tree::Tree;

/// Libraries of which exactly one version may be built in.
const SINGLE: &[&str] = &["automerge", "libsqlite3-sys", "ring", "rustls", "sqlx", "tokio"];

/// The oldest bundle that carries SQLite 3.51.3; older ones can corrupt a WAL under a busy checkpoint.
const SQLITE_BUNDLE_MIN: (u64, u64) = (0, 37);

#[derive(Deserialize)]
struct Lock {
    package: Vec<Pin>,
}

#[derive(Deserialize)]
struct Pin {
    name: String,
    version: String,
}

/// Returns a fault for every pinned library that is absent, doubled, or too old.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let lock: Lock = match toml::from_str(tree.text("Cargo.lock").unwrap_or_default()) {
        Ok(lock) => lock,
        Err(source) => {
            return vec![Finding::fault("lock", "Cargo.lock", format!("cannot be read: {}", source.message()))];
        }
    };
    let mut findings = Vec::new();
    for name in SINGLE {
        let versions: Vec<&str> = lock.package.iter().filter(|pin| pin.name == *name).map(|pin| pin.version.as_str()).collect();
        if versions.len() != 1 {
            findings.push(Finding::fault(
                "lock",
                "Cargo.lock",
                format!("holds {} versions of {name}, not one: {versions:?}", versions.len()),
            ));
        }
        if *name == "libsqlite3-sys" && versions.iter().any(|version| minor(version) < SQLITE_BUNDLE_MIN) {
            findings.push(Finding::fault("lock", "Cargo.lock", format!("libsqlite3-sys {versions:?} is older than 0.37")));
        }
    }
    findings
}

fn minor(version: &str) -> (u64, u64) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests;
