//! Batches on the wire: several to a frame, compressed together.

use super::{FrameError, Mark, packing};
use crate::batch::{HeaderError, SignedHeader};
use crate::journal::StoredBatch;
use mesh_model::id::{DocId, Hash};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

/// One body on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ItemBody {
    /// The bytes.
    #[n(0)]
    #[cbor(array)]
    Here {
        /// Document.
        #[n(0)]
        document: DocId,
        /// [`crate::batch::BodyKind`].
        #[n(1)]
        kind: u8,
        /// Bytes.
        #[n(2)]
        bytes: ByteVec,
    },
    /// Only its entry: left out, refused, or not here.
    #[n(1)]
    #[cbor(array)]
    Blinded(#[n(0)] Hash),
}

/// One batch on the wire, header verbatim.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Item {
    /// The signed bytes.
    #[n(0)]
    pub header: ByteVec,
    /// Their signature.
    #[n(1)]
    pub signature: ByteArray<64>,
    /// As many as the header says.
    #[n(2)]
    pub bodies: Vec<ItemBody>,
}

impl Item {
    /// Shows a stored batch.
    #[must_use]
    pub fn of(batch: &StoredBatch) -> Item {
        Item {
            header: batch.header.bytes().to_vec().into(),
            signature: (*batch.header.signature()).into(),
            bodies: batch.bodies.iter().map(ItemBody::of).collect(),
        }
    }

    /// Returns about as many bytes as it takes.
    fn size(&self) -> usize {
        let body = |body: &ItemBody| match body {
            ItemBody::Here { bytes, .. } => bytes.len() + 32,
            ItemBody::Blinded(_) => 40,
        };
        self.header.len() + 80 + self.bodies.iter().map(body).sum::<usize>()
    }

    /// Reads header and bodies; the door judges them later.
    ///
    /// # Errors
    /// [`HeaderError`] when the header cannot be read.
    pub fn open(self) -> Result<StoredBatch, HeaderError> {
        let header = SignedHeader::read(self.header.into(), self.signature.into())?;
        Ok(StoredBatch { header, bodies: self.bodies.into_iter().map(ItemBody::stored).collect(), source: None })
    }
}

/// Several batches, in the sender's journal order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bulk {
    /// The batches.
    pub items: Vec<Item>,
    /// On the bulk lane in journal order: the position reached; absent for urged batches and answers to wants.
    pub mark: Option<Mark>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    /// 0: plain, 1: zstd without dictionary; numbered dictionaries follow.
    #[n(0)]
    packing: u8,
    #[n(1)]
    items: ByteVec,
    #[n(2)]
    mark: Option<Mark>,
}

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;
/// Below this size compression gains less than its frame costs.
const ZSTD_BYTES_MIN: usize = 200;

impl Bulk {
    /// Returns it as it travels.
    pub(super) fn packed(&self) -> impl Encode<()> {
        // Room made beforehand: a frame of bodies would be moved ten times while it grows.
        let mut plain = Vec::with_capacity(self.items.iter().map(Item::size).sum::<usize>() + 64);
        minicbor::encode(&self.items, &mut plain).expect("encoding into memory cannot fail");
        let packed = (plain.len() >= ZSTD_BYTES_MIN).then(|| packing::pack(&plain)).flatten();
        let (packing, items) = packed.map_or((PLAIN, plain), |packed| (ZSTD, packed));
        Wire { packing, items: items.into(), mark: self.mark.clone() }
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Bulk, FrameError> {
        let wire: Wire = minicbor::decode(bytes).map_err(|_| FrameError::Content)?;
        let decode = |plain: &[u8]| minicbor::decode(plain).ok();
        let items = match wire.packing {
            PLAIN => decode(&wire.items),
            // The bound holds before anything is allocated beyond it: a bomb fails here.
            ZSTD => packing::unpacked(&wire.items, decode),
            _ => None,
        };
        Ok(Bulk { items: items.ok_or(FrameError::Content)?, mark: wire.mark })
    }
}
