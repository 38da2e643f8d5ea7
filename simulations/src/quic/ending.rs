//! After the last day: faults end for everybody or for a core, who was healed must agree in time, and at last nobody says a word.

use super::counter::ask;
use super::county::County;
use super::ledger;
use super::machine::Running;
use crate::evidence::{Ending, Office, Words};
use crate::layout::Seat;
use crate::plan::{Healing, Way, What};
use crate::sighting::Watch;
use crate::streams::Stream;
use mesh_model::id::Hash;
use mesh_model::number::CaseNumber;
use mesh_model::time::Uptime;
use mesh_office::api::doc::{Dump, Dumped};
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::node::Node;

/// Milliseconds after healing within which everybody must agree: a few times the longest pause between dials, and time to carry a backlog.
pub const HEAL_MS_MAX: u64 = 6 * 3_600_000;
/// How often all sessions start again after that.
const ROUNDS: u32 = 3;
/// Milliseconds of one such round: more than the longest pause between dials of those who are let in.
const ROUND_MS: u64 = 15 * 60_000;
/// Milliseconds for which lines are cut so that every session ends: more than the silence that an endpoint bears.
const CUT_MS: u64 = 90_000;
/// Milliseconds during which a county at rest must not say a word.
const REST_MS: u64 = 3_600_000;
const MINUTE_MS: u64 = 60_000;
/// Cases whose page is compared between all sites.
const CASES_SHOWN_MAX: usize = 64;
/// Sites below the hub whose documents are merged by the automerge library.
const SITES_DUMPED_MAX: usize = 24;

/// Ends the run.
pub async fn end_run(county: &mut County, watch: &mut dyn Watch) -> Ending {
    let healed: BTreeSet<Seat> = match &county.plan.ending {
        Healing::All => county.plan.layout.seats().collect(),
        Healing::Core(seats) => seats.iter().copied().collect(),
    };
    county.later.clear();
    // What a broken site has to say when its line lets it is no unrest of those who stand.
    county.ledger.healed.clone_from(&healed);
    // Whoever comes seldom would bring what it has in the hour of rest; now everybody who can comes while the healed are given time to agree.
    county.plan.layout.seats().for_each(|seat| county.stand(seat));
    healed.iter().for_each(|seat| county.heal(*seat));
    let healed_ms = await_agreement(county, &healed, HEAL_MS_MAX, watch).await;
    let repairs_before = repairs(county);
    for _ in 0..ROUNDS {
        healed.iter().for_each(|seat| county.site.net.cut(*seat, Way::Both, CUT_MS));
        pass(county, ROUND_MS, watch).await;
    }
    let repairs_after = repairs(county);
    let (frames, sessions) = (county.ledger.healed_frames, county.ledger.healed_sessions);
    pass(county, REST_MS, watch).await;
    let (rest_frames, rest_sessions) = (county.ledger.healed_frames - frames, county.ledger.healed_sessions - sessions);
    if healed_ms.is_some() {
        // A bad line may have ended a session in the last minute of all: what is judged is a county that has its sessions back.
        await_agreement(county, &healed, ROUND_MS, watch).await;
    }
    Ending { healed_ms, healed_ms_max: HEAL_MS_MAX, repairs_before, repairs_after, rest_frames, rest_sessions, ..Ending::default() }
}

/// Waits until the healed agree, for so long at most; returns how many milliseconds it took.
async fn await_agreement(county: &mut County, healed: &BTreeSet<Seat>, ms_max: u64, watch: &mut dyn Watch) -> Option<u64> {
    let healed_at = county.now();
    while county.now().ms_since(healed_at) < ms_max {
        pass(county, MINUTE_MS, watch).await;
        if agrees(county, healed).await {
            return Some(county.now().ms_since(healed_at));
        }
    }
    None
}

async fn agrees(county: &County, healed: &BTreeSet<Seat>) -> bool {
    for lower in healed.iter().filter(|seat| !county.revoked.contains(seat)) {
        let Some(upper) = county.plan.layout.above(*lower) else { continue };
        let stands = healed.contains(&upper) && !county.revoked.contains(&upper);
        if stands && !(says_in_sync(county, *lower, upper).await && says_in_sync(county, upper, *lower).await) {
            return false;
        }
    }
    let at_hub = &county.ledger.at_hub;
    let reaches_hub = |seat: Seat| {
        let mut chain = std::iter::successors(Some(seat), |seat| county.plan.layout.above(*seat));
        chain.all(|seat| healed.contains(&seat) && !county.revoked.contains(&seat))
    };
    county.machines.iter().filter(|(seat, _)| reaches_hub(**seat)).all(|(_, machine)| {
        let state = machine.state();
        // What its own disk answered for and lost may be gone for good: it is not waited for. Whether it may be lost is for the checkers.
        let store = machine.store().lock();
        let is_gone = |header: &Hash| store.disk.content().is_whole(header).is_none();
        state.office.receipts.values().flat_map(|receipt| &receipt.places).all(|at| at_hub.contains_key(&at.header) || is_gone(&at.header))
    })
}

