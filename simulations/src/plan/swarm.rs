//! Swarm testing: each seed switches every kind of fault on or off and draws how strong it is, so that no kind hides another.
//!
//! Pauses are those of sixty days and shrink with shorter runs, so that each kind strikes as often in any of them. Beside the kinds of faults,
//! which fall where they fall, there are [stories](stories): faults and papers in the order in which they hurt.
//!
//! Plans are the same for every engine but for one thing: a session that stands says every twenty seconds that it lives, and where every packet
//! is carried that is nine tenths of a run. Under [`EngineKind::Quic`] sessions stand in one county of [`STANDING_ONCE_IN`] only.

mod stories;

use super::chance::exponential;
use super::clerks::{Case, Paper};
use super::draw::{FAULTS_FROM_MS, declared_days};
use super::faults::in_flight;
use super::{Action, Bodies, DAY_MS, Healing, Plan, Rhythm, SiteMake, Way, What, days::Days, lines};
use crate::engine::EngineKind;
use crate::layout::{Layout, LayoutError, Post, Seat, Site};
use crate::line::{Congestion, LineMake, Loss, Nat, Ppm};
use crate::streams::Stream;
use mesh_model::time::Uptime;

/// Which swarm: seeds of another one mean something else.
pub const VERSION: &str = "swarm2";
/// One seed in so many demands progress of a healed core while the rest stays broken.
pub const LIVENESS_ONCE_IN: u64 = 5;
/// Under `quic`, one seed in so many lets sessions stand; in the others every site below the hub keeps a rhythm.
pub const STANDING_ONCE_IN: u64 = 25;

/// How often such sites dial: a session costs a handshake, and a hunt is after what happens in it.
const SELDOM_MS: (u64, u64) = (3 * HOUR_MS, 2 * DAY_MS);

const HOUR_MS: u64 = 3_600_000;
/// The days that the pauses of [`KINDS`] are meant for.
const USUAL_DAYS: u64 = 60;
const OPEN_MS: (u64, u64) = (17 * HOUR_MS / 2, 35 * HOUR_MS / 2);

/// How large the counties of a hunt are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Sites, the hub included, 2 or more.
    pub sites: u16,
    /// Days of work.
    pub days: u16,
}

impl Default for Size {
    fn default() -> Size {
        Size { sites: 20, days: 60 }
    }
}

/// Draws the plan of one seed of the swarm, for an engine.
///
/// # Errors
/// [`LayoutError`] for a size that is no county.
pub fn draw(seed: u64, size: Size, engine: EngineKind) -> Result<Plan, LayoutError> {
    let layout = tree(size.sites)?;
    let swarm = Swarm { seed, days: size.days, engine, layout: &layout, calendar: Days::new() };
    let mut actions = declared_days(size.days);
    for seat in layout.seats() {
        actions.extend(swarm.faults(seat));
        actions.extend(swarm.papers(seat));
        actions.extend(swarm.stories(seat));
    }
    let sites = layout.seats().map(|seat| (seat, swarm.site(seat))).collect();
    let ending = swarm.ending();
    let mut plan = Plan { seed, days: size.days, sites, ending, layout, actions, bodies: Bodies::Stored };
    plan.sort();
    Ok(plan)
}

/// One township for every six sites below the hub, the villages spread evenly, one window under the hub itself when there is room.
fn tree(sites: u16) -> Result<Layout, LayoutError> {
    let below = sites.saturating_sub(1);
    let townships = below.div_ceil(7).max(1).min(below);
    let site = |post, above, class: &str| Site { post, above, class: class.into(), code: None };
    let mut tree = vec![site(Post::Hub, None, "hub")];
    let mut villages = below - townships;
    for left in (1..=townships).rev() {
        let township = Seat(tree.len() as u16);
        tree.push(site(Post::Township, Some(Seat::HUB), "township"));
        let here = villages.div_ceil(left);
        villages -= here;
        tree.extend((0..here).map(|_| site(Post::Village, Some(township), "village")));
    }
    Layout::new(tree)
}

