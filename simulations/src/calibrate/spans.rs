//! How long the line stays up, and how long it is away.

use super::rows::{BadRow, Reading, What};
use crate::report::{Quantiles, quantile};

/// Observations below which only a mean is given.
const EMPIRICAL_MIN: u64 = 20;
/// Evenly spaced quantiles of an empirical distribution: 0 %, 10 %, to 100 %.
const STEPS: u32 = 10;

/// One distribution of lengths of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanFit {
    /// Lengths that were seen from their beginning to their end.
    pub whole: u64,
    /// Lengths that the file's end cut off; they count for the mean.
    pub cut_off: u64,
    /// Mean in milliseconds: all time over the ends that were seen.
    pub mean_ms: u64,
    /// The whole ones, in milliseconds.
    pub ms: Quantiles,
    /// 0 %, 10 %, to 100 % of the whole ones, where an exponential distribution would be wrong and there are enough of them.
    pub empirical_ms: Vec<u64>,
}

#[derive(Debug, Default)]
pub(super) struct Spans {
    up: Seen,
    gap: Seen,
}

#[derive(Debug, Default)]
struct Seen {
    whole: Vec<u64>,
    cut_off: Vec<u64>,
}

impl Spans {
    /// Follows one site through its time. What was so before its first row is not known to have begun, and counts for nothing.
    pub(super) fn add(&mut self, site: &str, readings: &[Reading], bad: &mut Vec<BadRow>) {
        let mut state: Option<(What, i64)> = None;
        for reading in readings.iter().filter(|reading| matches!(reading.what, What::Up | What::Down)) {
            match state {
                Some((what, _)) if what == reading.what => {
                    let was = if what == What::Up { "up" } else { "down" };
                    bad.push(BadRow::odd(reading.line, format!("the line of {site} was {was} already; the earlier row counts")));
                    continue;
                }
                Some((what, since)) => self.seen(what).whole.push(length(since, reading.at_ms)),
                None => {}
            }
            state = Some((reading.what, reading.at_ms));
        }
        if let (Some((what, since)), Some(last)) = (state, readings.last()) {
            let open = length(since, last.at_ms);
            if open > 0 {
                self.seen(what).cut_off.push(open);
            }
        }
    }

    fn seen(&mut self, what: What) -> &mut Seen {
        if what == What::Up { &mut self.up } else { &mut self.gap }
    }

    pub(super) fn up(&self) -> Option<SpanFit> {
        self.up.fit()
    }

    pub(super) fn gap(&self) -> Option<SpanFit> {
        self.gap.fit()
    }
}

fn length(from: i64, to: i64) -> u64 {
    u64::try_from(to - from).unwrap_or(0)
}

impl Seen {
    fn fit(&self) -> Option<SpanFit> {
        let mut sorted = self.whole.clone();
        sorted.sort_unstable();
        let ms = Quantiles::of(sorted.clone())?;
        let total: u128 = self.whole.iter().chain(&self.cut_off).map(|ms| u128::from(*ms)).sum();
        let is_exponential = like_exponential(&sorted);
        let empirical_ms = if is_exponential || ms.count < EMPIRICAL_MIN {
            Vec::new()
        } else {
            (0..=STEPS).filter_map(|step| if step == 0 { sorted.first().copied() } else { quantile(&sorted, step * 100 / STEPS) }).collect()
        };
        Some(SpanFit {
            whole: ms.count,
            cut_off: self.cut_off.len() as u64,
            mean_ms: u64::try_from(total / u128::from(ms.count)).unwrap_or(u64::MAX),
            ms,
            empirical_ms,
        })
    }
}

/// Returns whether lengths vary as much as their mean, as those of an exponential distribution do: between 0.8 and 1.2 times.
fn like_exponential(lengths: &[u64]) -> bool {
    let count = lengths.len() as u128;
    let sum: u128 = lengths.iter().map(|ms| u128::from(*ms)).sum();
    let squares: u128 = lengths.iter().map(|ms| u128::from(*ms) * u128::from(*ms)).sum();
    // count * squares - sum^2 is count^2 times the variance; against sum^2 that is the square of variation over mean.
    let (variance, mean) = ((count * squares).saturating_sub(sum * sum), sum * sum);
    mean > 0 && (64 * mean..=144 * mean).contains(&(100 * variance))
}
