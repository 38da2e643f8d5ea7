//! Things found by their hash in little room: a number stands for each, and its hash is read where the thing lies.
//!
//! A county's year has a million batches; a map that repeats their hashes, or the beginnings of them, takes three times the room.

use hashbrown::HashTable;
use mesh_model::id::Hash;

/// Numbers, or whatever small thing leads to a hash. The order in it is never seen.
#[derive(Clone, Debug)]
pub(crate) struct Numbers<N>(HashTable<N>);

impl<N> Default for Numbers<N> {
    fn default() -> Self {
        Numbers(HashTable::new())
    }
}

impl<N: Copy> Numbers<N> {
    /// Returns the number of a hash; `hash_of` reads the hash of any number that was entered.
    pub fn get(&self, hash: &Hash, hash_of: impl Fn(N) -> Hash) -> Option<N> {
        self.0.find(place(hash), |number| hash_of(*number) == *hash).copied()
    }

    /// Enters a number for a hash that has none.
    pub fn put(&mut self, hash: &Hash, number: N, hash_of: impl Fn(N) -> Hash) {
        self.0.insert_unique(place(hash), number, |number| place(&hash_of(*number)));
    }
}

/// Hashes are even already: their first bytes place them.
fn place(hash: &Hash) -> u64 {
    u64::from_le_bytes(*hash.0.first_chunk().expect("a hash has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_that_begin_alike_keep_their_own_numbers() {
        let mut hashes: Vec<Hash> = (0..1_000_u32).map(|number| Hash::of(&[&number.to_be_bytes()])).collect();
        let mut alike = hashes[0];
        alike.0[31] ^= 1;
        hashes.push(alike);
        let mut numbers = Numbers::default();
        for (number, hash) in (0_u32..).zip(&hashes) {
            assert_eq!(numbers.get(hash, |number: u32| hashes[number as usize]), None);
            numbers.put(hash, number, |number| hashes[number as usize]);
        }
        for (number, hash) in (0..).zip(&hashes) {
            assert_eq!(numbers.get(hash, |number| hashes[number as usize]), Some(number));
        }
    }
}
