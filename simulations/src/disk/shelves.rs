//! Byte strings laid one behind the other: a million small ones cost no allocation each.

/// Bytes of one shelf, unless a string is longer.
const SHELF_BYTES: usize = 1 << 20;

/// Where a string lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    shelf: u32,
    from: u32,
    length: u32,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Shelves(Vec<Vec<u8>>);

impl Shelves {
    /// Lays a string down, for good.
    pub fn put(&mut self, bytes: &[u8]) -> Place {
        let fits = self.0.last().is_some_and(|shelf| shelf.capacity() - shelf.len() >= bytes.len());
        if !fits {
            self.0.push(Vec::with_capacity(SHELF_BYTES.max(bytes.len())));
        }
        let last = self.0.len() - 1;
        let shelf = &mut self.0[last];
        let small = |number: usize| u32::try_from(number).expect("a county fits into four thousand million of anything");
        let place = Place { shelf: small(last), from: small(shelf.len()), length: small(bytes.len()) };
        shelf.extend_from_slice(bytes);
        place
    }

    /// Returns what lies at a place.
    pub fn read(&self, place: Place) -> &[u8] {
        &self.0[place.shelf as usize][place.from as usize..][..place.length as usize]
    }
}
