//! A hub of a small county, and a village played by the test: greetings word by word.

use super::*;
use crate::batch::{Body, BodyKind, Chain, Header, SCHEMA, SignedHeader, hash_entries};
use crate::crypto::SigningKey;
use crate::frame::{Bulk, Item, Mark, Proof};
use crate::guard::Guards;
use crate::io::{ActId, HubAct, Input, Slot};
use crate::journal::{LoadId, Loaded, Stored, StoredBatch, StoredBody, mark_of, roll};
use crate::node::Config;
use crate::record::{AuthorityAct, Level, NodeKeys, Placement, found_message};
use mesh_model::id::{Branch, DocId, Hash, SiteId};
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::Day;

mod claims;
mod cursors;
mod frames;
mod links;

const NOW: Uptime = Uptime(1_000);
const LINK: LinkId = LinkId(1);
const DIALLED: Side = Side::Dialled(Slot(0));
const HALL: SiteId = SiteId([1; 8]);
const VILLAGE: SiteId = SiteId([2; 8]);
/// The village's store.
const STORE: Branch = Branch([3; 8]);

fn hub_key() -> SigningKey {
    SigningKey::from_secret(&[1; 32])
}

fn village_key() -> SigningKey {
    SigningKey::from_secret(&[2; 32])
}

fn village() -> NodeId {
    village_key().node()
}

fn keys(key: &SigningKey) -> NodeKeys {
    NodeKeys { signing: key.public().into(), wrapping: [0; 32].into(), tls: Hash([1; 32]) }
}

/// A hub node over a journal that is never slow and never full; its journal holds the four records of the founding.
struct Hub {
    node: Node,
    rolling: Hash,
    /// The position of each entry, from 1.
    positions: Vec<Position>,
}

impl Hub {
    fn new() -> Hub {
        let root = SigningKey::from_secret(&[99; 32]);
        let config = Config {
            key: hub_key(),
            root_pin: *blake3::hash(&root.public()).as_bytes(),
            boot: [4; 16],
            seed: [5; 32],
            slots: 1,
            landed_pause_ms: limits::LANDED_PAUSE_MS,
            guards: Guards::default(),
        };
        let node = Node::open(config, Stored::default()).expect("an empty store opens");
        let mut hub = Hub { node, rolling: Hash::default(), positions: Vec::new() };
        let signature = root.sign(&found_message("511602", &keys(&hub_key()), HALL)).into();
        let found =
            AuthorityAct::Found { county: "511602".into(), hub: keys(&hub_key()), site: HALL, root: root.public().into(), signature };
        let place = AuthorityAct::Place { sites: vec![Placement { site: VILLAGE, parent: Some(HALL), level: Level::VILLAGE }] };
        let enrol = AuthorityAct::Enrol { keys: keys(&village_key()), site: VILLAGE, token: [0; 8].into(), block: 0 };
        for (act, id) in [found, place, enrol].into_iter().zip(1..) {
            hub.give(Input::Hub(HubAct::Authority { id: ActId(id), act, notes: Vec::new() }));
        }
        hub.give(Input::Hub(HubAct::Day { id: ActId(4), day: Day(20_700) }));
        assert_eq!(hub.node.tail().seq, 4);
        hub
    }

    /// Takes one input and answers every commit at once; what comes out is returned, in order.
    fn give(&mut self, input: Input) -> Vec<Output> {
        self.node.handle(NOW, input);
        let mut seen = Vec::new();
        while let Some(output) = self.node.poll_output() {
            if let Output::Commit(ticket, writes) = &output {
                let positions = writes.iter().filter_map(|write| self.append(write)).collect();
                self.node.handle(NOW, Input::Committed(*ticket, positions));
            }
            seen.push(output);
        }
        seen
    }

    fn append(&mut self, write: &Write) -> Option<Position> {
        let Write::Batch(batch) = write else { return None };
        self.rolling = roll(&self.rolling, &batch.header.hash(), None);
        let at = Position { seq: self.positions.len() as u64 + 1, mark: mark_of(&self.rolling) };
        self.positions.push(at);
        Some(at)
    }

