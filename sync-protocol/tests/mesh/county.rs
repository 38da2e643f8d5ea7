//! A county of real nodes: a hub, a township, villages, links that lose nothing until they are cut.

use super::disk::Disk;
use mesh_model::id::{Branch, DocId, NodeId, SiteId};
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::{Day, Uptime};
use std::collections::{BTreeMap, VecDeque};
use sync_protocol::crypto::SigningKey;
use sync_protocol::guard::Guards;
use sync_protocol::io::*;
use sync_protocol::journal::{Load, LoadId, Loaded};
use sync_protocol::node::{Config, Node};
use sync_protocol::record::{AuthorityAct, Level, NodeKeys, Placement, found_message};

pub const HUB: usize = 0;
pub const TOWN: usize = 1;
pub const VILLAGE: usize = 2;
pub const OTHER_VILLAGE: usize = 3;

pub struct Seat {
    pub node: Option<Node>,
    pub disk: Disk,
    pub key: SigningKey,
    pub loads: VecDeque<(LoadId, Load)>,
    pub notices: Vec<Notice>,
    pub durable: BTreeMap<ActId, Vec<ActPlace>>,
    pub refused: Vec<(ActId, ActRefusal)>,
    pub boots: u64,
}

pub struct Wire {
    pub ends: [(usize, LinkId); 2],
    pub queues: [BTreeMap<Lane, VecDeque<Vec<u8>>>; 2],
    pub up: bool,
}

pub struct County {
    pub seats: Vec<Seat>,
    pub wires: Vec<Wire>,
    pub now: Uptime,
    next_link: u64,
    next_act: u64,
    root_pin: [u8; 32],
    pub frames: u64,
    pub frame_bytes: u64,
    /// Questions put to journals.
    pub load_count: u64,
    /// Who closed a link, and why.
    pub hangups: Vec<(usize, Bye)>,
    /// A lane on which nothing gets through for now.
    pub jammed: Option<Lane>,
    /// Addresses that nodes may dial; takes effect at their next boot.
    pub slots: u16,
    /// Takes effect at the next boot too.
    pub guards: Guards,
}

pub fn site(seat: usize) -> SiteId {
    SiteId([seat as u8 + 1; 8])
}

pub fn node_keys(key: &SigningKey) -> NodeKeys {
    NodeKeys { signing: key.public().into(), wrapping: [0; 32].into(), tls: mesh_model::id::Hash([1; 32]) }
}

pub fn cases(seat: usize) -> Scope {
    Scope::site(site(seat), Class::CASES, Shelf(2026))
}

impl County {
    /// A county with `seats` nodes: 0 hub, 1 township, the rest villages under it. Only the hub knows the log at first.
    pub fn new(seats: usize) -> County {
        let root = SigningKey::from_secret(&[99; 32]);
        let mut county = County {
            seats: Vec::new(),
            wires: Vec::new(),
            now: Uptime(1_000),
            next_link: 1,
            next_act: 1,
            root_pin: *blake3::hash(&root.public()).as_bytes(),
            frames: 0,
            frame_bytes: 0,
            load_count: 0,
            hangups: Vec::new(),
            jammed: None,
            slots: 0,
            guards: Guards::default(),
        };
        for seat in 0..seats {
            county.seats.push(Seat {
                node: None,
                disk: Disk::default(),
                key: SigningKey::from_secret(&[seat as u8 + 1; 32]),
                loads: VecDeque::new(),
                notices: Vec::new(),
                durable: BTreeMap::new(),
                refused: Vec::new(),
                boots: 0,
            });
            county.boot(seat);
        }
        county.found(&root);
        county
    }

    fn found(&mut self, root: &SigningKey) {
        let hub = node_keys(&self.seats[HUB].key);
        let signature = root.sign(&found_message("511602", &hub, site(HUB)));
        let found =
            AuthorityAct::Found { county: "511602".into(), hub, site: site(HUB), root: root.public().into(), signature: signature.into() };
        let mut sites = vec![Placement { site: site(TOWN), parent: Some(site(HUB)), level: Level::TOWNSHIP }];
        sites.extend((VILLAGE..self.seats.len()).map(|seat| Placement {
            site: site(seat),
            parent: Some(site(TOWN)),
            level: Level::VILLAGE,
        }));
        self.authority(found);
        self.authority(AuthorityAct::Place { sites });
        for seat in TOWN..self.seats.len() {
            let keys = node_keys(&self.seats[seat].key);
            self.authority(AuthorityAct::Enrol { keys, site: site(seat), token: [0; 8].into(), block: 0 });
        }
        let id = self.act_id();
        self.give(HUB, Input::Hub(HubAct::Day { id, day: Day(20_700) }));
        self.settle();
    }

