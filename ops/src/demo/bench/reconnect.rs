//! `bench reconnect`: a township with many cases goes away and comes back, with nothing new on either side.
//!
//! Counted are the bytes of frames at the township's codec, and beside them the datagrams on the line, handshake included.

use super::{Figure, prepared, unless_interrupted};
use crate::demo::county::{County, PATIENCE};
use crate::demo::papers::TAKEN_IN;
use crate::demo::site::{Look, Site, until};
use crate::demo::trouble::Trouble;
use crate::demo::{publish, screen::Screen, story};
use crate::lang::Lang;
use mesh_office::api::node::Status;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Application bytes of a reconnection, both ways.
const FRAME_BYTES_MAX: u64 = 200;
/// Cases that are taken in at the same time, so that they share commits.
const TOGETHER: usize = 64;

/// Arguments of `bench reconnect`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl bench reconnect --documents 2000,20000")]
pub struct Args {
    /// How many documents the two have in common, one measurement each
    #[arg(long, value_delimiter = ',', default_value = "2000,20000")]
    documents: Vec<usize>,
}

pub(super) async fn run(args: Args, lang: Lang) -> Result<Vec<Figure>, Trouble> {
    let (folder, screen) = prepared(lang)?;
    let mut slot = None;
    let mut sizes = args.documents;
    sizes.sort_unstable();
    let measured = unless_interrupted(measure(&mut slot, folder.path(), &screen, &sizes)).await;
    if let Some(county) = slot {
        county.end().await;
    }
    measured
}

async fn measure(slot: &mut Option<County>, folder: &Path, screen: &Screen, sizes: &[usize]) -> Result<Vec<Figure>, Trouble> {
    let county = slot.insert(County::found(folder, screen.lang).await?);
    publish::county_papers(county, screen).await?;
    county.add_township().await?;
    story::all_equal(county).await?;
    let (mut figures, mut held) = (Vec::new(), 0);
    for size in sizes {
        take_in(county.township(), size.saturating_sub(held)).await?;
        held = held.max(*size);
        settled(county).await?;
        screen.say(format!("共同持有 {held} 个文档"), format!("{held} documents in common"));
        figures.extend(reconnect(county, held).await?);
    }
    Ok(figures)
}

async fn take_in(township: &Arc<Site>, count: usize) -> Result<(), Trouble> {
    let item = story::complete_item(township, TAKEN_IN[0]).await?;
    let mut left = count;
    while left > 0 {
        let together = left.min(TOGETHER);
        let mut set = tokio::task::JoinSet::new();
        for index in 0..together {
            let (site, request) = (township.clone(), story::registration(&item, index));
            set.spawn(async move { site.ask(&request).await.map(drop) });
        }
        for outcome in set.join_all().await {
            outcome?;
        }
        left -= together;
    }
    Ok(())
}

/// Waits until all is at the county and both ends say that nothing is outstanding.
async fn settled(county: &County) -> Result<(), Trouble> {
    let township = county.township();
    until("everything at the county", PATIENCE * 6, || async {
        let acts = township.ask(&Status {}).await?.my_acts;
        Ok(if acts.at_county == acts.total { Look::There(()) } else { Look::NotYet(format!("{} / {}", acts.at_county, acts.total)) })
    })
    .await?;
    // The last receipt is itself news.
    tokio::time::sleep(Duration::from_secs(2)).await;
    story::all_equal(county).await
}

async fn reconnect(county: &mut County, held: usize) -> Result<[Figure; 2], Trouble> {
    let line_bytes = |county: &County| county.township().line.as_ref().map_or(0, |line| line.traffic().carried());
    let before = line_bytes(county);
    county.restart("township").await?;
    story::all_equal(county).await?;
    let peers = county.township().ask(&Status {}).await?.peers;
    let frames = peers.iter().map(|peer| peer.bytes_sent + peer.bytes_received).sum();
    let subject = format!("{held} documents");
    Ok([
        Figure { subject: subject.clone(), quantity: "frame bytes, both ways", value: frames, unit: "B", target: Some(FRAME_BYTES_MAX) },
        Figure { subject, quantity: "datagram bytes with both handshakes", value: line_bytes(county) - before, unit: "B", target: None },
    ])
}
