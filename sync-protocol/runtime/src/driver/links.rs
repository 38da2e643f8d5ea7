//! The links of a driver: who is connected, what is being dialled, and what the network tells.

use super::rhythm::{Rhythm, Timetable};
use super::tap::{Passed, Tap};
use crate::env::{Env, Task};
use crate::link::lanes::{FrameBytes, FromLink, Link};
use crate::link::{Arrival, Connected, Net, arrive};
use crate::telemetry::Counters;
use crate::telemetry::ways::Why;
use mesh_model::id::NodeId;
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use sync_protocol::io::{Bye, Input, Lane, LinkId, Side, Slot};
use tokio::sync::{mpsc, watch};

/// Handshakes of arriving peers that run at one time.
pub(super) const ARRIVING_MAX: usize = 64;
/// How many of these places are had without a proof of address.
const UNPROVEN_MAX: usize = ARRIVING_MAX / 2;

/// How long two nodes must have agreed before a node that keeps a rhythm hangs up: receipts and day records follow papers closely.
const REST: Duration = Duration::from_secs(3);

/// What the network tells the driver.
#[derive(Debug)]
pub enum Event {
    /// A link's own report.
    Link(FromLink),
    /// A dial came through.
    Dialled(Slot, Connected),
    /// A dial did not.
    DialFailed(Slot, Why, String),
    /// A node dialled us.
    Arrived(Connected),
    /// It is time to see whether a dialled link is needed any longer.
    Rest(LinkId),
}

impl From<FromLink> for Event {
    fn from(report: FromLink) -> Event {
        Event::Link(report)
    }
}

pub struct Links {
    env: Arc<dyn Env>,
    net: Option<Net>,
    peers: Vec<String>,
    dialling: BTreeSet<Slot>,
    open: BTreeMap<LinkId, Open>,
    /// Links that were hung up and whose end is still to be told.
    closing: BTreeMap<LinkId, Task>,
    next: u64,
    events: mpsc::Sender<Event>,
    counters: Arc<Counters>,
    tap: Option<Tap>,
    timetable: Timetable,
    /// How often held dials were told to go on at once.
    hurry: watch::Sender<u64>,
    accepting: Option<Task>,
}

struct Open {
    link: Link,
    peer: NodeId,
    side: Side,
}

impl Links {
    pub fn new(
        env: Arc<dyn Env>,
        net: Option<Net>,
        peers: Vec<String>,
        newcomers: Option<mpsc::Sender<quinn::Connection>>,
        events: mpsc::Sender<Event>,
        counters: Arc<Counters>,
        tap: Option<Tap>,
    ) -> Links {
        counters.ways().configure(&peers);
        let accepting = net.clone().map(|net| {
            let door = Door { env: env.clone(), net, newcomers, events: events.clone(), counters: counters.clone() };
            env.spawn(Box::pin(door.accept()))
        });
        let (dialling, open, closing) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        Links {
            env,
            net,
            peers,
            dialling,
            open,
            closing,
            next: 1,
            events,
            counters,
            tap,
            timetable: Timetable::default(),
            hurry: watch::Sender::default(),
            accepting,
        }
    }

    pub fn set_peers(&mut self, peers: Vec<String>) {
        self.counters.ways().configure(&peers);
        self.peers = peers;
    }

    pub fn peer(&self, link: LinkId) -> Option<NodeId> {
        self.open.get(&link).map(|open| open.peer)
    }

    pub fn send(&mut self, link: LinkId, lane: Lane, frame: Vec<u8>) {
        if let Some(open) = self.open.get(&link) {
            open.link.send(lane, frame);
        }
    }

    fn see(&self, passed: Passed<'_>) {
        if let Some(tap) = &self.tap {
            tap.see(passed);
        }
    }