    /// The place of an entry in the hub's journal; 0 is the empty one.
    fn at(&self, seq: usize) -> Position {
        seq.checked_sub(1).map_or(Position::default(), |index| self.positions[index])
    }

    fn link_up(&mut self, link: LinkId, side: Side) -> Vec<Output> {
        self.give(Input::LinkUp { link, peer: village(), side })
    }

    fn receive(&mut self, link: LinkId, lane: Lane, frame: &Frame) -> Vec<Output> {
        self.give(Input::Received { link, lane, frame: frame.to_bytes() })
    }

    /// The hello of a village that holds all of the log and has read the hub's journal up to `read`.
    fn hello(&self, read: Position) -> Hello {
        let head = self.node.authority().head();
        Hello {
            version: frame::VERSION,
            branch: STORE,
            height: head.height,
            authority: authority_mark(head.hash),
            day: 20_700,
            tail: 0,
            read: read.seq,
            mark: read.mark.into(),
            root: None,
            shelf_from: None,
            version_min: None,
            features: None,
        }
    }

    /// A fresh link on which the village says this hello.
    fn greeted(&mut self, side: Side, hello: Hello) -> Vec<Output> {
        let mut outputs = self.link_up(LINK, side);
        outputs.extend(self.receive(LINK, Lane::Control, &Frame::Hello(hello)));
        outputs
    }

    fn is_linked(&self) -> bool {
        self.node.peers().iter().any(|status| status.peer == village() && status.linked)
    }
}

/// A paper of the village.
fn paper() -> StoredBatch {
    let scope = Scope::site(VILLAGE, Class::CASES, Shelf(2026));
    let body = Body { document: DocId::derive(scope, village(), b"1"), kind: BodyKind::WRAP, bytes: vec![1] };
    let header = Header {
        alg: 1,
        schema: SCHEMA,
        chain: Chain { node: village(), branch: STORE, scope },
        seq: 1,
        prev: Hash::default(),
        boot: [6; 16],
        authority: Hub::new().node.authority().head(),
        day: Day(20_700),
        entries: hash_entries([body.entry()]),
        bodies: 1,
    };
    StoredBatch { header: SignedHeader::sign(header, &village_key()), bodies: vec![StoredBody::Here(body)], source: None }
}

fn frames(outputs: &[Output]) -> Vec<Frame> {
    let frame = |output: &Output| match output {
        Output::Transmit { frame, .. } => Some(Frame::read(frame).expect("a node writes what it reads")),
        _ => None,
    };
    outputs.iter().filter_map(frame).collect()
}

fn hello_in(outputs: &[Output]) -> Option<Hello> {
    frames(outputs).into_iter().find_map(|frame| match frame {
        Frame::Hello(hello) => Some(hello),
        _ => None,
    })
}

fn claims_in(outputs: &[Output]) -> Vec<Proof> {
    let claim = |frame| match frame {
        Frame::Proof(claim) => Some(claim),
        _ => None,
    };
    frames(outputs).into_iter().filter_map(claim).collect()
}

fn shows_vectors(outputs: &[Output]) -> bool {
    frames(outputs).iter().any(|frame| matches!(frame, Frame::Vectors(_)))
}

fn loads_in(outputs: &[Output]) -> Vec<(LoadId, Load)> {
    let load = |output: &Output| match output {
        Output::Load(id, load) => Some((*id, load.clone())),
        _ => None,
    };
    outputs.iter().filter_map(load).collect()
}

fn hangups_in(outputs: &[Output]) -> Vec<(LinkId, Bye)> {
    let hangup = |output: &Output| match output {
        Output::Hangup(link, why) => Some((*link, *why)),
        _ => None,
    };
    outputs.iter().filter_map(hangup).collect()
}

fn fault_in(outputs: &[Output]) -> Option<Fault> {
    outputs.iter().find_map(|output| match output {
        Output::Notice(Notice::PeerFault { fault, .. }) => Some(fault.clone()),
        _ => None,
    })
}

fn held_by_in(outputs: &[Output]) -> Option<u64> {
    outputs.iter().find_map(|output| match output {
        Output::Notice(Notice::HeldBy { seq, .. }) => Some(*seq),
        _ => None,
    })
}
