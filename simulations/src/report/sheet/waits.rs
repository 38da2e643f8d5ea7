//! From the receipt at the window to the hub's disk: every paper's wait, and what had gathered when a site came back.

use super::PaperCount;
use crate::evidence::{Evidence, Receipt};
use crate::layout::Seat;
use crate::plan::DAY_MS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sites whose gaps are told, at most.
const GAPS_MAX: usize = 8;
/// Samples of one curve, at most.
const SAMPLES: u64 = 120;

/// One site's longest wait, and how what had gathered was cleared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Which site.
    pub seat: Seat,
    /// Milliseconds that the oldest paper waited.
    pub waited_ms: u64,
    /// When papers moved again, milliseconds since the run began.
    pub back_ms: u64,
    /// Papers that waited then.
    pub backlog: u64,
    /// Milliseconds from then until all of those were at the hub.
    pub cleared_ms: u64,
    /// Papers that waited, over the whole gap: (milliseconds since the run began, papers).
    pub gathering: Vec<(u64, u64)>,
    /// Papers that waited, while it was cleared: (milliseconds since papers moved again, papers).
    pub clearing: Vec<(u64, u64)>,
}

/// When each paper was written and when it was at the hub, by site.
pub(super) struct Waits {
    by_site: BTreeMap<Seat, Vec<(u64, u64)>>,
}

impl Waits {
    pub(super) fn of(evidence: &Evidence) -> Waits {
        let mut by_site: BTreeMap<Seat, Vec<(u64, u64)>> = BTreeMap::new();
        for (seat, site) in evidence.sites.iter().filter(|(seat, _)| **seat != Seat::HUB) {
            for receipt in site.office.receipts.values() {
                if let Some(arrived) = arrived(evidence, receipt) {
                    by_site.entry(*seat).or_default().push((receipt.at.0, arrived));
                }
            }
        }
        Waits { by_site }
    }

    pub(super) fn papers(&self, evidence: &Evidence) -> PaperCount {
        let mut papers = PaperCount::default();
        for site in evidence.sites.values() {
            papers.handed_in += site.office.handed_in;
            papers.receipts += site.office.receipts.len() as u64;
            papers.refused += site.office.refused.len() as u64;
            papers.missed += site.office.missed;
            for receipt in site.office.receipts.values().filter(|receipt| arrived(evidence, receipt).is_none()) {
                let kept = |header| evidence.sites.values().any(|site| site.disk.batch(header).is_some());
                match receipt.places.iter().all(|place| kept(&place.header)) {
                    true => papers.waiting += 1,
                    false => papers.lost += 1,
                }
            }
        }
        papers
    }

    pub(super) fn all_ms(&self) -> Vec<u64> {
        self.by_site.values().flatten().map(|(at, arrived)| arrived.saturating_sub(*at)).collect()
    }

    /// Returns the worst gaps: first those over a day, by what had gathered, then by how long.
    pub(super) fn gaps(&self) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = self.by_site.iter().filter_map(|(seat, papers)| gap(*seat, papers)).collect();
        gaps.sort_by_key(|gap| std::cmp::Reverse((gap.waited_ms >= DAY_MS, gap.backlog, gap.waited_ms, std::cmp::Reverse(gap.seat))));
        gaps.truncate(GAPS_MAX);
        for later in gaps.iter_mut().skip(1) {
            // One picture is drawn of the worst.
            (later.gathering, later.clearing) = (Vec::new(), Vec::new());
        }
        gaps
    }
}

/// Returns when everything that a receipt stands for was at the hub.
fn arrived(evidence: &Evidence, receipt: &Receipt) -> Option<u64> {
    let places = receipt.places.iter().map(|place| evidence.at_hub.get(&place.header).map(|at| at.0));
    places.collect::<Option<Vec<u64>>>()?.into_iter().max()
}

fn gap(seat: Seat, papers: &[(u64, u64)]) -> Option<Gap> {
    let (oldest, back) = papers.iter().copied().max_by_key(|(at, arrived)| (arrived.saturating_sub(*at), std::cmp::Reverse(*at)))?;
    let waiting = |moment: u64| papers.iter().filter(|(at, arrived)| *at <= moment && moment < *arrived).count() as u64;
    let gathered = || papers.iter().filter(|(at, arrived)| *at < back && *arrived >= back);
    let cleared = gathered().map(|(_, arrived)| *arrived).max().unwrap_or(back);
    let (from, until) = (oldest.saturating_sub(DAY_MS / 2), cleared + DAY_MS / 2);
    let step = (until - from).div_ceil(SAMPLES).max(1);
    let mut moments: Vec<u64> = (0..=SAMPLES).map(|index| from + index * step).chain([back.saturating_sub(1), cleared]).collect();
    moments.sort_unstable();
    let detail = (cleared - back).div_ceil(SAMPLES).max(1);
    let clearing =
        (0..=SAMPLES).map(|index| (index * detail, if index == 0 { gathered().count() as u64 } else { waiting(back + index * detail) }));
    Some(Gap {
        seat,
        waited_ms: back.saturating_sub(oldest),
        back_ms: back,
        backlog: gathered().count() as u64,
        cleared_ms: cleared - back,
        gathering: moments.into_iter().map(|moment| (moment, waiting(moment))).collect(),
        clearing: clearing.take_while(|(after, _)| *after <= cleared - back + detail).collect(),
    })
}