/// A kind of fault: how often it befalls a site in the mean, and how long it lasts.
struct Kind {
    word: &'static str,
    pause_ms: (u64, u64),
    for_ms: (u64, u64),
    hits: Hits,
}

/// Whom a kind of fault befalls.
#[derive(Clone, Copy)]
enum Hits {
    Anybody,
    /// Everybody with a line above.
    BelowHub,
    /// At most one site of the county, once.
    OneVillage,
}

const KINDS: &[Kind] = &[
    Kind { word: "line", pause_ms: (2 * HOUR_MS, 20 * DAY_MS), for_ms: (5_000, 12 * DAY_MS), hits: Hits::BelowHub },
    Kind { word: "one-way", pause_ms: (DAY_MS, 30 * DAY_MS), for_ms: (5_000, 6 * HOUR_MS), hits: Hits::BelowHub },
    Kind { word: "power", pause_ms: (DAY_MS, 30 * DAY_MS), for_ms: (2_000, 3 * DAY_MS), hits: Hits::Anybody },
    Kind { word: "clock", pause_ms: (4 * DAY_MS, 60 * DAY_MS), for_ms: (1_000, 3_650 * DAY_MS), hits: Hits::Anybody },
    Kind { word: "full", pause_ms: (4 * DAY_MS, 60 * DAY_MS), for_ms: (60_000, 2 * DAY_MS), hits: Hits::Anybody },
    Kind { word: "shape", pause_ms: (4 * DAY_MS, 40 * DAY_MS), for_ms: (1, 1), hits: Hits::BelowHub },
    Kind { word: "nat", pause_ms: (DAY_MS, 20 * DAY_MS), for_ms: (1, 1), hits: Hits::BelowHub },
    Kind { word: "address", pause_ms: (2 * DAY_MS, 40 * DAY_MS), for_ms: (1, 1), hits: Hits::BelowHub },
    Kind { word: "restore", pause_ms: (20 * DAY_MS, 200 * DAY_MS), for_ms: (60_000, DAY_MS), hits: Hits::Anybody },
    Kind { word: "poison", pause_ms: (5 * DAY_MS, 60 * DAY_MS), for_ms: (1, 1), hits: Hits::BelowHub },
    Kind { word: "revoke", pause_ms: (5 * DAY_MS, 50 * DAY_MS), for_ms: (1, 1), hits: Hits::OneVillage },
    Kind { word: "urge", pause_ms: (DAY_MS, 20 * DAY_MS), for_ms: (1, 1), hits: Hits::BelowHub },
];

struct Swarm<'a> {
    seed: u64,
    days: u16,
    engine: EngineKind,
    layout: &'a Layout,
    calendar: Days,
}

