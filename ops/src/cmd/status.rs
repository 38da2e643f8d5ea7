//! `status`: problems first, each with the next command; then the two figures, the peers, the journal.
//!
//! Nothing is told by colour, and no line says "in sync" without naming with whom, how many scopes, and when.

mod problem;

#[cfg(test)]
mod tests;

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::table::{Side, Table};
use crate::words;
use mesh_office::api::node::{PeerShown, Status, StatusShown, WayShown};

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village status")]
pub struct Args {}

pub(crate) async fn run(desk: &Desk, _: Args) -> Result<Done, Failure> {
    let command = format!("meshctl --data {}", desk.data().display());
    desk.show(&Status {}, |reply, page| draw(reply, &command, page)).await?;
    Ok(Done::Whole)
}

/// Something that wants a person, with the command that helps.
struct Trouble {
    what: String,
    next: String,
}

fn draw(reply: &StatusShown, command: &str, page: &mut Page) {
    let of_node = reply.problems.iter().map(|problem| problem::words_of(problem, page));
    let found: Vec<Trouble> = of_node.chain(troubles(reply, command, page)).collect();
    for trouble in found {
        page.line(format!("! {}", trouble.what));
        page.field("  下一步", "  next", &trouble.next);
    }
    let lang = page.lang;
    let site = reply.site.as_ref().map_or_else(|| lang.of("未知站点", "unknown site").to_owned(), words::site);
    page.line(format!("{site}  {}  {}", reply.role, reply.node));
    draw_figures(reply, page);
    draw_peers(&reply.peers, page);
    draw_ways(&reply.ways, page);
    draw_lost(reply, page);
    page.say(
        format!("办件 {}，流水 {}，权限日志 {}", reply.cases, reply.journal, reply.authority),
        format!("{} cases, journal at {}, authority log at {}", reply.cases, reply.journal, reply.authority),
    );
}

fn troubles(reply: &StatusShown, command: &str, page: &Page) -> Vec<Trouble> {
    let edge = reply.role != "hub";
    let cut_off = edge && !reply.peers.iter().any(|peer| peer.linked);
    let found = [
        (reply.my_acts.refused > 0, page.of("县级拒收了本机的部分内容", "the hub refused a part of what this node wrote"), "case list"),
        (
            edge && reply.county_news.day.is_none(),
            page.of("还没有收到县级的日期记录", "no day record of the county has come yet"),
            "sync now --wait 10",
        ),
        (
            reply.site.is_none(),
            page.of("权限日志中还没有本节点的站点", "the authority log does not name this node's site yet"),
            "sync now --wait 10",
        ),
        (cut_off, page.of("没有一条线路是通的；窗口照常办理", "no line is up; the window goes on working"), "sync now --wait 10"),
    ];
    let found = found.into_iter().filter(|(is, ..)| *is);
    found.map(|(_, what, next)| Trouble { what: what.to_owned(), next: format!("{command} {next}") }).collect()
}

fn draw_figures(reply: &StatusShown, page: &mut Page) {
    let acts = &reply.my_acts;
    let (total, at_county, since) = (acts.total, acts.at_county, words::or_dash(acts.since.as_ref()));
    let rung = words::rung(page.lang, &acts.rung);
    page.say(
        format!("本机办理: {total} 批中 {at_county} 批已在县级；最低保全级别: {rung}（自 {since}）"),
        format!("my acts: {at_county} of {total} batches at the county; lowest rung: {rung} (since {since})"),
    );
    let news = &reply.county_news;
    let (day, since) = (words::or_dash(news.day), words::or_dash(news.since.as_ref()));
    let path = match (&news.via_site, news.via) {
        (Some(site), _) => words::site(site),
        (None, Some(node)) => node.to_string(),
        (None, None) => page.of("本机", "this node").to_owned(),
    };
    page.say(format!("县里消息: 日期记录 {day}，经 {path}（{since}）"), format!("county news: day record {day}, over {path} ({since})"));
}

/// Draws the ways up that are not reached, each with the reason.
fn draw_ways(ways: &[WayShown], page: &mut Page) {
    for way in ways.iter().filter(|way| !way.reached) {
        let why = problem::why(page.lang, way.why.as_deref().unwrap_or("dialling"));
        let detail = way.detail.as_deref().map(|detail| format!("（{detail}）")).unwrap_or_default();
        page.say(format!("! 未接通 {}: {why}{detail}", way.address), format!("! not reached {}: {why}{detail}", way.address));
    }
}

/// Draws why peers were lost, where something was met.
fn draw_lost(reply: &StatusShown, page: &mut Page) {
    for lost in &reply.lost {
        let site = reply.peers.iter().find(|peer| peer.node == lost.node).and_then(|peer| peer.site.as_ref());
        let name = site.map_or_else(|| lost.node.to_string(), words::site);
        let why = problem::why(page.lang, &lost.why);
        page.say(format!("断开 {name}: {why}（{}）", lost.detail), format!("lost {name}: {why} ({})", lost.detail));
    }
}

/// Draws peers, one a line.
pub(crate) fn draw_peers(peers: &[PeerShown], page: &mut Page) {
    let lang = page.lang;
    let mut table = Table::new([
        (lang.of("对端", "PEER"), Side::Left),
        (lang.of("线路", "LINE"), Side::Left),
        (lang.of("证实范围", "PROVEN SCOPES"), Side::Right),
        (lang.of("证实于", "PROVEN"), Side::Left),
        (lang.of("补齐", "REPAIRS"), Side::Right),
        (lang.of("发", "SENT"), Side::Right),
        (lang.of("收", "RECEIVED"), Side::Right),
    ]);
    for peer in peers {
        let name = peer.site.as_ref().map_or_else(|| peer.node.to_string(), words::site);
        let proven = match (&peer.proven_at, peer.proven_ms_ago) {
            (Some(at), Some(ms)) => {
                format!("{at}{}", lang.of(format!("（{}）", words::ago(lang, ms)), format!(" ({})", words::ago(lang, ms))))
            }
            (Some(at), None) => at.clone(),
            (None, _) => lang.of("尚未", "not yet").to_owned(),
        };
        table.row([
            name,
            if peer.linked { lang.of("通", "up") } else { lang.of("断", "down") }.to_owned(),
            peer.proven_scopes.to_string(),
            proven,
            peer.repairs.to_string(),
            words::bytes(peer.bytes_sent),
            words::bytes(peer.bytes_received),
        ]);
    }
    page.table(&table);
}
