//! A hand-made county of the mountains: forty villages and townships, a monsoon, a morning on which the hub had no power.
//!
//! Nothing of it comes from an engine, so what a report must say of it is known beforehand.

use crate::disk::Content;
use crate::engine::EngineKind;
use crate::evidence::{Chronicle, Ending, Evidence, HubMinute, Office, Receipt, SiteDay, SiteEvidence, Tally};
use crate::layout::{Layout, Post, Seat, Site};
use crate::line::LineMake;
use crate::plan::{Action, DAY_MS, InFlight, Plan, Way, What};
use crate::streams::Stream;
use mesh_model::id::{Branch, Hash, NodeId};
use mesh_model::place::Scope;
use mesh_model::time::Uptime;
use std::collections::BTreeMap;
use sync_protocol::batch::Chain;
use sync_protocol::io::ActPlace;
use sync_protocol::journal::Position;

const HOUR_MS: u64 = 3_600_000;
const MINUTE_MS: u64 = 60_000;
/// The monsoon.
pub const RAIN: std::ops::Range<u64> = 40..85;
/// The morning without power at the hub.
pub const CUT_DAY: u64 = 100;
const CUT_AT_MS: u64 = CUT_DAY * DAY_MS + 9 * HOUR_MS;
const CUT_FOR_MS: u64 = 4 * HOUR_MS;

/// Makes the county's run of one seed; every paper takes so much longer than it would.
pub fn mountain(seed: u64, days: u16, longer_ms: u64) -> Evidence {
    let mut plan = Plan::quiet(4, 9, days, seed).unwrap();
    plan.layout = layout();
    plan.actions.clear();
    for seat in plan.layout.below_hub() {
        let bps = if plan.layout.post(seat) == Post::Township { 2_000_000 } else { 64_000 };
        plan.sites.get_mut(&seat).unwrap().line = Some(LineMake::clean(bps, 150));
        for (at, until) in dark(seed, seat, days) {
            plan.actions.push(Action { at: Uptime(at), what: What::LineDown { seat, for_ms: until - at, way: Way::Both } });
        }
    }
    let cut = What::PowerCut { seat: Seat::HUB, for_ms: CUT_FOR_MS, in_flight: InFlight::Lost };
    plan.actions.push(Action { at: Uptime(CUT_AT_MS), what: cut });
    plan.sort();
    let mut made = Made { seed, longer_ms, at_hub: BTreeMap::new(), chronicle: Chronicle::default(), hub: BTreeMap::new() };
    let sites: BTreeMap<Seat, SiteEvidence> = plan.layout.seats().map(|seat| (seat, made.site(seat, days))).collect();
    made.storm(days);
    made.chronicle.days.sort_by_key(|day| (day.day, day.seat));
    made.chronicle.hub = made.hub.into_values().collect();
    Evidence {
        plan,
        engine: EngineKind::Flow,
        sessions: sites.values().map(|site| site.tally.sessions).sum(),
        sites,
        at_hub: made.at_hub,
        ending: Ending { healed_ms: Some(7 * MINUTE_MS), healed_ms_max: 12 * HOUR_MS, ..Ending::default() },
        trace: (Hash::of(&[b"mountain", &seed.to_be_bytes()]), 123_456),
        chronicle: made.chronicle,
    }
}

fn layout() -> Layout {
    let mut sites = vec![Site { post: Post::Hub, above: None, class: "hub".into(), code: None }];
    for township in 0..4_u16 {
        let above = Seat(u16::try_from(sites.len()).unwrap());
        let code = |village: u16| Some(format!("511602{:03}{village:03}", 100 + township));
        sites.push(Site { post: Post::Township, above: Some(Seat::HUB), class: "township".into(), code: code(0) });
        for village in 0..9 {
            sites.push(Site { post: Post::Village, above: Some(above), class: "village-gprs".into(), code: code(200 + village) });
        }
    }
    Layout::new(sites).unwrap()
}

/// Returns when a site is dark: half of the villages through most of the monsoon, everybody now and then for hours.
fn dark(seed: u64, seat: Seat, days: u16) -> Vec<(u64, u64)> {
    let mut stream = Stream::new(seed, "dark", u64::from(seat.0));
    let mut spells = Vec::new();
    let mut at = stream.between(HOUR_MS, 6 * DAY_MS);
    let end = u64::from(days) * DAY_MS;
    while at < end {
        let rains = seat.0 % 10 != 1 && seat.0.is_multiple_of(2) && RAIN.contains(&(at / DAY_MS));
        let until = if rains { RAIN.end * DAY_MS - stream.below(8 * DAY_MS) } else { at + stream.spread(HOUR_MS, 3 * DAY_MS) };
        if until > at {
            spells.push((at, until.min(end)));
        }
        at = at.max(until) + stream.between(2 * HOUR_MS, 9 * DAY_MS);
    }
    spells
}

struct Made {
    seed: u64,
    longer_ms: u64,
    at_hub: BTreeMap<Hash, Uptime>,
    chronicle: Chronicle,
    hub: BTreeMap<u32, HubMinute>,
}

