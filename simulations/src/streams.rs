//! Random numbers, one stream for each entity: what one site draws never shifts what another one draws.

use mesh_model::id::Hash;
use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

/// The random numbers of one entity.
#[derive(Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// Opens the stream of entity `kind` with this `number` under a run's `seed`.
    #[must_use]
    pub fn new(seed: u64, kind: &str, number: u64) -> Stream {
        let key = Hash::of(&[b"stream", &seed.to_be_bytes(), &number.to_be_bytes(), kind.as_bytes()]);
        Stream(ChaCha8Rng::from_seed(key.0))
    }

    /// Draws a number below `bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64() % bound.max(1)
    }

    /// Draws a number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// Draws a number from `low` to `high` whose magnitude, not value, is evenly spread. `low` is at least 1.
    ///
    /// Integer arithmetic only: a logarithm may differ between machines.
    pub fn spread(&mut self, low: u64, high: u64) -> u64 {
        let octaves = u64::from((high / low.max(1)).max(1).ilog2());
        let base = low.max(1) << self.below(octaves + 1);
        self.between(base, (2 * base - 1).min(high))
    }

    /// Draws yes once in `n` times.
    pub fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// Draws `N` bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        self.0.fill_bytes(&mut out);
        out
    }

    /// Draws `len` bytes that do not compress.
    pub fn filling(&mut self, len: usize) -> Vec<u8> {
        let mut out = vec![0; len];
        self.0.fill_bytes(&mut out);
        out
    }
}
