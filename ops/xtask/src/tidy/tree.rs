//! The files of the repository as a value: paths and texts, so that a check can be tested on a tree made up for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

/// The files that git tracks or would track, by path from the root with forward slashes.
#[derive(Debug, Default)]
pub struct Tree {
    texts: BTreeMap<String, String>,
    binaries: BTreeSet<String>,
}

impl Tree {
    /// Reads the work tree below `root`: tracked files and new ones that are not ignored; every file of a copy without git.
    pub fn read(root: &Path) -> anyhow::Result<Tree> {
        let paths = match listed_by_git(root) {
            Some(paths) => paths,
            None => found_on_disk(root)?,
        };
        let mut tree = Tree::default();
        for path in paths {
            // A file that is deleted but still in the index is listed and cannot be read; it is gone for our purpose.
            let Ok(bytes) = fs::read(root.join(&path)) else { continue };
            match String::from_utf8(bytes) {
                Ok(text) => tree.put(&path, &text),
                Err(_) => drop(tree.binaries.insert(path)),
            }
        }
        Ok(tree)
    }

    /// Adds or replaces a text file.
    pub fn put(&mut self, path: &str, text: &str) {
        self.texts.insert(path.to_owned(), text.to_owned());
    }

    /// Returns the number of files.
    pub fn len(&self) -> usize {
        self.texts.len() + self.binaries.len()
    }

    /// Returns the text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// Returns every text file, sorted by path.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Returns the Rust files, sorted by path.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// Returns every path, text or not.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().chain(&self.binaries).map(String::as_str)
    }

    /// Tells whether a file or a folder of this name exists; the empty name is the root.
    pub fn holds(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty() || self.paths().any(|held| held == path || held.starts_with(&folder))
    }
}

/// Asks git for the files; nothing when there is no git or `root` is no checkout.
fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listing = Command::new("git").args(args).current_dir(root).output().ok().filter(|listing| listing.status.success())?;
    let listing = String::from_utf8(listing.stdout).ok()?;
    Some(listing.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

/// Walks the folders below `root`, except what cargo builds and git keeps.
fn found_on_disk(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).with_context(|| format!("list the folder `{folder}`"))? {
            let entry = entry.with_context(|| format!("list the folder `{folder}`"))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            if !entry.path().is_dir() {
                paths.push(path);
            } else if path != "target" && path != ".git" {
                folders.push(path);
            }
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests;
