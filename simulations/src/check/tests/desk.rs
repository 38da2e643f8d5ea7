//! A quiet county of four sites, what it left, and a hand that tells its checkers whatever a test wants them to see.

use crate::check::*;
use crate::engine::{Engine, Settings};
use crate::evidence::Receipt;
use crate::flow::Flow;
use crate::layout::Seat;
use crate::plan::{Action, What};
use crate::sighting::Blind;
use mesh_model::id::{Branch, DocId, Hash, SiteId};
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::Day;
use std::collections::BTreeSet;
use sync_protocol::batch::{AuthorityHead, Body, BodyKind, Chain, Header, SignedHeader};
use sync_protocol::crypto::SigningKey;
use sync_protocol::io::ActPlace;
use sync_protocol::journal::{Position, Source, StoredBatch, StoredBody};
use sync_protocol::profile::EventChange;
use sync_protocol::record::Record;

pub(super) const HUB: Seat = Seat::HUB;
pub(super) const TOWNSHIP: Seat = Seat(1);
pub(super) const VILLAGE: Seat = Seat(2);
pub(super) const NEIGHBOUR: Seat = Seat(3);
pub(super) const SEATS: [Seat; 4] = [HUB, TOWNSHIP, VILLAGE, NEIGHBOUR];

/// What a hand-made batch is to say.
pub(super) struct Draft {
    pub author: Seat,
    pub scope: Scope,
    pub seq: u64,
    pub prev: Hash,
    pub boot: u8,
    pub bodies: Vec<Body>,
}

/// The hand.
pub(super) struct Desk {
    pub evidence: Evidence,
    pub coverage: Coverage,
    inspectors: Inspectors,
    head: AuthorityHead,
    at: Uptime,
}

impl Desk {
    /// Opens a desk on a county whose plan also says these things, which nobody carries out.
    pub fn with(whats: Vec<What>) -> Desk {
        let plan = Plan::quiet(1, 2, 1, 4).unwrap();
        let mut evidence = Flow.run(plan, &Settings::default(), &mut Blind, &mut Coverage::default(), &mut |_| {}).unwrap();
        assert_eq!(breaches(&evidence), Vec::new());
        evidence.plan.actions.extend(whats.into_iter().map(|what| Action { at: Uptime(0), what }));
        let records = evidence.sites[&HUB].disk.batches().flat_map(tree::records);
        let head = records.map(|(record, hash)| AuthorityHead { height: record.height, hash }).max_by_key(|head| head.height).unwrap();
        Desk { inspectors: Inspectors::new(&evidence.plan), coverage: Coverage::default(), evidence, head, at: Uptime(1) }
    }

    pub fn new() -> Desk {
        Desk::with(Vec::new())
    }

    pub fn wait_ms(&mut self, ms: u64) {
        self.at = self.at.after_ms(ms);
    }

    pub fn see(&mut self, sighting: &Sighting<'_>) {
        self.inspectors.see(self.at, sighting);
    }

    pub fn broken(mut self) -> BTreeSet<Promise> {
        self.inspectors.judge(&self.evidence, &mut self.coverage).into_iter().map(|breach| breach.promise).collect()
    }

    pub fn judge(self) -> (Vec<Breach>, Coverage) {
        let Desk { evidence, mut coverage, inspectors, .. } = self;
        (inspectors.judge(&evidence, &mut coverage), coverage)
    }

    /// Returns where the cases of a site are.
    pub fn cases(&self, seat: Seat) -> Scope {
        let mut site = *b"site\0\0\0\0";
        site[6..].copy_from_slice(&seat.0.to_be_bytes());
        Scope::site(SiteId(site), Class::CASES, Shelf(2026))
    }

    /// Returns a draft of the first batch of a village about a case of its own.
    pub fn draft(&self) -> Draft {
        let bodies = vec![self.event(VILLAGE, 1, b"taken in", Vec::new())];
        Draft { author: VILLAGE, scope: self.cases(VILLAGE), seq: 1, prev: Hash::default(), boot: 1, bodies }
    }

    pub fn event(&self, author: Seat, seq: u64, value: &[u8], deps: Vec<[u8; 32]>) -> Body {
        let change = EventChange { deps, actor: [u8::try_from(author.0).unwrap(); 16], seq, start_op: seq, value: value.to_vec() };
        Body { document: DocId([9; 16]), kind: BodyKind::CHANGE, bytes: change.to_bytes().0 }
    }

    pub fn sign(&self, draft: Draft) -> StoredBatch {
        let node = self.evidence.sites[&draft.author].node;
        let header = Header {
            alg: 1,
            schema: 1,
            chain: Chain { node, branch: Branch([1; 8]), scope: draft.scope },
            seq: draft.seq,
            prev: draft.prev,
            boot: [draft.boot; 16],
            authority: self.head,
            day: Day(0),
            entries: sync_protocol::batch::hash_entries(draft.bodies.iter().map(Body::entry)),
            bodies: u16::try_from(draft.bodies.len()).unwrap(),
        };
        let header = SignedHeader::sign(header, &SigningKey::from_secret(&[1; 32]));
        StoredBatch { header, bodies: draft.bodies.into_iter().map(StoredBody::Here).collect(), source: None }
    }

    /// Returns the first batch of the village.
    pub fn paper(&self) -> StoredBatch {
        self.sign(self.draft())
    }

    pub fn record(&self, scope: Scope, record: &Record) -> StoredBatch {
        self.sign(Draft { author: HUB, scope, seq: 1, prev: Hash::default(), boot: 7, bodies: vec![record.to_body(scope)] })
    }

    /// The author of a batch makes it durable.
    pub fn writes(&mut self, seat: Seat, batch: &StoredBatch) {
        self.see(&Sighting::Stored { seat, batch, header: batch.header.hash() });
    }

    /// A batch comes to a seat from another one.
    pub fn comes(&mut self, from: Seat, to: Seat, batch: &StoredBatch) {
        let source = Some(Source { node: self.evidence.sites[&from].node, branch: Branch([1; 8]) });
        let batch = StoredBatch { source, ..batch.clone() };
        self.see(&Sighting::Sent { seat: from, peer: to, batches: std::slice::from_ref(&batch) });
        self.see(&Sighting::Stored { seat: to, batch: &batch, header: batch.header.hash() });
    }

    pub fn place(batch: &StoredBatch) -> ActPlace {
        let at = Position { seq: 1, mark: [0; 8] };
        ActPlace { chain: batch.header.chain, seq: batch.header.seq, header: batch.header.hash(), at }
    }

    /// A clerk holds a receipt in the hand.
    pub fn hand_out(&mut self, paper: u64, batch: &StoredBatch, number: Option<&str>) {
        let receipt = Receipt { at: self.at, places: [Desk::place(batch)].into(), number: number.map(Into::into) };
        self.evidence.sites.get_mut(&VILLAGE).unwrap().office.receipts.insert(paper, receipt);
    }
}
