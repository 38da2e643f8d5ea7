//! Faults in the order in which they hurt: each story is a handful of actions at one site that single faults would seldom come upon together.

use super::{DAY_MS, FAULTS_FROM_MS, HOUR_MS, Swarm};
use crate::layout::{Post, Seat};
use crate::plan::chance::exponential;
use crate::plan::clerks::{Case, Paper};
use crate::plan::faults::in_flight;
use crate::plan::{Action, InFlight, Way, What};
use crate::streams::Stream;
use mesh_model::time::Uptime;

const MINUTE_MS: u64 = 60_000;
/// Papers of stories; those of clerks have lower numbers.
const PAPERS_FROM: u64 = 1 << 57;

type Tell = fn(&Swarm<'_>, &mut Story<'_>);

struct Kind {
    word: &'static str,
    /// Mean pause between two such stories at one site, in a run of sixty days.
    pause_ms: (u64, u64),
    who: Who,
    tell: Tell,
}

#[derive(Clone, Copy)]
enum Who {
    BelowHub,
    OneTownship,
    OneVillage,
}

const KINDS: &[Kind] = &[
    Kind { word: "regrown", pause_ms: (10 * DAY_MS, 60 * DAY_MS), who: Who::BelowHub, tell: regrown },
    Kind { word: "crowded", pause_ms: (10 * DAY_MS, 60 * DAY_MS), who: Who::BelowHub, tell: crowded },
    Kind { word: "hurried", pause_ms: (4 * DAY_MS, 40 * DAY_MS), who: Who::BelowHub, tell: hurried },
    Kind { word: "lying", pause_ms: (2 * DAY_MS, 10 * DAY_MS), who: Who::OneTownship, tell: lying },
    Kind { word: "forger", pause_ms: (20 * DAY_MS, 50 * DAY_MS), who: Who::OneVillage, tell: forger },
];

/// One story being told: its site, when it begins, and what is drawn for it.
struct Story<'a> {
    seat: Seat,
    at: u64,
    stream: &'a mut Stream,
    actions: Vec<Action>,
}

impl Story<'_> {
    fn then(&mut self, after_ms: u64, what: What) {
        self.actions.push(Action { at: Uptime(self.at + after_ms), what });
    }

    /// Somebody writes in a case of `intake`.
    fn paper(&mut self, after_ms: u64, seat: Seat, intake: Seat) -> Case {
        let case = Case { intake, number: self.stream.below(4) };
        let number = PAPERS_FROM | u64::from(seat.0) << 40 | self.stream.below(1 << 40);
        let bytes = 100 + self.stream.below(900) as usize;
        self.then(after_ms, What::Paper(Paper { number, seat, case, bytes }));
        case
    }
}

impl Swarm<'_> {
    /// What befalls a site in order.
    pub(super) fn stories(&self, seat: Seat) -> Vec<Action> {
        let told = KINDS.iter().filter(|kind| self.is_on(kind.word) && self.is_told_of(kind, seat));
        told.flat_map(|kind| self.tell(kind, seat)).collect()
    }

    fn is_told_of(&self, kind: &Kind, seat: Seat) -> bool {
        match kind.who {
            Who::BelowHub => seat != Seat::HUB,
            Who::OneTownship => self.is_the_one(kind.word, Post::Township, seat),
            Who::OneVillage => self.is_the_one(kind.word, Post::Village, seat),
        }
    }

    fn tell(&self, kind: &Kind, seat: Seat) -> Vec<Action> {
        let pause_ms = self.pause(kind.word, kind.pause_ms);
        let mut stream = self.stream(kind.word, u64::from(seat.0));
        let mut at = FAULTS_FROM_MS;
        let mut actions = Vec::new();
        loop {
            at += exponential(&mut stream, pause_ms).max(HOUR_MS);
            if at >= self.end_ms() {
                actions.retain(|action: &Action| action.at.0 < self.end_ms());
                return actions;
            }
            let mut story = Story { seat, at, stream: &mut stream, actions: Vec::new() };
            (kind.tell)(self, &mut story);
            actions.append(&mut story.actions);
        }
    }
}