    pub fn authority(&mut self, act: AuthorityAct) {
        let id = self.act_id();
        self.give(HUB, Input::Hub(HubAct::Authority { id, act, notes: Vec::new() }));
        self.settle();
        assert!(self.seats[HUB].durable.contains_key(&id), "{:?}", self.seats[HUB].refused);
    }

    pub fn act_id(&mut self) -> ActId {
        self.next_act += 1;
        ActId(self.next_act)
    }

    pub fn id(&self, seat: usize) -> NodeId {
        self.seats[seat].key.node()
    }

    pub fn node(&self, seat: usize) -> &Node {
        self.seats[seat].node.as_ref().expect("the seat is up")
    }

    pub fn branch(&self, seat: usize) -> Branch {
        self.node(seat).branch()
    }

    /// Starts a node on what its disk holds.
    pub fn boot(&mut self, seat: usize) {
        let at = &mut self.seats[seat];
        at.boots += 1;
        at.disk.waiting.clear();
        at.loads.clear();
        let mut boot = [seat as u8; 16];
        boot[8..].copy_from_slice(&at.boots.to_be_bytes());
        let mut seed = [seat as u8; 32];
        seed[8..16].copy_from_slice(&at.boots.to_be_bytes());
        let config = Config {
            key: at.key.clone(),
            root_pin: self.root_pin,
            boot,
            seed,
            slots: self.slots,
            landed_pause_ms: 1_000,
            guards: self.guards,
        };
        at.node = Some(Node::open(config, at.disk.durable.stored()).expect("a store opens on what it wrote"));
        self.drain(seat);
    }

    /// Power cut: what was not synced is gone.
    pub fn kill(&mut self, seat: usize) {
        self.seats[seat].node = None;
        for wire in 0..self.wires.len() {
            if self.wires[wire].ends.iter().any(|(end, _)| *end == seat) {
                self.cut(wire);
            }
        }
    }

    pub fn link(&mut self, dialler: usize, listener: usize) -> usize {
        let (a, b) = (LinkId(self.next_link), LinkId(self.next_link + 1));
        self.next_link += 2;
        self.wires.push(Wire { ends: [(dialler, a), (listener, b)], queues: [BTreeMap::new(), BTreeMap::new()], up: true });
        let (dialler_id, listener_id) = (self.id(dialler), self.id(listener));
        self.give(listener, Input::LinkUp { link: b, peer: dialler_id, side: Side::Accepted });
        self.give(dialler, Input::LinkUp { link: a, peer: listener_id, side: Side::Dialled(Slot(0)) });
        self.wires.len() - 1
    }

    /// Cuts a line: what is on it is lost.
    pub fn cut(&mut self, wire: usize) {
        if !std::mem::take(&mut self.wires[wire].up) {
            return;
        }
        self.wires[wire].queues = [BTreeMap::new(), BTreeMap::new()];
        for (seat, link) in self.wires[wire].ends {
            self.give(seat, Input::LinkDown(link));
        }
    }

    pub fn give(&mut self, seat: usize, input: Input) {
        let now = self.now;
        if let Some(node) = &mut self.seats[seat].node {
            node.handle(now, input);
            self.drain(seat);
        }
    }

    fn drain(&mut self, seat: usize) {
        while let Some(output) = self.seats[seat].node.as_mut().and_then(Node::poll_output) {
            match output {
                Output::Commit(ticket, writes) => self.seats[seat].disk.waiting.push((ticket, writes)),
                Output::Load(id, load) => {
                    self.load_count += 1;
                    self.seats[seat].loads.push_back((id, load));
                }
                Output::Transmit { link, lane, frame } => self.transmit(seat, link, lane, frame),
                Output::Hangup(link, why) => {
                    self.hangups.push((seat, why));
                    self.hangup(seat, link, why);
                }
                Output::Dial(_) => {}
                Output::Notice(notice) => self.on_notice(seat, notice),
            }
        }
    }

    fn on_notice(&mut self, seat: usize, notice: Notice) {
        match &notice {
            Notice::Durable { id, places } => drop(self.seats[seat].durable.insert(*id, places.clone())),
            Notice::ActRefused { id, why } => self.seats[seat].refused.push((*id, why.clone())),
            _ => {}
        }
        self.seats[seat].notices.push(notice);
    }

    fn transmit(&mut self, seat: usize, link: LinkId, lane: Lane, frame: Vec<u8>) {
        self.frames += 1;
        self.frame_bytes += frame.len() as u64 + 4;
        for wire in self.wires.iter_mut().filter(|wire| wire.up) {
            if let Some(end) = wire.ends.iter().position(|end| *end == (seat, link)) {
                wire.queues[1 - end].entry(lane).or_default().push_back(frame);
                return;
            }
        }
    }

