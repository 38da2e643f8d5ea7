//! One request over the admin socket, with the reader's language in its header.
//!
//! The runtime's own client speaks no language; its errors are used, so that nothing is said twice.

use crate::lang::Lang;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use mesh_office::api::LANG_HEADER;
use mesh_runtime::admin::client::ClientError;
use mesh_runtime::admin::{Code, FILE, Problem};
use std::io;
use std::os::fd::AsRawFd;
use std::path::Path;
use tokio::net::UnixStream;

/// Bytes of an answer: the dump of a township's ten years.
const ANSWER_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Bytes of a socket's path that every system takes.
const PATH_BYTES_MAX: usize = 100;

/// Posts a JSON body and returns the bytes of the JSON answer.
pub(super) async fn post(data: &Path, route: &str, lang: Lang, body: Vec<u8>) -> Result<Bytes, ClientError> {
    let stream = connect(data).await?;
    let broken = |source: hyper::Error| ClientError::Broken(source.into());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let request = Request::builder()
        .method(Method::POST)
        .uri(route)
        .header("host", "admin")
        .header("content-type", "application/json")
        .header(LANG_HEADER, lang.word())
        .body(Full::new(Bytes::from(body)))
        .map_err(|source| ClientError::Form(source.into()))?;
    let answering = async {
        let response = sender.send_request(request).await.map_err(broken)?;
        let succeeded = response.status().is_success();
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX)
            .collect()
            .await
            .map_err(ClientError::Broken)?;
        drop(sender);
        Ok((succeeded, body.to_bytes()))
    };
    let (answer, _) = tokio::join!(answering, connection);
    let (succeeded, bytes) = answer?;
    read(succeeded, bytes)
}

async fn connect(data: &Path) -> Result<UnixStream, ClientError> {
    let socket = data.join(FILE);
    let gone = |source: io::Error| ClientError::NotRunning {
        path: socket.clone(),
        source,
    };
    if socket.as_os_str().len() <= PATH_BYTES_MAX {
        return UnixStream::connect(&socket).await.map_err(gone);
    }
    // A socket's address has about a hundred bytes; a deep folder is reached over its descriptor.
    let folder = std::fs::File::open(data).map_err(gone)?;
    let short = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(FILE);
    UnixStream::connect(short).await.map_err(gone)
}

fn read(succeeded: bool, bytes: Bytes) -> Result<Bytes, ClientError> {
    if succeeded {
        return Ok(bytes);
    }
    match serde_json::from_slice::<Problem>(&bytes) {
        Ok(problem) => Err(ClientError::Problem(Box::new(problem))),
        // The frame around the routes answers in plain text.
        Err(_) => {
            let text: String = String::from_utf8_lossy(&bytes).chars().take(400).collect();
            let problem = Problem::new(Code::BadRequest, "the daemon did not take the request").because(text);
            Err(ClientError::Problem(Box::new(problem)))
        }
    }
}
