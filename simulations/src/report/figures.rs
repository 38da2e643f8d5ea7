//! Quantiles and bands: nearest rank, so that every figure shown is one that was seen.

use serde::{Deserialize, Serialize};

/// Returns the smallest figure that at least `percent` of all do not exceed; `None` of none. The figures are in order.
#[must_use]
pub fn quantile(sorted: &[u64], percent: u32) -> Option<u64> {
    let rank = (sorted.len() as u64 * u64::from(percent)).div_ceil(100).max(1);
    sorted.get(usize::try_from(rank - 1).ok()?).copied()
}

/// The shape of many figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantiles {
    /// How many.
    pub count: u64,
    /// 5 % do not exceed it.
    pub p5: u64,
    /// 25 %.
    pub p25: u64,
    /// 50 %.
    pub p50: u64,
    /// 75 %.
    pub p75: u64,
    /// 95 %.
    pub p95: u64,
    /// 99 %.
    pub p99: u64,
    /// None exceeds it.
    pub max: u64,
}

impl Quantiles {
    /// Returns the shape of some figures; `None` of none.
    #[must_use]
    pub fn of(mut figures: Vec<u64>) -> Option<Quantiles> {
        figures.sort_unstable();
        let at = |percent| quantile(&figures, percent);
        Some(Quantiles {
            count: figures.len() as u64,
            p5: at(5)?,
            p25: at(25)?,
            p50: at(50)?,
            p75: at(75)?,
            p95: at(95)?,
            p99: at(99)?,
            max: at(100)?,
        })
    }
}

/// One figure over several seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// Seeds that have the figure.
    pub seeds: u64,
    /// 5 % of the seeds do not exceed it.
    pub low: u64,
    /// Half of them.
    pub middle: u64,
    /// 95 % of them.
    pub high: u64,
}

impl Band {
    /// Returns the band over some seeds' figures; `None` of none.
    #[must_use]
    pub fn of(figures: impl IntoIterator<Item = u64>) -> Option<Band> {
        let Quantiles { count, p5, p50, p95, .. } = Quantiles::of(figures.into_iter().collect())?;
        Some(Band { seeds: count, low: p5, middle: p50, high: p95 })
    }
}

/// Returns the value at each percent from 1 to 100; empty of none. At most a hundred points, however many figures there are.
#[must_use]
pub fn cdf(mut figures: Vec<u64>) -> Vec<u64> {
    figures.sort_unstable();
    (1..=100).filter_map(|percent| quantile(&figures, percent)).collect()
}

/// Returns `part` in `whole` as parts of a million; 0 of nothing.
#[must_use]
pub fn ppm(part: u64, whole: u64) -> u32 {
    let share = u128::from(part) * 1_000_000 / u128::from(whole.max(1));
    u32::try_from(share).unwrap_or(u32::MAX)
}
