//! No two receipts carry one case number.

use super::known::Known;
use super::{Breach, Found, Inspect, Promise};
use std::collections::BTreeMap;

/// The checker; it looks at the end only.
#[derive(Debug, Default)]
pub struct Numbers;

impl Inspect for Numbers {
    fn finish(&mut self, known: &Known<'_>) -> Vec<Breach> {
        let mut found = Found::new(Promise::Numbers);
        let mut first: BTreeMap<&str, u64> = BTreeMap::new();
        for (seat, site) in &known.evidence.sites {
            for (paper, receipt) in &site.office.receipts {
                let Some(number) = &receipt.number else { continue };
                let other = *first.entry(number).or_insert(*paper);
                if other != *paper {
                    let what = format!("papers {other:#x} and {paper:#x} both carry case number {number}");
                    found.note(Some(receipt.at), Some(*seat), what);
                }
            }
        }
        found.into()
    }
}
