//! Batches that look like an office's: signed, chained, of random size.

use mesh_model::id::{Branch, DocId, Hash, SiteId};
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::Day;
use rand::RngExt;
use sync_protocol::batch::{AuthorityHead, Body, BodyKind, Chain, Header, SignedHeader, hash_entries};
use sync_protocol::crypto::SigningKey;
use sync_protocol::journal::{StoredBatch, StoredBody};

/// Writes one chain of batches.
pub struct Author {
    key: SigningKey,
    chain: Chain,
    seq: u64,
    prev: Hash,
}

impl Author {
    /// Begins the chain of a village.
    #[must_use]
    pub fn new() -> Author {
        let key = SigningKey::from_secret(&[1; 32]);
        let scope = Scope::site(SiteId([7; 8]), Class::CASES, Shelf(2026));
        let chain = Chain { node: key.node(), branch: Branch([2; 8]), scope };
        Author { key, chain, seq: 0, prev: Hash::default() }
    }

    /// Writes the next batch, of `bodies` bodies with up to `bytes_max` bytes each.
    pub fn next(&mut self, rng: &mut impl rand::Rng, bodies: u16, bytes_max: usize) -> StoredBatch {
        self.seq += 1;
        let bodies: Vec<Body> = (0..bodies).map(|_| self.body(rng, bytes_max)).collect();
        let header = Header {
            alg: 1,
            schema: 1,
            chain: self.chain,
            seq: self.seq,
            prev: self.prev,
            boot: [5; 16],
            authority: AuthorityHead::default(),
            day: Day(20_700),
            entries: hash_entries(bodies.iter().map(Body::entry)),
            bodies: u16::try_from(bodies.len()).expect("counted in u16"),
        };
        let header = SignedHeader::sign(header, &self.key);
        self.prev = header.hash();
        StoredBatch { header, bodies: bodies.into_iter().map(StoredBody::Here).collect(), source: None }
    }

    fn body(&self, rng: &mut impl rand::Rng, bytes_max: usize) -> Body {
        let nonce: [u8; 8] = rng.random();
        let mut bytes = vec![0; rng.random_range(1..=bytes_max)];
        rng.fill(bytes.as_mut_slice());
        Body { document: DocId::derive(self.chain.scope, self.chain.node, &nonce), kind: BodyKind::CHANGE, bytes }
    }
}

impl Default for Author {
    fn default() -> Self {
        Self::new()
    }
}
