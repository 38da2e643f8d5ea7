//! Anything may happen in any order; afterwards, with the lines repaired and room on the disks, everybody holds everything.
//!
//! A cut loses whole frames: the codec hands a node complete frames only, so a cut at any byte is a cut before the frame it falls into.

use super::county::*;
use mesh_model::id::DocId;
use proptest::prelude::*;
use sync_protocol::io::ActId;

/// The seat that may become a live copy of the village.
const COPY: usize = 3;

#[derive(Clone, Debug)]
enum Deed {
    Write(usize),
    Append(usize, usize),
    Rubbish(usize),
    Link(usize, usize),
    Cut(usize),
    PowerCut(usize),
    Room(usize, Option<usize>),
    Duplicate(usize, usize),
    /// Take a copy of the village's disk.
    Copy,
    /// Put the copy back without telling.
    PutBack,
    /// Start the copy beside the original.
    Clone,
    Urge(usize),
    Steps(Vec<u64>),
    Pass(u64),
}

fn deed() -> impl Strategy<Value = Deed> {
    let seat = 0..4usize;
    let line = prop_oneof![Just((TOWN, HUB)), Just((VILLAGE, TOWN)), Just((COPY, TOWN)), Just((VILLAGE, HUB)), Just((COPY, HUB))];
    prop_oneof![
        6 => seat.clone().prop_map(Deed::Write),
        4 => (seat.clone(), 0..20usize).prop_map(|(seat, paper)| Deed::Append(seat, paper)),
        1 => Just(Deed::Rubbish(VILLAGE)),
        6 => line.prop_map(|(a, b)| Deed::Link(a, b)),
        3 => (0..8usize).prop_map(Deed::Cut),
        3 => seat.clone().prop_map(Deed::PowerCut),
        1 => (1..4usize, prop::option::of(0..4usize)).prop_map(|(seat, room)| Deed::Room(seat, room)),
        2 => (0..8usize, 0..2usize).prop_map(|(wire, end)| Deed::Duplicate(wire, end)),
        1 => Just(Deed::Copy),
        1 => Just(Deed::PutBack),
        1 => Just(Deed::Clone),
        2 => (0..20usize).prop_map(Deed::Urge),
        9 => prop::collection::vec(any::<u64>(), 1..60).prop_map(Deed::Steps),
        1 => (1..3_000u64).prop_map(Deed::Pass),
    ]
}

struct Story {
    county: County,
    papers: Vec<(usize, ActId, DocId)>,
    copy: Option<super::disk::Disk>,
    cloned: bool,
}

impl Story {
    fn new() -> Story {
        let mut county = County::new(4);
        // The fourth seat is nobody until the village is cloned.
        county.kill(COPY);
        county.link(TOWN, HUB);
        county.settle();
        county.link(VILLAGE, TOWN);
        county.settle();
        Story { county, papers: Vec::new(), copy: None, cloned: false }
    }

    fn is_up(&self, seat: usize) -> bool {
        self.county.seats[seat].node.is_some()
    }

    fn scope_of(seat: usize) -> mesh_model::place::Scope {
        cases(if seat == COPY || seat == HUB { VILLAGE } else { seat })
    }

    fn happen(&mut self, deed: Deed) {
        match deed {
            Deed::Write(seat) if self.is_up(seat) => {
                let text = format!("paper {} of {seat}", self.papers.len());
                let (act, document) = self.county.write(seat, Self::scope_of(seat), &text);
                self.papers.push((seat, act, document));
            }
            Deed::Append(seat, paper) if self.is_up(seat) && !self.papers.is_empty() => {
                let (author, _, document) = self.papers[paper % self.papers.len()];
                // A village cannot write in its township's papers.
                if seat <= TOWN || Self::scope_of(author) == Self::scope_of(seat) {
                    let id = self.county.act_id();
                    let text = format!("event {} by {seat}", id.0);
                    self.county.append(seat, id, Self::scope_of(author), document, text.as_bytes());
                    self.papers.push((seat, id, document));
                }
            }
            Deed::Rubbish(seat) if self.is_up(seat) => drop(self.county.write_rubbish(seat, cases(seat))),
            Deed::Link(a, b) if self.is_up(a) && self.is_up(b) => drop(self.county.link(a, b)),
            Deed::Cut(wire) if wire < self.county.wires.len() => self.county.cut(wire),
            Deed::PowerCut(seat) if self.is_up(seat) => {
                self.county.kill(seat);
                self.county.boot(seat);
            }
            Deed::Room(seat, room) => self.county.seats[seat].disk.room = room,
            Deed::Duplicate(wire, end) if wire < self.county.wires.len() => self.county.duplicate(wire, end),
            Deed::Copy => {
                let mut copy = self.county.seats[VILLAGE].disk.clone();
                copy.waiting.clear();
                self.copy = Some(copy);
            }
            Deed::PutBack => {
                if let Some(copy) = self.copy.clone() {
                    self.county.kill(VILLAGE);
                    self.forget_what_only_one_had(VILLAGE);
                    self.county.seats[VILLAGE].disk = copy;
                    self.county.boot(VILLAGE);
                }
            }
            Deed::Clone if !self.cloned => {
                self.cloned = true;
                let mut disk = self.county.seats[VILLAGE].disk.clone();
                disk.waiting.clear();
                self.county.seats[COPY].disk = disk;
                self.county.seats[COPY].key = self.county.seats[VILLAGE].key.clone();
                self.county.boot(COPY);
            }
            Deed::Urge(paper) if !self.papers.is_empty() => {
                let (seat, _, document) = self.papers[paper % self.papers.len()];
                self.county.give(seat, sync_protocol::io::Input::Urge(document));
            }
            Deed::Steps(picks) => picks.into_iter().for_each(|pick| {
                self.county.step(pick);
            }),
            Deed::Pass(ms) => self.county.pass(ms),
            _ => {}
        }
    }