    pub fn dial(&mut self, slot: Slot) {
        self.see(Passed::Dial);
        if !self.dialling.insert(slot) {
            return;
        }
        let target = self.net.clone().zip(self.peers.get(usize::from(slot.0)).cloned());
        let events = self.events.clone();
        let (held_until, env) = (self.timetable.held_until(slot), self.env.clone());
        // Taken here and not in the task: whoever asks for haste before the task runs is heard too.
        let mut hurried = self.hurry.subscribe();
        self.env.spawn(Box::pin(async move {
            if let Some(until) = held_until {
                tokio::select! {
                    biased;
                    _ = hurried.changed() => {}
                    () = sleep_until(env.as_ref(), until) => {}
                }
            }
            let event = match target {
                None => {
                    let why = "no such peer is configured";
                    Event::DialFailed(slot, Why { word: "unreachable", detail: why.to_owned() }, why.to_owned())
                }
                Some((net, name)) => match net.dial(&name).await {
                    Ok(connected) => Event::Dialled(slot, connected),
                    Err(error) => Event::DialFailed(slot, Why::of_dial(&error), chain_of(&error)),
                },
            };
            let _ = events.send(event).await;
        }));
    }

    /// Keeps another rhythm from here on.
    pub fn keep_rhythm(&mut self, rhythm: Rhythm) {
        self.timetable.keep(rhythm);
        self.hurry();
    }

    /// Lets held dials go on at once.
    pub fn hurry(&mut self) {
        self.timetable.forget_pauses();
        self.hurry.send_modify(|times| *times += 1);
    }

    /// Looks a little later whether the links dialled to `peer` are needed any longer.
    pub fn rest_later(&self, peer: NodeId) {
        if self.timetable.is_standing() {
            return;
        }
        let dialled = |open: &Open| open.peer == peer && matches!(open.side, Side::Dialled(_));
        for link in self.open.iter().filter(|(_, open)| dialled(open)).map(|(link, _)| *link) {
            let events = self.events.clone();
            self.env.spawn(Box::pin(async move {
                tokio::time::sleep(REST).await;
                let _ = events.send(Event::Rest(link)).await;
            }));
        }
    }

    /// Ends a link that is needed no longer; the node learns it as it learns of any link that is gone.
    pub fn rest(&mut self, link: LinkId) {
        let Some(Side::Dialled(slot)) = self.open.get(&link).map(|open| open.side) else { return };
        if !self.timetable.is_standing() {
            self.timetable.on_rested(slot);
            self.hang_up(link, Bye::Shutdown);
        }
    }

    pub fn hang_up(&mut self, link: LinkId, bye: Bye) {
        if let Some(open) = self.open.remove(&link) {
            self.see(Passed::HungUp { peer: open.peer, bye });
            tracing::info!(target: "mesh::hung_up", link = link.0, peer = %open.peer, ?bye);
            self.closing.insert(link, self.env.spawn(Box::pin(open.link.close(bye))));
        }
    }

    /// Returns what the node must hear of an event.
    pub fn on_event(&mut self, event: Event) -> Option<Input> {
        match event {
            Event::Dialled(slot, connected) => {
                self.dialling.remove(&slot);
                self.timetable.on_reached(self.env.uptime(), slot);
                self.counters.ways().reached(slot.0, connected.peer.node);
                Some(self.take(connected, Side::Dialled(slot)))
            }
            Event::DialFailed(slot, word, why) => {
                let refusal = word.bye();
                self.dialling.remove(&slot);
                self.timetable.on_failed(self.env.uptime(), slot, u64::from_be_bytes(crate::env::random(self.env.as_ref())));
                tracing::info!(target: "mesh::dial_failed", slot = slot.0, why);
                self.counters.ways().missed(slot.0, word);
                self.counters.dial_failed();
                self.see(Passed::DialFailed);
                Some(refusal.map_or(Input::DialFailed(slot), |why| Input::DialRefused { slot, why }))
            }
            Event::Arrived(connected) => Some(self.take(connected, Side::Accepted)),
            // Whether it is needed only the driver can tell.
            Event::Rest(_) => None,
            // The core is promised that nothing comes from a link it has hung up but its end.
            Event::Link(FromLink::Received { link, lane, frame }) => {
                self.open.contains_key(&link).then_some(Input::Received { link, lane, frame })
            }
            Event::Link(FromLink::Drained { link, bytes }) => self.open.contains_key(&link).then_some(Input::Drained { link, bytes }),
            Event::Link(FromLink::Down { link, why }) => {
                let refusal = why.as_ref().and_then(Why::bye);
                if let Some(open) = self.open.remove(&link) {
                    self.lost(link, open.peer, why);
                }
                self.closing.remove(&link);
                Some(refusal.map_or(Input::LinkDown(link), |why| Input::LinkClosed { link, why }))
            }
        }
    }

