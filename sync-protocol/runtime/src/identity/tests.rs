//! Certificates that must pass and certificates that must not.

use super::ca::{CountyCa, request, requested_key};
use super::keys::{Ed25519Secret, NodeSecrets};
use super::verify::{Anchor, Refusal, Side, Verifier, name_in, pin_of};
use super::*;
use crate::env::{Env, RealEnv};
use rustls::pki_types::UnixTime;
use std::path::Path;
use std::time::Duration;

const COUNTY: &str = "511602";
const DAY_S: u64 = 86_400;

struct County {
    env: RealEnv,
    _folder: tempfile::TempDir,
    ca: CountyCa,
}

impl County {
    fn found(county: &str) -> County {
        let env = RealEnv::new();
        let folder = tempfile::tempdir().unwrap();
        let (_, ca) = CountyCa::found(&env, folder.path(), county).unwrap();
        County { env, _folder: folder, ca }
    }

    fn node(&self, role: Role) -> Node {
        let secret = Ed25519Secret::draw(&self.env);
        let node = NodeId::of_key(&Ed25519Secret::draw(&self.env).signing_key().public());
        let chain = self.ca.issue_for_spki(&self.env, &secret.spki(), node, role).unwrap();
        Node { node, tls: Hash::of(&[&secret.spki()]), chain }
    }

    fn verifier(&self, directory: Directory) -> Verifier {
        let shared = SharedDirectory::default();
        shared.replace(directory);
        Verifier::new(Anchor::Root(self.ca.root().clone()), Some(COUNTY.to_owned()), None, shared)
    }

    fn now(&self) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_millis(u64::try_from(self.env.wall().0).unwrap()))
    }
}

struct Node {
    node: NodeId,
    tls: Hash,
    chain: ca::Chain,
}

impl Node {
    fn listed(&self, role: Role, revoked: bool) -> Directory {
        Directory { nodes: [(self.node, Listed { tls: self.tls, role, revoked })].into() }
    }
}

fn judge(verifier: &Verifier, chain: &ca::Chain, now: UnixTime) -> [Result<NodeId, Refusal>; 2] {
    [Side::Client, Side::Server].map(|side| verifier.judge(&chain[0], &chain[1..], now, side).map(|name| name.node))
}

#[test]
fn a_listed_node_of_the_county_is_taken_in_both_directions() {
    let county = County::found(COUNTY);
    let site = county.node(Role::Site);
    let verifier = county.verifier(site.listed(Role::Site, false));
    assert_eq!(judge(&verifier, &site.chain, county.now()), [Ok(site.node), Ok(site.node)]);
}

#[test]
fn a_node_that_the_log_does_not_list_yet_is_taken_on_the_county_s_word() {
    let county = County::found(COUNTY);
    let site = county.node(Role::Site);
    assert_eq!(judge(&county.verifier(Directory::default()), &site.chain, county.now()), [Ok(site.node), Ok(site.node)]);
}

#[test]
fn time_never_refuses_a_certificate() {
    let county = County::found(COUNTY);
    let site = county.node(Role::Site);
    let verifier = county.verifier(site.listed(Role::Site, false));
    let now = county.now().as_secs();
    for moment in [0, now - 400 * DAY_S, now + 400 * DAY_S, now + 10 * 365 * DAY_S] {
        let moment = UnixTime::since_unix_epoch(Duration::from_secs(moment));
        assert_eq!(judge(&verifier, &site.chain, moment), [Ok(site.node), Ok(site.node)]);
    }
}

#[test]
fn a_chain_under_another_root_is_refused_even_with_the_same_names() {
    let (county, forger) = (County::found(COUNTY), County::found(COUNTY));
    let forged = forger.node(Role::Hub);
    assert_eq!(judge(&county.verifier(Directory::default()), &forged.chain, county.now()), [Err(Refusal::Root); 2]);
}

#[test]
fn the_root_itself_shown_by_a_forger_does_not_make_his_chain_lead_to_it() {
    let (county, forger) = (County::found(COUNTY), County::found(COUNTY));
    let mut chain = forger.node(Role::Hub).chain;
    chain.push(county.ca.root().clone());
    let pin = pin_of(county.ca.root()).unwrap();
    let verifier = Verifier::new(Anchor::Pin(pin), None, Some(Role::Hub), SharedDirectory::default());
    assert_eq!(judge(&verifier, &chain, county.now()), [Err(Refusal::Root); 2]);
}

#[test]
fn another_county_is_refused() {
    let other = County::found("511603");
    let site = other.node(Role::Site);
    let verifier = Verifier::new(Anchor::Root(other.ca.root().clone()), Some(COUNTY.to_owned()), None, SharedDirectory::default());
    assert_eq!(judge(&verifier, &site.chain, other.now()), [Err(Refusal::County); 2]);
}

