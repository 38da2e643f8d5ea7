//! What happens in the county, told as it happens: sites join, a line is cut, cases are taken in, the line is repaired. What the county
//! publishes meanwhile is in [`super::publish`], one case on its whole way in [`super::delivery`].

use super::board;
use super::county::{County, PATIENCE, Way};
use super::papers::{self, TAKEN_IN, WITHDRAWN};
use super::screen::Screen;
use super::site::{Look, Site, until};
use super::trouble::Trouble;
use crate::words;
use mesh_model::code::{ItemCode, StaffId};
use mesh_model::number::CaseNumber;
use mesh_office::api::Private;
use mesh_office::api::case::{Register, Registered};
use mesh_office::api::catalog::{ItemLine, List as ListItems};
use mesh_office::api::node::{Status, SyncNow};
use std::collections::BTreeMap;
use std::time::Instant;

/// The clerk of the village.
const CLERK: &str = "示例员甲";

/// What the story leaves to be judged.
#[derive(Debug)]
pub(super) struct Told {
    /// Numbers printed while the village was cut off, the one for delivery first.
    pub registered: Vec<CaseNumber>,
}

/// Draws the board at a turn of the story.
pub(super) async fn draw_board(county: &County, screen: &Screen) {
    screen.draw(board::lines(&county.sites, screen.lang).await);
}

/// Enrols and starts the township and two villages, and waits until all hold the same.
pub(super) async fn enrol(county: &mut County, screen: &Screen) -> Result<(), Trouble> {
    county.add_township().await?;
    tell_enrolled(county, screen, "直接", "straight at the hub");
    county.add_village("village-1", Way::Straight).await?;
    tell_enrolled(county, screen, "直接", "straight at the hub");
    county.add_village("village-2", Way::Neighbour).await?;
    tell_enrolled(county, screen, "经乡镇转达", "through the township");
    all_equal(county).await?;
    draw_board(county, screen).await;
    Ok(())
}

fn tell_enrolled(county: &County, screen: &Screen, chinese: &str, english: &str) {
    if let Some(site) = county.sites.last() {
        let (name, code) = (&site.name, site.code);
        screen.say(format!("入网: {name}（{code}），{chinese}"), format!("enrolled: {name} ({code}), {english}"));
    }
}

/// Waits until every site says that nothing is outstanding with any linked peer, and each has one.
pub(super) async fn all_equal(county: &County) -> Result<(), Trouble> {
    until("all sites equal", PATIENCE, || async {
        for site in &county.sites {
            let peers = site.ask(&Status {}).await?.peers;
            let linked = peers.iter().filter(|peer| peer.linked).count();
            let behind = peers.iter().filter(|peer| !peer.in_sync).count();
            if linked == 0 || behind > 0 {
                return Ok(Look::NotYet(format!("{}: {linked} linked, {behind} behind", site.key)));
            }
        }
        Ok(Look::There(()))
    })
    .await
}

/// Cuts the village off and takes in cases at its window.
pub(super) async fn take_in(county: &County, screen: &Screen) -> Result<Told, Trouble> {
    let village = county.village();
    let line = village.line.as_ref().expect("a village has a line up");
    line.cut();
    screen.say(format!("✂ 切断 {} 的线路", village.name), format!("✂ the line of {} is cut", village.name));
    let items = complete_items(village).await?;
    let mut registered = Vec::new();
    for (index, name) in TAKEN_IN.iter().enumerate() {
        let receipt = register(village, item(&items, name)?, index).await?;
        tell_receipt(screen, &receipt);
        registered.push(receipt.number);
    }
    draw_board(county, screen).await;
    Ok(Told { registered })
}

fn tell_receipt(screen: &Screen, receipt: &Registered) {
    let lang = screen.lang;
    let (number, item, version) = (receipt.number, &receipt.item_name, receipt.item_version);
    let (who, told, rung) = (&receipt.applicant.name, words::due(lang, Some(receipt.told_by)), words::rung(lang, &receipt.rung));
    screen.say(
        format!("  收件 {number}  {who}  {item}（v{version}）  告知期限 {told}  [{rung}]"),
        format!("  receipt {number}  {who}  {item} (v{version})  told by {told}  [{rung}]"),
    );
}