/// Returns whether a site says to be in sync with another now.
pub async fn says_in_sync(county: &County, seat: Seat, peer: Seat) -> bool {
    let (Some(running), Some(peer)) = (county.machine(seat).running(), county.machine(peer).state().node) else { return false };
    let look = move |node: &Node| node.peers().iter().any(|status| status.peer == peer && status.in_sync);
    running.desk.handle().view(look).await.unwrap_or(false)
}

/// Lets time pass, doing what was set down and noting the hub's minutes.
pub async fn pass(county: &mut County, ms: u64, watch: &mut dyn Watch) {
    let until = county.now().after_ms(ms);
    run_until(county, until, &mut 0, watch).await;
}

/// Lets the plan and what follows from it happen until a time of the plan; `next` is the first action that was not done yet.
pub async fn run_until(county: &mut County, until: Uptime, next: &mut usize, watch: &mut dyn Watch) {
    let planned = if *next == 0 && county.plan.end() < until { county.plan.actions.len() } else { *next };
    *next = planned;
    loop {
        let action = county.plan.actions.get(*next).map(|action| action.at).filter(|at| *at < until);
        let later = county.later.first_key_value().map(|((at, _), _)| *at);
        let minute = Uptime((county.now().0 / MINUTE_MS + 1) * MINUTE_MS).min(until);
        let stop = county.moment(action.map_or(minute, |at| at.min(minute)));
        let stop = later.map_or(stop, |at| at.min(stop));
        tokio::time::sleep_until(stop).await;
        if let Some(first) = county.later.first_entry().filter(|first| first.key().0 <= stop) {
            let what = first.remove();
            county.do_later(what);
        } else if action.is_some_and(|at| county.moment(at) <= stop) {
            let strikes_disk = matches!(county.plan.actions[*next].what, What::PowerCut { .. } | What::Restored { .. });
            // What was stored is read from the disk as it was then, and what is kept as it is before anybody writes again.
            if strikes_disk {
                ledger::take_in(county, watch);
            }
            county.carry_out(*next);
            *next += 1;
            if strikes_disk {
                ledger::take_in(county, watch);
            }
        } else {
            ledger::take_in(county, watch);
            ledger::end_minute(county, watch);
            if county.now() >= until {
                return;
            }
        }
    }
}

fn repairs(county: &County) -> u64 {
    county.machines.values().map(|machine| machine.state().tally.repairs).sum()
}

/// Returns a node's own words.
pub async fn words(running: &Running, office: &Office) -> Option<Words> {
    let places = office.places();
    running.desk.handle().view(move |node| Words::of(node, &places)).await.ok()
}

/// Whose screens are looked at, and for which cases: all of a small county, a drawn part of a large one.
pub struct Looked {
    cases: Vec<CaseNumber>,
    dumped: BTreeSet<Seat>,
}

impl Looked {
    /// Draws them; the hub, which knows every case, is always among those whose documents are merged.
    pub fn draw(county: &County) -> Looked {
        let mut stream = Stream::new(county.plan.seed, "shown", 0);
        let known = county.clerks.cases.lock().expect("nobody panics while holding the cases");
        let cases = draw(&mut stream, known.values().map(|(number, _)| *number).collect(), CASES_SHOWN_MAX);
        let dumped = draw(&mut stream, county.plan.layout.below_hub().collect(), SITES_DUMPED_MAX);
        Looked { cases, dumped: dumped.into_iter().chain([Seat::HUB]).collect() }
    }
}

fn draw<T>(stream: &mut Stream, mut all: Vec<T>, most: usize) -> Vec<T> {
    while all.len() > most {
        let which = stream.below(all.len() as u64);
        all.swap_remove(usize::try_from(which).expect("below a length"));
    }
    all
}

/// Returns what a site's screens show: the drawn cases that it knows, and at drawn sites every document as the automerge library merges it.
pub async fn shown(looked: &Looked, seat: Seat, running: &Running) -> BTreeMap<String, Vec<u8>> {
    let mut shown = BTreeMap::new();
    for number in &looked.cases {
        if let Some(page) = super::clerk::shown(running, *number).await {
            shown.insert(number.to_string(), page);
        }
    }
    if !looked.dumped.contains(&seat) {
        return shown;
    }
    let dumped: Result<Dumped, _> = ask(&running.router, &Dump { decoded: true, ..Dump::default() }).await;
    for document in dumped.into_iter().flat_map(|dumped| dumped.scopes).flat_map(|scope| scope.documents) {
        if let Some(heads) = document.heads {
            shown.insert(format!("doc:{}", document.document), heads.join(" ").into_bytes());
        }
    }
    shown
}
