//! Enrolment over the wire: one question and one answer on a connection where only the hub shows a certificate.
//!
//! What is asked and judged is in [`sync_protocol::enrol`]; here are the two ends: [`desk`] at the hub, [`newcomer`] at a fresh machine.

pub mod desk;
pub mod newcomer;

#[cfg(test)]
mod tests;

pub use desk::Desk;
pub use newcomer::{Enrolled, enrol};

use crate::journal::Note;
use std::time::Duration;
use sync_protocol::enrol::TokenState;

/// Label under which both ends draw the same bytes out of the TLS session.
const EXPORTER_LABEL: &[u8] = b"mesh enrol 1";
/// Bytes of a request or an answer.
const MESSAGE_BYTES_MAX: usize = 16 * 1024;
/// How long either end waits for the other, from the connection to the answer: on 4 kbit/s the hub hears a newcomer 40 s after the newcomer
/// believes to be connected, and the two messages take as long again (`simulations/seeds/found/line-too-thin-to-be-enrolled.json`).
const PATIENCE: Duration = Duration::from_secs(120);
/// What the keys of tokens begin with among a hub's local facts.
const TOKENS: &str = "hub.token.";

/// A message that did not travel.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The connection broke or the other end was silent.
    #[error("exchange messages")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The other end's message cannot be read.
    #[error("read the other end's message")]
    Form(#[source] minicbor::decode::Error),
}

/// Returns the local fact that keeps a token at the hub; see [`crate::driver::Handle::keep`].
#[must_use]
pub fn token_note(id: &[u8; 8], state: &TokenState) -> Note {
    (token_key(id), minicbor::to_vec(state).expect("encoding into memory cannot fail"))
}

/// Reads a token kept by [`token_note`].
#[must_use]
pub fn read_token(value: &[u8]) -> Option<TokenState> {
    minicbor::decode(value).ok()
}

fn token_key(id: &[u8; 8]) -> String {
    id.iter().fold(TOKENS.to_owned(), |key, byte| format!("{key}{byte:02x}"))
}

fn exporter(connection: &quinn::Connection) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    connection.export_keying_material(&mut out, EXPORTER_LABEL, b"").ok()?;
    Some(out)
}

async fn send<M: minicbor::Encode<()>>(stream: &mut quinn::SendStream, message: &M) -> Result<(), ExchangeError> {
    let bytes = minicbor::to_vec(message).expect("encoding into memory cannot fail");
    stream.write_all(&bytes).await.map_err(|source| ExchangeError::Broken(source.into()))?;
    stream.finish().map_err(|source| ExchangeError::Broken(source.into()))
}

/// A message is the whole of a stream.
async fn receive<M: for<'b> minicbor::Decode<'b, ()>>(stream: &mut quinn::RecvStream) -> Result<M, ExchangeError> {
    let reading = tokio::time::timeout(PATIENCE, stream.read_to_end(MESSAGE_BYTES_MAX));
    let bytes = reading.await.map_err(|source| ExchangeError::Broken(source.into()))?;
    let bytes = bytes.map_err(|source| ExchangeError::Broken(source.into()))?;
    minicbor::decode(&bytes).map_err(ExchangeError::Form)
}
