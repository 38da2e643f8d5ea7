//! Fits a class of a scenario from what edge nodes measured in the field.
//!
//! The file is CSV with a header that names the columns `site`, `at`, `kind`, `value` in any order; a byte order mark is skipped.
//! `site` is any name. `at` is whole seconds since 1970, or `2026-06-15T08:30:00`, which may end in `Z` or `+08:00`. By `kind`:
//!
//! | kind | value |
//! |---|---|
//! | `session-up`, `session-down` | empty; the line began or ceased to work |
//! | `bytes` with `seconds` | payload of one transfer in one direction, and how long it took; two rows of one site and time |
//! | `rtt_ms` | one round trip, milliseconds, up to three decimals |
//! | `sent` with `lost` | packets sent in some interval, and how many of those were lost; two rows of one site and time |
//!
//! What cannot be used is listed by line and reason. All sites of a file make one class. Nodes that hold a session now and then, rather than
//! always, measure their own rhythm as the time that the line is up: leave those rows out.

mod render;
mod rows;
mod spans;

pub use rows::BadRow;
pub use spans::SpanFit;

use crate::report::Quantiles;
use std::collections::BTreeMap;
use std::io::Read;

/// A file that nothing can be fitted from.
#[derive(Debug, thiserror::Error)]
pub enum CalibrateError {
    /// The header lacks a column.
    #[error("line 1: there is no column {0:?}; site, at, kind and value are needed")]
    Column(&'static str),
    /// No row could be used.
    #[error("no row can be used; {} are bad{}", .0.len(), first(.0))]
    Empty(Vec<BadRow>),
    /// It cannot be read.
    #[error("the file cannot be read as CSV")]
    Read(#[source] csv::Error),
    /// There are too many rows.
    #[error("the file has more than {rows_max} rows; nothing was fitted")]
    TooLong {
        /// The bound.
        rows_max: u64,
    },
}

fn first(bad: &[BadRow]) -> String {
    bad.first().map(|row| format!(", the first on line {}: {}", row.line, row.why)).unwrap_or_default()
}

/// Of a line's rate, what payload gets, in percent: the rest is headers and a sender's caution.
pub(crate) const PAYLOAD_PERCENT: u64 = 90;
/// A transfer shorter than so many round trips says more of the round trip than of the rate.
const ROUND_TRIPS_MIN: u64 = 4;

/// What was fitted. Parts that nobody measured are `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Rows that were used.
    pub rows: u64,
    /// Rows that were not, in order of lines.
    pub bad: Vec<BadRow>,
    /// Sites seen.
    pub sites: u64,
    /// First and last time, milliseconds since 1970.
    pub from_to_ms: (i64, i64),
    /// Payload in bits a second, over transfers.
    pub payload_bps: Option<Quantiles>,
    /// Transfers that were too short to tell the rate; used only when there are no others.
    pub short_transfers: u64,
    /// Round trips in microseconds.
    pub rtt_us: Option<Quantiles>,
    /// Packets.
    pub loss: Option<LossFit>,
    /// How long the line stays up.
    pub up: Option<SpanFit>,
    /// How long it is away then.
    pub gap: Option<SpanFit>,
}

/// Packets lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LossFit {
    /// Packets sent.
    pub sent: u64,
    /// Of those, lost.
    pub lost: u64,
    /// Intervals.
    pub samples: u64,
    /// Loss of the intervals, parts a million.
    pub interval_ppm: Quantiles,
    /// Mean packets of a burst; 1 when losses look independent.
    pub burst: u16,
}

/// Fits a class from telemetry.
///
/// # Errors
/// [`CalibrateError`] when the file cannot be read, has no such columns or no usable row. A bad row is no error; it is listed.
pub fn fit(reader: impl Read) -> Result<Fit, CalibrateError> {
    let rows::Rows { mut bad, sites, used } = rows::read(reader)?;
    let mut spans = spans::Spans::default();
    let mut samples = rows::Samples::default();
    for (site, readings) in &sites {
        spans.add(site, readings, &mut bad);
        samples.add(readings, &mut bad);
    }
    bad.sort_by_key(|row| row.line);
    let times = || sites.values().flatten().map(|reading| reading.at_ms);
    let used = used.saturating_sub(bad.iter().filter(|row| row.was_read).count() as u64);
    let (Some(from), Some(to)) = (times().min(), times().max()) else { return Err(CalibrateError::Empty(bad)) };
    if used == 0 {
        return Err(CalibrateError::Empty(bad));
    }
    let rtt_us = Quantiles::of(samples.rtt_us);
    let (payload_bps, short_transfers) = payload(&samples.transfers, rtt_us.map_or(0, |rtt| rtt.p50 / 1_000));
    Ok(Fit {
        rows: used,
        bad,
        sites: sites.len() as u64,
        from_to_ms: (from, to),
        payload_bps,
        short_transfers,
        rtt_us,
        loss: loss(&samples.packets),
        up: spans.up(),
        gap: spans.gap(),
    })
}

fn payload(transfers: &[(u64, u64)], rtt_ms: u64) -> (Option<Quantiles>, u64) {
    let rate = |(bytes, ms): &(u64, u64)| u64::try_from(u128::from(*bytes) * 8_000 / u128::from((*ms).max(1))).unwrap_or(u64::MAX);
    let long: Vec<u64> = transfers.iter().filter(|(_, ms)| *ms >= ROUND_TRIPS_MIN * rtt_ms).map(rate).collect();
    let short = (transfers.len() - long.len()) as u64;
    let rates = if long.is_empty() { transfers.iter().map(rate).collect() } else { long };
    (Quantiles::of(rates), short)
}

fn loss(packets: &[(u64, u64)]) -> Option<LossFit> {
    let sent: u64 = packets.iter().map(|(sent, _)| sent).sum();
    let lost: u64 = packets.iter().map(|(_, lost)| lost).sum();
    let share = |lost: u64, sent: u64| u64::from(crate::report::ppm(lost, sent));
    let interval_ppm = Quantiles::of(packets.iter().map(|(sent, lost)| share(*lost, *sent)).collect())?;
    Some(LossFit { sent, lost, samples: packets.len() as u64, interval_ppm, burst: burst(packets, sent, lost) })
}

/// Returns the mean burst that explains how much the intervals differ.
///
/// In bursts of mean length B at a share p the counts vary 2 B (1 - p) - 1 times as much as they would if packets were lost one by one.
/// Only the four operations are used, which give the same bits on every machine.
fn burst(packets: &[(u64, u64)], sent: u64, lost: u64) -> u16 {
    if lost == 0 || lost == sent || packets.len() < 10 {
        return 1;
    }
    let share = lost as f64 / sent as f64;
    let spread: f64 = packets
        .iter()
        .map(|(sent, lost)| {
            let expected = *sent as f64 * share;
            let off = *lost as f64 - expected;
            off * off / (expected * (1.0 - share))
        })
        .sum();
    let times = spread / packets.len() as f64;
    let mean = (times + 1.0) / (2.0 * (1.0 - share));
    // Below one and a half the intervals differ no more than chance lets them.
    if mean < 1.5 { 1 } else { (mean + 0.5).min(1_000.0) as u16 }
}

/// Readings of each site, by name.
pub(crate) type BySite = BTreeMap<String, Vec<rows::Reading>>;

#[cfg(test)]
mod tests;
