//! How a county begins: the hub is founded, publishes real papers, and admits every site by a token over the network, all by the real code.

use super::counter::ask;
use super::county::County;
use super::journal::SimJournal;
use super::machine::Machine;
use crate::engine::{EngineError, EngineKind};
use crate::layout::{Layout, Post, Seat};
use mesh_model::code::ItemCode;
use mesh_model::division::DivisionCode;
use mesh_office::api::{calendar, catalog, site};
use mesh_runtime::env::Env;
use std::collections::BTreeMap;
use std::sync::Arc;
use sync_protocol::enrol::Token;

/// The county of every run.
const COUNTY: &str = "511602";
/// Sites that enrol at one time: as many as may wait at the hub's desk.
const TOGETHER: usize = 16;
/// Tries of one site, each with the patience of the newcomer's own code.
const TRIES: u32 = 10;
/// Items of the catalogue that windows in these runs offer; each has a guide.
const OFFERED: [&str; 6] =
    ["社会保障卡补领、换领、换发", "城乡居民参保信息变更登记", "门诊费用报销", "遗属待遇申领", "失业保险金申领", "个人基本信息变更"];

const CATALOGUE: &str = include_str!("../../../ops/demo/data/catalog-511602.csv");
const GUIDES: &str = include_str!("../../../ops/demo/data/guides-511602.jsonl");
const WORKDAYS: &str = include_str!("../../../ops/demo/data/workdays-CN.csv");

fn failed(what: &str, why: impl std::fmt::Display) -> EngineError {
    EngineError::Unfit { engine: EngineKind::Quic, why: format!("{what}: {why}") }
}