#[test]
fn a_site_that_claims_to_be_a_hub_is_refused() {
    let county = County::found(COUNTY);
    let site = county.node(Role::Hub);
    let verifier = county.verifier(site.listed(Role::Site, false));
    assert_eq!(judge(&verifier, &site.chain, county.now()), [Err(Refusal::Role); 2]);
}

#[test]
fn a_newcomer_takes_a_hub_only_and_only_by_the_pin() {
    let county = County::found(COUNTY);
    let pin = pin_of(county.ca.root()).unwrap();
    let verifier = Verifier::new(Anchor::Pin(pin), None, Some(Role::Hub), SharedDirectory::default());
    let (hub, site) = (county.node(Role::Hub), county.node(Role::Site));
    let with_root = |node: &Node| [node.chain.clone(), vec![county.ca.root().clone()]].concat();
    assert_eq!(judge(&verifier, &with_root(&hub), county.now()), [Ok(hub.node), Ok(hub.node)]);
    assert_eq!(judge(&verifier, &with_root(&site), county.now()), [Err(Refusal::Role); 2]);
    assert_eq!(judge(&verifier, &hub.chain, county.now()), [Err(Refusal::Root); 2]);
}

#[test]
fn a_revoked_node_is_refused() {
    let county = County::found(COUNTY);
    let site = county.node(Role::Site);
    let verifier = county.verifier(site.listed(Role::Site, true));
    assert_eq!(judge(&verifier, &site.chain, county.now()), [Err(Refusal::Revoked); 2]);
}

#[test]
fn a_certificate_of_one_node_over_the_key_of_another_is_refused() {
    let county = County::found(COUNTY);
    let (a, b) = (county.node(Role::Site), county.node(Role::Site));
    let chain = county.ca.issue_for_spki(&county.env, &Ed25519Secret::draw(&county.env).spki(), a.node, Role::Site).unwrap();
    assert_eq!(judge(&county.verifier(a.listed(Role::Site, false)), &chain, county.now()), [Err(Refusal::Key); 2]);
    assert_eq!(judge(&county.verifier(a.listed(Role::Site, false)), &b.chain, county.now()), [Ok(b.node), Ok(b.node)]);
}

#[test]
fn a_request_gives_its_key_and_nothing_else() {
    let county = County::found(COUNTY);
    let secret = Ed25519Secret::draw(&county.env);
    let asked = request(&secret).unwrap();
    assert_eq!(requested_key(&asked).unwrap(), secret.spki());
    let node = NodeId([5; 16]);
    let chain = county.ca.issue_on_request(&county.env, &asked, node, Role::Site).unwrap();
    assert_eq!(name_in(&chain[0]).unwrap(), PeerName { county: COUNTY.to_owned(), role: Role::Site, node });
    let mut forged = asked;
    let last = forged.len() - 1;
    forged[last] ^= 1;
    assert!(county.ca.issue_on_request(&county.env, &forged, node, Role::Site).is_err());
}

#[test]
fn keys_are_read_back_and_refused_when_others_may_read_them() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data: &Path = folder.path();
    let made = NodeSecrets::create(&RealEnv::new(), data).unwrap();
    assert_eq!(NodeSecrets::load(data).unwrap().public(), made.public());
    let file = data.join(keys::FOLDER).join("signing.key");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(NodeSecrets::load(data), Err(keys::KeysError::File(crate::lock::LockError::TooOpen { mode: 0o640, .. }))));
}

#[test]
fn the_authority_goes_on_issuing_when_the_root_folder_is_taken_away() {
    let env = RealEnv::new();
    let folder = tempfile::tempdir().unwrap();
    let (root, ca) = CountyCa::found(&env, folder.path(), COUNTY).unwrap();
    assert_eq!(ca.pin().unwrap(), Hash::of(&[&root.public()]).0);
    std::fs::remove_dir_all(folder.path().join(ca::ROOT_FOLDER)).unwrap();
    let ca = CountyCa::load(folder.path(), COUNTY).unwrap();
    let secret = Ed25519Secret::draw(&env);
    assert_eq!(ca.issue_for_spki(&env, &secret.spki(), NodeId([1; 16]), Role::Site).unwrap().len(), 2);
    assert!(ca::RootKey::load(folder.path()).is_err());
}

#[test]
fn a_name_reads_back() {
    let name = PeerName { county: COUNTY.to_owned(), role: Role::Hub, node: NodeId([0xab; 16]) };
    assert_eq!(name.to_string().parse(), Ok(name));
    for bad in ["mesh://51160/hub/00", "mesh://511602/clerk/abababababababababababababababab", "http://511602/hub/x"] {
        assert_eq!(bad.parse::<PeerName>(), Err(BadName), "{bad}");
    }
}