    /// The frames under way are lost; the connection's error code still says why.
    fn hangup(&mut self, seat: usize, link: LinkId, why: Bye) {
        let wire = self.wires.iter().position(|wire| wire.up && wire.ends.contains(&(seat, link)));
        if let Some(wire) = wire {
            self.wires[wire].up = false;
            let other = self.wires[wire].ends.iter().find(|end| **end != (seat, link)).copied();
            if let Some((other, link)) = other {
                self.give(other, Input::LinkClosed { link, why });
            }
        }
    }

    /// One thing that may happen next, chosen by `pick`; false when nothing can.
    pub fn step(&mut self, pick: u64) -> bool {
        let mut choices: Vec<Choice> = Vec::new();
        for (seat, at) in self.seats.iter().enumerate().filter(|(_, at)| at.node.is_some()) {
            if !at.disk.waiting.is_empty() {
                choices.push(Choice::Sync(seat));
            }
            if !at.loads.is_empty() {
                choices.push(Choice::Load(seat));
            }
        }
        for (wire, at) in self.wires.iter().enumerate().filter(|(_, wire)| wire.up) {
            for end in 0..2 {
                let lanes = at.queues[end].iter().filter(|(lane, queue)| !queue.is_empty() && self.jammed != Some(**lane));
                choices.extend(lanes.map(|(lane, _)| Choice::Deliver(wire, end, *lane)));
            }
        }
        if choices.is_empty() {
            return false;
        }
        let choice = choices.swap_remove((pick % choices.len() as u64) as usize);
        self.happen(choice);
        true
    }

    fn happen(&mut self, choice: Choice) {
        match choice {
            Choice::Sync(seat) => match self.seats[seat].disk.sync_one() {
                Some((ticket, Ok(positions))) => self.give(seat, Input::Committed(ticket, positions)),
                Some((ticket, Err(()))) => self.give(seat, Input::Refused(ticket, CommitRefusal::Full)),
                None => {}
            },
            Choice::Load(seat) => {
                if let Some((id, load)) = self.seats[seat].loads.pop_front() {
                    let loaded: Loaded = self.seats[seat].disk.durable.load(load);
                    self.give(seat, Input::Loaded(id, loaded));
                }
            }
            Choice::Deliver(wire, end, lane) => {
                let Some(frame) = self.wires[wire].queues[end].get_mut(&lane).and_then(VecDeque::pop_front) else { return };
                let (seat, link) = self.wires[wire].ends[end];
                let (sender, from) = self.wires[wire].ends[1 - end];
                let bytes = frame.len();
                self.give(seat, Input::Received { link, lane, frame });
                self.give(sender, Input::Drained { link: from, bytes });
            }
        }
    }

    /// Runs until nothing can happen, in a fixed order; fails when that never comes.
    pub fn settle(&mut self) {
        self.settle_by(|_| 0);
    }

    pub fn settle_by(&mut self, mut pick: impl FnMut(u64) -> u64) {
        for step in 0..200_000 {
            if !self.step(pick(step)) {
                return;
            }
        }
        panic!("the county never comes to rest");
    }

    /// Lets time pass and wakes everybody.
    pub fn pass(&mut self, ms: u64) {
        self.now = self.now.after_ms(ms);
        for seat in 0..self.seats.len() {
            self.give(seat, Input::Wake);
        }
    }

    /// Registers one paper at a seat; returns its act and document. The paper is durable only once the act is answered.
    pub fn write(&mut self, seat: usize, scope: Scope, text: &str) -> (ActId, DocId) {
        let id = self.act_id();
        let document = DocId::derive(scope, self.id(seat), text.as_bytes());
        self.append(seat, id, scope, document, text.as_bytes());
        (id, document)
    }

    pub fn append(&mut self, seat: usize, id: ActId, scope: Scope, document: DocId, value: &[u8]) {
        let bodies = vec![LocalBody::Event { document, value: value.to_vec() }];
        self.give(seat, Input::Local(LocalAct { id, scope, bodies, notes: Vec::new() }));
    }

    pub fn events(&self, seat: usize, document: DocId) -> Vec<Vec<u8>> {
        let Loaded::Document(bodies) = self.seats[seat].disk.durable.load(Load::Document { document }) else { unreachable!() };
        let mut events: Vec<Vec<u8>> = bodies
            .iter()
            .filter_map(|body| match &body.body {
                sync_protocol::journal::StoredBody::Here(here) => sync_protocol::profile::read(&here.bytes).ok().map(|change| change.value),
                _ => None,
            })
            .collect();
        events.sort();
        events
    }

    pub fn proven(&self, seat: usize, peer: usize) -> bool {
        let peer = self.id(peer);
        self.node(seat).peers().iter().any(|status| status.peer == peer && status.in_sync)
    }

    pub fn rung(&self, seat: usize, id: ActId) -> Rung {
        self.node(seat).rung(&self.seats[seat].durable[&id][0])
    }
}

enum Choice {
    Sync(usize),
    Load(usize),
    Deliver(usize, usize, Lane),
}
