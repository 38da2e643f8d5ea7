//! Liveness: a core that is healed goes on although the rest stays broken: what its windows printed is at the hub within the bound.

use super::known::Known;
use super::papers::is_gone;
use super::{Breach, Found, Inspect, Promise};
use crate::plan::Healing;

/// The checker; it looks at the end only.
#[derive(Debug, Default)]
pub struct Progress;

impl Inspect for Progress {
    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Progress);
        let Healing::Core(core) = &known.evidence.plan.ending else { return found.into() };
        let (healed_at, bound_ms) = (known.evidence.plan.end(), known.evidence.ending.healed_ms_max);
        for seat in core.iter().copied().filter(|seat| known.reaches_hub(*seat)) {
            for (paper, receipt) in &known.evidence.sites[&seat].office.receipts {
                if known.causes.poison.contains(paper) || is_gone(known, seat, receipt) {
                    continue;
                }
                let due = receipt.at.max(healed_at).after_ms(bound_ms);
                let late = |at: Option<&mesh_model::time::Uptime>| at.is_none_or(|at| *at > due);
                if receipt.places.iter().any(|place| late(known.evidence.at_hub.get(&place.header))) {
                    let what = format!("paper {paper:#x} of site {} is not at the hub {} minutes after healing", seat.0, bound_ms / 60_000);
                    found.note(Some(due), Some(seat), what);
                }
            }
        }
        found.into()
    }
}
