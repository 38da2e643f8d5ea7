//! What a store answers about the chains it holds, by chain, scope and node.

use super::*;

fn other_scope() -> Scope {
    Scope::county(Class::ORDERS, Shelf(2027))
}

/// Two chains of node 1, one of node 2, over two scopes.
fn vectors() -> (Vectors, [Chain; 3]) {
    let chains = [chain(1), chain(2), Chain { scope: other_scope(), ..chain(1) }];
    let mut vectors = Vectors::default();
    for (side, chain) in (0u8..).zip(chains) {
        vectors.put(chain, rows(side));
    }
    (vectors, chains)
}

fn rows(side: u8) -> Rows {
    Rows { heads: vec![Row { seq: 1, head: hash(1, side) }], beyond: Vec::new(), given_up: None }
}

#[test]
fn every_chain_has_the_rows_that_were_put_last() {
    let (mut vectors, chains) = vectors();
    assert_eq!(chains.map(|chain| vectors.rows(&chain).cloned()), [0, 1, 2].map(|side| Some(rows(side))));
    vectors.put(chains[1], rows(7));
    assert_eq!(chains.map(|chain| vectors.rows(&chain).cloned()), [0, 7, 2].map(|side| Some(rows(side))));
    assert_eq!(vectors.rows(&chain(3)), None);
    assert_eq!(vectors.rows(&Chain { scope: Scope::AUTHORITY, ..chain(1) }), None);
}

#[test]
fn a_scope_is_held_from_its_first_chain_on() {
    let (vectors, _) = vectors();
    assert_eq!([scope(), other_scope(), Scope::AUTHORITY].map(|scope| vectors.holds(scope)), [true, true, false]);
    assert_eq!(vectors.scopes().collect::<Vec<_>>(), [scope(), other_scope()]);
    assert!(!Vectors::default().holds(scope()));
}

#[test]
fn a_scope_shows_its_own_chains_in_order() {
    let (vectors, chains) = vectors();
    let of = |scope| vectors.chains(scope).map(|(chain, rows)| (*chain, rows.clone())).collect::<Vec<_>>();
    assert_eq!(of(scope()), [(chains[0], rows(0)), (chains[1], rows(1))]);
    assert_eq!(of(other_scope()), [(chains[2], rows(2))]);
    assert_eq!(of(Scope::AUTHORITY), []);
}

#[test]
fn a_node_shows_its_own_chains_over_all_scopes() {
    let (vectors, chains) = vectors();
    let of = |node| vectors.chains_of(NodeId([node; 16])).map(|(chain, rows)| (*chain, rows.clone())).collect::<Vec<_>>();
    assert_eq!(of(1), [(chains[0], rows(0)), (chains[2], rows(2))]);
    assert_eq!(of(2), [(chains[1], rows(1))]);
    assert_eq!(of(3), []);
}

#[test]
fn a_root_covers_the_scopes_it_is_asked_for_and_what_they_hold() {
    let (mut left, chains) = vectors();
    let (mut right, _) = vectors();
    let both = [scope(), other_scope()];
    assert_eq!(left.root(&both), right.root(&both));
    assert_ne!(left.root(&both), left.root(&both[..1]));
    assert_ne!(left.root(&both[..1]), left.root(&both[1..]));
    assert_ne!(left.root(&both), left.root(&[]));
    right.put(chains[2], rows(9));
    assert_ne!(left.root(&both), right.root(&both));
    assert_eq!(left.root(&both[..1]), right.root(&both[..1]), "the other scope did not change");
}

#[test]
fn equal_rows_in_different_scopes_have_different_roots() {
    let (mut here, mut there) = (Vectors::default(), Vectors::default());
    here.put(chain(1), rows(0));
    there.put(Chain { scope: other_scope(), ..chain(1) }, rows(0));
    assert_eq!(here.digest(scope()), there.digest(other_scope()), "a digest is of chains, not of their place");
    assert_ne!(here.root(&[scope()]), there.root(&[other_scope()]));
}

#[test]
fn a_digest_is_the_one_of_the_chains_shown() {
    let (mut vectors, _) = vectors();
    let shown = digest_of(vectors.clone().chains(scope()));
    assert_eq!(vectors.digest(scope()), Some(shown));
}
