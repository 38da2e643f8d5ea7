//! Quantities as people write them in a scenario: `"64kbit/s"`, `"300ms"`, `"5%"`. Each becomes one whole number.

use crate::line::Ppm;
use crate::plan::DAY_MS;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::fmt;

/// Bits a second of the slowest line that can be run.
pub const RATE_BPS_MIN: u64 = 1_000;
/// Bits a second of the fastest.
pub const RATE_BPS_MAX: u64 = 100_000_000_000;
/// Milliseconds of the longest time that can be written: ten years.
pub const SPAN_MS_MAX: u64 = 3_660 * DAY_MS;
/// Bytes of the largest amount that can be written.
pub const BYTES_MAX: u64 = 1_000_000_000_000;

const MINUTE_MS: u64 = 60_000;

/// A number as TOML holds it.
enum Raw<'a> {
    Text(&'a str),
    Whole(i64),
    Decimal(f64),
}

/// A quantity: what it looks like, and how it is read.
trait Quantity: Sized {
    const LOOKS: &'static str;
    fn read(raw: &Raw<'_>) -> Option<Self>;
}

struct QuantityVisitor<Q>(std::marker::PhantomData<Q>);

impl<Q: Quantity> Visitor<'_> for QuantityVisitor<Q> {
    type Value = Q;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Q::LOOKS)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Q, E> {
        Q::read(&Raw::Text(text.trim())).ok_or_else(|| E::custom(format!("{text:?} is not {}", Q::LOOKS)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Q, E> {
        Q::read(&Raw::Whole(number)).ok_or_else(|| E::custom(format!("{number} is not {}", Q::LOOKS)))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Q, E> {
        Q::read(&Raw::Decimal(number)).ok_or_else(|| E::custom(format!("{number} is not {}", Q::LOOKS)))
    }
}

macro_rules! quantity {
    ($($name:ident),+) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                deserializer.deserialize_any(QuantityVisitor(std::marker::PhantomData::<$name>))
            }
        }
    )+};
}
quantity!(Amount, Bps, Bytes, DailyBytes, Dates, Hours, Moment, Ms, Offset, Place, Share, Spread);

/// Milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ms(pub u64);

/// Bits a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bps(pub u64);

/// Bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

/// Bytes a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DailyBytes(pub u64);

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(pub Ppm);

/// A number with up to three decimals, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub u64);

/// Milliseconds since the run began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

/// Milliseconds ahead, negative behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offset(pub i64);

/// Milliseconds from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spread {
    /// Least.
    pub from_ms: u64,
    /// Most.
    pub to_ms: u64,
}

/// Days of a year, both ends included; may run over the new year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dates {
    /// Month and day of the first.
    pub from: (u8, u8),
    /// Month and day of the last.
    pub to: (u8, u8),
}

/// Hours of a day; may run over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    /// Milliseconds after midnight at which they begin.
    pub from_ms: u64,
    /// Milliseconds after midnight at which they end.
    pub to_ms: u64,
}

/// One site: by number, by its division code, or the hub.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// By its number; 0 is the hub.
    Number(u16),
    /// By its division code, as a prefix of twelve digits.
    Code(String),
}

impl Dates {
    /// Returns whether a day of the year is one of them.
    #[must_use]
    pub fn hold(self, month: u8, day: u8) -> bool {
        let at = (month, day);
        if self.from <= self.to { self.from <= at && at <= self.to } else { at >= self.from || at <= self.to }
    }
}

impl Hours {
    /// Returns how long they last.
    #[must_use]
    pub fn len_ms(self) -> u64 {
        if self.to_ms > self.from_ms { self.to_ms - self.from_ms } else { self.to_ms + DAY_MS - self.from_ms }
    }
}

/// Splits `"1.5 MB"` into thousandths and the unit.
fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || whole.len() > 12 || decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let thousandths: u64 = if decimals.is_empty() { 0 } else { format!("{decimals:0<3}").parse().ok()? };
    Some((whole.parse::<u64>().ok()? * 1_000 + thousandths, unit.trim()))
}

fn scaled(thousandths: u64, unit: u64) -> Option<u64> {
    Some(thousandths.checked_mul(unit)? / 1_000)
}