impl Made {
    fn site(&mut self, seat: Seat, days: u16) -> SiteEvidence {
        let mut stream = Stream::new(self.seed, "work", u64::from(seat.0));
        let spells = dark(self.seed, seat, days);
        let mut office = Office::default();
        let mut papers = Vec::new();
        for day in (0..u64::from(days)).filter(|day| day % 7 < 5 && seat != Seat::HUB) {
            for _ in 0..stream.below(9) {
                let at = day * DAY_MS + 8 * HOUR_MS + stream.below(9 * HOUR_MS);
                let number = u64::from(seat.0) << 32 | papers.len() as u64;
                let arrived = reaches(&spells, at) + stream.spread(900, 90_000) + self.longer_ms + papers.len() as u64 % 50 * 1_500;
                let header = Hash::of(&[&self.seed.to_be_bytes(), &number.to_be_bytes()]);
                self.at_hub.insert(header, Uptime(arrived));
                office.receipts.insert(number, receipt(at, header));
                papers.push((at, arrived));
            }
        }
        office.handed_in = papers.len() as u64;
        let mut tally = Tally::default();
        for day in (0..days).filter(|_| seat != Seat::HUB) {
            let line = self.day(&mut stream, seat, day, &spells, &papers);
            tally.sent_bytes += line.sent_bytes;
            tally.received_bytes += line.received_bytes;
            tally.sessions += u64::from(line.sessions);
            tally.failed_dials += u64::from(line.failed_dials);
            tally.linked_ms += u64::from(line.linked_ms);
            self.chronicle.days.push(line);
        }
        SiteEvidence { node: NodeId([seat.0 as u8; 16]), disk: Content::default(), office, tally, words: None, shown: BTreeMap::new() }
    }

    fn day(&mut self, stream: &mut Stream, seat: Seat, day: u16, spells: &[(u64, u64)], papers: &[(u64, u64)]) -> SiteDay {
        let (from, to) = (u64::from(day) * DAY_MS, (u64::from(day) + 1) * DAY_MS);
        let lost: u64 = spells.iter().map(|(at, until)| (*until).min(to).saturating_sub((*at).max(from))).sum();
        let linked_ms = u32::try_from(DAY_MS.saturating_sub(lost)).unwrap();
        let inside = spells.iter().find(|(at, until)| *at < to && to <= *until);
        let sent = papers.iter().filter(|(_, arrived)| (from..to).contains(arrived)).count() as u64 * 1_400;
        let sessions = if linked_ms == 0 { 0 } else { 1 + u32::try_from(stream.below(4)).unwrap() };
        for _ in 0..sessions {
            let minute = u32::try_from((from + 8 * HOUR_MS + stream.below(10 * HOUR_MS)) / MINUTE_MS).unwrap();
            self.begin(minute, 9_000);
        }
        SiteDay {
            day,
            seat,
            stale_ms: Some(inside.map_or_else(|| stream.between(MINUTE_MS, 40 * MINUTE_MS), |(at, _)| to - at)),
            backlog: papers.iter().filter(|(at, arrived)| *at < to && *arrived >= to).count() as u32,
            sent_bytes: if linked_ms == 0 { 0 } else { sent + stream.between(2_000, 30_000) },
            received_bytes: if linked_ms == 0 { 0 } else { stream.between(5_000, 90_000) },
            sessions,
            failed_dials: if linked_ms == 0 { 96 } else { u32::try_from(stream.below(3)).unwrap() },
            linked_ms,
        }
    }

    fn begin(&mut self, minute: u32, bytes: u64) {
        let one = self.hub.entry(minute).or_insert(HubMinute { minute, ..HubMinute::default() });
        one.sessions += 1;
        one.commits += 1;
        one.bytes += bytes;
    }

    /// Everybody comes back after the cut, most of them in the first minutes.
    fn storm(&mut self, days: u16) {
        if u64::from(days) <= CUT_DAY {
            return;
        }
        let back = u32::try_from((CUT_AT_MS + CUT_FOR_MS) / MINUTE_MS).unwrap();
        let cut = back - u32::try_from(CUT_FOR_MS / MINUTE_MS).unwrap()..back;
        self.hub.retain(|minute, _| !cut.contains(minute));
        let mut stream = Stream::new(self.seed, "storm", 0);
        for _ in 0..40 {
            let after = u32::try_from(stream.spread(1, 16)).unwrap() - 1;
            self.begin(back + after, 60_000);
        }
    }
}

/// Returns when something that is ready at `at` gets through.
fn reaches(spells: &[(u64, u64)], at: u64) -> u64 {
    spells.iter().find(|(from, until)| (*from..*until).contains(&at)).map_or(at, |(_, until)| *until)
}

fn receipt(at: u64, header: Hash) -> Receipt {
    let chain = Chain { node: NodeId([1; 16]), branch: Branch::default(), scope: Scope::AUTHORITY };
    Receipt { at: Uptime(at), places: [ActPlace { chain, seq: 1, header, at: Position::default() }].into(), number: None }
}
