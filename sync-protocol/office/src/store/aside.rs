//! A cache that knows more than its journal is put aside, never thrown away: it says what is missing until that is back.

use super::{Cache, CacheError, FILE, failed, remove, schema, unsigned};
use std::path::{Path, PathBuf};

/// What the names of caches put aside begin and end with.
const ASIDE: (&str, &str) = ("cache.lost-", ".db");

/// Returns whether a file is a cache that was put aside.
pub(crate) fn is_aside(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with(ASIDE.0) && name.ends_with(ASIDE.1)
}

impl Cache {
    /// Returns how many cases are listed.
    pub(crate) async fn count_cases(&mut self) -> Result<u64, CacheError> {
        let row = sqlx::query(schema::COUNT_ALL_CASES).fetch_one(&mut self.conn).await.map_err(failed("count cases"))?;
        unsigned(&row, 0)
    }

    /// Puts the file aside under the journal's tail and begins empty. One is kept: an older one that still lists more cases.
    pub(crate) async fn set_aside(&mut self, tail: u64) -> Result<PathBuf, CacheError> {
        let mine = self.count_cases().await.unwrap_or(0);
        let aside = self.path.with_file_name(format!("{}{tail}{}", ASIDE.0, ASIDE.1));
        let folder = self.path.parent().unwrap_or(Path::new(".")).to_owned();
        let held = std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok).map(|file| file.path());
        for old in held.filter(|path| is_aside(path)) {
            if self.lists_in(&old).await.is_ok_and(|cases| cases > mine) {
                self.reset().await?;
                return Ok(old);
            }
            remove(&old)?;
        }
        self.conn.let_go().await?;
        std::fs::rename(&self.path, &aside).map_err(|source| CacheError::Remove { path: self.path.clone(), source })?;
        remove(&self.path)?;
        *self = Cache::open(&folder, self.conn.statements()).await?;
        debug_assert_eq!(self.path, folder.join(FILE));
        Ok(aside)
    }

    /// Returns how many cases and own batches a cache put aside lists that are not here.
    pub(crate) async fn lacking(&mut self, aside: &Path) -> Result<u64, CacheError> {
        self.ask_aside(aside, schema::LACKING).await
    }

    async fn lists_in(&mut self, aside: &Path) -> Result<u64, CacheError> {
        self.ask_aside(aside, schema::COUNT_ASIDE).await
    }

    async fn ask_aside(&mut self, aside: &Path, statement: &'static str) -> Result<u64, CacheError> {
        const WHAT: &str = "ask the cache that was put aside";
        let attach = sqlx::query(schema::ATTACH).bind(aside.to_string_lossy().into_owned());
        attach.execute(&mut self.conn).await.map_err(failed(WHAT))?;
        let row = sqlx::query(statement).persistent(false).fetch_one(&mut self.conn).await.map_err(failed(WHAT));
        sqlx::query(schema::DETACH).execute(&mut self.conn).await.map_err(failed(WHAT))?;
        unsigned(&row?, 0)
    }
}
