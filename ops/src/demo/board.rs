//! One line a site: its line, its state, its lag, its bytes.

use super::site::Site;
use crate::lang::Lang;
use crate::table::{Side, Table};
use crate::words;
use mesh_office::api::node::{PeerShown, Status, StatusShown};
use std::sync::Arc;

/// Asks every site how it stands and returns the board.
pub(super) async fn lines(sites: &[Arc<Site>], lang: Lang) -> Vec<String> {
    let mut table = Table::new([
        (lang.of("站点", "SITE"), Side::Left),
        (lang.of("线路", "LINE"), Side::Left),
        (lang.of("状态", "STATE"), Side::Left),
        (lang.of("未到县", "NOT AT COUNTY"), Side::Right),
        (lang.of("流水", "JOURNAL"), Side::Right),
        (lang.of("办件", "CASES"), Side::Right),
        (lang.of("字节", "BYTES"), Side::Right),
    ]);
    for site in sites {
        // A site that does not answer yet has a line all the same.
        let status = site.ask(&Status {}).await.ok();
        let figure = |of: fn(&StatusShown) -> u64| words::or_dash(status.as_ref().map(of));
        table.row([
            site.name.clone(),
            line_word(site, lang).to_owned(),
            status.as_ref().map_or_else(|| lang.of("未启动", "not up").to_owned(), |status| state(site, status, lang)),
            figure(|status| status.my_acts.total.saturating_sub(status.my_acts.at_county)),
            figure(|status| status.journal),
            figure(|status| status.cases),
            words::or_dash(site.line.as_ref().map(|line| words::bytes(line.traffic().carried()))),
        ]);
    }
    table.lines()
}

fn line_word(site: &Site, lang: Lang) -> &'static str {
    match (&site.line, site.is_cut()) {
        (None, _) => "—",
        (Some(_), true) => lang.of("已切断", "cut"),
        (Some(_), false) => lang.of("通", "up"),
    }
}

fn state(site: &Site, status: &StatusShown, lang: Lang) -> String {
    if site.is_cut() {
        return lang.of("独立办理", "on its own").to_owned();
    }
    let linked: Vec<&PeerShown> = status.peers.iter().filter(|peer| peer.linked).collect();
    if linked.is_empty() {
        return lang.of("拨号中", "dialling").to_owned();
    }
    let behind = linked.iter().filter(|peer| !peer.in_sync).count();
    if behind > 0 {
        return lang.of(format!("追赶中（{behind}）"), format!("catching up ({behind})"));
    }
    let oldest = linked.iter().filter_map(|peer| peer.proven_ms_ago).max().unwrap_or_default();
    let ago = words::ago(lang, oldest);
    lang.of(format!("与 {} 个对端一致，{ago}", linked.len()), format!("equal with {}, {ago}", linked.len()))
}
