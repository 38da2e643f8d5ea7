//! Plans on disk: `DATA/plans/<id>.json`, the reply that a person looks at and the versions that publishing publishes, byte for byte.

use mesh_model::doc::item::ItemVersion;
use mesh_office::api::catalog::Planned;
use mesh_office::daemon::lock_trouble;
use mesh_office::trouble::Trouble;
use mesh_runtime::lock::{create_private_dir, read_private, write_private};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const FOLDER: &str = "plans";
const SCHEMA: &str = "plan/1";

#[derive(Serialize, Deserialize)]
struct PlanFile {
    schema: String,
    planned: Planned,
    /// CBOR of each version, hexadecimal.
    versions: Vec<String>,
}

/// Keeps a plan under its name.
pub(super) fn keep(data: &Path, plan: &str, planned: &Planned, versions: &[&ItemVersion]) -> Result<(), Trouble> {
    let versions = versions.iter().map(|version| hex(&version.to_bytes())).collect();
    let file = PlanFile { schema: SCHEMA.to_owned(), planned: planned.clone(), versions };
    let json = serde_json::to_vec_pretty(&file).expect("a plan has a JSON form");
    create_private_dir(&data.join(FOLDER)).map_err(|error| lock_trouble(&error))?;
    write_private(&path(data, plan), &json).map_err(|error| lock_trouble(&error))
}

/// Reads the versions of a plan.
pub(super) fn read(data: &Path, plan: &str) -> Result<Vec<ItemVersion>, Trouble> {
    let unknown = || Trouble::NoPlan { plan: plan.to_owned() };
    // The name becomes a path: only what a plan's name is made of may be in it.
    if plan.is_empty() || !plan.bytes().all(|b| b.is_ascii_hexdigit()) || !path(data, plan).exists() {
        return Err(unknown());
    }
    let bytes = read_private(&path(data, plan)).map_err(|error| lock_trouble(&error))?;
    let damaged = || Trouble::Damaged { what: format!("plan {plan}") };
    let file: PlanFile = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    let versions = file.versions.iter().map(|text| ItemVersion::from_bytes(&unhex(text)?).ok());
    versions.collect::<Option<Vec<ItemVersion>>>().ok_or_else(damaged)
}

fn path(data: &Path, plan: &str) -> PathBuf {
    data.join(FOLDER).join(format!("{plan}.json"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks_exact(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
