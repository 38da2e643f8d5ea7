//! What a scenario expects, held against the sheets of all its seeds. What was not recorded was not kept.

use crate::report::{Expected, Sheet, Variant, quantile};
use crate::scenario::Expect;

/// Returns what was expected of a variant and what it gave; the worst seed counts.
pub(super) fn of(expect: &Expect, variant: &Variant) -> Vec<Expected> {
    let sheets = &variant.sheets;
    let worst = |figure: &dyn Fn(&Sheet) -> Option<u64>| -> Option<u64> {
        let figures: Option<Vec<u64>> = sheets.iter().map(figure).collect();
        figures.and_then(|figures| figures.into_iter().max())
    };
    let mut verdicts = Vec::new();
    let mut judge = |what: &str, most: Option<u64>, got: Option<u64>, say: fn(u64) -> String| {
        let Some(most) = most else { return };
        let label = if variant.label.is_empty() { String::new() } else { format!("{}: ", variant.label) };
        verdicts.push(Expected {
            what: format!("{label}{what}"),
            want: format!("<= {}", say(most)),
            got: got.map_or_else(|| "not recorded".to_owned(), say),
            kept: got.is_some_and(|got| got <= most),
        });
    };
    let stale = |sheet: &Sheet| Some(sheet.course.as_ref()?.stale_online_ms?.p95);
    judge("p95_staleness_online", expect.p95_staleness_online.map(|ms| ms.0), worst(&stale), span);
    judge("converge_after_heal", expect.converge_after_heal.map(|ms| ms.0), worst(&|sheet| sheet.healed_ms), span);
    let month = |sheet: &Sheet| {
        let mut bytes: Vec<u64> = sheet.each.iter().map(|site| site.month_bytes).collect();
        bytes.sort_unstable();
        quantile(&bytes, 95)
    };
    judge("bytes_per_site_month_p95", expect.bytes_per_site_month_p95.map(|bytes| bytes.0), worst(&month), bytes);
    let lost = sheets.iter().map(|sheet| sheet.papers.lost + sheet.papers.waiting).sum();
    judge("lost_writes", expect.lost_writes, Some(lost), |papers| papers.to_string());
    let missed = |sheet: &Sheet| (sheet.papers.missed * 1_000_000).checked_div(sheet.papers.missed + sheet.papers.handed_in);
    judge("papers_not_written", expect.papers_not_written.map(|share| u64::from(share.0.0)), worst(&missed), percent);
    let sessions = |sheet: &Sheet| sheet.hub.as_ref().map(|hub| hub.peak_sessions);
    judge("hub_sessions_minute_max", expect.hub_sessions_minute_max.map(|most| most.0 / 1_000), worst(&sessions), |count| {
        count.to_string()
    });
    verdicts
}

fn span(ms: u64) -> String {
    match ms {
        0..60_000 => format!("{} ms", ms),
        60_000..172_800_000 => format!("{}:{:02} h", ms / 3_600_000, ms / 60_000 % 60),
        _ => format!("{} d {} h", ms / 86_400_000, ms / 3_600_000 % 24),
    }
}

fn bytes(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

fn percent(ppm: u64) -> String {
    format!("{}.{:02} %", ppm / 10_000, ppm / 100 % 100)
}
