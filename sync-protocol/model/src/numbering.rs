//! How a window hands out case numbers without asking anybody: a pure allocator, to be persisted before the number is printed.
//!
//! The hub gives each node of a site a disjoint block of 32 [`Node2`] values. Within a value the sequence per day never goes back, so two
//! copies of one database collide only when both use the same value; an unclean stop and a new branch therefore move to another one.

use crate::division::DivisionCode;
use crate::number::{BadNumber, CaseNumber, Node2};
use crate::time::Day;
use std::collections::BTreeMap;

/// A block of 32 numbering values; 40 blocks serve one area code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct NumberBlock(#[n(0)] u8);

impl NumberBlock {
    /// Blocks that one area code has.
    pub const COUNT: u8 = 40;
    /// Values in a block.
    pub const VALUES: u8 = 32;

    /// Returns the block with this index, `None` from [`NumberBlock::COUNT`] on.
    #[must_use]
    pub fn from_index(index: u8) -> Option<NumberBlock> {
        (index < Self::COUNT).then_some(NumberBlock(index))
    }

    /// Returns the index, 0 to 39.
    #[must_use]
    pub fn index(self) -> u8 {
        self.0
    }

    fn value(self, slot: u8) -> Node2 {
        let index = u16::from(self.0) * u16::from(Self::VALUES) + u16::from(slot % Self::VALUES);
        Node2::from_index(index).expect("40 blocks of 32 values fit into 1296")
    }
}

/// Bytes that hold no numbering state.
#[derive(Debug, thiserror::Error)]
#[error("read numbering state")]
pub struct ReadNumberingError(#[source] minicbor::decode::Error);

/// The numbering state of one node for one area code.
///
/// Persist [`Numbering::to_bytes`] before the number is printed; keep a copy outside the database and [`Numbering::merge`] it at start.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Numbering {
    #[n(0)]
    area: DivisionCode,
    #[n(1)]
    block: NumberBlock,
    #[n(2)]
    slot: u8,
    /// One bit for each slot that was ever current.
    #[n(3)]
    used: u32,
    /// Highest sequence number handed out, by day and slot.
    #[n(4)]
    high: BTreeMap<Day, BTreeMap<u8, u32>>,
}

impl Numbering {
    /// Opens the numbering of a new node; `random` draws the first value of the block.
    #[must_use]
    pub fn new(area: DivisionCode, block: NumberBlock, random: u32) -> Numbering {
        let mut numbering = Numbering { area, block, slot: 0, used: 0, high: BTreeMap::new() };
        numbering.after_new_branch(random);
        numbering
    }

    /// Hands out the next number of this day.
    ///
    /// # Errors
    /// [`BadNumber`] when the day's year does not have four digits or four billion numbers are used up; the state is then unchanged.
    pub fn next(&mut self, day: Day) -> Result<CaseNumber, BadNumber> {
        let last = self.high_water(day, self.current());
        let number = CaseNumber::new(self.area, day, self.current(), last.checked_add(1).ok_or(BadNumber)?)?;
        self.high.entry(day).or_default().insert(self.slot, number.seq());
        Ok(number)
    }

    /// Moves to the next value of the block, wrapping round; the high water of the value goes on where it was.
    pub fn after_unclean_stop(&mut self) {
        self.move_to((self.slot + 1) % NumberBlock::VALUES);
    }

    /// Draws a value of the block by `random`, out of those never used while there are any, otherwise out of all but the current one.
    pub fn after_new_branch(&mut self, random: u32) {
        let unused: Vec<u8> = (0..NumberBlock::VALUES).filter(|slot| self.used & (1 << slot) == 0).collect();
        let others: Vec<u8> = (0..NumberBlock::VALUES).filter(|slot| *slot != self.slot).collect();
        let pool = if unused.is_empty() { others } else { unused };
        let pick = random % u32::try_from(pool.len()).expect("a block has 32 values");
        self.move_to(pool[pick as usize]);
    }

    /// Raises every high water to that of another copy of the state, and remembers the values that copy used.
    ///
    /// A copy of another area or block is about other numbers: nothing is taken, and `false` comes back.
    pub fn merge(&mut self, other: &Numbering) -> bool {
        if (self.area, self.block) != (other.area, other.block) {
            return false;
        }
        self.used |= other.used;
        for (day, slots) in &other.high {
            for (slot, seq) in slots {
                let mine = self.high.entry(*day).or_default().entry(*slot).or_default();
                *mine = (*mine).max(*seq);
            }
        }
        true
    }

    /// Returns the value in use.
    #[must_use]
    pub fn current(&self) -> Node2 {
        self.block.value(self.slot)
    }

    /// Returns the area code that numbers begin with.
    #[must_use]
    pub fn area(&self) -> DivisionCode {
        self.area
    }

    /// Returns the block that the hub gave.
    #[must_use]
    pub fn block(&self) -> NumberBlock {
        self.block
    }

    /// Returns the highest sequence number handed out on `day` with `node2`, 0 for none.
    #[must_use]
    pub fn high_water(&self, day: Day, node2: Node2) -> u32 {
        let slot = (0..NumberBlock::VALUES).find(|slot| self.block.value(*slot) == node2);
        slot.and_then(|slot| self.high.get(&day)?.get(&slot).copied()).unwrap_or(0)
    }

    /// Returns the state as CBOR.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory does not fail")
    }

    /// Reads the state.
    ///
    /// # Errors
    /// [`ReadNumberingError`] when the bytes are something else, or name a block or slot that does not exist.
    pub fn from_bytes(bytes: &[u8]) -> Result<Numbering, ReadNumberingError> {
        let numbering: Numbering = minicbor::decode(bytes).map_err(ReadNumberingError)?;
        let slots_fit = numbering.high.values().flat_map(BTreeMap::keys).all(|slot| *slot < NumberBlock::VALUES);
        let fits = numbering.block.0 < NumberBlock::COUNT && numbering.slot < NumberBlock::VALUES && slots_fit;
        if fits { Ok(numbering) } else { Err(ReadNumberingError(minicbor::decode::Error::message("block or slot out of range"))) }
    }

    fn move_to(&mut self, slot: u8) {
        self.slot = slot;
        self.used |= 1 << slot;
    }
}

#[cfg(test)]
mod tests;
