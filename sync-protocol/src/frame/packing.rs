//! Compression with contexts that are made once per thread: a context is larger than all frames of a quiet day.

use crate::limits;
use std::cell::RefCell;
use zstd::bulk::{Compressor, Decompressor};

const LEVEL: i32 = 3;
/// A longer frame is packed only if a sample of it packs: photographs cost an old machine its time and the line no byte less.
const SAMPLED_BYTES_MIN: usize = 16 * 1024;
/// The sample is the beginning of every so many bytes.
const SAMPLE_STEP_BYTES: usize = 4 * 1024;
const SAMPLE_BYTES: usize = 256;
/// Per cent of the sample that packing must save.
const SAVED_PERCENT_MIN: usize = 3;

thread_local! {
    static PACKER: RefCell<Option<Compressor<'static>>> = RefCell::new(Compressor::new(LEVEL).ok());
    static UNPACKER: RefCell<Option<(Decompressor<'static>, Vec<u8>)>> =
        RefCell::new(Decompressor::new().ok().map(|unpacker| (unpacker, Vec::with_capacity(limits::BULK_BYTES_MAX))));
}

/// Returns the compressed bytes, which depend on nothing but `plain`; `None` when it is not worth while.
pub(super) fn pack(plain: &[u8]) -> Option<Vec<u8>> {
    PACKER.with_borrow_mut(|packer| {
        let packer = packer.as_mut()?;
        if plain.len() >= SAMPLED_BYTES_MIN {
            let sample: Vec<u8> = plain.chunks(SAMPLE_STEP_BYTES).flat_map(|step| &step[..step.len().min(SAMPLE_BYTES)]).copied().collect();
            let packed_bytes = packer.compress(&sample).ok()?.len();
            if packed_bytes * 100 > sample.len() * (100 - SAVED_PERCENT_MIN) {
                return None;
            }
        }
        packer.compress(plain).ok().filter(|packed| packed.len() < plain.len())
    })
}

/// Reads what `packed` holds, if it is not longer than a bulk frame may be: nothing is ever allocated beyond that.
pub(super) fn unpacked<T>(packed: &[u8], read: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
    UNPACKER.with_borrow_mut(|unpacker| {
        let (unpacker, plain) = unpacker.as_mut()?;
        plain.clear();
        unpacker.decompress_to_buffer(packed, plain).ok()?;
        read(plain)
    })
}
