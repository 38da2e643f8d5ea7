//! What the plan says, done: each action through the same seams by which the world reaches a daemon.

use super::county::County;
use crate::layout::Seat;
use crate::plan::{FIRST_DAY, What};
use mesh_model::id::NodeId;
use mesh_model::time::Day;
use mesh_runtime::driver::HubStep;
use std::sync::atomic::Ordering;
use std::time::Duration;
use sync_protocol::node::Node;
use sync_protocol::record::{AuthorityAct, Cut};
use tokio::time::Instant;

impl County {
    /// Does one action of the plan.
    pub fn carry_out(&mut self, index: usize) {
        match self.plan.actions[index].what.clone() {
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
            // A node of these libraries cannot be made to sign what its own door refuses.
            What::Forged { .. } | What::Poison(_) => {}
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
