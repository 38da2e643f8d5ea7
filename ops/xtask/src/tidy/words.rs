//! Words that may not stand where they stand: clocks in pure code, SQL outside the stores, `select!` without an order, leftovers.
//!
//! Code is searched without its comments, SQL in string literals only, paths of somebody's machine everywhere. Data files are let pass.

use super::finding::Finding;
use super::source::Source;
use super::tree::Tree;

/// Where the words below are written down; they would find themselves.
const THIS_CHECK: &str = "ops/xtask/src/tidy/";

/// Where some machine keeps its work: a path below means nothing to a stranger.
const MACHINE_PATHS: &[&str] = &["/home/", "/Users/", "/work/"];

/// Words wrong in any code of ours, each with what is right.
const CODE: &[(&str, &str)] = &[
    ("unsafe", "unsafe code is forbidden"),
    ("#[ignore", "a test that is not run asserts nothing; fix or delete it"),
    ("todo!(", "finish it or leave it out"),
    ("unimplemented!(", "finish it or leave it out"),
    ("dbg!(", "leave it out"),
    ("SqlitePool", "one writer connection and n readers; pools deadlock on SQLite"),
    ("PoolOptions", "one writer connection and n readers; pools deadlock on SQLite"),
];

/// The folders whose code knows no world.
const PURE: &[&str] = &["sync-protocol/src/", "sync-protocol/model/src/"];

/// Words wrong in pure code.
const WORLD: &[&str] = &[
    "SystemTime",
    "Instant::now",
    "time::Instant",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "rand::rng(",
    "rand::random",
    "thread_rng",
    "SysRng",
    "OsRng",
    "RandomState",
    "HashMap",
    "HashSet",
    "async fn",
];

/// The parts of the model that the protocol may see; it is blind to the rest.
const SEEN_BY_PROTOCOL: &[&str] = &["id", "place", "time"];

/// Words that only some parts of a room may use; tests are let pass.
struct KeptTo {
    room: &'static str,
    parts: &'static [&'static str],
    words: &'static [&'static str],
    why: &'static str,
}

const KEPT_TO: &[KeptTo] = &[
    KeptTo {
        room: "sync-protocol/runtime/src/",
        parts: &["env"],
        words: &["SystemTime::now", "Instant::now"],
        why: "the clock comes through `Env` alone, so that the same daemon runs in virtual time",
    },
    KeptTo {
        room: "ops/src/",
        parts: &["demo", "daemon", "cmd/demo", "cmd/daemon"],
        words: &["hub::", "edge_node::"],
        why: "the daemons are libraries for the demo only; an operator reaches them over the admin socket",
    },
];

/// How a statement begins, in string literals.
const SQL: &[&str] = &["INSERT INTO", "INSERT OR ", "SELECT ", "CREATE TABLE", "CREATE INDEX", "DELETE FROM", "UPDATE "];

/// Returns a fault for every word that stands where it may not.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| !path.starts_with(THIS_CHECK) && !is_data(path)) {
        findings.extend(MACHINE_PATHS.iter().flat_map(|word| hits(path, text, word, "a path of somebody's machine")));
    }
    for (path, text) in tree.rust().filter(|(path, _)| !path.starts_with(THIS_CHECK)) {
        findings.extend(check_rust(path, &Source::split(text)));
    }
    findings
}

fn check_rust(path: &str, source: &Source) -> Vec<Finding> {
    let mut findings: Vec<Finding> = CODE.iter().flat_map(|(word, why)| hits(path, &source.code, word, why)).collect();
    if PURE.iter().any(|folder| path.starts_with(folder)) {
        findings.extend(
            WORLD.iter().flat_map(|word| hits(path, &source.code, word, "pure code takes time, randomness and order as arguments")),
        );
    }
    if path.starts_with("sync-protocol/src/") {
        findings.extend(seen_model_parts(path, &source.code));
    }
    if !may_hold_sql(path) {
        findings.extend(
            SQL.iter().flat_map(|word| hits(path, &source.strings, word, "SQL lives in a `store` module or in hub/src/projection")),
        );
    }
    findings.extend(KEPT_TO.iter().flat_map(|kept| kept.check(path, &source.code)));
    findings.extend(unordered_selects(path, &source.code));
    findings
}

impl KeptTo {
    fn check(&self, path: &str, code: &str) -> Vec<Finding> {
        let outside = path.strip_prefix(self.room).is_some_and(|rest| !self.parts.iter().any(|part| rest.starts_with(part)));
        if !outside || path.ends_with("/tests.rs") || path.contains("/tests/") {
            return Vec::new();
        }
        self.words.iter().flat_map(|word| hits(path, code, word, self.why)).collect()
    }
}

fn is_data(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    path.contains("/data/") || ["csv", "jsonl", "lock", "snap", "hex"].contains(&extension)
}

fn may_hold_sql(path: &str) -> bool {
    path.contains("/store/") || path.ends_with("/store.rs") || path.starts_with("hub/src/projection")
}

/// Finds `word` as a whole word, once a line.
fn hits(path: &str, text: &str, word: &str, why: &str) -> Vec<Finding> {
    let found = text.lines().enumerate().filter(|(_, line)| holds_word(line, word));
    found.map(|(index, _)| Finding::fault("words", path, format!("`{}`: {why}", word.trim())).at(index + 1)).collect()
}

fn holds_word(line: &str, word: &str) -> bool {
    let is_name = |seen: Option<char>| seen.is_some_and(|seen| seen.is_alphanumeric() || seen == '_');
    let opens_as_name = is_name(word.chars().next());
    let closes_as_name = is_name(word.chars().next_back());
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !(opens_as_name && is_name(before) || closes_as_name && is_name(after))
    })
}

/// Finds the modules of the model that the protocol names and may not see.
fn seen_model_parts(path: &str, code: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in code.lines().enumerate() {
        for (at, found) in line.match_indices("mesh_model::") {
            let rest = &line[at + found.len()..];
            let part: String = rest.chars().take_while(|seen| seen.is_alphanumeric() || *seen == '_').collect();
            if !SEEN_BY_PROTOCOL.contains(&part.as_str()) {
                let message = format!("`mesh_model::{part}`: the protocol is blind; it sees {} only", SEEN_BY_PROTOCOL.join(", "));
                findings.push(Finding::fault("words", path, message).at(index + 1));
            }
        }
    }
    findings
}

/// Finds every `select!` that does not say `biased;` first: without it the order of ready branches is random and no run can be repeated.
fn unordered_selects(path: &str, code: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, found) in code.match_indices("select!") {
        let body = code[at + found.len()..].trim_start().trim_start_matches(['{', '(']).trim_start();
        if !body.starts_with("biased;") {
            let line = code[..at].lines().count().max(1);
            findings.push(Finding::fault("words", path, "`select!` begins with `biased;`").at(line));
        }
    }
    findings
}

#[cfg(test)]
mod tests;