    fn lost(&self, link: LinkId, peer: NodeId, why: Option<Why>) {
        self.see(Passed::LinkDown { peer });
        let Some(why) = why else {
            tracing::info!(target: "mesh::link_down", link = link.0, %peer, by = "this node");
            return;
        };
        tracing::info!(target: "mesh::link_down", link = link.0, %peer, why = why.word, detail = why.detail);
        if why.word == "fault" {
            tracing::warn!(target: "mesh::peer_fault", %peer, seen_by = "the peer", detail = why.detail);
        }
        self.counters.ways().lost(peer, why);
    }

    /// Says goodbye to everybody and closes the endpoint.
    pub async fn close_all(&mut self, patience: Duration) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
        }
        let links: Vec<LinkId> = self.open.keys().copied().collect();
        for link in links {
            self.hang_up(link, Bye::Shutdown);
        }
        for (_, closing) in std::mem::take(&mut self.closing) {
            let _ = closing.await;
        }
        if let Some(net) = self.net.take() {
            net.close(Bye::Shutdown as u32, patience).await;
        }
    }

    fn take(&mut self, connected: Connected, side: Side) -> Input {
        let link = LinkId(self.next);
        self.next += 1;
        let peer = connected.peer.node;
        tracing::info!(target: "mesh::link_up", link = link.0, %peer, dialled = matches!(side, Side::Dialled(_)));
        self.see(Passed::LinkUp { peer, dialled: matches!(side, Side::Dialled(_)) });
        let counters: Arc<FrameBytes> = self.counters.line(peer);
        let started = Link::start(&self.env, link, connected.connection, counters, self.events.clone());
        self.open.insert(link, Open { link: started, peer, side });
        Input::LinkUp { link, peer, side }
    }
}

/// Takes in whoever dials.
struct Door {
    env: Arc<dyn Env>,
    net: Net,
    newcomers: Option<mpsc::Sender<quinn::Connection>>,
    events: mpsc::Sender<Event>,
    counters: Arc<Counters>,
}

impl Door {
    async fn accept(self) {
        let places = Arc::new(tokio::sync::Semaphore::new(ARRIVING_MAX));
        while let Some(incoming) = self.net.accept().await {
            // A handshake may take a minute; whoever only says a wrong address is asked to prove it before it may fill the door.
            if places.available_permits() <= ARRIVING_MAX - UNPROVEN_MAX && !incoming.remote_address_validated() {
                let _ = incoming.retry();
                continue;
            }
            let Ok(place) = places.clone().try_acquire_owned() else {
                incoming.refuse();
                continue;
            };
            let (events, newcomers, counters) = (self.events.clone(), self.newcomers.clone(), self.counters.clone());
            self.env.spawn(Box::pin(async move {
                let arrival = arrive(incoming).await;
                drop(place);
                match arrival {
                    Some(Arrival::Node(connected)) => {
                        let _ = events.send(Event::Arrived(connected)).await;
                    }
                    Some(Arrival::Newcomer(connection)) => {
                        let refused = newcomers.is_none_or(|desk| desk.try_send(connection.clone()).is_err());
                        if refused {
                            connection.close(0u32.into(), b"");
                        }
                    }
                    None => counters.arrival_failed(),
                }
            }));
        }
    }
}

/// Sleeps until a time of this process's clock, which goes on while the machine is suspended; timers do not.
async fn sleep_until(env: &dyn Env, until: Uptime) {
    loop {
        let left_ms = until.ms_since(env.uptime());
        if left_ms == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(left_ms.min(env.timer_ms_max()))).await;
    }
}

/// An error with its causes, on one line.
fn chain_of(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        line.push_str(": ");
        line.push_str(&next.to_string());
        cause = next.source();
    }
    line
}
