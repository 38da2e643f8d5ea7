//! `status`, `digest` and `version`.

use super::names::Names;
use super::time_text;
use crate::api::node::{
    ChainShown, ChainVector, CountyNews, Digests, FEATURES, Head, LostShown, MyActs, PeerShown, ScopeDigest, StatusShown, VersionShown,
    WayShown,
};
use crate::desk::figures::{Own, refresh};
use crate::desk::{Desk, Role};
use crate::store::cases::CaseFilter;
use crate::trouble::Trouble;
use crate::{scope, words};
use mesh_model::doc::event::RulesLevel;
use mesh_model::id::{NodeId, SiteId};
use mesh_model::place::Scope;
use mesh_model::time::WallTime;
use std::collections::BTreeMap;
use sync_protocol::batch::{Chain, SCHEMA};
use sync_protocol::node::{Node, PeerStatus};
use sync_protocol::vector::Rows;

/// Says how the node stands: its two figures, naming peers, scopes and times.
pub(crate) async fn status(desk: &Desk) -> Result<StatusShown, Trouble> {
    let mut look = desk.look().await?;
    let own = refresh(desk, &mut look).await?;
    let names = Names::read(&mut look.projection.cache).await?;
    let (_, cases) = look.projection.cache.cases(&CaseFilter { limit: 0, ..CaseFilter::default() }).await?;
    let news = look.projection.cache.news().await?;
    let county = look.county.clone();
    let problems = desk.problems(&mut look).await?;
    drop(look);
    let peers = peers(desk, &names).await?;
    let (ways, lost) = (ways(desk, &peers), lost(desk, &peers));
    let via = news.and_then(|(_, via)| via);
    let via_site = via.and_then(|via| peers.iter().find(|peer| peer.node == via)).and_then(|peer| peer.site.clone());
    Ok(StatusShown {
        node: county.me,
        branch: county.branch,
        problems,
        site: county.site.map(|site| names.site(site)),
        role: desk.role.word().to_owned(),
        my_acts: my_acts(&own, &names),
        county_news: CountyNews { day: county.day, via, via_site, since: own.day_since.map(time_text) },
        peers,
        ways,
        lost,
        journal: county.tail,
        authority: county.height,
        cases,
    })
}

fn my_acts(own: &Own, names: &Names) -> MyActs {
    let chain = |(chain, relay): &(crate::store::news::OwnChain, u64)| ChainShown {
        scope: scope::text(chain.scope, |site| names.code(site)),
        branch: chain.branch,
        seq: chain.seq,
        relay: *relay,
        county: chain.county,
    };
    MyActs {
        rung: own.lowest.map_or("none", words::rung).to_owned(),
        total: own.chains.iter().map(|(chain, _)| chain.seq).sum(),
        at_county: own.chains.iter().map(|(chain, _)| chain.county).sum(),
        refused: own.chains.iter().map(|(chain, _)| chain.refused).sum(),
        chains: own.chains.iter().map(chain).collect(),
        since: own.rung_since.map(time_text),
    }
}

/// Returns the peers by id, with when each was proven.
pub(crate) async fn peers(desk: &Desk, names: &Names) -> Result<Vec<PeerShown>, Trouble> {
    let look = |node: &Node| {
        let sites: BTreeMap<NodeId, SiteId> = node.authority().nodes().map(|(id, enrolled)| (id, enrolled.site)).collect();
        let scopes = |peer: &PeerStatus| node.common_scopes(peer.peer);
        node.peers().into_iter().map(|peer| (sites.get(&peer.peer).copied(), scopes(&peer), peer)).collect::<Vec<_>>()
    };
    let (found, uptime, wall) = (desk.handle.view(look).await?, desk.env.uptime(), desk.env.wall());
    let shown = found.into_iter().map(|(site, scopes, peer)| {
        let ago = peer.proven_at.map(|at| uptime.ms_since(at));
        let at = ago.map(|ago| WallTime(wall.0.saturating_sub(i64::try_from(ago).unwrap_or(i64::MAX))));
        PeerShown {
            node: peer.peer,
            site: site.map(|site| names.site(site)),
            linked: peer.linked,
            in_sync: peer.in_sync,
            proven_scopes: peer.proven_scopes as u64,
            scopes: scopes.into_iter().map(|common| scope::text(common, |site| names.code(site))).collect(),
            proven_at: at.map(time_text),
            proven_ms_ago: ago,
            holds_up_to: peer.held,
            repairs: peer.repairs,
            fills: peer.fills,
            bytes_sent: peer.bytes.0,
            bytes_received: peer.bytes.1,
        }
    });
    Ok(shown.collect())
}

/// Returns the configured ways up, and why one is not reached.
pub(crate) fn ways(desk: &Desk, peers: &[PeerShown]) -> Vec<WayShown> {
    let known = desk.handle.counters().ways();
    let shown = known.ways().into_iter().map(|way| {
        let reached = way.peer.is_some_and(|node| peers.iter().any(|peer| peer.node == node && peer.linked));
        let why = way.why.or_else(|| way.peer.and_then(|peer| known.why(peer))).filter(|_| !reached);
        let (word, detail) = why.map(|why| (why.word.to_owned(), why.detail)).unzip();
        WayShown { address: way.address, node: way.peer, reached, why: word, detail }
    });
    shown.collect()
}

fn lost(desk: &Desk, peers: &[PeerShown]) -> Vec<LostShown> {
    let known = desk.handle.counters().ways();
    let down = peers.iter().filter(|peer| !peer.linked);
    let why =
        |peer: &PeerShown| known.why(peer.node).map(|why| LostShown { node: peer.node, why: why.word.to_owned(), detail: why.detail });
    down.filter_map(why).collect()
}

/// Returns the digest of every scope here, in order of scope.
pub(crate) async fn digests(desk: &Desk) -> Result<Digests, Trouble> {
    let names = Names::read(&mut desk.look().await?.projection.cache).await?;
    let look = |node: &Node| {
        let found = node.digests().into_iter();
        let lines: Vec<_> = found.map(|(scope, digest, batches)| (scope, digest, batches, vector(node, scope))).collect();
        (node.id(), lines)
    };
    let (node, found) = desk.handle.view(look).await?;
    let lines = found.into_iter().map(|(scope, digest, batches, vector)| ScopeDigest {
        scope: scope::text(scope, |site| names.code(site)),
        digest,
        batches,
        vector,
    });
    Ok(Digests { node, scopes: lines.collect() })
}

fn vector(node: &Node, scope: Scope) -> Vec<ChainVector> {
    let chain = |(chain, rows): (&Chain, &Rows)| ChainVector {
        node: chain.node,
        branch: chain.branch,
        heads: rows.heads.iter().map(|row| Head { seq: row.seq, header: row.head }).collect(),
        beyond: rows.beyond.iter().map(|range| (range.from, range.to)).collect(),
    };
    node.vectors().chains(scope).map(chain).collect()
}

/// Says what runs.
#[must_use]
pub fn version(role: Role) -> VersionShown {
    VersionShown {
        program: role.program().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema_newest: SCHEMA,
        rules_newest: RulesLevel::NEWEST.0,
        features: FEATURES.iter().map(|feature| (*feature).to_owned()).collect(),
    }
}
