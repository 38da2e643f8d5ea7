//! Rows of the telemetry file: what each says, and what is wrong with it.

use super::{BySite, CalibrateError};
use mesh_model::time::Day;
use std::collections::BTreeMap;
use std::io::Read;

/// Rows of one file, at most.
const ROWS_MAX: u64 = 5_000_000;
const DAY_MS: i64 = 86_400_000;

/// A row that was not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Its line in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
    /// Whether it could be read, and only contradicts other rows.
    pub(super) was_read: bool,
}

impl BadRow {
    /// A row that can be read and contradicts another.
    pub(super) fn odd(line: u64, why: impl Into<String>) -> BadRow {
        BadRow { line, why: why.into(), was_read: true }
    }
}

/// What one row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(super) line: u64,
    pub(super) at_ms: i64,
    pub(super) what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Down,
    Up,
    Bytes(u64),
    /// Milliseconds.
    Took(u64),
    RttUs(u64),
    Sent(u64),
    Lost(u64),
}

/// A file that was read.
pub(super) struct Rows {
    pub(super) bad: Vec<BadRow>,
    /// In order of time.
    pub(super) sites: BySite,
    pub(super) used: u64,
}

/// Reads every row.
pub(super) fn read(reader: impl Read) -> Result<Rows, CalibrateError> {
    let mut file = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(reader);
    let header = file.byte_headers().map_err(CalibrateError::Read)?.clone();
    let column = |name: &'static str| {
        let is = |cell: &[u8]| cell.strip_prefix("\u{feff}".as_bytes()).unwrap_or(cell) == name.as_bytes();
        header.iter().position(is).ok_or(CalibrateError::Column(name))
    };
    let columns = [column("site")?, column("at")?, column("kind")?, column("value")?];
    let (mut bad, mut sites, mut used) = (Vec::new(), BySite::new(), 0);
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while file.read_byte_record(&mut record).map_err(CalibrateError::Read)? {
        rows += 1;
        if rows > ROWS_MAX {
            return Err(CalibrateError::TooLong { rows_max: ROWS_MAX });
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |index: usize| std::str::from_utf8(record.get(columns[index]).unwrap_or_default());
        let row = match [cell(0), cell(1), cell(2), cell(3)] {
            [Ok(site), Ok(at), Ok(kind), Ok(value)] => reading(line, site, at, kind, value),
            _ => Err("it is not UTF-8".into()),
        };
        match row {
            Ok((site, reading)) => {
                used += 1;
                sites.entry(site).or_default().push(reading);
            }
            Err(why) => bad.push(BadRow { line, why, was_read: false }),
        }
    }
    for readings in sites.values_mut() {
        readings.sort_by_key(|reading| (reading.at_ms, reading.line));
    }
    Ok(Rows { bad, sites, used })
}

fn reading(line: u64, site: &str, at: &str, kind: &str, value: &str) -> Result<(String, Reading), String> {
    if site.is_empty() {
        return Err("the site is empty".into());
    }
    let at_ms = moment(at).ok_or_else(|| format!("{at:?} is no time"))?;
    let whole =
        || value.parse::<u64>().ok().filter(|count| *count <= 1_000_000_000_000).ok_or_else(|| format!("{value:?} is no whole number"));
    let decimal = || thousandths(value).ok_or_else(|| format!("{value:?} is no number with up to three decimals"));
    let empty = |what| if value.is_empty() { Ok(what) } else { Err(format!("{kind} has no value, and {value:?} stands there")) };
    let what = match kind {
        "session-up" => empty(What::Up)?,
        "session-down" => empty(What::Down)?,
        "bytes" => What::Bytes(whole()?),
        "seconds" => What::Took(decimal()?),
        "rtt_ms" => What::RttUs(decimal()?),
        "sent" => What::Sent(whole()?),
        "lost" => What::Lost(whole()?),
        other => return Err(format!("{other:?} is no kind")),
    };
    Ok((site.to_owned(), Reading { line, at_ms, what }))
}

/// Reads a number with up to three decimals, in thousandths.
fn thousandths(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 3 || whole.len() > 12 {
        return None;
    }
    Some(whole.parse::<u64>().ok()? * 1_000 + format!("{decimals:0<3}").parse::<u64>().ok()?)
}

