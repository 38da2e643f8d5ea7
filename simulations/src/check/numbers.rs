//! No two cases carry one number: receipts for papers of one case do, all others do not.

use super::known::Known;
use super::{Breach, Found, Inspect, Promise};
use crate::plan::What;
use crate::plan::clerks::Case;
use std::collections::BTreeMap;

/// The checker; it looks at the end only.
#[derive(Debug, Default)]
pub struct Numbers;

impl Inspect for Numbers {
    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Numbers);
        // A county's year has three quarters of a million papers; where no receipt carries a number, none is looked up.
        if known.evidence.sites.values().flat_map(|site| site.office.receipts.values()).all(|receipt| receipt.number.is_none()) {
            return found.into();
        }
        let papers = known.evidence.plan.actions.iter().filter_map(|action| match &action.what {
            What::Paper(paper) => Some((paper.number, paper.case)),
            _ => None,
        });
        let cases: BTreeMap<u64, Case> = papers.collect();
        let mut first: BTreeMap<&str, u64> = BTreeMap::new();
        for (seat, site) in &known.evidence.sites {
            for (paper, receipt) in &site.office.receipts {
                let Some(number) = &receipt.number else { continue };
                let other = *first.entry(number).or_insert(*paper);
                // A paper that the plan does not have is of a case of its own.
                let is_one_case = cases.get(&other).is_some_and(|case| cases.get(paper) == Some(case));
                if other != *paper && !is_one_case {
                    let what = format!("papers {other:#x} and {paper:#x} of different cases both carry case number {number}");
                    found.note(Some(receipt.at), Some(*seat), what);
                }
            }
        }
        found.into()
    }
}
