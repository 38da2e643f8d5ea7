//! Compression with contexts that are made once per thread: a context is larger than all frames of a quiet day.

use crate::limits;
use std::cell::RefCell;
use zstd::bulk::{Compressor, Decompressor};

const LEVEL: i32 = 3;

thread_local! {
    static PACKER: RefCell<Option<Compressor<'static>>> = RefCell::new(Compressor::new(LEVEL).ok());
    static UNPACKER: RefCell<Option<(Decompressor<'static>, Vec<u8>)>> =
        RefCell::new(Decompressor::new().ok().map(|unpacker| (unpacker, Vec::with_capacity(limits::BULK_BYTES_MAX))));
}

/// Returns the compressed bytes; they depend on nothing but `plain`.
pub(super) fn pack(plain: &[u8]) -> Option<Vec<u8>> {
    PACKER.with_borrow_mut(|packer| packer.as_mut()?.compress(plain).ok())
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
