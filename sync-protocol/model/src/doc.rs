//! What is written inside documents: the only place that knows the names of fields.
//!
//! Every value is a CBOR map with numbered, optional fields; unknown numbers are tolerated. Numbers are never used again for another
//! meaning. The content hash of a published value is taken over the bytes as published, see [`content_hash`].

pub mod calendar;
pub mod event;
pub mod item;
pub mod sealed;
pub mod site;

use crate::id::Hash;

/// Bytes that do not hold the document they should.
#[derive(Debug, thiserror::Error)]
#[error("read {what}")]
pub struct ReadDocError {
    /// The document that was expected.
    pub what: &'static str,
    #[source]
    source: minicbor::decode::Error,
}

/// Returns the hash by which events name a published value, over its bytes as they were published.
#[must_use]
pub fn content_hash(bytes: &[u8]) -> Hash {
    Hash::of(&[bytes])
}

/// Returns the hash of published bytes that differ from what this build would write: a newer one wrote them.
fn hash_if_more(published: &[u8], ours: &[u8]) -> Option<Hash> {
    (published != ours).then(|| content_hash(published))
}

/// Reads one value and refuses bytes that follow it.
fn read<'b, T: minicbor::Decode<'b, ()>>(what: &'static str, bytes: &'b [u8]) -> Result<T, ReadDocError> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let value = decoder.decode().map_err(|source| ReadDocError { what, source })?;
    if decoder.position() == bytes.len() {
        Ok(value)
    } else {
        Err(ReadDocError { what, source: minicbor::decode::Error::message("bytes follow the value") })
    }
}

fn write<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("writing to memory does not fail")
}

#[cfg(test)]
mod tests;