    /// A disk is taken away: acts that were durable there and nowhere else are nobody's promise any more.
    fn forget_what_only_one_had(&mut self, seat: usize) {
        let seats = &mut self.county.seats;
        let elsewhere: std::collections::BTreeSet<_> = (0..4)
            .filter(|other| *other != seat)
            .flat_map(|other| seats[other].disk.durable.entries.iter().map(|(_, batch)| batch.header.hash()))
            .collect();
        seats[seat].durable.retain(|_, places| places.iter().all(|place| elsewhere.contains(&place.header)));
    }

    /// Repairs everything; in the first rounds `detours` sends villages straight to the hub now and then.
    fn heal(&mut self, mut detours: u16) {
        for seat in 0..4 {
            self.county.seats[seat].disk.room = None;
        }
        for round in 0..8 {
            (0..self.county.wires.len()).for_each(|wire| self.county.cut(wire));
            for seat in [TOWN, VILLAGE, COPY].into_iter().filter(|seat| self.is_up(*seat)).collect::<Vec<_>>() {
                let straight = seat == TOWN || (round < 4 && detours & 1 == 1);
                detours >>= 1;
                self.county.link(seat, if straight { HUB } else { TOWN });
                self.county.settle();
            }
            self.county.pass(2_000);
            self.county.settle();
        }
    }

    fn check(&mut self) -> Result<(), TestCaseError> {
        let seats: Vec<usize> = (0..4).filter(|seat| self.is_up(*seat)).collect();
        for seat in seats.iter().copied() {
            for places in self.county.seats[seat].durable.values() {
                for place in places {
                    for holder in [HUB, TOWN] {
                        let entries = &self.county.seats[holder].disk.durable.entries;
                        let held = entries.iter().any(|(_, batch)| batch.header.hash() == place.header);
                        prop_assert!(held, "seat {seat}: act {place:?} was promised and is not at {holder}");
                    }
                }
            }
        }
        for seat in seats.iter().copied().filter(|seat| *seat != HUB) {
            let peer = if seat == TOWN { HUB } else { TOWN };
            let proven = self.county.proven(seat, peer) && self.county.proven(peer, seat);
            prop_assert!(proven, "{seat} and {peer} do not prove:\n{}\n{}", self.tell(seat), self.tell(peer));
            let theirs = self.county.node(peer).digests();
            let common = self.county.node(seat).common_scopes(self.county.id(peer));
            for (scope, digest, batches) in self.county.node(seat).digests().into_iter().filter(|(scope, _, _)| common.contains(scope)) {
                prop_assert!(theirs.contains(&(scope, digest, batches)), "{scope:?} differs between {seat} and {peer}");
            }
            for (_, _, document) in &self.papers {
                if theirs.iter().any(|(scope, _, _)| document.is_in(*scope) && common.contains(scope)) {
                    prop_assert_eq!(self.county.events(seat, *document), self.county.events(peer, *document));
                }
            }
        }
        Ok(())
    }

    /// What a seat holds and how its last sessions went, for a failure.
    fn tell(&self, seat: usize) -> String {
        let node = self.county.node(seat);
        let rows: Vec<String> =
            node.vectors().chains(cases(VILLAGE)).map(|(chain, rows)| format!("{} {} {rows:?}", chain.node, chain.branch)).collect();
        let notices = &self.county.seats[seat].notices;
        let last: Vec<_> =
            notices.iter().rev().filter(|notice| !matches!(notice, sync_protocol::io::Notice::Durable { .. })).take(8).collect();
        format!("seat {seat} {} tail {:?}\n {}\n {last:?}\n {:?}", node.branch(), node.tail(), rows.join("\n "), node.peers())
    }

    /// More sessions over the same papers find nothing left to mend.
    fn check_that_mending_ended(&mut self) -> Result<(), TestCaseError> {
        let repairs = |county: &County| {
            (0..4).filter(|s| county.seats[*s].node.is_some()).flat_map(|s| county.node(s).peers()).map(|p| p.repairs).sum::<u32>()
        };
        let before = repairs(&self.county);
        // Two live copies share one identity: each start of a session may still have to find out which of them it is.
        let sessions: Vec<usize> = if self.cloned { vec![TOWN] } else { vec![TOWN, VILLAGE] };
        for _ in 0..3 {
            (0..self.county.wires.len()).for_each(|wire| self.county.cut(wire));
            for seat in sessions.iter().copied() {
                self.county.link(seat, if seat == TOWN { HUB } else { TOWN });
                self.county.settle();
            }
        }
        prop_assert_eq!(repairs(&self.county), before, "mending goes on for ever");
        Ok(())
    }
}

/// Stories told at each run of the tests; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let mut config = ProptestConfig { max_shrink_iters: 4_000, ..ProptestConfig::default() };
    config.cases = config.cases.max(1_500);
    config
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn whatever_happened_everybody_ends_with_everything(deeds in prop::collection::vec(deed(), 1..60), detours in any::<u16>()) {
        let mut story = Story::new();
        for deed in deeds {
            story.happen(deed);
        }
        story.heal(detours);
        story.check()?;
        story.check_that_mending_ended()?;
    }
}
