//! The plans of the six scenarios, and what each is about.

use super::verdict::moment;
use crate::evidence::Evidence;
use crate::layout::{Layout, Seat};
use crate::line::{LineMake, Loss, Nat, Ppm};
use crate::netns::run::{Moment, Ran, Step};
use crate::plan::clerks::{Case, Paper};
use crate::plan::{Action, Bodies, Healing, InFlight, Plan, Rhythm, SiteMake, Way, What};
use mesh_model::time::Uptime;

/// One scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name on the command line.
    pub name: &'static str,
    /// What is carried out.
    pub plan: Plan,
    /// Returns what it is about and did not happen.
    pub must: fn(&Evidence, &Ran) -> Vec<String>,
}

const TOWNSHIP: Seat = Seat(1);
const VILLAGE: Seat = Seat(2);
/// Bytes that must still be to come when a fault strikes, so that it strikes a transfer.
const STILL_TO_COME_BYTES: u64 = 10_000;

/// Returns all scenarios, the shortest first.
#[must_use]
pub fn scenarios() -> Vec<Scenario> {
    let scenario = |name, plan, must: fn(&Evidence, &Ran) -> Vec<String>| Scenario { name, plan, must };
    vec![
        scenario("relay-chain", relay_chain(), relay_must),
        scenario("loss-64k", loss(), loss_must),
        scenario("nat-rebinding", nat(), nat_must),
        scenario("address-change", address(), address_must),
        scenario("cut-30s", cut(), cut_must),
        scenario("hub-killed", hub_killed(), hub_killed_must),
    ]
}

fn plan(villages: u16, line: LineMake, mut actions: Vec<Action>) -> Plan {
    let layout = Layout::grid(1, villages).expect("one township is a county");
    let site = |seat: Seat| (seat, SiteMake { line: (seat != Seat::HUB).then_some(line), sync_ms: 5, rhythm: Rhythm::Always });
    let sites = layout.seats().map(site).collect();
    actions.sort_by_key(|action| action.at);
    Plan { seed: 3, days: 1, sites, layout, actions, ending: Healing::All, bodies: Bodies::Stored }
}

/// A site takes in `count` papers, one every 50 milliseconds from `from_ms` on.
fn papers(seat: Seat, count: u64, bytes: usize, from_ms: u64) -> Vec<Action> {
    let paper = |number: u64| Paper { number: u64::from(seat.0) << 32 | number, seat, case: Case { intake: seat, number }, bytes };
    (0..count).map(|number| Action { at: Uptime(from_ms + 50 * number), what: What::Paper(paper(number)) }).collect()
}

fn at(ms: u64, what: What) -> Action {
    Action { at: Uptime(ms), what }
}

fn cut() -> Plan {
    let cut = at(2_500, What::LineDown { seat: TOWNSHIP, for_ms: 30_000, way: Way::Both });
    // A short queue keeps the round trip short, and with it the pause between probes of a cut line.
    let make = LineMake { queue_ms: 300, ..LineMake::clean(256_000, 60) };
    plan(0, make, [papers(TOWNSHIP, 30, 5_000, 300), vec![cut]].concat())
}

fn cut_must(_: &Evidence, ran: &Ran) -> Vec<String> {
    let mut why = in_transfer(ran, |step| matches!(step, Step::Act(What::LineDown { .. })));
    let (Some(cut), Some(repaired)) =
        (moment(ran, |step| matches!(step, Step::Act(What::LineDown { .. }))), moment(ran, |step| matches!(step, Step::LineUp(..))))
    else {
        return vec!["the line was not cut and repaired".into()];
    };
    if repaired.at_ms - cut.at_ms < 29_000 {
        why.push(format!("the cut lasted {} ms", repaired.at_ms - cut.at_ms));
    }
    let (before, after) = (cut.lines[&TOWNSHIP].up, repaired.lines[&TOWNSHIP].up);
    // One datagram may come out between the look and the cut.
    if after.carried_bytes > before.carried_bytes + 4_000 || after.cut == 0 {
        why.push(format!("{} bytes came through the cut line", after.carried_bytes - before.carried_bytes));
    }
    why
}

fn loss() -> Plan {
    let make = LineMake { loss: Loss::Bernoulli(Ppm(50_000)), jitter_ms: 20, ..LineMake::clean(64_000, 150) };
    plan(0, make, papers(TOWNSHIP, 16, 4_000, 500))
}

