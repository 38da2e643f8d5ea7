//! Data directories: private to their owner, and one daemon at a time.

use fs4::fs_std::FileExt;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Name of the lock file in a data directory.
pub const FILE: &str = "daemon.lock";

/// A data directory that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another daemon runs on the directory.
    #[error("another daemon holds {path}")]
    Held {
        /// The lock file.
        path: PathBuf,
    },
    /// Others may read what must stay private; nothing was opened.
    #[error("{path} has mode {mode:o}; take the rights of group and others away (chmod go= {path})")]
    TooOpen {
        /// File or directory.
        path: PathBuf,
        /// Permission bits.
        mode: u32,
    },
    /// The file system refused.
    #[error("use {path}")]
    Io {
        /// File or directory.
        path: PathBuf,
        /// Cause.
        #[source]
        source: io::Error,
    },
}

/// The right to write in a data directory; given back when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub struct DataLock {
    _file: File,
    data: PathBuf,
}

impl DataLock {
    /// Takes the lock of an existing data directory.
    ///
    /// # Errors
    /// [`LockError::Held`] when another daemon has it, [`LockError::TooOpen`] when others may read the directory.
    pub fn take(data: &Path) -> Result<DataLock, LockError> {
        check_private(data)?;
        let path = data.join(FILE);
        let failed = |source| LockError::Io { path: path.clone(), source };
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path).map_err(failed)?;
        match FileExt::try_lock_exclusive(&file) {
            Ok(true) => Ok(DataLock { _file: file, data: data.to_owned() }),
            Ok(false) => Err(LockError::Held { path }),
            Err(source) => Err(failed(source)),
        }
    }

    /// Returns the directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }
}

/// Creates a directory that only its owner may enter; an existing one must be as private.
///
/// # Errors
/// [`LockError`] when it cannot be made, or is open to others.
pub fn create_private_dir(path: &Path) -> Result<(), LockError> {
    let failed = |source| LockError::Io { path: path.to_owned(), source };
    if !path.exists() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        // The name of a new directory is durable only when its parent is synced.
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed)?;
    }
    check_private(path)
}

/// Refuses a file or directory on which group or others have any right.
///
/// # Errors
/// [`LockError::TooOpen`], or [`LockError::Io`] when it does not exist.
pub fn check_private(path: &Path) -> Result<(), LockError> {
    let found = std::fs::metadata(path).map_err(|source| LockError::Io { path: path.to_owned(), source })?;
    let mode = found.mode() & 0o777;
    if mode & 0o077 != 0 { Err(LockError::TooOpen { path: path.to_owned(), mode }) } else { Ok(()) }
}

/// Writes a secret file with mode 0600, durable under its name when this returns; an old one is replaced as a whole.
///
/// # Errors
/// [`LockError::Io`].
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), LockError> {
    let failed = |source| LockError::Io { path: path.to_owned(), source };
    let draft = path.with_extension("draft");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft).map_err(failed)?;
    file.set_permissions(PermissionsExt::from_mode(0o600)).map_err(failed)?;
    io::Write::write_all(&mut file, bytes).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(&draft, path).map_err(failed)?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed)
}

/// Reads a secret file, which must be private.
///
/// # Errors
/// [`LockError::TooOpen`] when others may read it, [`LockError::Io`] otherwise.
pub fn read_private(path: &Path) -> Result<Vec<u8>, LockError> {
    check_private(path)?;
    std::fs::read(path).map_err(|source| LockError::Io { path: path.to_owned(), source })
}

/// Returns the bytes that may still be written beside `path`, as its file system says.
///
/// # Errors
/// The file system's own.
pub fn room_left(path: &Path) -> io::Result<u64> {
    fs4::available_space(path)
}

/// Creates an empty file with mode 0600 if there is none.
pub(crate) fn touch_private(path: &Path) -> io::Result<()> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path).map(|_| ())
}
