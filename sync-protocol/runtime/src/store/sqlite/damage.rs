//! Damage on the disk: bodies that are no longer what their header signed, and pages that SQLite cannot read.
//!
//! A damaged body is handed out as missing, never as it stands, and counted; nothing of it is logged but where it stands.

use super::rows;
use crate::journal::Health;
use crate::store::schema;
use mesh_model::id::Hash;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeSet;
use std::sync::Mutex;
use sync_protocol::journal::StoredBody;

/// A file below this is looked through as a whole at every start; a larger one when it is read.
pub const LOOK_THROUGH_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The damage found by this process.
#[derive(Debug, Default)]
pub struct Damage {
    bodies: Mutex<BTreeSet<(Hash, u16)>>,
    pages: Mutex<Option<String>>,
}

impl Damage {
    /// Takes a damaged body down; it is logged once.
    pub fn note_body(&self, header: Hash, index: u16) {
        if self.bodies.lock().expect("nobody panics while holding the damage").insert((header, index)) {
            tracing::error!(target: "mesh::damaged", %header, index);
        }
    }

    /// Forgets a damaged body whose bytes came anew.
    pub fn mend_body(&self, header: &Hash, index: u16) -> bool {
        self.bodies.lock().expect("nobody panics while holding the damage").remove(&(*header, index))
    }

    fn note_pages(&self, why: String) {
        tracing::error!(target: "mesh::damaged", why);
        *self.pages.lock().expect("nobody panics while holding the damage") = Some(why);
    }

    /// Returns what was found.
    pub fn health(&self) -> Health {
        Health {
            damaged_bodies: self.bodies.lock().expect("nobody panics while holding the damage").len() as u64,
            damaged_pages: self.pages.lock().expect("nobody panics while holding the damage").clone(),
        }
    }

    /// Looks through the whole file: pages first, then every body against its entry.
    pub async fn look_through(&self, conn: &mut SqliteConnection) {
        match super::read_text(conn, "quick_check", "PRAGMA quick_check(1)").await {
            Ok(said) if said == "ok" => {}
            Ok(said) => self.note_pages(said),
            Err(error) => self.note_pages(error.to_string()),
        }
        let mut after = -1;
        loop {
            let found = sqlx::query(schema::BODIES_AFTER).bind(after).fetch_all(&mut *conn).await;
            let rows = match found {
                Ok(rows) if rows.is_empty() => return,
                Ok(rows) => rows,
                Err(error) => return self.note_pages(error.to_string()),
            };
            for row in &rows {
                let (Ok(id), Ok(header)) = (row.try_get::<i64, _>(0), rows::array(row, 7, "header")) else {
                    return self.note_pages("a body's number cannot be read".to_owned());
                };
                after = id;
                // A row of which not even the entry can be read is damaged like any other.
                if rows::body(row, 0, self, Hash(header)).is_err() {
                    self.note_body(Hash(header), rows::body_index(id));
                }
            }
        }
    }
}

/// Gives bodies stored by an older release the entry against which they are read from now on.
pub async fn fill_entries(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let nowhere = Damage::default();
    loop {
        let rows = sqlx::query(schema::BODIES_WITHOUT_ENTRY).fetch_all(&mut *conn).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            let body = rows::body(&row, 0, &nowhere, Hash::default()).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            let StoredBody::Here(body) = body else { continue };
            let query = sqlx::query(schema::SET_ENTRY).bind(row.try_get::<i64, _>(0)?).bind(body.entry().0.to_vec());
            query.execute(&mut *conn).await?;
        }
    }
}
