//! The `flow` engine: real sans-IO nodes, message-level lines, one heap of events, virtual time.
//!
//! A run has four parts. The county is [founded](founding); its plan is carried out to the end of the last day; every fault is healed and the
//! county gets a bounded time to agree; then all sessions start again a few times and at last everybody is left alone, which shows that
//! mending and talking come to an end. What is left is judged by [`crate::check`], which shares no code with this.
//!
//! Not modelled: packet loss and congestion (a frame arrives whole or not at all), a full disk, clocks that lie.

mod agenda;
mod agreement;
mod county;
mod founding;
mod power;
mod roads;
mod seat;
mod wire;

use crate::coverage::Coverage;
use crate::engine::{Engine, EngineError, EngineKind, Progress, Settings};
use crate::evidence::{Chronicle, Ending, Evidence, SiteEvidence, Words};
use crate::plan::Plan;
use crate::sighting::Watch;
use agenda::Event;
use county::County;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;
use sync_protocol::node::Node;

/// Milliseconds after healing within which everybody must agree: a few times the longest pause between dials, and time to carry a backlog.
pub const HEAL_MS_MAX: u64 = 6 * 3_600_000;
/// How often all sessions start again after that.
const ROUNDS: u32 = 3;
/// Milliseconds of one such round: more than the longest pause between dials.
const ROUND_MS: u64 = 15 * 60_000;
/// Milliseconds during which a county at rest must not say a word.
const REST_MS: u64 = 3_600_000;
const MINUTE_MS: u64 = 60_000;

/// The engine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flow;

impl Engine for Flow {
    fn kind(&self) -> EngineKind {
        EngineKind::Flow
    }

    fn limits(&self) -> &'static [&'static str] {
        &["a frame arrives whole or with its connection not at all", "clerks read no screens"]
    }

    fn run(
        &self,
        plan: Plan,
        _: &Settings,
        _: &mut dyn Watch,
        _: &mut Coverage,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Evidence, EngineError> {
        let end = plan.end();
        let mut county = County::new(plan);
        county.found();
        for action in 0..county.plan.actions.len() {
            county.agenda.set_down(county.plan.actions[action].at, Event::Planned { action });
        }
        for day in 1..=county.plan.days {
            county.run_until(Uptime(u64::from(day) * crate::plan::DAY_MS));
            progress(Progress { at: county.now, end });
        }
        let ending = end_run(&mut county);
        Ok(evidence(county, ending))
    }
}

fn end_run(county: &mut County) -> Ending {
    county.heal();
    let healed_ms = await_agreement(county);
    let repairs_before = repairs(county);
    for _ in 0..ROUNDS {
        county.cut_all_lines();
        pass(county, ROUND_MS);
    }
    let (repairs_after, frames) = (repairs(county), frames(county));
    pass(county, REST_MS);
    let rest_frames = self::frames(county) - frames;
    for machine in county.machines.values() {
        let tail = machine.disk.kept().tail();
        county.trace.note(county.now, &[&tail.seq.to_be_bytes()[..], &tail.mark].concat());
    }
    Ending { healed_ms, healed_ms_max: HEAL_MS_MAX, repairs_before, repairs_after, rest_frames }
}

fn evidence(county: County, ending: Ending) -> Evidence {
    let sites = county.machines.into_iter().map(|(seat, machine)| {
        let words = machine.node.as_ref().map(words);
        let site = SiteEvidence {
            node: machine.key.node(),
            disk: machine.disk.into_kept(),
            office: machine.office,
            tally: machine.tally,
            words,
            shown: BTreeMap::new(),
        };
        (seat, site)
    });
    Evidence {
        engine: EngineKind::Flow,
        sites: sites.collect(),
        at_hub: county.at_hub,
        ending,
        sessions: county.sessions,
        trace: (county.trace.hash(), county.trace.records()),
        chronicle: Chronicle::default(),
        plan: county.plan,
    }
}

fn words(node: &Node) -> Words {
    let peers = node.peers();
    Words {
        digests: node.digests().into_iter().map(|(scope, digest, batches)| (scope, (digest, batches))).collect(),
        in_sync: peers.iter().filter(|status| status.in_sync).map(|status| status.peer).collect(),
        common: peers.iter().map(|status| (status.peer, node.common_scopes(status.peer))).collect::<BTreeMap<_, _>>(),
        height: node.authority().head().height,
        day: node.day().map(|day| day.0),
    }
}

fn await_agreement(county: &mut County) -> Option<u64> {
    let healed_at = county.now;
    while county.now.ms_since(healed_at) < HEAL_MS_MAX {
        pass(county, MINUTE_MS);
        if agreement::is_reached(county) {
            return Some(county.now.ms_since(healed_at));
        }
    }
    None
}

fn pass(county: &mut County, ms: u64) {
    let until: Uptime = county.now.after_ms(ms);
    county.run_until(until);
}

fn repairs(county: &County) -> u64 {
    county.machines.values().map(|machine| machine.tally.repairs).sum()
}

fn frames(county: &County) -> u64 {
    county.machines.values().map(|machine| machine.tally.frames).sum()
}

#[cfg(test)]
mod tests;
