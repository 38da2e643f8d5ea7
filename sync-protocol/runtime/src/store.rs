//! Stores behind the [journal](crate::journal): SQLite for daemons, memory for tests and simulations. SQL lives here and nowhere else.

pub mod memory;
pub mod schema;
pub mod sqlite;

pub use memory::MemoryJournal;
pub use sqlite::SqliteJournal;

#[cfg(test)]
mod tests;
