//! Names of things: nodes, sites, documents, hashes.
//!
//! Every id is a newtype with a text form that reads back; division codes, item codes and case numbers live in files of their own.

use std::fmt;

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadHex;
            fn from_str(text: &str) -> Result<Self, BadHex> {
                let mut out = [0; $len];
                if text.len() != 2 * $len || !text.is_ascii() {
                    return Err(BadHex { want_chars: 2 * $len });
                }
                for (i, byte) in out.iter_mut().enumerate() {
                    *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|_| BadHex { want_chars: 2 * $len })?;
                }
                Ok(Self(out))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let bytes = d.bytes()?;
                Ok(Self(bytes.try_into().map_err(|_| minicbor::decode::Error::message(concat!("wrong length of ", stringify!($name))))?))
            }
        }
    };
}

/// Text that is not the hexadecimal form of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("want {want_chars} hexadecimal characters")]
pub struct BadHex {
    /// Characters the id has.
    pub want_chars: usize,
}

byte_id!(
    /// A node (one machine's store of keys): first 16 bytes of BLAKE3 over its signing public key.
    NodeId, 16
);
byte_id!(
    /// A site's stable id, drawn once by the hub; never zero, never derived from the 12-digit code, which changes.
    SiteId, 8
);
byte_id!(
    /// A document: `BLAKE3(scope)[..8] ‖ BLAKE3(node, nonce)[..8]`; a case number is never one.
    DocId, 16
);
byte_id!(
    /// A branch of a node's chains and the id of its store: 8 random bytes, born with the database.
    Branch, 8
);
byte_id!(
    /// A BLAKE3 hash.
    Hash, 32
);
byte_id!(
    /// One event of a case: `BLAKE3(value)[..16]`.
    EventId, 16
);
byte_id!(
    /// The first 16 bytes of a BLAKE3 hash over a scope's heads vector, or over the digests of common scopes.
    Digest, 16
);

impl Hash {
    /// Hashes the concatenation of `parts`.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Hash {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(part);
        }
        Hash(*hasher.finalize().as_bytes())
    }
}

impl NodeId {
    /// Derives the id from a signing public key.
    #[must_use]
    pub fn of_key(signing_public: &[u8; 32]) -> NodeId {
        let hash = Hash::of(&[b"mesh node", signing_public]);
        NodeId(hash.0[..16].try_into().expect("a hash has 32 bytes"))
    }
}

impl EventId {
    /// Derives an event's id from its bytes.
    #[must_use]
    pub fn of(value: &[u8]) -> EventId {
        EventId(Hash::of(&[value]).0[..16].try_into().expect("a hash has 32 bytes"))
    }
}