impl Quantity for Ms {
    const LOOKS: &'static str = "a length of time such as \"300ms\", \"30s\", \"15m\", \"6h\", \"20d\" or \"1y\", at most ten years";
    fn read(raw: &Raw<'_>) -> Option<Ms> {
        let Raw::Text(text) = raw else { return None };
        let (number, unit) = number_and_unit(text)?;
        let unit_ms = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" | "min" => MINUTE_MS,
            "h" => 60 * MINUTE_MS,
            "d" => DAY_MS,
            "w" => 7 * DAY_MS,
            "y" => 365 * DAY_MS,
            _ => return None,
        };
        scaled(number, unit_ms).filter(|ms| *ms <= SPAN_MS_MAX).map(Ms)
    }
}

impl Quantity for Bps {
    const LOOKS: &'static str = "a rate such as \"64kbit/s\", \"2Mbit/s\" or 64000 bits a second, from 1 kbit/s to 100 Gbit/s";
    fn read(raw: &Raw<'_>) -> Option<Bps> {
        let bps = match raw {
            Raw::Whole(number) => u64::try_from(*number).ok()?,
            Raw::Text(text) => {
                let (number, unit) = number_and_unit(text)?;
                let unit = unit.strip_suffix("/s").or_else(|| unit.strip_suffix("ps")).unwrap_or(unit);
                let unit_bps = match unit {
                    "" | "bit" | "b" => 1,
                    "k" | "kbit" | "kb" => 1_000,
                    "M" | "Mbit" | "Mb" => 1_000_000,
                    "G" | "Gbit" | "Gb" => 1_000_000_000,
                    _ => return None,
                };
                scaled(number, unit_bps)?
            }
            Raw::Decimal(_) => return None,
        };
        (RATE_BPS_MIN..=RATE_BPS_MAX).contains(&bps).then_some(Bps(bps))
    }
}

impl Quantity for Bytes {
    const LOOKS: &'static str = "an amount of data such as 350, \"4kB\", \"40MB\" or \"1GB\"";
    fn read(raw: &Raw<'_>) -> Option<Bytes> {
        let bytes = match raw {
            Raw::Whole(number) => u64::try_from(*number).ok()?,
            Raw::Text(text) => {
                let (number, unit) = number_and_unit(text)?;
                let unit_bytes = match unit {
                    "" | "B" => 1,
                    "kB" | "KB" => 1_000,
                    "MB" => 1_000_000,
                    "GB" => 1_000_000_000,
                    _ => return None,
                };
                scaled(number, unit_bytes)?
            }
            Raw::Decimal(_) => return None,
        };
        (bytes <= BYTES_MAX).then_some(Bytes(bytes))
    }
}

impl Quantity for DailyBytes {
    const LOOKS: &'static str = "an amount of data a day such as \"2MB/day\"";
    fn read(raw: &Raw<'_>) -> Option<DailyBytes> {
        let Raw::Text(text) = raw else { return None };
        Bytes::read(&Raw::Text(text.strip_suffix("/day")?)).map(|bytes| DailyBytes(bytes.0))
    }
}

impl Quantity for Share {
    const LOOKS: &'static str = "a share such as \"5%\" or 0.05, from 0 to 100 %";
    fn read(raw: &Raw<'_>) -> Option<Share> {
        let ppm = match raw {
            Raw::Text(text) => number_and_unit(text.strip_suffix('%')?).filter(|(_, unit)| unit.is_empty())?.0.checked_mul(10)?,
            Raw::Whole(number) => u64::try_from(*number).ok()?.checked_mul(1_000_000)?,
            // A product and a rounding are the same on every machine.
            Raw::Decimal(number) if (0.0..=1.0).contains(number) => (number * 1_000_000.0).round() as u64,
            Raw::Decimal(_) => return None,
        };
        u32::try_from(ppm).ok().filter(|ppm| *ppm <= Ppm::ALL.0).map(|ppm| Share(Ppm(ppm)))
    }
}

