//! How figures are said to a person, in Chinese or English.

use std::fmt::Write as _;
use std::str::FromStr;

/// The language of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lang {
    /// Chinese, the county's own.
    #[default]
    Zh,
    /// English.
    En,
}

/// A language that no report is written in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no report is written in {0:?}; zh and en are")]
pub struct LangError(String);

impl FromStr for Lang {
    type Err = LangError;

    fn from_str(word: &str) -> Result<Lang, LangError> {
        match word {
            "zh" => Ok(Lang::Zh),
            "en" => Ok(Lang::En),
            other => Err(LangError(other.into())),
        }
    }
}

impl Lang {
    /// Returns the one of two texts that is in this language.
    pub(crate) fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// Says a length of time with its two largest units.
    pub(crate) fn span(self, ms: u64) -> String {
        let units = [(86_400_000, "天", "d"), (3_600_000, "小时", "h"), (60_000, "分", "min"), (1_000, "秒", "s"), (1, "毫秒", "ms")];
        let Some(first) = units.iter().position(|(size, ..)| ms >= *size) else { return format!("0 {}", self.pick("秒", "s")) };
        let (size, zh, en) = units[first];
        let mut out = format!("{} {}", ms / size, self.pick(zh, en));
        if let Some((next, zh, en)) = units.get(first + 1)
            && ms < 10 * size
            && ms % size / next > 0
        {
            let _ = write!(out, " {} {}", ms % size / next, self.pick(zh, en));
        }
        out
    }

    /// Says a share of a million in percent, one decimal.
    pub(crate) fn percent(self, ppm: u32) -> String {
        format!("{}.{} %", ppm / 10_000, ppm / 1_000 % 10)
    }

    /// Says a figure of a unit.
    pub(crate) fn say(self, figure: u64, unit: Unit) -> String {
        match unit {
            Unit::Bytes => bytes(figure),
            Unit::Count => count(figure),
            Unit::Days => format!("{figure} {}", self.pick("天", if figure == 1 { "day" } else { "days" })),
            Unit::Minutes => self.span(figure * 60_000),
            Unit::Money => format!("{}.{:02}", figure / 1_000, figure % 1_000 / 10),
            Unit::Ms => self.span(figure),
        }
    }
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Bytes,
    Count,
    Days,
    Minutes,
    /// Thousandths of the tariff's currency.
    Money,
    Ms,
}

/// Says a number of bytes, thousands of thousands as tariffs count them.
pub(crate) fn bytes(figure: u64) -> String {
    match figure {
        0..1_000 => format!("{figure} B"),
        1_000..1_000_000 => format!("{}.{} kB", figure / 1_000, figure / 100 % 10),
        1_000_000..1_000_000_000 => format!("{}.{} MB", figure / 1_000_000, figure / 100_000 % 10),
        _ => format!("{}.{} GB", figure / 1_000_000_000, figure / 100_000_000 % 10),
    }
}

/// Says a count with its thousands apart.
pub(crate) fn count(figure: u64) -> String {
    let digits = figure.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
