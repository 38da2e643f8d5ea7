//! The log act by act, error by error; and who may hold what, by place, class and level.

use super::*;
use crate::crypto::{ED25519, SigningKey};
use mesh_model::id::{Branch, Hash};
use mesh_model::place::Shelf;

const HALL: SiteId = SiteId([1; 8]);
const TOWN: SiteId = SiteId([2; 8]);
const VILLAGE: SiteId = SiteId([3; 8]);
const OTHER_TOWN: SiteId = SiteId([4; 8]);
const OTHER_VILLAGE: SiteId = SiteId([5; 8]);
const NOWHERE: SiteId = SiteId([9; 8]);

fn root() -> SigningKey {
    SigningKey::from_secret(&[99; 32])
}

fn anchor() -> Anchor {
    Anchor { root_pin: *blake3::hash(&root().public()).as_bytes(), suite: &ED25519 }
}

fn keys(seed: u8) -> NodeKeys {
    let signing = SigningKey::from_secret(&[seed; 32]).public();
    NodeKeys { signing: signing.into(), wrapping: [0; 32].into(), tls: Hash([seed; 32]) }
}

fn node(seed: u8) -> NodeId {
    keys(seed).node()
}

fn found(by: &SigningKey) -> AuthorityAct {
    let signature = by.sign(&record::found_message("511602", &keys(1), HALL));
    AuthorityAct::Found { county: "511602".into(), hub: keys(1), site: HALL, root: by.public().into(), signature: signature.into() }
}

fn enrol(seed: u8, site: SiteId) -> AuthorityAct {
    AuthorityAct::Enrol { keys: keys(seed), site, token: [seed; 8].into(), block: 0 }
}

fn at(site: SiteId, parent: SiteId, level: Level) -> Placement {
    Placement { site, parent: Some(parent), level }
}

fn place(sites: Vec<Placement>) -> AuthorityAct {
    AuthorityAct::Place { sites }
}

fn hash_of(record: &AuthorityRecord) -> Hash {
    crate::record::hash_of_body(&crate::record::Record::Authority(record.clone()).to_bytes())
}

fn put(log: &mut Authority, act: AuthorityAct) -> Result<(), AuthorityError> {
    let record = log.next_record(&act);
    log.append(&record, hash_of(&record), &anchor())
}

/// Hall, two townships, a village under each; hub 1, township 2, village 3, other township 4, other village 5.
fn county() -> Authority {
    let mut log = Authority::default();
    let tree = vec![
        at(TOWN, HALL, Level::TOWNSHIP),
        at(VILLAGE, TOWN, Level::VILLAGE),
        at(OTHER_TOWN, HALL, Level::TOWNSHIP),
        at(OTHER_VILLAGE, OTHER_TOWN, Level::VILLAGE),
    ];
    let acts = [found(&root()), place(tree), enrol(2, TOWN), enrol(3, VILLAGE), enrol(4, OTHER_TOWN), enrol(5, OTHER_VILLAGE)];
    acts.into_iter().for_each(|act| put(&mut log, act).unwrap());
    log
}

#[test]
fn a_county_is_founded_by_the_pinned_root_alone_and_once() {
    let mut log = Authority::default();
    assert_eq!(put(&mut log, found(&SigningKey::from_secret(&[98; 32]))), Err(AuthorityError::Root));
    let AuthorityAct::Found { county, hub, site, root: key, .. } = found(&root()) else { unreachable!() };
    let forged = AuthorityAct::Found { county, hub, site, root: key, signature: [0; 64].into() };
    assert_eq!(put(&mut log, forged), Err(AuthorityError::Root));
    assert_eq!((log.head().height, log.county()), (0, ""));
    assert_eq!(put(&mut log, found(&root())), Ok(()));
    assert_eq!((log.head().height, log.county()), (1, "511602"));
    assert!(log.is_hub(node(1)) && log.is_active(node(1)));
    assert_eq!(put(&mut log, found(&root())), Err(AuthorityError::Root));
}

#[test]
fn a_signed_founding_cannot_be_given_to_another_county_hub_or_site() {
    let AuthorityAct::Found { county, hub, site, root: key, signature } = found(&root()) else { unreachable!() };
    let same =
        |county: &str, hub: &NodeKeys, site| AuthorityAct::Found { county: county.into(), hub: hub.clone(), site, root: key, signature };
    for act in [same("511603", &hub, site), same(&county, &keys(2), site), same(&county, &hub, TOWN)] {
        assert_eq!(put(&mut Authority::default(), act), Err(AuthorityError::Root));
    }
}

