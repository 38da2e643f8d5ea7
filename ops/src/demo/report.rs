//! The shape `demo/1`: what every site holds in the end, and the verdict drawn from it alone.

use super::forwarder::Traffic;
use super::site::Site;
use super::trouble::Trouble;
use crate::page::Page;
use crate::table::{Side, Table};
use crate::words;
use mesh_model::division::DivisionCode;
use mesh_model::id::{Digest, NodeId};
use mesh_model::number::CaseNumber;
use mesh_office::api::case::{List, Shown};
use mesh_office::api::node::{ChainShown, DigestAsked, PeerShown, ScopeDigest, Status};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

/// What `demo --json` prints.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    /// Name and version of the shape.
    pub schema: &'static str,
    /// Whether every common scope is proven equal and every registered case is at the county.
    pub proven: bool,
    /// Why not, one sentence each; empty when proven.
    pub reasons: Vec<String>,
    /// Milliseconds from the start to the verdict.
    pub elapsed_ms: u64,
    /// The folder of the four data directories.
    pub data: PathBuf,
    /// Whether the folder stays.
    pub data_kept: bool,
    /// The numbers printed while the village was cut off.
    pub registered: Vec<CaseNumber>,
    /// The four sites.
    pub sites: Vec<SiteReport>,
    /// The three links of the tree.
    pub links: Vec<LinkReport>,
    /// The case that was followed to delivery, as its village shows it.
    pub delivered: Option<Shown>,
}

/// One site.
#[derive(Clone, Debug, Serialize)]
pub(super) struct SiteReport {
    /// The name of its data directory in the folder.
    pub key: &'static str,
    /// Its division code.
    pub code: DivisionCode,
    /// Its name.
    pub name: String,
    /// Its node.
    pub node: NodeId,
    /// `hub` or `edge`.
    pub role: String,
    /// Newest journal position.
    pub journal: u64,
    /// Datagram bytes of its line up; `null` at the county.
    pub traffic: Option<Traffic>,
    /// Every scope with its digest.
    pub scopes: Vec<ScopeDigest>,
    /// Its own chains: up to which seq each rung reaches.
    pub chains: Vec<ChainShown>,
    /// Its peers.
    pub peers: Vec<PeerShown>,
    /// Its cases with their rung.
    pub cases: Vec<CaseReport>,
}

/// One case at one site.
#[derive(Clone, Debug, Serialize)]
pub(super) struct CaseReport {
    /// Its number.
    pub number: Option<CaseNumber>,
    /// The state's code.
    pub state: String,
    /// How far it is safe, as this site knows.
    pub rung: String,
}

/// One link of the tree, seen from below.
#[derive(Clone, Debug, Serialize)]
pub(super) struct LinkReport {
    /// Key of the lower site.
    pub below: &'static str,
    /// Key of the upper site.
    pub above: &'static str,
    /// Whether both ends say that nothing is outstanding.
    pub in_sync: bool,
    /// When the lower end last proved the scopes equal, by its clock.
    pub proven_at: Option<String>,
    /// The common scopes.
    pub scopes: Vec<CommonScope>,
}

/// One scope that both ends hold.
#[derive(Clone, Debug, Serialize)]
pub(super) struct CommonScope {
    /// The scope as text.
    pub scope: String,
    /// The lower site's digest.
    pub below: Option<Digest>,
    /// The upper site's digest.
    pub above: Option<Digest>,
}

impl CommonScope {
    /// Returns whether both ends hold it with the same digest.
    pub(super) fn is_equal(&self) -> bool {
        self.below.is_some() && self.below == self.above
    }
}

/// Asks a site for everything that the verdict needs.
pub(super) async fn of_site(site: &Site) -> Result<SiteReport, Trouble> {
    let status = site.ask(&Status {}).await?;
    let digests = site.ask(&DigestAsked {}).await?;
    let list = List { limit: Some(1_000), ..List::default() };
    let cases = site.ask(&list).await?.cases.into_iter().map(|case| CaseReport { number: case.number, state: case.state, rung: case.rung });
    Ok(SiteReport {
        key: site.key,
        code: site.code,
        name: site.name.clone(),
        node: status.node,
        role: status.role,
        journal: status.journal,
        traffic: site.line.as_ref().map(super::forwarder::Forwarder::traffic),
        scopes: digests.scopes,
        chains: status.my_acts.chains,
        peers: status.peers,
        cases: cases.collect(),
    })
}

/// Asks every site.
pub(super) async fn of_sites(sites: &[Arc<Site>]) -> Result<Vec<SiteReport>, Trouble> {
    let mut reports = Vec::new();
    for site in sites {
        reports.push(of_site(site).await?);
    }
    Ok(reports)
}

/// Draws the case's history and, for every link, the digests of both ends.
pub(super) fn draw(report: &Report, page: &mut Page) {
    let lang = page.lang;
    if let Some(case) = &report.delivered {
        page.line("");
        page.field("办件", "case", words::or_dash(case.number));
        crate::cmd::case::draw_history(&case.history, page);
    }
    let mut table = Table::new([
        (lang.of("下级", "BELOW"), Side::Left),
        (lang.of("上级", "ABOVE"), Side::Left),
        (lang.of("下级摘要", "DIGEST BELOW"), Side::Left),
        (lang.of("上级摘要", "DIGEST ABOVE"), Side::Left),
        ("", Side::Left),
        (lang.of("范围", "SCOPE"), Side::Left),
    ]);
    for link in &report.links {
        for scope in &link.scopes {
            let short = |digest: Option<Digest>| words::or_dash(digest.map(|digest| digest.to_string()[..16].to_owned()));
            table.row([
                link.below.to_owned(),
                link.above.to_owned(),
                short(scope.below),
                short(scope.above),
                if scope.is_equal() { "=" } else { "≠" }.to_owned(),
                scope.scope.clone(),
            ]);
        }
    }
    page.line("");
    page.table(&table);
    page.line("");
}