/// Founds the county, starts the hub, publishes, enrols everybody and starts everybody else.
///
/// # Errors
/// [`EngineError`] when a step fails on lines and disks that do not.
pub async fn found(county: &County) -> Result<Vec<ItemCode>, EngineError> {
    let hub = county.machine(Seat::HUB);
    let env: Arc<dyn Env> = hub.next_env();
    let code: DivisionCode = COUNTY.parse().map_err(|error| failed("read the county's code", error))?;
    let journal = std::future::ready(Ok(SimJournal::new(hub.store())));
    mesh_runtime::lock::create_private_dir(hub.data()).map_err(|error| failed("make the hub's folder", error))?;
    let founded = hub::init::found(&env, hub.data(), code, None, journal).await.map_err(|trouble| failed("found the county", trouble))?;
    hub.state().node = Some(founded.node);
    hub.boot();
    let router = loop {
        if let Some(running) = hub.running() {
            break running.router;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    let codes = codes(&county.plan.layout);
    let import = site::Import { csv: divisions(&county.plan.layout, &codes) };
    let imported = ask(&router, &import).await.map_err(|problem| failed("import the sites", said(&problem)))?;
    if usize::try_from(imported.added).unwrap_or(0) + 1 != county.plan.layout.len() {
        return Err(failed("import the sites", format!("{} added: {:?}", imported.added, imported.errors)));
    }
    let items = publish(&router).await?;
    let below: Vec<Seat> = county.plan.layout.below_hub().collect();
    for some in below.chunks(TOGETHER) {
        let mut enrolling = Vec::new();
        for seat in some {
            let token = site::Token { code: codes[seat], ttl_s: None };
            let given = ask(&router, &token).await.map_err(|problem| failed("give a token", said(&problem)))?;
            let token = Token::from_line(&given.token).map_err(|error| failed("read a token", error))?;
            enrolling.push(tokio::spawn(enrol(county.machine(*seat).clone(), token)));
        }
        for enrolled in enrolling {
            enrolled.await.map_err(|error| failed("enrol a site", error))??;
        }
    }
    below.iter().for_each(|seat| county.machine(*seat).boot());
    Ok(items)
}

fn said(problem: &mesh_runtime::admin::Problem) -> String {
    format!("{problem}: {}", problem.cause.as_deref().unwrap_or_default())
}

async fn enrol(machine: Machine, token: Token) -> Result<(), EngineError> {
    let mut last = None;
    for _ in 0..TRIES {
        let sim = machine.next_env();
        let env: Arc<dyn Env> = sim.clone();
        let enrolled = mesh_runtime::enrol::enrol(&env, machine.data(), &token, None).await;
        machine.end_newcomer(&sim);
        match enrolled {
            Ok(enrolled) => {
                machine.state().node = Some(enrolled.node);
                return Ok(());
            }
            Err(error) => last = Some(error),
        }
    }
    Err(failed("enrol a site", last.map_or_else(String::new, |error| format!("{error:?}"))))
}

/// Publishes the calendar and the offered items as their sources have them.
async fn publish(router: &axum::Router) -> Result<Vec<ItemCode>, EngineError> {
    ask(router, &calendar::Import { csv: WORKDAYS.to_owned() }).await.map_err(|problem| failed("publish the calendar", said(&problem)))?;
    let is_offered = |line: &&str| OFFERED.iter().any(|name| line.contains(name));
    let header = CATALOGUE.lines().take(1);
    let csv: Vec<&str> = header.chain(CATALOGUE.lines().skip(1).filter(is_offered)).collect();
    let guides: Vec<&str> = GUIDES.lines().filter(is_offered).collect();
    let (effective, level, guides_source) = (None, None, Some("GovFlow (MIT)".to_owned()));
    let import = catalog::Import { csv: csv.join("\n"), guides: Some(guides.join("\n")), dry_run: false, effective, level, guides_source };
    let planned = ask(router, &import).await.map_err(|problem| failed("read the catalogue", said(&problem)))?;
    let plan = planned.plan.unwrap_or_default();
    ask(router, &catalog::Publish { plan }).await.map_err(|problem| failed("publish the catalogue", said(&problem)))?;
    let list = catalog::List { status: Some("complete".to_owned()), ..catalog::List::default() };
    let listed = ask(router, &list).await.map_err(|problem| failed("list the catalogue", said(&problem)))?;
    if listed.items.is_empty() {
        return Err(failed("list the catalogue", "no item is complete"));
    }
    Ok(listed.items.into_iter().map(|item| item.code).collect())
}

/// Returns the code of every site below the hub: its own where the county is a real one, a made-up one where not.
fn codes(layout: &Layout) -> BTreeMap<Seat, DivisionCode> {
    let mut codes = BTreeMap::new();
    let (mut townships, mut villages) = (0, BTreeMap::<Seat, u32>::new());
    for seat in layout.below_hub() {
        let site = layout.site(seat);
        let above = site.above.unwrap_or(Seat::HUB);
        let drawn = match (site.post, codes.get(&above)) {
            (Post::Village, Some(above)) => {
                let count = villages.entry(site.above.unwrap_or(Seat::HUB)).or_insert(200);
                *count += 1;
                format!("{}{count:03}", &DivisionCode::to_string(above)[..9])
            }
            (Post::Hub | Post::Township, _) | (Post::Village, None) => {
                townships += 1;
                let (prefix, last) = (100 + townships, if site.post == Post::Village { "201" } else { "000" });
                format!("{COUNTY}{prefix:03}{last}")
            }
        };
        let own = site.code.as_ref().filter(|code| code.starts_with(COUNTY)).unwrap_or(&drawn);
        codes.insert(seat, own.parse().expect("twelve digits in the county"));
    }
    codes
}

fn divisions(layout: &Layout, codes: &BTreeMap<Seat, DivisionCode>) -> String {
    let mut csv = format!("code,name,level,parent_code\n{COUNTY},示例县,county,\n");
    for (seat, code) in codes {
        let level = if layout.post(*seat) == Post::Township { "township" } else { "village" };
        let code = code.to_string();
        let code = if level == "township" { &code[..9] } else { &code[..] };
        let above = layout.above(*seat).and_then(|above| codes.get(&above)).map(ToString::to_string);
        let above = above.as_deref().map_or(COUNTY, |above| &above[..9]);
        csv.push_str(&format!("{code},示例{},{level},{above}\n", seat.0));
    }
    csv
}