#[test]
fn a_record_out_of_turn_or_on_another_log_does_not_fit() {
    let log = county();
    let mut record = log.next_record(&place(Vec::new()));
    record.height += 1;
    assert_eq!(log.judge(&record, &anchor()), Err(AuthorityError::Height { height: 8, log: 6 }));
    record.height = 6;
    assert_eq!(log.judge(&record, &anchor()), Err(AuthorityError::Height { height: 6, log: 6 }));
    let record = AuthorityRecord { prev: Hash([7; 32]), ..log.next_record(&place(Vec::new())) };
    assert_eq!(log.judge(&record, &anchor()), Err(AuthorityError::Prev(7)));
}

#[test]
fn a_node_is_enrolled_once_and_only_for_a_placed_site() {
    let mut log = county();
    assert_eq!(put(&mut log, enrol(3, VILLAGE)), Err(AuthorityError::Enrol(node(3))));
    assert_eq!(put(&mut log, enrol(6, NOWHERE)), Err(AuthorityError::Enrol(node(6))));
    assert_eq!(put(&mut log, enrol(6, VILLAGE)), Ok(()));
    assert_eq!(log.node(node(6)).map(|enrolled| (enrolled.site, enrolled.since)), Some((VILLAGE, 7)));
    assert_eq!((log.node_at(node(6), 6), log.node_at(node(6), 7).is_some()), (None, true));
    assert_eq!(log.nodes().count(), 6);
}

#[test]
fn a_revoked_node_stays_known_is_not_active_and_cannot_be_revoked_or_enrolled_again() {
    let mut log = county();
    let revoke = |seed| AuthorityAct::Revoke { node: node(seed), cuts: Vec::new() };
    assert_eq!(put(&mut log, revoke(8)), Err(AuthorityError::Unknown(node(8))));
    assert_eq!(put(&mut log, revoke(3)), Ok(()));
    assert!(!log.is_active(node(3)) && log.node_at(node(3), 6).is_some());
    assert_eq!(put(&mut log, revoke(3)), Err(AuthorityError::Unknown(node(3))));
    assert_eq!(put(&mut log, enrol(3, VILLAGE)), Err(AuthorityError::Enrol(node(3))));
}

#[test]
fn a_site_is_placed_under_a_known_parent_other_than_itself_and_never_as_the_county() {
    let mut log = county();
    let bad = [
        at(NOWHERE, SiteId([8; 8]), Level::VILLAGE),
        at(NOWHERE, NOWHERE, Level::VILLAGE),
        at(NOWHERE, HALL, Level::COUNTY),
        Placement { site: HALL, parent: None, level: Level::COUNTY },
    ];
    for placement in bad {
        let site = placement.site;
        assert_eq!(put(&mut log, place(vec![placement])), Err(AuthorityError::Place(site)));
    }
    let many = (0..=crate::limits::PLACEMENTS_MAX as u64).map(|n| at(SiteId((1_000 + n).to_be_bytes()), HALL, Level::TOWNSHIP)).collect();
    assert!(matches!(put(&mut log, place(many)), Err(AuthorityError::Place(_))));
    assert_eq!(log.head().height, 6);
    let new_town = SiteId([7; 8]);
    assert_eq!(put(&mut log, place(vec![at(new_town, HALL, Level::TOWNSHIP), at(NOWHERE, new_town, Level::VILLAGE)])), Ok(()));
    assert_eq!(log.sites().count(), 7);
}

#[test]
fn a_later_placement_counts_from_its_own_height() {
    let mut log = county();
    put(&mut log, place(vec![at(VILLAGE, OTHER_TOWN, Level::VILLAGE)])).unwrap();
    let parent = |height| log.placement_at(VILLAGE, height).and_then(|placement| placement.parent);
    assert_eq!(
        [parent(1), parent(2), parent(6), parent(7), parent(99)],
        [None, Some(TOWN), Some(TOWN), Some(OTHER_TOWN), Some(OTHER_TOWN)]
    );
    let scope = Scope::site(VILLAGE, Class::CASES, Shelf(2026));
    assert!(log.subscribes(TOWN, scope, 6) && !log.subscribes(OTHER_TOWN, scope, 6));
    assert!(!log.subscribes(TOWN, scope, 7) && log.subscribes(OTHER_TOWN, scope, 7));
}

#[test]
fn heads_are_found_by_height_and_nothing_else_is_on_the_log() {
    let log = county();
    assert_eq!(log.head_at(0), Some(AuthorityHead::default()));
    assert_eq!(log.head_at(6), Some(log.head()));
    assert_eq!(log.head_at(7), None);
    assert!(log.holds(AuthorityHead::default()) && log.holds(log.head()));
    assert!(!log.holds(AuthorityHead { height: 6, hash: Hash([1; 32]) }));
    assert!(!log.holds(AuthorityHead { height: u64::MAX, hash: Hash([1; 32]) }));
}

