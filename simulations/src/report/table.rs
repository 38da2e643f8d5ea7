//! `sites.csv`: a row for each variant, seed and site.
//!
//! It opens with a byte order mark, without which WPS and Excel read UTF-8 as GBK. Lines end as RFC 4180 says. A text that a spreadsheet
//! would take for a formula gets an apostrophe in front. Division codes are written in their groups (county, township, village): twelve
//! digits in one would be shown as 5.1E+11.

use super::sheet::{Sheet, SiteSheet};
use super::study::Study;
use super::words::Lang;
use crate::layout::Post;
use std::fmt::Write as _;

/// (Chinese, English) of each column.
const COLUMNS: &[(&str, &str)] = &[
    ("方案", "variant"),
    ("种子", "seed"),
    ("站点", "site"),
    ("类型", "post"),
    ("类别", "class"),
    ("区划代码", "code"),
    ("线路速率(bit/s)", "line_bps"),
    ("上行字节", "sent_bytes"),
    ("下行字节", "received_bytes"),
    ("每30天字节", "month_bytes"),
    ("单日单向最多字节", "busiest_day_bytes"),
    ("会话数", "sessions"),
    ("拨号失败", "failed_dials"),
    ("在线占比(百万分之)", "linked_ppm"),
    ("在线日陈旧度p50(ms)", "stale_online_p50_ms"),
    ("在线日陈旧度p95(ms)", "stale_online_p95_ms"),
    ("陈旧度p50(ms)", "stale_p50_ms"),
    ("陈旧度p95(ms)", "stale_p95_ms"),
    ("断联天数", "dark_days"),
    ("最多积压", "backlog_max"),
    ("每30天资费(千分之一)", "month_cost_milli"),
    ("币种", "currency"),
];

/// Returns the whole file.
pub(super) fn sites(study: &Study, lang: Lang) -> String {
    let mut out = String::from("\u{feff}");
    let header: Vec<&str> = COLUMNS.iter().map(|(zh, en)| lang.pick(zh, en)).collect();
    let _ = write!(out, "{}\r\n", header.join(","));
    for variant in &study.variants {
        for sheet in &variant.sheets {
            for site in &sheet.each {
                let _ = write!(out, "{}\r\n", row(&variant.label, sheet, site, lang).join(","));
            }
        }
    }
    out
}

fn row(label: &str, sheet: &Sheet, site: &SiteSheet, lang: Lang) -> Vec<String> {
    let number = |figure: Option<u64>| figure.map(|figure| figure.to_string()).unwrap_or_default();
    vec![
        text(label),
        sheet.seed.to_string(),
        site.seat.0.to_string(),
        post(site.post, lang).into(),
        text(&site.class),
        text(&site.code.as_deref().map(grouped).unwrap_or_default()),
        number(site.line_bps),
        site.sent_bytes.to_string(),
        site.received_bytes.to_string(),
        site.month_bytes.to_string(),
        number(site.busiest_day_bytes),
        site.sessions.to_string(),
        site.failed_dials.to_string(),
        site.linked_ppm.to_string(),
        number(site.stale_online_p50_ms),
        number(site.stale_online_p95_ms),
        number(site.stale_p50_ms),
        number(site.stale_p95_ms),
        number(site.dark_days),
        number(site.backlog_max),
        number(site.month_cost_milli),
        text(sheet.currency.as_deref().filter(|_| site.month_cost_milli.is_some()).unwrap_or("")),
    ]
}

/// Says where a site stands.
pub(super) fn post(post: Post, lang: Lang) -> &'static str {
    match post {
        Post::Hub => lang.pick("县中心", "hub"),
        Post::Township => lang.pick("乡镇", "township"),
        Post::Village => lang.pick("村", "village"),
    }
}

/// Writes a division code in its groups: six digits of the county, three of the township, three of the village.
pub(super) fn grouped(code: &str) -> String {
    match (code.len() == 12 && code.is_ascii()).then(|| (&code[..6], &code[6..9], &code[9..])) {
        Some((county, township, village)) => format!("{county} {township} {village}"),
        None => code.into(),
    }
}

/// Writes one text cell.
pub(super) fn text(cell: &str) -> String {
    let risky = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || cell.starts_with(['\t', '\r', '\n']);
    let cell = if risky { format!("'{cell}") } else { cell.to_owned() };
    match cell.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}