fn loss_must(_: &Evidence, ran: &Ran) -> Vec<String> {
    let line = ran.lines[&TOWNSHIP];
    let (lost, offered) = (line.up.lost + line.down.lost, line.up.offered + line.down.offered);
    // Of some two hundred datagrams, 5 % are ten: four standard deviations are all but ten.
    let is_about_a_twentieth = lost * 100 >= offered && lost * 100 <= offered * 12;
    (!is_about_a_twentieth).then(|| format!("{lost} of {offered} datagrams were lost")).into_iter().collect()
}

fn address() -> Plan {
    let change = at(3_500, What::AddressChanged { seat: TOWNSHIP });
    plan(0, LineMake::clean(128_000, 60), [papers(TOWNSHIP, 24, 5_000, 500), vec![change]].concat())
}

fn address_must(_: &Evidence, ran: &Ran) -> Vec<String> {
    moves(ran, |step| matches!(step, Step::Act(What::AddressChanged { .. })))
}

fn nat() -> Plan {
    let make = LineMake { nat: Some(Nat { udp_timeout_ms: 30_000 }), ..LineMake::clean(128_000, 60) };
    let rebound = at(3_500, What::NatRebound { seat: TOWNSHIP });
    plan(0, make, [papers(TOWNSHIP, 24, 5_000, 500), vec![rebound]].concat())
}

fn nat_must(_: &Evidence, ran: &Ran) -> Vec<String> {
    let mut why = moves(ran, |step| matches!(step, Step::Act(What::NatRebound { .. })));
    if ran.lines[&TOWNSHIP].forgotten == 0 {
        why.push("the address box forgot nothing".into());
    }
    why
}

/// A transfer must go on over another mapping, on the link it began on.
fn moves(ran: &Ran, is: impl Fn(&Step) -> bool + Copy) -> Vec<String> {
    let mut why = in_transfer(ran, is);
    let Some(before) = moment(ran, is) else { return why };
    if ran.lines[&TOWNSHIP].flows <= before.lines[&TOWNSHIP].flows {
        why.push("no datagram came from the new address".into());
    }
    let again = ran.dialled[&TOWNSHIP] - before.dialled[&TOWNSHIP];
    if again > 0 {
        why.push(format!("the link was made again {again} times instead of moving"));
    }
    why
}

fn hub_killed() -> Plan {
    let cut = at(2_500, What::PowerCut { seat: Seat::HUB, for_ms: 3_000, in_flight: InFlight::Lost });
    plan(0, LineMake::clean(256_000, 60), [papers(TOWNSHIP, 30, 5_000, 300), vec![cut]].concat())
}

fn hub_killed_must(_: &Evidence, ran: &Ran) -> Vec<String> {
    let mut why = in_transfer(ran, |step| matches!(step, Step::Act(What::PowerCut { .. })));
    if ran.dialled[&TOWNSHIP] == 0 {
        why.push("the township made no new link to the hub".into());
    }
    why
}

fn relay_chain() -> Plan {
    let actions = [papers(VILLAGE, 12, 4_000, 500), papers(TOWNSHIP, 4, 2_000, 800)].concat();
    plan(1, LineMake::clean(128_000, 60), actions)
}

fn relay_must(evidence: &Evidence, ran: &Ran) -> Vec<String> {
    let bytes = ran.clerks[&VILLAGE].bytes;
    let mut why = Vec::new();
    for seat in [VILLAGE, TOWNSHIP] {
        let carried = ran.lines[&seat].up.carried_bytes;
        if carried * 10 < bytes * 7 {
            why.push(format!("the line above site {} carried {carried} bytes of the village's {bytes}", seat.0));
        }
    }
    let hub = evidence.sites[&Seat::HUB].node;
    let village = &ran.settled.said[&VILLAGE].status;
    if village.peers.iter().any(|peer| peer.node == hub && peer.linked) {
        why.push("the village has a link to the hub, past its township".into());
    }
    why
}

/// A fault must strike while bytes are under way and more are to come.
fn in_transfer(ran: &Ran, is: impl Fn(&Step) -> bool) -> Vec<String> {
    let Some(Moment { at_ms, lines, .. }) = moment(ran, is) else { return vec!["the fault never came".into()] };
    let (then, end) = (lines[&TOWNSHIP].up, ran.lines[&TOWNSHIP].up);
    let mut why = Vec::new();
    if then.waiting_bytes == 0 {
        why.push(format!("nothing was under way when the fault came at {at_ms} ms"));
    }
    if then.carried_bytes == 0 || end.carried_bytes - then.carried_bytes < STILL_TO_COME_BYTES {
        why.push(format!("the fault at {at_ms} ms struck no transfer: {} bytes before, {} in all", then.carried_bytes, end.carried_bytes));
    }
    why
}
