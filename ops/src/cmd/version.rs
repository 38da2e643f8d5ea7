//! `version`: this program's, and the daemon's where one is named.

use crate::desk::{Desk, Done, Form, print, print_json};
use crate::failure::Failure;
use crate::lang::Lang;
use mesh_office::api::node::{FEATURES, Version, VersionShown};
use serde::Serialize;

/// Arguments of `version`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl version\n  meshctl --data /srv/hub version")]
pub struct Args {}

/// The shape of `version --json`.
#[derive(Debug, Serialize)]
struct Versions {
    schema: &'static str,
    meshctl: &'static str,
    features: &'static [&'static str],
    daemon: Option<VersionShown>,
}

pub(crate) async fn run(desk: Option<&Desk>, form: Form, lang: Lang, _: Args) -> Result<Done, Failure> {
    let daemon = match desk {
        Some(desk) => Some(desk.ask(&Version {}).await?),
        None => None,
    };
    let versions = Versions { schema: "version/1", meshctl: env!("CARGO_PKG_VERSION"), features: FEATURES, daemon };
    if form == Form::Json {
        print_json(lang, &versions)?;
        return Ok(Done::Whole);
    }
    let features = versions.features.iter().map(|feature| format!(" +{feature}"));
    print(lang, &format!("meshctl {}{}\n", versions.meshctl, features.collect::<String>()))?;
    if let Some(daemon) = versions.daemon {
        let rules = lang.of("规则级别", "rules level");
        let batches = lang.of("批次格式", "batch schema");
        print(lang, &format!("{}  {batches} {}  {rules} {}\n", daemon.line(), daemon.schema_newest, daemon.rules_newest))?;
    }
    Ok(Done::Whole)
}
