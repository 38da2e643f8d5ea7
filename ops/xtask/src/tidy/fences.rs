//! The fences of `clippy.toml`: that each room has its own, and that each says exactly what is agreed here.
//!
//! Clippy reads the nearest `clippy.toml` alone, so a room without one would take over its neighbour's; and it only warns about a path that names
//! nothing, so a misspelt fence is an open one. Hence the whole list stands here as well, and a test runs clippy over it.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::finding::Finding;
use super::layout::ROOMS;
use super::tree::Tree;

/// One set of fences and the files that hold it.
#[derive(Debug)]
pub struct Fence {
    /// The `clippy.toml` files that hold exactly this.
    pub files: &'static [&'static str],
    /// What may not be called.
    pub methods: &'static [&'static str],
    /// What may not be named.
    pub types: &'static [&'static str],
}

/// Pure code: no clock, file, socket, environment, thread, or order that depends on a random hash.
pub const PURE: Fence = Fence {
    files: &["sync-protocol/clippy.toml", "sync-protocol/model/clippy.toml"],
    methods: &[
        "std::env::args",
        "std::env::current_dir",
        "std::env::temp_dir",
        "std::env::var",
        "std::env::var_os",
        "std::env::vars",
        "std::fs::create_dir_all",
        "std::fs::metadata",
        "std::fs::read",
        "std::fs::read_dir",
        "std::fs::read_to_string",
        "std::fs::remove_file",
        "std::fs::rename",
        "std::fs::write",
        "std::io::stderr",
        "std::io::stdin",
        "std::io::stdout",
        "std::process::abort",
        "std::process::exit",
        "std::thread::current",
        "std::thread::sleep",
        "std::thread::spawn",
        "std::time::Instant::elapsed",
        "std::time::Instant::now",
        "std::time::SystemTime::elapsed",
        "std::time::SystemTime::now",
    ],
    types: &[
        "std::collections::HashMap",
        "std::collections::HashSet",
        "std::fs::File",
        "std::fs::OpenOptions",
        "std::hash::RandomState",
        "std::net::TcpListener",
        "std::net::TcpStream",
        "std::net::UdpSocket",
        "std::os::unix::net::UnixListener",
        "std::os::unix::net::UnixStream",
        "std::process::Command",
        "std::time::Instant",
        "std::time::SystemTime",
    ],
};

/// The shells above the runtime: they have a world, but reach its clock through `Env`, so that a county can run in virtual time.
pub const SHELL: Fence = Fence {
    files: &["sync-protocol/office/clippy.toml", "edge-node/clippy.toml", "hub/clippy.toml"],
    methods: &["std::thread::sleep", "std::time::Instant::now", "std::time::SystemTime::now"],
    types: &[],
};

/// The runtime holds `Env` itself, the tools and tests stand outside the county: only a blocked thread is wrong there.
pub const OPEN: Fence = Fence {
    files: &["sync-protocol/runtime/clippy.toml", "ops/clippy.toml", "simulations/clippy.toml", "tests/clippy.toml"],
    methods: &["std::thread::sleep"],
    types: &[],
};

/// Every set of fences.
pub const FENCES: &[&Fence] = &[&PURE, &SHELL, &OPEN];

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Found {
    #[serde(default)]
    disallowed_methods: Vec<Board>,
    #[serde(default)]
    disallowed_types: Vec<Board>,
}

#[derive(Deserialize)]
struct Board {
    path: String,
    reason: String,
}

/// Returns a fault for every room without fences, every fence that differs from the agreed list, and every one without a reason.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for fence in FENCES {
        for file in fence.files {
            findings.extend(check_file(tree, file, fence));
        }
    }
    let agreed: BTreeSet<&str> = FENCES.iter().flat_map(|fence| fence.files).copied().collect();
    for room in ROOMS {
        let nearest = nearest(tree, room.folder);
        if !nearest.as_deref().is_some_and(|file| agreed.contains(file)) {
            findings.push(Finding::fault("fences", room.package, format!("reads {nearest:?}, which is no agreed fence")));
        }
    }
    findings
}

fn check_file(tree: &Tree, file: &str, fence: &Fence) -> Vec<Finding> {
    let Some(text) = tree.text(file) else {
        return vec![Finding::fault("fences", file, "is missing; the room would take over the fences of the folder above")];
    };
    let found: Found = match toml::from_str(text) {
        Ok(found) => found,
        Err(source) => return vec![Finding::fault("fences", file, format!("cannot be read: {}", source.message()))],
    };
    let mut findings = compare(file, "disallowed-methods", &found.disallowed_methods, fence.methods);
    findings.extend(compare(file, "disallowed-types", &found.disallowed_types, fence.types));
    findings
}

fn compare(file: &str, list: &str, found: &[Board], agreed: &[&str]) -> Vec<Finding> {
    let found_paths: BTreeSet<&str> = found.iter().map(|board| board.path.as_str()).collect();
    let agreed_paths: BTreeSet<&str> = agreed.iter().copied().collect();
    let unknown =
        found_paths.difference(&agreed_paths).map(|path| format!("{list}: `{path}` is not agreed; misspelt, or missing in xtask"));
    let absent = agreed_paths.difference(&found_paths).map(|path| format!("{list}: `{path}` is agreed and not fenced"));
    let silent =
        found.iter().filter(|board| board.reason.trim().is_empty()).map(|board| format!("{list}: `{}` gives no reason", board.path));
    unknown.chain(absent).chain(silent).map(|message| Finding::fault("fences", file, message)).collect()
}

/// Returns the `clippy.toml` that clippy would read for a package: the nearest, going up.
fn nearest(tree: &Tree, folder: &str) -> Option<String> {
    let mut at = Some(folder);
    while let Some(folder) = at {
        let file = format!("{folder}/clippy.toml");
        if tree.text(&file).is_some() {
            return Some(file);
        }
        at = folder.rsplit_once('/').map(|(above, _)| above);
    }
    tree.text("clippy.toml").map(|_| "clippy.toml".to_owned())
}

#[cfg(test)]
mod probe;
#[cfg(test)]
mod tests;
