//! The shapes of every admin route: `POST /v1/<noun>/<verb>` with a JSON body; the reply is what `--json` prints.
//!
//! Each request names its route and the schema of its reply through [`Ask`]. Replies travel inside a [`Page`], which puts `"schema"` in
//! front; a client may read the bare reply type from the same JSON. Ids, days, codes and case numbers travel as text.

pub mod act;
pub mod calendar;
pub mod case;
pub mod catalog;
pub mod doc;
pub mod node;
pub mod private;
pub mod site;

pub use private::Private;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Name of the request header that asks for a language: `zh` (the default) or `en`.
pub const LANG_HEADER: &str = "x-mesh-lang";

/// Bytes that one request may have: a county's catalogue with its guides and room to grow.
pub const REQUEST_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A request of the admin socket.
pub trait Ask: Serialize + DeserializeOwned + Send + 'static {
    /// What comes back.
    type Reply: Serialize + DeserializeOwned + Send + 'static;
    /// Where it is posted, such as `/v1/case/list`.
    const ROUTE: &'static str;
    /// Name and version of the reply's shape, such as `case.list/1`.
    const SCHEMA: &'static str;
}

/// A reply with the name of its shape in front.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// Name and version of the shape.
    pub schema: String,
    /// The reply.
    #[serde(flatten)]
    pub reply: T,
}

impl<T> Page<T> {
    /// Puts the schema of `A` in front of its reply.
    #[must_use]
    pub fn of<A: Ask<Reply = T>>(reply: T) -> Page<T> {
        Page { schema: A::SCHEMA.to_owned(), reply }
    }
}

/// A row of a file that could not be used, or was used with a defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowNote {
    /// Line in the file, from 1; the header is line 1.
    pub line: u64,
    /// Stable word of the defect, such as `bad_day`.
    pub defect: String,
    /// The defect for people, in English, with the text that was found.
    pub text: String,
}

/// A due date, and whether it may move when a calendar year is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueDay {
    /// Last day on which the act is in time.
    pub day: mesh_model::time::Day,
    /// Whether a year that is not published was counted through.
    pub provisional: bool,
}

/// Implements [`Ask`] for a request.
macro_rules! ask {
    ($request:ty => $reply:ty, $noun:literal, $verb:literal) => {
        impl $crate::api::Ask for $request {
            type Reply = $reply;
            const ROUTE: &'static str = concat!("/v1/", $noun, "/", $verb);
            const SCHEMA: &'static str = concat!($noun, ".", $verb, "/1");
        }
    };
}
pub(crate) use ask;

#[cfg(test)]
mod tests;
