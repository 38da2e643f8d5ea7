//! The client of the admin socket, for the command line and for tests.

use super::{FILE, Problem, ShortPath};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tokio::net::UnixStream;

/// Bytes of an answer.
const ANSWER_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A call without an answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens.
    #[error("no daemon answers on {path}")]
    NotRunning {
        /// The socket.
        path: PathBuf,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// The connection broke; whether the daemon acted is not known.
    #[error("the connection to the daemon broke")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The request or the answer is not JSON of the expected form.
    #[error("the daemon's answer cannot be read")]
    Form(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The daemon answered with a problem.
    #[error(transparent)]
    Problem(Box<Problem>),
}

/// Posts a request as JSON and returns the answer.
///
/// # Errors
/// [`ClientError`]; a daemon's problem comes as [`ClientError::Problem`].
pub async fn call<Q: Serialize + ?Sized>(data: &Path, path: &str, request: &Q) -> Result<Value, ClientError> {
    let body = serde_json::to_vec(request).map_err(|source| ClientError::Form(source.into()))?;
    let bytes = exchange(data, Method::POST, path, &[], body).await?;
    serde_json::from_slice(&bytes).map_err(|source| ClientError::Form(source.into()))
}

/// Exchanges one request with further headers and returns the bytes of the answer.
///
/// # Errors
/// As [`call`].
pub async fn exchange(data: &Path, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Result<Bytes, ClientError> {
    let socket = data.join(FILE);
    let gone = |source| ClientError::NotRunning { path: socket.clone(), source };
    let short = ShortPath::of(&socket).map_err(gone)?;
    let stream = UnixStream::connect(short.path()).await.map_err(gone)?;
    let broken = |source: hyper::Error| ClientError::Broken(source.into());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let mut request = Request::builder().method(method).uri(path).header("host", "admin").header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(Bytes::from(body))).map_err(|source| ClientError::Form(source.into()))?;
    let answering = async {
        let response = sender.send_request(request).await.map_err(broken)?;
        let succeeded = response.status().is_success();
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await.map_err(ClientError::Broken)?;
        drop(sender);
        Ok((succeeded, body.to_bytes()))
    };
    let (answer, _) = tokio::join!(answering, connection);
    let (succeeded, bytes) = answer?;
    if succeeded { Ok(bytes) } else { Err(refusal(&bytes)) }
}

fn refusal(bytes: &[u8]) -> ClientError {
    match serde_json::from_slice::<Problem>(bytes) {
        Ok(problem) => ClientError::Problem(Box::new(problem)),
        // The frame around the routes answers in plain text: a body of the wrong kind.
        Err(_) => ClientError::Form(String::from_utf8_lossy(bytes).chars().take(400).collect::<String>().into()),
    }
}
