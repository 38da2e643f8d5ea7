//! Seeds as they are written on the command line: `7`, or `1..50` with both ends.

use std::ops::RangeInclusive;
use std::str::FromStr;

/// Seeds of one command, at most.
const SEEDS_MAX: u64 = 100_000_000;

/// A range of seeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seeds(pub RangeInclusive<u64>);

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Seeds, String> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let number = |text: &str| text.parse::<u64>().map_err(|_| format!("{text:?} is no number; write seeds as 7 or 1..50"));
        let (from, to) = (number(from)?, number(to.trim_start_matches('='))?);
        if from > to || to - from >= SEEDS_MAX {
            return Err(format!("{text} holds no seed or more than {SEEDS_MAX}; the smaller number comes first"));
        }
        Ok(Seeds(from..=to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_belong_to_a_range() {
        assert_eq!("1..3".parse(), Ok(Seeds(1..=3)));
        assert_eq!("7".parse(), Ok(Seeds(7..=7)));
        for text in ["", "3..1", "a..b", "1.."] {
            assert!(text.parse::<Seeds>().is_err(), "{text}");
        }
    }
}
