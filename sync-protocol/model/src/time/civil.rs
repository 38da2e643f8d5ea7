//! Civil form of a [`Day`]: year, month, day of month, weekday, and its text `2026-11-22`.
//!
//! Proleptic Gregorian calendar, computed on whole days; no time zone is involved, since a [`Day`] already is one at UTC+8.

use super::Day;
use std::fmt;

/// Text or numbers that name no day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("want a day as YYYY-MM-DD")]
pub struct BadDay;

/// A day of the week, Monday first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    /// 星期一.
    Monday,
    /// 星期二.
    Tuesday,
    /// 星期三.
    Wednesday,
    /// 星期四.
    Thursday,
    /// 星期五.
    Friday,
    /// 星期六.
    Saturday,
    /// 星期日.
    Sunday,
}

impl Weekday {
    /// Returns whether offices rest on this weekday unless the calendar says otherwise.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        matches!(self, Weekday::Saturday | Weekday::Sunday)
    }
}

impl Day {
    /// Returns the day with this year, month (1-12) and day of month (1-31).
    ///
    /// # Errors
    /// [`BadDay`] when there is no such day, or the year lies outside 0 to 9999.
    pub fn from_civil(year: i32, month: u8, day: u8) -> Result<Day, BadDay> {
        if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > month_days(year, month) {
            return Err(BadDay);
        }
        // Years are counted from March, so that the leap day comes last and months have a fixed offset.
        let year_from_march = if month <= 2 { year - 1 } else { year };
        let era = year_from_march.div_euclid(400);
        let year_of_era = year_from_march.rem_euclid(400);
        let month_from_march = (i32::from(month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i32::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Ok(Day(era * 146_097 + day_of_era - 719_468))
    }

    /// Returns year, month (1-12) and day of month (1-31).
    #[must_use]
    pub fn civil(self) -> (i32, u8, u8) {
        let days = i64::from(self.0) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let narrow = "a month has at most 31 days and a year at most 12 months";
        (
            i32::try_from(year).expect("a day of 32 bits has a year of 32 bits"),
            u8::try_from(month).expect(narrow),
            u8::try_from(day).expect(narrow),
        )
    }

    /// Returns the Gregorian year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.civil().0
    }

    /// Returns the weekday.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        match self.0.rem_euclid(7) {
            0 => Weekday::Thursday,
            1 => Weekday::Friday,
            2 => Weekday::Saturday,
            3 => Weekday::Sunday,
            4 => Weekday::Monday,
            5 => Weekday::Tuesday,
            _ => Weekday::Wednesday,
        }
    }
}

fn month_days(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl std::str::FromStr for Day {
    type Err = BadDay;
    fn from_str(text: &str) -> Result<Day, BadDay> {
        let bytes = text.as_bytes();
        let shaped =
            bytes.len() == 10 && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
        if !shaped {
            return Err(BadDay);
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<u16>().map_err(|_| BadDay);
        let narrow = |n: u16| u8::try_from(n).map_err(|_| BadDay);
        Day::from_civil(i32::from(number(0..4)?), narrow(number(5..7)?)?, narrow(number(8..10)?)?)
    }
}

impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

impl<C> minicbor::Encode<C> for Day {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.i32(self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Day {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.i32().map(Day)
    }
}

#[cfg(test)]
mod tests;
