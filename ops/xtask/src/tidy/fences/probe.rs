//! A throw-away workspace below the target directory in which the real clippy is run: an empty crate, or a copy of a pure one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step;

/// A crate made for one run of clippy.
pub struct Probe {
    workspace: PathBuf,
    package: PathBuf,
}

/// What clippy answered.
pub struct Words {
    /// Whether it ended with success.
    pub passed: bool,
    /// All that it printed.
    pub text: String,
}

impl Probe {
    /// Makes an empty crate behind the fences written in `fence`.
    pub fn empty(name: &str, fence: &str) -> Probe {
        let probe = Probe::fresh(name, "");
        let manifest = format!("[package]\nname = \"probe-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n");
        write(&probe.package.join("Cargo.toml"), &manifest);
        write(&probe.package.join("clippy.toml"), fence);
        write(&probe.package.join("src/lib.rs"), "//! Nothing.\n");
        probe
    }

    /// Copies the model with its fences into a workspace of its own, with the lock file and the lints of ours.
    pub fn of_the_model(name: &str) -> Probe {
        let probe = Probe::fresh(name, "sync-protocol/model");
        let root = step::root();
        copy(&root.join("sync-protocol/model"), &probe.package);
        fs::copy(root.join("Cargo.lock"), probe.workspace.join("Cargo.lock")).expect("the lock file is there");
        let text = fs::read_to_string(root.join("Cargo.toml")).expect("the root manifest is there");
        let mut manifest: toml::Table = toml::from_str(&text).expect("the root manifest is TOML");
        let workspace = manifest["workspace"].as_table_mut().expect("the root manifest is a workspace");
        workspace.insert("members".to_owned(), toml::Value::Array(vec!["sync-protocol/model".into()]));
        workspace.remove("default-members");
        write(&probe.workspace.join("Cargo.toml"), &toml::to_string(&manifest).expect("a manifest can be written again"));
        probe
    }

    fn fresh(name: &str, package: &str) -> Probe {
        let workspace = target().join("fence-probes").join(name);
        if workspace.exists() {
            fs::remove_dir_all(&workspace).expect("an older probe can be removed");
        }
        let package = workspace.join(package);
        fs::create_dir_all(&package).expect("the target directory can be written");
        Probe { workspace, package }
    }

    /// Adds `text` at the end of the crate's `lib.rs`.
    pub fn append(&self, text: &str) {
        let file = self.package.join("src/lib.rs");
        let before = fs::read_to_string(&file).expect("the crate has a lib.rs");
        write(&file, &format!("{before}\n{text}"));
    }

    /// Runs clippy as the chores do, warnings denied.
    pub fn clippy(&self) -> Words {
        let output = Command::new(step::cargo_binary())
            .args(["clippy", "--offline", "--", "-D", "warnings", "-A", "missing_docs"])
            .current_dir(&self.package)
            .env("CARGO_TARGET_DIR", target())
            .output()
            .expect("cargo can be started");
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Words { passed: output.status.success(), text }
    }
}

/// Returns the target directory of the workspace, so that the probes share what is built already.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| step::root().join("target"), |given| step::root().join(given))
}

fn write(file: &Path, text: &str) {
    let folder = file.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder).expect("the target directory can be written");
    fs::write(file, text).expect("the target directory can be written");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target directory can be written");
    for entry in fs::read_dir(from).expect("the crate can be read") {
        let entry = entry.expect("the crate can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("the target directory can be written");
        }
    }
}
