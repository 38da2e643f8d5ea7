//! The admin socket: HTTP and JSON on `DATA/admin.sock`, for operators of this machine only.
//!
//! Routes belong to the daemons; here are the socket, its [client], and the one form of a [problem].

pub mod client;
pub mod problem;

#[cfg(test)]
mod tests;

pub use problem::Problem;

use crate::lock::DataLock;
use std::fs::{File, Permissions};
use std::future::Future;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tokio::net::UnixListener;

/// Name of the socket in a data directory.
pub const FILE: &str = "admin.sock";
/// Bytes of a socket's path that every system takes.
const PATH_BYTES_MAX: usize = 100;

/// A socket that cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The socket could not be laid down.
    #[error("listen on {path}")]
    Listen {
        /// Where.
        path: PathBuf,
        /// Cause.
        #[source]
        source: io::Error,
    },
    /// Serving ended with an error.
    #[error("serve {path}")]
    Serve {
        /// Where.
        path: PathBuf,
        /// Cause.
        #[source]
        source: io::Error,
    },
}

/// A bound admin socket; requests wait in it until [`Admin::serve`].
#[derive(Debug)]
pub struct Admin {
    listener: UnixListener,
    path: PathBuf,
}

impl Admin {
    /// Binds the socket of the data directory whose lock the caller holds: only then may a socket found there be a dead daemon's.
    ///
    /// # Errors
    /// [`AdminError::Listen`].
    pub fn bind(lock: &DataLock) -> Result<Admin, AdminError> {
        let path = lock.data().join(FILE);
        let failed = |source| AdminError::Listen { path: path.clone(), source };
        match std::fs::remove_file(&path) {
            Ok(()) => {}
            Err(none) if none.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(failed(source)),
        }
        let short = ShortPath::of(&path).map_err(failed)?;
        let listener = UnixListener::bind(short.path()).map_err(failed)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(failed)?;
        Ok(Admin { listener, path })
    }

    /// Serves `router` until `shutdown` ends, then finishes the requests under way and removes the socket.
    ///
    /// # Errors
    /// [`AdminError::Serve`].
    pub async fn serve(self, router: axum::Router, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<(), AdminError> {
        let served = axum::serve(self.listener, router).with_graceful_shutdown(shutdown).await;
        let removed = std::fs::remove_file(&self.path);
        served.and(removed).map_err(|source| AdminError::Serve { path: self.path, source })
    }
}

/// Binds and serves in one step; see [`Admin`].
///
/// # Errors
/// [`AdminError`].
pub async fn serve(lock: &DataLock, router: axum::Router, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<(), AdminError> {
    Admin::bind(lock)?.serve(router, shutdown).await
}

/// A socket's path in a form that fits into a socket address, however deep the data directory lies.
pub(crate) struct ShortPath {
    path: PathBuf,
    _folder: Option<File>,
}

impl ShortPath {
    pub(crate) fn of(path: &Path) -> io::Result<ShortPath> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(ShortPath { path: path.to_owned(), _folder: None });
        };
        if path.as_os_str().len() <= PATH_BYTES_MAX || !cfg!(target_os = "linux") {
            return Ok(ShortPath { path: path.to_owned(), _folder: None });
        }
        let folder = File::open(folder)?;
        let path = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name);
        Ok(ShortPath { path, _folder: Some(folder) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}