async fn register(village: &Site, item: &ItemCode, index: usize) -> Result<Registered, Trouble> {
    village.ask(&registration(item, index)).await
}

/// Returns a registration by the `index`-th applicant.
pub(super) fn registration(item: &ItemCode, index: usize) -> Register {
    Register { item: item.clone(), applicant: Private(papers::applicant(index)), staff: staff(CLERK), day: None, channel: None, note: None }
}

/// Reads a staff id of the demo.
pub(super) fn staff(id: &str) -> StaffId {
    id.parse().expect("the demo's staff ids are short words")
}

/// Returns the code of a complete item by its name.
pub(super) async fn complete_item(site: &Site, name: &str) -> Result<ItemCode, Trouble> {
    item(&complete_items(site).await?, name).cloned()
}

/// Returns the complete items at a site, by name.
pub(super) async fn complete_items(site: &Site) -> Result<BTreeMap<String, ItemLine>, Trouble> {
    let listed = site.ask(&ListItems { status: Some("complete".to_owned()), ..ListItems::default() }).await?;
    Ok(listed.items.into_iter().map(|item| (item.name.clone(), item)).collect())
}

/// Returns the code of an item out of such a list.
pub(super) fn item<'a>(items: &'a BTreeMap<String, ItemLine>, name: &str) -> Result<&'a ItemCode, Trouble> {
    let found = items.get(name).map(|item| &item.code);
    found.ok_or_else(|| Trouble::own(name.to_owned(), &"the item is not complete at the village"))
}

/// Repairs the line and waits until the village and the county hold the same again.
pub(super) async fn reconnect(county: &County, screen: &Screen, told: &Told) -> Result<(), Trouble> {
    let (village, begun) = (county.village(), Instant::now());
    let line = village.line.as_ref().expect("a village has a line up");
    let before = line.traffic().carried();
    line.repair();
    screen.say(format!("⇄ {} 经乡镇恢复连接", village.name), format!("⇄ {} is reconnected, through its township", village.name));
    until("the village's cases at the county", PATIENCE, || async {
        village.ask(&SyncNow { wait_ms: Some(500) }).await?;
        let acts = village.ask(&Status {}).await?.my_acts;
        Ok(if acts.at_county == acts.total { Look::There(()) } else { Look::NotYet(format!("{} / {}", acts.at_county, acts.total)) })
    })
    .await?;
    all_equal(county).await?;
    let (seconds, bytes) = (begun.elapsed().as_secs_f32(), words::bytes(line.traffic().carried() - before));
    let count = told.registered.len();
    screen.say(
        format!("  {seconds:.1} 秒、{bytes} 之后: {count} 件已在县级落账，县级的变更已到村"),
        format!("  after {seconds:.1} s and {bytes}: {count} cases have landed at the county, its changes are at the village"),
    );
    draw_board(county, screen).await;
    refuse_withdrawn(village, screen).await
}

/// Shows that the withdrawn item is taken in no longer.
async fn refuse_withdrawn(village: &Site, screen: &Screen) -> Result<(), Trouble> {
    let listed = village.ask(&ListItems { text: Some(WITHDRAWN.to_owned()), ..ListItems::default() }).await?;
    let Some(withdrawn) = listed.items.iter().find(|item| item.name == WITHDRAWN) else {
        return Err(Trouble::own(WITHDRAWN, &"the village does not list it"));
    };
    match village.refused(&registration(&withdrawn.code, 0)).await? {
        Some(why) => {
            let cause = why.problem.cause.unwrap_or_default();
            screen.say(format!("  再收“{WITHDRAWN}”: 被拒绝，{cause}"), format!("  {WITHDRAWN} is refused at the window: {cause}"));
            Ok(())
        }
        None => Err(Trouble::own(WITHDRAWN, &"it was taken in although it is withdrawn")),
    }
}