#[test]
fn each_site_holds_its_own_papers_its_childrens_and_the_countys_by_level() {
    let log = county();
    let county_classes = [
        Class::AUTHORITY,
        Class::DAY,
        Class::REGISTRY,
        Class::CALENDAR,
        Class::ORDERS,
        Class::CATALOGUE_VILLAGE,
        Class::CATALOGUE_TOWNSHIP,
        Class::CATALOGUE_COUNTY,
    ];
    // Sites in the order hall, township, village, a site nobody placed.
    let of_county = |class| [HALL, TOWN, VILLAGE, NOWHERE].map(|site| log.subscribes(site, Scope::county(class, Shelf(2026)), 6));
    let table: Vec<[bool; 4]> = county_classes.into_iter().map(of_county).collect();
    let all = [true; 4];
    let placed = [true, true, true, false];
    assert_eq!(table, [all, all, placed, placed, placed, placed, [true, true, false, false], [true, false, false, false]]);

    for class in [Class::CASES, Class::ROSTER, Class::SHARED] {
        let of_site = |place| {
            [HALL, TOWN, VILLAGE, OTHER_TOWN, OTHER_VILLAGE].map(|site| log.subscribes(site, Scope::site(place, class, Shelf(2026)), 6))
        };
        assert_eq!(of_site(VILLAGE), [true, true, true, false, false], "{class:?}");
        assert_eq!(of_site(TOWN), [true, true, false, false, false], "{class:?}");
        assert_eq!(of_site(OTHER_VILLAGE), [true, false, false, true, true], "{class:?}");
        assert_eq!(of_site(HALL), [true, false, false, false, false], "{class:?}");
    }
}

#[test]
fn two_nodes_have_in_common_what_both_may_hold_and_strangers_only_authority_and_days() {
    let log = county();
    let scope = Scope::site(VILLAGE, Class::CASES, Shelf(2026));
    let common = |a, b| log.is_common(node(a), node(b), scope, 6);
    assert!(common(1, 2) && common(2, 3) && common(1, 3) && common(3, 3));
    assert!(!common(3, 5) && !common(2, 4) && !common(2, 8));
    for shared in [Scope::AUTHORITY, Scope::county(Class::DAY, Shelf(2026))] {
        assert!(log.is_common(node(2), node(8), shared, 6));
    }
    assert!(!log.is_common(node(1), node(3), scope, 3), "the village was enrolled at height 4");
}

#[test]
fn what_lies_beyond_a_cut_or_on_an_unnamed_chain_is_after_the_revocation() {
    let mut log = county();
    let scope = Scope::site(VILLAGE, Class::CASES, Shelf(2026));
    let chain = Chain { node: node(3), branch: Branch([1; 8]), scope };
    assert!(!log.is_after_revocation(&chain, 1_000));
    let cut = Cut { branch: chain.branch, scope: scope.to_bytes().to_vec().into(), seq: 5, head: Hash([1; 32]) };
    put(&mut log, AuthorityAct::Revoke { node: node(3), cuts: vec![cut] }).unwrap();
    assert!(!log.is_after_revocation(&chain, 5));
    assert!(log.is_after_revocation(&chain, 6));
    assert!(log.is_after_revocation(&Chain { branch: Branch([2; 8]), ..chain }, 1));
    assert!(log.is_after_revocation(&Chain { scope: Scope::site(VILLAGE, Class::CASES, Shelf(2027)), ..chain }, 1));
    assert!(!log.is_after_revocation(&Chain { node: node(2), ..chain }, 1_000));
}

#[test]
fn an_act_of_a_newer_release_stands_in_the_log_and_does_nothing() {
    let mut log = county();
    let before: Vec<_> = log.nodes().map(|(id, _)| id).collect();
    let mut record = log.next_record(&place(Vec::new()));
    record.act = vec![0x82, 0x09, 0xa0].into();
    assert_eq!(record.act(), None);
    log.append(&record, hash_of(&record), &anchor()).unwrap();
    assert_eq!(log.head().height, 7);
    assert_eq!(log.nodes().map(|(id, _)| id).collect::<Vec<_>>(), before);
    put(&mut log, enrol(6, VILLAGE)).unwrap();
}

#[test]
fn the_hall_stays_where_it_is() {
    let mut log = county();
    assert_eq!(put(&mut log, place(vec![at(HALL, TOWN, Level::VILLAGE)])), Err(AuthorityError::Place(HALL)));
}