impl Quantity for Amount {
    const LOOKS: &'static str = "a number such as 12 or 0.27, from 0 to 1,000,000";
    fn read(raw: &Raw<'_>) -> Option<Amount> {
        let thousandths = match raw {
            Raw::Text(text) => number_and_unit(text).filter(|(_, unit)| unit.is_empty())?.0,
            Raw::Whole(number) => u64::try_from(*number).ok()?.checked_mul(1_000)?,
            Raw::Decimal(number) if (0.0..=1_000_000.0).contains(number) => (number * 1_000.0).round() as u64,
            Raw::Decimal(_) => return None,
        };
        (thousandths <= 1_000_000_000).then_some(Amount(thousandths))
    }
}

impl Quantity for Moment {
    const LOOKS: &'static str = "a moment such as \"day 90\", \"day 90 10:30\" or \"12s\" after the run began";
    fn read(raw: &Raw<'_>) -> Option<Moment> {
        let Raw::Text(text) = raw else { return None };
        let Some(day) = text.strip_prefix("day ") else {
            return Ms::read(raw).map(|ms| Moment(ms.0));
        };
        let (day, time) = day.split_once(' ').unwrap_or((day, "00:00"));
        let day: u64 = day.parse().ok().filter(|day| *day <= u64::from(crate::plan::DAYS_MAX))?;
        Some(Moment(day * DAY_MS + time_of_day(time)?))
    }
}

impl Quantity for Offset {
    const LOOKS: &'static str = "an offset such as \"-3y\" or \"+2h\"";
    fn read(raw: &Raw<'_>) -> Option<Offset> {
        let Raw::Text(text) = raw else { return None };
        let (sign, span) = match text.strip_prefix('-') {
            Some(span) => (-1, span),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        // A dead battery shows the year 2000, which is more than ten years ago.
        let years = span.strip_suffix('y').and_then(|years| years.parse::<i64>().ok()).filter(|years| *years <= 100);
        let ms = match years {
            Some(years) => years * 365 * i64::try_from(DAY_MS).ok()?,
            None => i64::try_from(Ms::read(&Raw::Text(span))?.0).ok()?,
        };
        Some(Offset(sign * ms))
    }
}

impl Quantity for Spread {
    const LOOKS: &'static str = "a range of time such as \"2ms..60ms\"";
    fn read(raw: &Raw<'_>) -> Option<Spread> {
        let Raw::Text(text) = raw else { return None };
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let (from, to) = (Ms::read(&Raw::Text(from))?, Ms::read(&Raw::Text(to))?);
        (from <= to).then_some(Spread { from_ms: from.0, to_ms: to.0 })
    }
}

impl Quantity for Dates {
    const LOOKS: &'static str = "dates of a year such as \"06-15..09-15\"";
    fn read(raw: &Raw<'_>) -> Option<Dates> {
        let Raw::Text(text) = raw else { return None };
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        Some(Dates { from: month_and_day(from)?, to: month_and_day(to)? })
    }
}

fn month_and_day(text: &str) -> Option<(u8, u8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    mesh_model::time::Day::from_civil(2024, month, day).ok().map(|_| (month, day))
}

impl Quantity for Hours {
    const LOOKS: &'static str = "hours of a day such as \"18:00-22:00\"";
    fn read(raw: &Raw<'_>) -> Option<Hours> {
        let Raw::Text(text) = raw else { return None };
        let (from, to) = text.split_once('-')?;
        let (from_ms, to_ms) = (time_of_day(from)?, time_of_day(to)?);
        (from_ms != to_ms).then_some(Hours { from_ms, to_ms })
    }
}

fn time_of_day(text: &str) -> Option<u64> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u64, u64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 24 && minutes < 60 && (hours < 24 || minutes == 0)).then_some((hours * 60 + minutes) * MINUTE_MS)
}

impl Quantity for Place {
    const LOOKS: &'static str = "a site: its number (0 is the hub), \"hub\", or its division code such as \"511602101\"";
    fn read(raw: &Raw<'_>) -> Option<Place> {
        match raw {
            Raw::Whole(number) => u16::try_from(*number).ok().map(Place::Number),
            Raw::Text("hub") => Some(Place::Number(0)),
            Raw::Text(text) => text.parse::<mesh_model::division::DivisionCode>().ok().map(|code| Place::Code(code.to_string())),
            Raw::Decimal(_) => None,
        }
    }
}
