//! A thousand power cuts over journals that lose what was not synced: nothing that was answered is lost, no number is used twice.

use super::county::*;
use mesh_model::id::Hash;
use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};
use std::collections::BTreeMap;
use sync_protocol::batch::Chain;
use sync_protocol::io::Notice;

const COUNTIES: u64 = 20;
const CUTS_EACH: usize = 50;

struct Outage {
    county: County,
    rng: ChaCha8Rng,
    /// Every place in a chain that was ever on a disk, and what stood there.
    places: BTreeMap<(Chain, u64), Hash>,
    papers: u64,
}

impl Outage {
    fn new(seed: u64) -> Outage {
        Outage { county: County::new(4), rng: ChaCha8Rng::seed_from_u64(seed), places: BTreeMap::new(), papers: 0 }
    }

    fn pick(&mut self, of: u64) -> u64 {
        self.rng.next_u64() % of
    }

    fn write(&mut self) {
        let seat = [TOWN, VILLAGE, VILLAGE, OTHER_VILLAGE][self.pick(4) as usize];
        self.papers += 1;
        let text = format!("paper {}", self.papers);
        self.county.write(seat, cases(seat), &text);
    }

    fn flap(&mut self) {
        let up: Vec<usize> = (0..self.county.wires.len()).filter(|wire| self.county.wires[*wire].up).collect();
        if up.len() < 4 {
            let (dialler, listener) = [(TOWN, HUB), (VILLAGE, TOWN), (OTHER_VILLAGE, TOWN), (VILLAGE, HUB)][self.pick(4) as usize];
            self.county.link(dialler, listener);
        } else {
            let wire = up[self.pick(up.len() as u64) as usize];
            self.county.cut(wire);
        }
    }

    fn bustle(&mut self) {
        for _ in 0..self.pick(6) {
            match self.pick(8) {
                0..=3 => self.write(),
                4..=6 => self.flap(),
                _ => {
                    let ms = self.pick(1_500);
                    self.county.pass(ms);
                }
            }
            for _ in 0..self.pick(40) {
                let pick = self.rng.next_u64();
                self.county.step(pick);
            }
        }
    }

    /// Cuts the power at one seat. Some commits may have reached the disk without their answer having reached the node.
    fn cut_power(&mut self) {
        let seat = self.pick(4) as usize;
        for _ in 0..self.pick(3) {
            self.county.seats[seat].disk.sync_one();
        }
        self.county.kill(seat);
        self.county.boot(seat);
        self.check(seat);
    }

    fn check(&mut self, seat: usize) {
        let at = &self.county.seats[seat];
        let held: BTreeMap<(Chain, u64), Hash> =
            at.disk.durable.entries.iter().map(|(_, batch)| ((batch.header.chain, batch.header.seq), batch.header.hash())).collect();
        for place in at.durable.values().flatten() {
            assert_eq!(held.get(&(place.chain, place.seq)), Some(&place.header), "seat {seat} answered for {place:?} and lost it");
        }
        for (place, header) in held {
            let first = *self.places.entry(place).or_insert(header);
            assert_eq!(first, header, "{place:?} was used twice");
        }
    }

    fn heal(&mut self) {
        (0..self.county.wires.len()).for_each(|wire| self.county.cut(wire));
        for (dialler, listener) in [(TOWN, HUB), (VILLAGE, TOWN), (OTHER_VILLAGE, TOWN)] {
            self.county.link(dialler, listener);
            self.county.settle();
        }
        self.county.pass(2_000);
        self.county.settle();
    }

    fn check_the_end(&mut self) {
        (HUB..=OTHER_VILLAGE).for_each(|seat| self.check(seat));
        let at_hub: Vec<Hash> = self.county.seats[HUB].disk.durable.entries.iter().map(|(_, batch)| batch.header.hash()).collect();
        for seat in TOWN..=OTHER_VILLAGE {
            for place in self.county.seats[seat].durable.values().flatten() {
                assert!(at_hub.contains(&place.header), "seat {seat}: {place:?} is not at the hub");
            }
        }
        for (lower, upper) in [(TOWN, HUB), (VILLAGE, TOWN), (OTHER_VILLAGE, TOWN)] {
            assert!(self.county.proven(lower, upper) && self.county.proven(upper, lower), "{lower} and {upper} do not prove");
        }
        let forked = |notice: &Notice| matches!(notice, Notice::ForkSeen { .. } | Notice::BranchOpened { .. } | Notice::PeerFault { .. });
        for seat in &self.county.seats {
            assert_eq!(seat.notices.iter().find(|notice| forked(notice)), None, "a power cut is no reason for this");
        }
    }
}

#[test]
fn a_thousand_power_cuts_lose_nothing_that_was_answered() {
    let mut answered = 0;
    for seed in 0..COUNTIES {
        let mut outage = Outage::new(seed);
        for _ in 0..CUTS_EACH {
            outage.bustle();
            outage.cut_power();
        }
        outage.heal();
        outage.check_the_end();
        answered += outage.county.seats.iter().skip(TOWN).map(|seat| seat.durable.len()).sum::<usize>();
    }
    assert!(answered > 500, "only {answered} acts were ever answered: the test cuts too early to show anything");
}
