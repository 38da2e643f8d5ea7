//! `bench idle`: resident memory after a time of idling, and from the start of the process to its ready line.

use super::{Figure, prepared, unless_interrupted};
use crate::demo::county::County;
use crate::demo::process::Process;
use crate::demo::trouble::Trouble;
use crate::demo::{publish, screen::Screen, story};
use crate::lang::Lang;
use std::path::Path;
use std::time::Duration;

/// Megabytes that a daemon may hold.
const RESIDENT_MB_MAX: u64 = 40;
/// Milliseconds until a daemon is ready.
const START_MS_MAX: u64 = 1_000;

/// Arguments of `bench idle`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl bench idle\n  meshctl bench idle --seconds 10 --json")]
pub struct Args {
    /// How long the daemons idle before they are looked at
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

pub(super) async fn run(args: Args, lang: Lang) -> Result<Vec<Figure>, Trouble> {
    let (folder, screen) = prepared(lang)?;
    let mut slot = None;
    let measured = unless_interrupted(measure(&mut slot, folder.path(), &screen, Duration::from_secs(args.seconds))).await;
    if let Some(county) = slot {
        county.end().await;
    }
    measured
}

async fn measure(slot: &mut Option<County>, folder: &Path, screen: &Screen, idle: Duration) -> Result<Vec<Figure>, Trouble> {
    let county = slot.insert(County::found(folder, screen.lang).await?);
    publish::county_papers(county, screen).await?;
    county.add_township().await?;
    story::all_equal(county).await?;
    // Both start again, now that they have the county to read.
    county.restart("hub").await?;
    county.restart("township").await?;
    story::all_equal(county).await?;
    let seconds = idle.as_secs();
    screen.say(format!("空转 {seconds} 秒 …"), format!("idle for {seconds} s …"));
    tokio::time::sleep(idle).await;
    let figures = [("hub", county.process("hub")), ("edge-node", county.process("township"))];
    Ok(figures.into_iter().flat_map(|(name, process)| of_process(name, process)).collect())
}

fn of_process(name: &str, process: &Process) -> [Figure; 2] {
    let resident = process.resident_bytes().unwrap_or(u64::MAX).div_ceil(1_024 * 1_024);
    let started = u64::try_from(process.started_in.as_millis()).unwrap_or(u64::MAX);
    [
        Figure { subject: name.to_owned(), quantity: "resident memory", value: resident, unit: "MB", target: Some(RESIDENT_MB_MAX) },
        Figure { subject: name.to_owned(), quantity: "start to ready", value: started, unit: "ms", target: Some(START_MS_MAX) },
    ]
}
