//! What the plan says, done: each action through the same seams by which the world reaches a daemon.

use super::county::County;
use crate::layout::Seat;
use crate::plan::clerks::Paper;
use crate::plan::{FIRST_DAY, Way, What};
use crate::streams::Stream;
use mesh_model::id::{DocId, NodeId};
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::Day;
use mesh_runtime::driver::HubStep;
use std::sync::atomic::Ordering;
use std::time::Duration;
use sync_protocol::io::LocalBody;
use sync_protocol::node::Node;
use sync_protocol::record::{AuthorityAct, Cut};
use tokio::time::Instant;

impl County {
    /// Does one action of the plan.
    pub fn carry_out(&mut self, index: usize) {
        let what = self.plan.actions[index].what.clone();
        let point = match &what {
            What::AddressChanged { .. } => Some("quic: an address changed"),
            What::ClockSet { .. } => Some("quic: a clock was set wrong"),
            What::DiskForgets { .. } => Some("quic: a disk began to answer before it keeps"),
            What::DiskFull { .. } => Some("quic: a disk was full"),
            What::LineDown { way: Way::Both, .. } => Some("quic: a line was cut"),
            What::LineDown { .. } => Some("quic: a line was cut one way"),
            What::LineShaped { .. } => Some("quic: a line changed its ways"),
            What::NatRebound { .. } => Some("quic: an address box forgot its mapping"),
            What::DayDeclared { .. }
            | What::Forged { .. }
            | What::Paper(_)
            | What::Poison(_)
            | What::PowerCut { .. }
            | What::Revoked { .. }
            | What::Restored { .. }
            | What::Urged { .. } => None,
        };
        point.into_iter().for_each(|point| self.coverage.sometimes(point));
        match what {
            What::AddressChanged { seat } => self.site.net.move_address(seat),
            What::ClockSet { seat, ahead_ms } => self.machine(seat).ahead_ms().store(ahead_ms, Ordering::Relaxed),
            What::DayDeclared { number } => self.declare(Day(FIRST_DAY + i32::from(number))),
            What::DiskForgets { seat, commits } => self.machine(seat).store().lock().disk.forget(commits as usize),
            What::DiskFull { seat, for_ms } => {
                let until = Instant::now() + Duration::from_millis(for_ms);
                let mut store = self.machine(seat).store().lock();
                store.full_until = store.full_until.max(Some(until));
            }
            What::LineDown { seat, for_ms, way } => self.site.net.cut(seat, way, for_ms),
            What::LineShaped { seat, make } => self.site.net.shape(seat, make),
            What::NatRebound { seat } => self.site.net.rebind(seat),
            What::Paper(paper) => {
                let machine = self.machine(paper.seat).clone();
                match machine.running() {
                    None => machine.state().office.missed += 1,
                    Some(running) => {
                        let (post, tasks) = (self.plan.layout.post(paper.seat), running.tasks.clone());
                        let zero_ms = super::env::FOUNDING_MS;
                        drop(tasks.spawn(self.clerks.clone().write(machine, running, paper, post, zero_ms)));
                    }
                }
            }
            What::PowerCut { seat, for_ms, in_flight } => self.power_off(seat, for_ms, in_flight),
            What::Poison(paper) => self.poison(&paper),
            // Its signature would have to be wrong, and the driver of these libraries signs well.
            What::Forged { .. } => {}
            What::Revoked { seat } => self.revoke(seat),
            What::Restored { seat, for_ms, age_ms: _ } => self.restore(index, seat, for_ms),
            What::Urged { seat, case } => {
                let known = self.clerks.cases.lock().expect("nobody panics while holding the cases").get(&case).copied();
                if let (Some((_, document)), Some(running)) = (known, self.machine(seat).running()) {
                    let tasks = running.tasks.clone();
                    drop(tasks.spawn(async move {
                        // A node that is ending urges nothing.
                        let _ = running.desk.handle().urge(document).await;
                    }));
                }
            }
        }
    }

    /// A hostile node signs what is no event; the case need not be known to it. Its own papers stay what they are.
    fn poison(&mut self, paper: &Paper) {
        let machine = self.machine(paper.seat).clone();
        let Some(running) = machine.running() else { return };
        self.coverage.sometimes("quic: a node appended poison");
        let bytes = Stream::new(self.plan.seed, "poison", paper.number).filling(paper.bytes);
        let number = paper.number;
        let tasks = running.tasks.clone();
        drop(tasks.spawn(async move {
            let handle = running.desk.handle();
            let look = |node: &Node| Some((node.id(), node.authority().node(node.id())?.site));
            let Ok(Some((node, site))) = handle.view(look).await else { return };
            let scope = Scope::site(site, Class::CASES, Shelf(2026));
            let document = DocId::derive(scope, node, &number.to_be_bytes());
            // Whether it gets through is for others to say.
            if handle.author_unjudged().await.is_ok() {
                let _ = handle.act(scope, vec![LocalBody::Change { document, bytes }], Vec::new()).await;
            }
        }));
    }

    fn declare(&self, day: Day) {
        if let Some(running) = self.machine(Seat::HUB).running() {
            let tasks = running.tasks.clone();
            drop(tasks.spawn(async move {
                // The hub signs the day by itself too, and again when it could not.
                let _ = running.desk.sign_day(day).await;
            }));
        }
    }

    fn revoke(&mut self, seat: Seat) {
        let node = self.machine(seat).state().node;
        let (Some(running), Some(node)) = (self.machine(Seat::HUB).running(), node) else { return };
        self.revoked.insert(seat);
        self.coverage.sometimes("quic: a node was revoked");
        let tasks = running.tasks.clone();
        drop(tasks.spawn(async move {
            let handle = running.desk.handle();
            if let Ok(cuts) = handle.view(move |hub| cuts(hub, node)).await {
                let act = Box::new(AuthorityAct::Revoke { node, cuts });
                let _ = handle.hub_act(HubStep::Authority { act, notes: Vec::new() }).await;
            }
        }));
    }
}

/// Returns what the hub holds of a node's chains: up to there its papers count.
fn cuts(hub: &Node, node: NodeId) -> Vec<Cut> {
    let vectors = hub.vectors();
    let mut cuts = Vec::new();
    for scope in vectors.scopes() {
        for (chain, rows) in vectors.chains(scope).filter(|(chain, _)| chain.node == node) {
            if let Some(row) = rows.heads.last() {
                cuts.push(Cut { branch: chain.branch, scope: scope.to_bytes().to_vec().into(), seq: row.seq, head: row.head });
            }
        }
    }
    cuts
}
