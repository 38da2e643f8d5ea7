//! Where the demo's daemons write: a folder of the operator's, which stays, or one that goes with the demo.

use super::trouble::Trouble;
use crate::lang::Lang;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Where the daemons write.
#[derive(Debug)]
pub(super) enum Folder {
    /// Given by the operator; it stays.
    Kept(PathBuf),
    /// Removed with the demo.
    Temporary(tempfile::TempDir),
}

impl Folder {
    /// Takes the given folder, which must be new or empty, or makes one that is removed in the end.
    pub(super) fn open(given: Option<PathBuf>, lang: Lang) -> Result<Folder, Trouble> {
        let Some(path) = given else {
            let made = tempfile::Builder::new().prefix("mesh-demo-").tempdir();
            return made.map(Folder::Temporary).map_err(|error| Trouble::own("temporary folder", &error));
        };
        let failed = |why: &dyn std::fmt::Display| Trouble::own(path.display().to_string(), why);
        if std::fs::read_dir(&path).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(failed(&lang.of("目录不是空的", "the folder is not empty")));
        }
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&path);
        made.map_err(|error| failed(&error))?;
        path.canonicalize().map(Folder::Kept).map_err(|error| failed(&error))
    }

    /// Returns its path.
    pub(super) fn path(&self) -> &Path {
        match self {
            Folder::Kept(path) => path,
            Folder::Temporary(folder) => folder.path(),
        }
    }

    /// Returns whether it stays.
    pub(super) fn is_kept(&self) -> bool {
        matches!(self, Folder::Kept(_))
    }
}

#[cfg(test)]
mod tests;
