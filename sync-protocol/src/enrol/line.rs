//! The token as one line: `mesh1:` and base32, read aloud and typed if it must be.

use data_encoding::BASE32_NOPAD_NOCASE;
use mesh_model::id::{Hash, SiteId};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// A one-use right to enrol a node of one site, pinned to the county root.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Token {
    /// Names the token at the hub.
    #[n(0)]
    pub id: ByteArray<8>,
    /// Never sent.
    #[n(1)]
    pub secret: ByteArray<20>,
    /// BLAKE3 of the county root's public key: whom to trust before the secret is used.
    #[n(2)]
    pub root_pin: ByteArray<32>,
    /// Six digits of the county.
    #[n(3)]
    pub county: String,
    /// Whose window.
    #[n(4)]
    pub site: SiteId,
    /// Where the hub listens, most direct first.
    #[n(5)]
    pub addresses: Vec<String>,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("county", &self.county).field("site", &self.site).finish_non_exhaustive()
    }
}

/// A line that is not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Does not begin with `mesh1:`.
    #[error("a token begins with mesh1:")]
    Prefix,
    /// Characters other than base32, or too few.
    #[error("the token has characters that no token has, or is cut short")]
    Text,
    /// The check at the end does not fit: mistyped or tampered with.
    #[error("the token's check does not fit: it is mistyped or was changed")]
    Check,
    /// Not what a token says.
    #[error("the token cannot be read")]
    Content,
}

const PREFIX: &str = "mesh1:";
const CHECK_BYTES: usize = 4;

impl Token {
    /// Returns the line.
    #[must_use]
    pub fn to_line(&self) -> String {
        let mut bytes = minicbor::to_vec(self).expect("encoding into memory cannot fail");
        bytes.extend_from_slice(&check(&bytes));
        format!("{PREFIX}{}", BASE32_NOPAD_NOCASE.encode(&bytes).to_lowercase())
    }

    /// Reads a line; blanks and line ends around and inside are ignored.
    ///
    /// # Errors
    /// [`TokenError`] for everything else.
    pub fn from_line(line: &str) -> Result<Token, TokenError> {
        let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        let text = line.strip_prefix(PREFIX).ok_or(TokenError::Prefix)?;
        let bytes = BASE32_NOPAD_NOCASE.decode(text.as_bytes()).map_err(|_| TokenError::Text)?;
        let (bytes, given) = bytes.split_at_checked(bytes.len().saturating_sub(CHECK_BYTES)).ok_or(TokenError::Text)?;
        if given != check(bytes) {
            return Err(TokenError::Check);
        }
        minicbor::decode(bytes).map_err(|_| TokenError::Content)
    }
}

fn check(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    Hash::of(&[b"mesh token", bytes]).0[..CHECK_BYTES].try_into().expect("a hash has 32 bytes")
}
