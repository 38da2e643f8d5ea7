//! The verdict: drawn from what the sites report, by comparing digests, not by believing anybody's "in sync".

use super::report::{CommonScope, LinkReport, SiteReport};
use crate::lang::Lang;
use mesh_model::id::Digest;
use mesh_model::number::CaseNumber;
use mesh_office::api::node::PeerShown;

/// The tree: keys of the lower and the upper site of each link.
pub(super) const TREE: [(&str, &str); 3] = [("township", "hub"), ("village-1", "township"), ("village-2", "township")];

/// Compares the two ends of every link of the tree.
pub(super) fn links(sites: &[SiteReport]) -> Vec<LinkReport> {
    TREE.iter().filter_map(|(below, above)| link(find(sites, below)?, find(sites, above)?)).collect()
}

fn find<'a>(sites: &'a [SiteReport], key: &str) -> Option<&'a SiteReport> {
    sites.iter().find(|site| site.key == key)
}

fn link(below: &SiteReport, above: &SiteReport) -> Option<LinkReport> {
    let peer_of =
        |site: &SiteReport, other: &SiteReport| -> Option<PeerShown> { site.peers.iter().find(|peer| peer.node == other.node).cloned() };
    let (up, down) = (peer_of(below, above), peer_of(above, below));
    let scopes = up.as_ref().map(|peer| peer.scopes.clone()).unwrap_or_default();
    let common = scopes.into_iter().map(|scope| CommonScope { below: digest(below, &scope), above: digest(above, &scope), scope });
    let in_sync = [&up, &down].into_iter().all(|peer| peer.as_ref().is_some_and(|peer| peer.in_sync));
    Some(LinkReport {
        below: below.key,
        above: above.key,
        in_sync,
        proven_at: up.and_then(|peer| peer.proven_at),
        scopes: common.collect(),
    })
}

fn digest(site: &SiteReport, scope: &str) -> Option<Digest> {
    site.scopes.iter().find(|held| held.scope == scope).map(|held| held.digest)
}

/// Returns every reason why it is not proven that all is well; none means proven.
pub(super) fn reasons(sites: &[SiteReport], links: &[LinkReport], registered: &[CaseNumber], lang: Lang) -> Vec<String> {
    let mut reasons = Vec::new();
    if links.len() != TREE.len() {
        reasons.push(lang.of("有站点没有报告", "a site did not report").to_owned());
    }
    links.iter().for_each(|link| doubt_link(link, lang, &mut reasons));
    registered.iter().for_each(|number| doubt_case(sites, *number, lang, &mut reasons));
    if registered.is_empty() {
        reasons.push(lang.of("没有登记任何办件", "no case was registered").to_owned());
    }
    reasons
}

fn doubt_link(link: &LinkReport, lang: Lang, reasons: &mut Vec<String>) {
    let LinkReport { below, above, .. } = link;
    if link.scopes.is_empty() {
        reasons.push(lang.of(format!("{below} 与 {above} 没有共同范围"), format!("{below} and {above} have no common scope")));
    }
    if !link.in_sync || link.proven_at.is_none() {
        reasons.push(lang.of(format!("{below} 与 {above} 尚未证实一致"), format!("{below} and {above} are not proven equal")));
    }
    for scope in link.scopes.iter().filter(|scope| !scope.is_equal()) {
        let name = &scope.scope;
        reasons.push(lang.of(format!("{below} 与 {above} 的 {name} 摘要不同"), format!("{below} and {above} differ in {name}")));
    }
}

fn doubt_case(sites: &[SiteReport], number: CaseNumber, lang: Lang, reasons: &mut Vec<String>) {
    let at = |key: &str| find(sites, key)?.cases.iter().find(|case| case.number == Some(number));
    if at("hub").is_none() {
        reasons.push(lang.of(format!("{number} 不在县级"), format!("{number} is not at the county")));
    }
    if at("village-1").is_none() {
        reasons.push(lang.of(format!("{number} 不在收件的村"), format!("{number} is not at its village")));
    }
    for site in sites {
        for case in site.cases.iter().filter(|case| case.number == Some(number)) {
            let (name, rung) = (&site.name, &case.rung);
            if !matches!(rung.as_str(), "county" | "safe") {
                reasons.push(
                    lang.of(
                        format!("{name} 的 {number} 保全级别只到 {rung}"),
                        format!("{number} stands on the rung {rung} only at {name}"),
                    ),
                );
            }
        }
    }
    if at("hub").map(|case| &case.state) != at("village-1").map(|case| &case.state) {
        reasons.push(lang.of(format!("{number} 在村和县的状态不同"), format!("{number} has different states at village and county")));
    }
}

#[cfg(test)]
mod tests;