/// Reads a time: whole seconds since 1970 or `2026-06-15T08:30:00`, in milliseconds since 1970.
fn moment(text: &str) -> Option<i64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse::<i64>().ok()?.checked_mul(1_000);
    }
    let (date, time) = text.split_once(['T', ' '])?;
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let day = Day::from_civil(year, month, day).ok().filter(|_| parts.next().is_none())?;
    let (time, ahead_ms) = zone(time)?;
    let mut parts = time.split(':');
    let (hour, minute) = (two_digits(parts.next()?, 24)?, two_digits(parts.next()?, 60)?);
    let second_ms = parts.next().map_or(Some(0), |second| thousandths(second).filter(|ms| *ms < 60_000))?;
    let of_day = (hour * 60 + minute) * 60_000 + i64::try_from(second_ms).ok()?;
    parts.next().is_none().then(|| i64::from(day.0) * DAY_MS + of_day - ahead_ms)
}

/// Splits the time from its zone, which is how many milliseconds it is ahead.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix('Z') {
        return Some((time, 0));
    }
    let Some(at) = time.find(['+', '-']) else { return Some((time, 0)) };
    let (hours, minutes) = time[at + 1..].split_once(':')?;
    let ahead = (two_digits(hours, 15)? * 60 + two_digits(minutes, 60)?) * 60_000;
    Some((&time[..at], if time[at..].starts_with('-') { -ahead } else { ahead }))
}

fn two_digits(text: &str, below: i64) -> Option<i64> {
    text.parse().ok().filter(|number| text.len() == 2 && (0..below).contains(number))
}

/// What was measured while the line worked.
#[derive(Debug, Default)]
pub(super) struct Samples {
    /// Bytes and milliseconds.
    pub(super) transfers: Vec<(u64, u64)>,
    pub(super) rtt_us: Vec<u64>,
    /// Sent and lost.
    pub(super) packets: Vec<(u64, u64)>,
}

impl Samples {
    /// Pairs the rows of one site.
    pub(super) fn add(&mut self, readings: &[Reading], bad: &mut Vec<BadRow>) {
        let (mut bytes, mut took, mut sent, mut lost) = (Pairs::default(), Pairs::default(), Pairs::default(), Pairs::default());
        for Reading { line, at_ms, what } in readings {
            let twice = match what {
                What::Down | What::Up => None,
                What::RttUs(us) => {
                    self.rtt_us.push(*us);
                    None
                }
                What::Bytes(count) => bytes.insert(*at_ms, (*line, *count)),
                What::Took(ms) => took.insert(*at_ms, (*line, *ms)),
                What::Sent(count) => sent.insert(*at_ms, (*line, *count)),
                What::Lost(count) => lost.insert(*at_ms, (*line, *count)),
            };
            bad.extend(twice.map(|(line, _)| BadRow::odd(line, "a later row of this site and time says the same kind again")));
        }
        for ((byte_line, bytes), (_, ms)) in paired(bytes, took, ["bytes", "seconds"], bad) {
            match bytes == 0 || ms == 0 {
                true => bad.push(BadRow::odd(byte_line, "a transfer of nothing, or in no time, has no rate")),
                false => self.transfers.push((bytes, ms)),
            }
        }
        for ((_, sent), (lost_line, lost)) in paired(sent, lost, ["sent", "lost"], bad) {
            match lost > sent || sent == 0 {
                true => bad.push(BadRow::odd(lost_line, format!("{lost} of {sent} packets cannot be lost"))),
                false => self.packets.push((sent, lost)),
            }
        }
    }
}

/// Line and figure by time.
type Pairs = BTreeMap<i64, (u64, u64)>;
type Pair = ((u64, u64), (u64, u64));

fn paired(left: Pairs, mut right: Pairs, names: [&str; 2], bad: &mut Vec<BadRow>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (at, one) in left {
        match right.remove(&at) {
            Some(other) => pairs.push((one, other)),
            None => bad.push(BadRow::odd(one.0, format!("{} without {} of the same site and time", names[0], names[1]))),
        }
    }
    bad.extend(
        right.into_values().map(|(line, _)| BadRow::odd(line, format!("{} without {} of the same site and time", names[1], names[0]))),
    );
    pairs
}
