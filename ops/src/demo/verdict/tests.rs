//! Digests are compared, whatever the sites say of themselves.

use super::super::report::CaseReport;
use super::*;
use mesh_model::id::NodeId;
use mesh_office::api::node::ScopeDigest;

const NUMBER: &str = "511602109215-20261122-0A-0001";
const SCOPE: &str = "county/calendar/2026";

fn number() -> CaseNumber {
    NUMBER.parse().expect("a number")
}

fn peer(node: u8) -> PeerShown {
    PeerShown {
        node: NodeId([node; 16]),
        site: None,
        linked: true,
        in_sync: true,
        proven_scopes: 1,
        scopes: vec![SCOPE.to_owned()],
        proven_at: Some("2026-11-22T08:00:00Z".to_owned()),
        proven_ms_ago: Some(5),
        holds_up_to: 9,
        repairs: 0,
        fills: 0,
        bytes_sent: 0,
        bytes_received: 0,
    }
}

fn site(key: &'static str, node: u8, peers: &[u8]) -> SiteReport {
    SiteReport {
        key,
        code: "511602109000".parse().expect("a code"),
        name: key.to_owned(),
        node: NodeId([node; 16]),
        role: "edge".to_owned(),
        journal: 9,
        traffic: None,
        scopes: vec![ScopeDigest { scope: SCOPE.to_owned(), digest: Digest([7; 16]), batches: 1, vector: Vec::new() }],
        chains: Vec::new(),
        peers: peers.iter().map(|node| peer(*node)).collect(),
        cases: vec![CaseReport { number: Some(number()), state: "registered".to_owned(), rung: "county".to_owned() }],
    }
}

fn county() -> Vec<SiteReport> {
    vec![site("hub", 0, &[1]), site("township", 1, &[0, 2, 3]), site("village-1", 2, &[1]), site("village-2", 3, &[1])]
}

fn doubts(sites: &[SiteReport]) -> Vec<String> {
    reasons(sites, &links(sites), &[number()], Lang::English)
}

#[test]
fn equal_digests_and_landed_cases_are_proof() {
    assert_eq!(doubts(&county()), Vec::<String>::new());
}

#[test]
fn one_digest_that_differs_is_no_proof_though_both_ends_say_so() {
    let mut sites = county();
    sites[2].scopes[0].digest = Digest([8; 16]);
    assert_eq!(doubts(&sites), ["village-1 and township differ in county/calendar/2026"]);
}

#[test]
fn a_case_on_a_lower_rung_is_no_proof() {
    let mut sites = county();
    sites[2].cases[0].rung = "relay".to_owned();
    assert_eq!(doubts(&sites), [format!("{NUMBER} stands on the rung relay only at village-1")]);
}

#[test]
fn a_case_that_the_county_does_not_list_is_no_proof() {
    let mut sites = county();
    sites[0].cases.clear();
    assert!(doubts(&sites).contains(&format!("{NUMBER} is not at the county")));
}

#[test]
fn ends_with_nothing_in_common_or_unheard_of_prove_nothing() {
    let mut sites = county();
    sites[3].peers.clear();
    assert_eq!(doubts(&sites), ["village-2 and township have no common scope", "village-2 and township are not proven equal"]);
    sites.pop();
    assert_eq!(doubts(&sites), ["a site did not report"]);
}

#[test]
fn a_county_without_a_case_proves_nothing() {
    let sites = county();
    assert_eq!(reasons(&sites, &links(&sites), &[], Lang::English), ["no case was registered"]);
}
