//! `meshctl demo`: a real county on this machine, from nothing to a delivered case, with a verdict drawn from what the sites hold.
//!
//! The [`county`] starts the daemons, the [`story`] happens, the [`verdict`] compares. Nothing here reaches into a daemon: everything is
//! asked over admin sockets, as an operator would.

pub mod bench;
mod board;
mod county;
mod delivery;
mod folder;
mod forwarder;
mod papers;
mod process;
mod publish;
mod report;
mod screen;
mod site;
mod story;
mod trouble;
mod verdict;

use crate::desk::{Done, Form, print, print_json};
use crate::failure::{Exit, Failure};
use crate::lang::Lang;
use crate::page::Page;
use county::{County, PATIENCE};
use folder::Folder;
use mesh_office::api::case::Show;
use report::Report;
use screen::Screen;
use site::{Look, until};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};
use trouble::Trouble;

/// How often the board is drawn anew on a terminal.
const BOARD_EVERY: Duration = Duration::from_millis(400);

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  meshctl demo                             runs the story, then keeps the county running until ctrl-c
  meshctl demo --once                      ends after the story: 0 only if everything is proven
  meshctl demo --once --json               prints what every site holds, as demo/1
  meshctl demo --once --data ./county      keeps the four data directories

Guang'an District (511602): hub, 肖溪镇, 冲相村 and 凉滩村, four processes on loopback. --data must be new or empty; MESH_DATA is not read.")]
pub struct Args {
    /// Ends after the story
    #[arg(long)]
    once: bool,
}

/// Runs the demo.
///
/// # Errors
/// Why it could not go on, or what it could not prove.
pub async fn run(args: Args, given: Option<PathBuf>, lang: Lang, form: Form) -> Result<Done, Failure> {
    let folder = Folder::open(given, lang).map_err(|trouble| trouble.told(lang))?;
    let screen = Screen::new(lang, form == Form::Json);
    let mut county = None;
    let ended = tokio::select! {
        biased;
        () = interrupted() => Err(Trouble::Interrupted),
        ended = from_nothing(&mut county, &folder, &screen) => ended,
    };
    screen.settle();
    let told = match ended {
        Ok(report) => tell(&report, form, lang, &screen, county.as_ref()),
        Err(trouble) => Err(trouble.told(lang)),
    };
    if told.is_ok() && !args.once {
        stay(county.as_ref(), &screen).await;
    }
    if let Some(county) = county {
        county.end().await;
    }
    told
}

/// Runs the story; `slot` holds the county as soon as there is one, so that it can be ended however the story ends.
async fn from_nothing(slot: &mut Option<County>, folder: &Folder, screen: &Screen) -> Result<Report, Trouble> {
    let begun = Instant::now();
    let county = slot.insert(County::found(folder.path(), screen.lang).await?);
    publish::county_papers(county, screen).await?;
    story::enrol(county, screen).await?;
    let county: &County = county;
    let telling = async {
        let told = story::take_in(county, screen).await?;
        publish::changes(county, screen).await?;
        story::reconnect(county, screen, &told).await?;
        delivery::run(county, screen, told.registered[0]).await?;
        judge(county, folder, told.registered, begun).await
    };
    tokio::select! {
        biased;
        report = telling => report,
        never = keep_board(county, screen) => match never {},
    }
}

/// Draws the board again and again on a terminal; elsewhere it waits for ever.
async fn keep_board(county: &County, screen: &Screen) -> std::convert::Infallible {
    if !screen.is_live() {
        return std::future::pending().await;
    }
    loop {
        tokio::time::sleep(BOARD_EVERY).await;
        story::draw_board(county, screen).await;
    }
}

/// Asks all sites until nothing is in doubt, or until patience ends; then the doubts are the verdict.
async fn judge(
    county: &County,
    folder: &Folder,
    registered: Vec<mesh_model::number::CaseNumber>,
    begun: Instant,
) -> Result<Report, Trouble> {
    let mut last = None;
    let proven = until("proof", PATIENCE, || async {
        let sites = report::of_sites(&county.sites).await?;
        let links = verdict::links(&sites);
        let reasons = verdict::reasons(&sites, &links, &registered, county.lang);
        Ok(if reasons.is_empty() { Look::There((sites, links)) } else { Look::NotYet(reasons.join("; ")) })
    })
    .await;
    let (sites, links) = match proven {
        Ok(found) => found,
        Err(Trouble::Waited { .. }) => {
            let sites = report::of_sites(&county.sites).await?;
            let links = verdict::links(&sites);
            last = Some(verdict::reasons(&sites, &links, &registered, county.lang));
            (sites, links)
        }
        Err(trouble) => return Err(trouble),
    };
    let reasons = last.unwrap_or_default();
    let delivered = county.village().ask_if_there(&Show { number: registered[0] }).await?;
    Ok(Report {
        schema: "demo/1",
        proven: reasons.is_empty(),
        reasons,
        elapsed_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        data: folder.path().to_owned(),
        data_kept: folder.is_kept(),
        registered,
        sites,
        links,
        delivered,
    })
}

/// Prints the outcome: the case's history, the digests, the verdict.
fn tell(report: &Report, form: Form, lang: Lang, screen: &Screen, county: Option<&County>) -> Result<Done, Failure> {
    if form == Form::Json {
        print_json(lang, report)?;
    } else {
        let mut page = Page::new(lang);
        report::draw(report, &mut page);
        print(lang, page.text())?;
    }
    if report.proven {
        if let Some(county) = county {
            let seconds = report.elapsed_ms as f64 / 1_000.0;
            let sites = county.sites.len();
            screen.say(
                format!("✓ 已证实: {sites} 个站点的共同范围全部一致，{} 件全部在县级（{seconds:.1} 秒）", report.registered.len()),
                format!(
                    "✓ proven: all common scopes of {sites} sites are equal, all {} cases are at the county ({seconds:.1} s)",
                    report.registered.len()
                ),
            );
        }
        return Ok(Done::Whole);
    }
    Err(Failure::new(
        "E0615",
        Exit::Failed,
        lang.of("演示未能证实全县一致", "the demo could not prove that the county holds the same"),
        report.reasons.join("; "),
        lang.of("用 --data 目录 重跑，并查看该目录中的日志", "run it again with --data DIR and look into the logs there"),
    ))
}

/// Keeps the county running until somebody ends it.
async fn stay(county: Option<&County>, screen: &Screen) {
    let Some(county) = county else { return };
    let program = std::env::current_exe().map_or_else(|_| "meshctl".to_owned(), |path| path.display().to_string());
    screen.say("全县继续运行；在另一个终端中:", "the county keeps running; in another terminal:");
    for (site, command) in county.sites.iter().zip(["status", "status", "case list", "digest"]) {
        screen.say(
            format!("  {program} --data {} {command}    # {}", site.data().display(), site.name),
            format!("  {program} --data {} {command}    # {}", site.data().display(), site.name),
        );
    }
    screen.say("按 ctrl-c 结束", "ctrl-c ends it");
    tokio::select! {
        biased;
        () = interrupted() => {}
        never = keep_board(county, screen) => match never {},
    }
    screen.settle();
}

/// Ends when somebody ends the demo.
async fn interrupted() {
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        biased;
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}
