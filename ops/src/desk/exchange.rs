//! One request over the admin socket, with the reader's language in its header.

use crate::lang::Lang;
use bytes::Bytes;
use hyper::Method;
use mesh_office::api::LANG_HEADER;
use mesh_runtime::admin::client::{self, ClientError};
use std::path::Path;

/// Posts a JSON body and returns the bytes of the JSON answer.
pub(super) async fn post(data: &Path, route: &str, lang: Lang, body: Vec<u8>) -> Result<Bytes, ClientError> {
    client::exchange(data, Method::POST, route, &[(LANG_HEADER, lang.word())], body).await
}
