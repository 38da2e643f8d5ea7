//! How lengths of time, counts and sizes are spread. The same on every machine: `libm` computes in software, and a result is rounded to a
//! whole number before it is used.

use crate::streams::Stream;

/// Returns a number above 0 and at most 1 in steps of 2^-53.
fn unit(stream: &mut Stream) -> f64 {
    ((stream.below(1 << 53) + 1) as f64) / ((1_u64 << 53) as f64)
}

/// Draws a length without memory; the mean is `mean`.
pub fn exponential(stream: &mut Stream, mean: u64) -> u64 {
    (-libm::log(unit(stream)) * mean as f64) as u64
}

/// Draws a length after Weibull; `shape` in thousandths.
pub fn weibull(stream: &mut Stream, mean: u64, shape: u64) -> u64 {
    let inverse = 1_000.0 / shape.max(1) as f64;
    (libm::pow(-libm::log(unit(stream)), inverse) / libm::tgamma(1.0 + inverse) * mean as f64) as u64
}

/// Draws a length between evenly spaced quantiles, least and most included.
pub fn empirical(stream: &mut Stream, quantiles: &[u64]) -> u64 {
    let [first, .., _] = quantiles else { return quantiles.first().copied().unwrap_or(0) };
    let spans = quantiles.len() - 1;
    let index = usize::try_from(stream.below(spans as u64)).unwrap_or(0);
    let (low, high) = (quantiles[index].max(*first), quantiles[index + 1]);
    stream.between(low, high)
}

/// Draws how many things happen; in the mean this many thousandths.
pub fn count(stream: &mut Stream, thousandths: u64) -> u64 {
    let mean = thousandths as f64 / 1_000.0;
    let (mut passed, mut things) = (0.0, 0);
    loop {
        passed -= libm::log(unit(stream));
        if passed > mean {
            return things;
        }
        things += 1;
    }
}

/// Draws a size of which half are below `p50` and one in twenty above `p95`; at most sixteen times `p95`.
pub fn size(stream: &mut Stream, p50: u64, p95: u64) -> u64 {
    // Twelve even draws make a bell close enough for sizes.
    let bell: f64 = (0..12).map(|_| unit(stream)).sum::<f64>() - 6.0;
    let width = libm::log(p95.max(1) as f64 / p50.max(1) as f64) / 1.645;
    let drawn = p50 as f64 * libm::exp(bell * width);
    (drawn as u64).clamp(1, p95.saturating_mul(16))
}

/// Draws yes with this chance in a million.
pub fn happens(stream: &mut Stream, ppm: u32) -> bool {
    stream.below(1_000_000) < u64::from(ppm)
}

/// Draws an intensity from a quarter of usual to four times as much, evenly over magnitudes; in thousandths.
pub fn intensity(stream: &mut Stream) -> u64 {
    let exponent = unit(stream) * 4.0 - 2.0;
    libm::round(libm::exp2(exponent) * 1_000.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_of(draw: impl FnMut() -> u64) -> u64 {
        std::iter::repeat_with(draw).take(20_000).sum::<u64>() / 20_000
    }

    #[test]
    fn lengths_have_the_mean_that_was_asked_for() {
        let mut stream = Stream::new(1, "chance", 0);
        assert!((9_500..10_500).contains(&mean_of(|| exponential(&mut stream, 10_000))));
        assert!((9_500..10_500).contains(&mean_of(|| weibull(&mut stream, 10_000, 700))));
        assert!((9_500..10_500).contains(&mean_of(|| weibull(&mut stream, 10_000, 2_000))));
        assert!((19_900..20_600).contains(&mean_of(|| 1_000 * count(&mut stream, 20_200))));
        assert!((1_400..1_600).contains(&mean_of(|| empirical(&mut stream, &[0, 1_000, 2_000, 3_000]))));
    }

    #[test]
    fn sizes_have_their_median_and_their_twentieth_part() {
        let mut stream = Stream::new(2, "chance", 0);
        let mut sizes: Vec<u64> = (0..20_000).map(|_| size(&mut stream, 350, 4_000)).collect();
        sizes.sort_unstable();
        assert!((330..370).contains(&sizes[10_000]), "{}", sizes[10_000]);
        assert!((3_500..4_500).contains(&sizes[19_000]), "{}", sizes[19_000]);
    }

    #[test]
    fn these_draws_are_the_same_everywhere() {
        let mut stream = Stream::new(3, "chance", 0);
        let drawn =
            [exponential(&mut stream, 1 << 40), weibull(&mut stream, 1 << 40, 700), size(&mut stream, 350, 4_000), intensity(&mut stream)];
        assert_eq!(drawn, [1_599_492_869_832, 251_402_107_796, 162, 3_421]);
    }
}
