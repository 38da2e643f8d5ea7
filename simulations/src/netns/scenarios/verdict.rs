//! What every scenario must show, whatever it is about, and the figures that are told of it.

use crate::check;
use crate::evidence::Evidence;
use crate::netns::proxy::control::LineCount;
use crate::netns::run::{Moment, Ran, Step};
use crate::plan::What;
use std::collections::BTreeMap;

/// Returns every promise that was broken, and every paper that was not printed.
pub(super) fn broken(evidence: &Evidence, ran: &Ran) -> Vec<String> {
    let mut why: Vec<String> =
        check::breaches(evidence).into_iter().map(|breach| format!("{:?}: {}", breach.promise, breach.what)).collect();
    if evidence.ending.healed_ms.is_none() {
        why.push(format!("no agreement: {}", ran.settled.stood));
    }
    let papers = evidence.plan.actions.iter().filter(|action| matches!(action.what, What::Paper(_))).count();
    let printed = printed(evidence);
    if printed != papers {
        why.push(format!("{printed} of {papers} papers were printed"));
    }
    let mut numbers: Vec<&str> =
        evidence.sites.values().flat_map(|site| site.office.receipts.values()).filter_map(|receipt| receipt.number.as_deref()).collect();
    numbers.sort();
    let many = numbers.len();
    numbers.dedup();
    if numbers.len() != many {
        why.push(format!("{} case numbers were printed twice", many - numbers.len()));
    }
    why
}

fn printed(evidence: &Evidence) -> usize {
    evidence.sites.values().map(|site| site.office.receipts.len()).sum()
}

/// Returns the figures of a run, by name.
pub(super) fn figures(evidence: &Evidence, ran: &Ran) -> BTreeMap<&'static str, u64> {
    let sum = |count: fn(&LineCount) -> u64| ran.lines.values().map(count).sum();
    let agreed = evidence.ending.healed_ms.map(|ms| ("agreed-ms", ms));
    let figures = [
        ("papers", printed(evidence) as u64),
        ("bytes-up", sum(|line| line.up.carried_bytes)),
        ("bytes-down", sum(|line| line.down.carried_bytes)),
        ("lost", sum(|line| line.up.lost + line.down.lost)),
        ("cut", sum(|line| line.up.cut + line.down.cut)),
        ("flows", sum(|line| line.flows)),
        ("links-dialled", ran.dialled.values().sum()),
        ("repairs", evidence.ending.repairs_after),
    ];
    figures.into_iter().chain(agreed).collect()
}

/// Returns the moment before the first step that `is` the one.
pub(super) fn moment(ran: &Ran, is: impl Fn(&Step) -> bool) -> Option<&Moment> {
    ran.moments.iter().find(|moment| is(&moment.step))
}