/// While its line is down an older copy of a disk is put back, and the site writes more papers than it lost; for the one above, the same numbers
/// come to stand for others. Sometimes the line further up stays down, so that what the county says of the lost ones comes first.
fn regrown(swarm: &Swarm<'_>, story: &mut Story<'_>) {
    let seat = story.seat;
    let lost = story.stream.between(1, 3);
    for number in 0..lost {
        story.paper(number * MINUTE_MS, seat, seat);
    }
    let cut_ms = 30 * MINUTE_MS;
    let away_ms = story.stream.between(2 * HOUR_MS, 6 * HOUR_MS);
    story.then(cut_ms, What::LineDown { seat, for_ms: away_ms, way: Way::Both });
    if let Some(above) = swarm.layout.above(seat).filter(|above| *above != Seat::HUB)
        && story.stream.once_in(2)
    {
        let for_ms = away_ms + story.stream.between(2 * HOUR_MS, 6 * HOUR_MS);
        story.then(cut_ms, What::LineDown { seat: above, for_ms, way: Way::Both });
    }
    let back_ms = cut_ms + story.stream.between(5, 20) * MINUTE_MS;
    let age_ms = back_ms + MINUTE_MS;
    let for_ms = story.stream.between(1, 10) * MINUTE_MS;
    story.then(back_ms, What::Restored { seat, age_ms, for_ms });
    // In half of the seeds exactly as many, so that each new paper takes the place of a lost one and none is beyond.
    let more = lost + if swarm.is_on("regrown-past") { story.stream.below(8) } else { 0 };
    for number in 0..more {
        story.paper(back_ms + for_ms + (1 + number) * MINUTE_MS, seat, seat);
    }
}

/// A disk is full just while papers come in, its own and those of a site below, and more come when there is room again.
fn crowded(swarm: &Swarm<'_>, story: &mut Story<'_>) {
    let seat = story.seat;
    let for_ms = story.stream.spread(MINUTE_MS, HOUR_MS);
    story.then(0, What::DiskFull { seat, for_ms });
    let below: Vec<Seat> = swarm.layout.below(seat).collect();
    for part in 1..=6 {
        let at_ms = for_ms * part / 5;
        let index = usize::try_from(story.stream.below(below.len() as u64 + 1)).unwrap_or(0);
        let writer = below.get(index).copied().unwrap_or(seat);
        story.paper(at_ms, writer, writer);
    }
}

/// A paper is urged before the one above can have it.
fn hurried(swarm: &Swarm<'_>, story: &mut Story<'_>) {
    let seat = story.seat;
    let case = story.paper(0, seat, seat);
    let synced_ms = u64::from(swarm.site(seat).sync_ms);
    for _ in 0..3 {
        let after_ms = synced_ms + story.stream.spread(1, 4_000);
        story.then(after_ms, What::Urged { seat, case });
    }
}

/// A disk answers before it keeps, and the power fails while papers are coming in.
fn lying(swarm: &Swarm<'_>, story: &mut Story<'_>) {
    let seat = story.seat;
    let commits = u32::try_from(story.stream.between(1, 4)).unwrap_or(1);
    story.then(0, What::DiskForgets { seat, commits });
    let below: Vec<Seat> = swarm.layout.below(seat).collect();
    let writer = below.first().copied().unwrap_or(seat);
    for round in 1..=6 {
        let at_ms = round * 20 * MINUTE_MS;
        story.paper(at_ms, writer, writer);
        let for_ms = story.stream.between(30_000, 10 * MINUTE_MS);
        let in_flight = if story.stream.once_in(2) { InFlight::Lost } else { in_flight(story.stream) };
        let after_ms = story.stream.spread(50, 4_000);
        story.then(at_ms + after_ms, What::PowerCut { seat, for_ms, in_flight });
    }
}

/// A stolen program signs what it writes with a key that it does not have.
fn forger(_: &Swarm<'_>, story: &mut Story<'_>) {
    let seat = story.seat;
    story.then(0, What::Forged { seat });
    for number in 1..=3 {
        story.paper(number * HOUR_MS, seat, seat);
    }
}