impl Swarm<'_> {
    fn end_ms(&self) -> u64 {
        u64::from(self.days) * DAY_MS
    }

    fn stream(&self, kind: &str, number: u64) -> Stream {
        Stream::new(self.seed, &format!("{VERSION}/{kind}"), number)
    }

    /// Returns whether a feature is on in this seed: one in two.
    fn is_on(&self, feature: &str) -> bool {
        self.stream(&format!("on/{feature}"), 0).once_in(2)
    }

    fn faults(&self, seat: Seat) -> Vec<Action> {
        KINDS.iter().filter(|kind| self.is_on(kind.word) && self.hits(kind, seat)).flat_map(|kind| self.of_kind(kind, seat)).collect()
    }

    fn hits(&self, kind: &Kind, seat: Seat) -> bool {
        match kind.hits {
            Hits::Anybody => true,
            Hits::BelowHub => seat != Seat::HUB,
            Hits::OneVillage => self.is_the_one(kind.word, Post::Village, seat),
        }
    }

    /// Returns whether a seat is the one of its post that something befalls.
    fn is_the_one(&self, word: &str, post: Post, seat: Seat) -> bool {
        let such: Vec<Seat> = self.layout.below_hub().filter(|seat| self.layout.post(*seat) == post).collect();
        let at = self.stream(&format!("{word}/who"), 0).below(such.len() as u64);
        usize::try_from(at).ok().and_then(|at| such.get(at)) == Some(&seat)
    }

    fn of_kind(&self, kind: &Kind, seat: Seat) -> Vec<Action> {
        // One strength for the whole county and kind, evenly over magnitudes.
        let pause_ms = self.pause(kind.word, kind.pause_ms);
        let longest_ms = self.stream(&format!("{}/longest", kind.word), 0).spread(kind.for_ms.0, kind.for_ms.1);
        let mut stream = self.stream(kind.word, u64::from(seat.0));
        let mut at = FAULTS_FROM_MS;
        let mut actions = Vec::new();
        loop {
            at += exponential(&mut stream, pause_ms).max(1_000);
            let for_ms = stream.spread(kind.for_ms.0, longest_ms.max(kind.for_ms.0));
            let what = self.what(kind.word, seat, for_ms, &mut stream);
            if at >= self.end_ms() {
                return actions;
            }
            actions.push(Action { at: Uptime(at), what });
            if matches!(kind.hits, Hits::OneVillage) {
                return actions;
            }
            let lasts = !matches!(kind.word, "clock");
            at += if lasts { for_ms } else { 0 };
        }
    }

    /// Draws the mean pause between two things of a kind, for the whole county and evenly over magnitudes.
    fn pause(&self, word: &str, usual_ms: (u64, u64)) -> u64 {
        let (low, high) = usual_ms;
        let drawn = self.stream(&format!("{word}/pause"), 0).spread(low, high);
        (drawn * u64::from(self.days) / USUAL_DAYS).clamp(HOUR_MS.min(low), high)
    }

    fn what(&self, word: &str, seat: Seat, for_ms: u64, stream: &mut Stream) -> What {
        match word {
            "line" => What::LineDown { seat, for_ms, way: Way::Both },
            "one-way" => What::LineDown { seat, for_ms, way: if stream.once_in(2) { Way::Up } else { Way::Down } },
            "power" => What::PowerCut { seat, for_ms, in_flight: in_flight(stream) },
            "clock" => {
                let ahead_ms = i64::try_from(for_ms).unwrap_or(0);
                What::ClockSet { seat, ahead_ms: if stream.once_in(2) { ahead_ms } else { -ahead_ms } }
            }
            "full" => What::DiskFull { seat, for_ms },
            "shape" => What::LineShaped { seat, make: self.line(stream) },
            "nat" => What::NatRebound { seat },
            "address" => What::AddressChanged { seat },
            "restore" => What::Restored { seat, age_ms: stream.spread(60_000, 20 * DAY_MS), for_ms },
            "poison" => What::Poison(Paper { number: 1 << 58 | self.number(seat, stream), ..self.paper(seat, stream) }),
            "revoke" => What::Revoked { seat },
            "urge" => What::Urged { seat, case: Case { intake: seat, number: stream.below(8) } },
            _ => unreachable!("every kind has its action"),
        }
    }

    fn number(&self, seat: Seat, stream: &mut Stream) -> u64 {
        u64::from(seat.0) << 40 | stream.below(1 << 40)
    }

    fn paper(&self, seat: Seat, stream: &mut Stream) -> Paper {
        Paper { number: 0, seat, case: Case { intake: seat, number: stream.below(8) }, bytes: 100 + stream.below(900) as usize }
    }

    fn line(&self, stream: &mut Stream) -> LineMake {
        let bps = stream.spread(16_000, 20_000_000);
        let share = Ppm(u32::try_from(stream.spread(1_000, 200_000)).unwrap_or(0));
        let loss = match stream.below(3) {
            0 => Loss::None,
            1 => Loss::Bernoulli(share),
            _ => Loss::Gilbert { share, burst_packets: 2 + stream.below(10) as u16 },
        };
        LineMake {
            up_bps: if stream.once_in(3) { bps / 4 } else { bps },
            jitter_ms: if stream.once_in(2) { stream.spread(1, 300) as u32 } else { 0 },
            loss,
            duplicate: Ppm(if stream.once_in(3) { 20_000 } else { 0 }),
            reorder: Ppm(if stream.once_in(3) { 20_000 } else { 0 }),
            nat: stream.once_in(3).then(|| Nat { udp_timeout_ms: stream.spread(10_000, 120_000) as u32 }),
            congestion: if stream.once_in(2) { Congestion::Bbr } else { Congestion::Cubic },
            ..LineMake::clean(bps, stream.spread(1, 500) as u32)
        }
    }

    fn site(&self, seat: Seat) -> SiteMake {
        let mut stream = self.stream("site", u64::from(seat.0));
        let wild = self.is_on("line-classes");
        let drawn = self.line(&mut stream);
        let line = if wild { drawn } else { lines::draw_make(self.seed, seat).1 };
        let sync_ms = stream.spread(1, if self.is_on("slow-disks") { 2_000 } else { 60 }) as u32;
        let rhythm = if seat == Seat::HUB { Rhythm::Always } else { self.rhythm(&mut stream) };
        SiteMake { line: (seat != Seat::HUB).then_some(line), sync_ms, rhythm }
    }

    fn rhythm(&self, stream: &mut Stream) -> Rhythm {
        let is_standing = self.engine != EngineKind::Quic || self.stream("standing", 0).once_in(STANDING_ONCE_IN);
        if !is_standing {
            return Rhythm::Every { ms: stream.spread(SELDOM_MS.0, SELDOM_MS.1) };
        }
        let every_ms = stream.spread(10 * 60_000, 12 * HOUR_MS);
        if self.is_on("rhythm") && stream.once_in(2) { Rhythm::Every { ms: every_ms } } else { Rhythm::Always }
    }

    fn ending(&self) -> Healing {
        if !self.seed.is_multiple_of(LIVENESS_ONCE_IN) {
            return Healing::All;
        }
        let mut core = vec![Seat::HUB];
        for seat in self.layout.below_hub() {
            let is_in = self.stream("core", u64::from(seat.0)).below(3) < 2 || core.len() == 1;
            if is_in && self.layout.above(seat).is_some_and(|above| core.contains(&above)) {
                core.push(seat);
            }
        }
        Healing::Core(core)
    }

    /// What the clerks of a site write; busy seeds write several times a day, others every few days.
    fn papers(&self, seat: Seat) -> Vec<Action> {
        let writes = |word: &str, low, high| self.stream(&format!("writes/{word}"), 0).spread(low, high);
        let mut stream = self.stream("papers", u64::from(seat.0));
        let pause_ms = DAY_MS * 10 / writes("usual", 2, 40);
        let shares_cases = self.is_on("writes-below");
        let large = if self.is_on("large-papers") { 200_000 } else { 4_000 };
        let is_bursty = self.is_on("campaign");
        let below: Vec<Seat> = self.layout.below(seat).collect();
        if seat == Seat::HUB && !self.is_on("hub-writes") {
            return Vec::new();
        }
        let mut at = FAULTS_FROM_MS;
        let (mut actions, mut cases, mut written) = (Vec::new(), 0, 0);
        loop {
            at += exponential(&mut stream, pause_ms).max(1_000);
            let burst = if is_bursty && stream.once_in(20) { stream.spread(2, 40) } else { 1 };
            for _ in 0..burst {
                let intake = match below.as_slice() {
                    [_, ..] if shares_cases && stream.once_in(2) => below[stream.below(below.len() as u64) as usize],
                    _ => seat,
                };
                let number = if intake == seat && (cases == 0 || stream.below(5) < 3) { cases } else { stream.below(cases.max(4)) };
                cases += u64::from(intake == seat && number == cases);
                written += 1;
                let bytes = stream.spread(100, large) as usize;
                let paper = Paper { number: u64::from(seat.0) << 40 | written, seat, case: Case { intake, number }, bytes };
                // Windows are open on working days; a time in the night moves to the day's hours.
                let day = self.calendar.next_working(u16::try_from(at / DAY_MS).unwrap_or(u16::MAX));
                let time = OPEN_MS.0 + (at % DAY_MS) * (OPEN_MS.1 - OPEN_MS.0) / DAY_MS;
                actions.push(Action { at: Uptime(u64::from(day) * DAY_MS + time), what: What::Paper(paper) });
            }
            if at >= self.end_ms() {
                actions.retain(|action| action.at.0 < self.end_ms());
                return actions;
            }
        }
    }
}
