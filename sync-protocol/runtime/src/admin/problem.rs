//! The one form of a problem, over the admin socket and on the command line, with codes that never change their meaning.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

/// Name and version of the form.
pub const SCHEMA: &str = "error/1";

/// What went wrong, why, and what to do about it.
///
/// `{"schema":"error/1","code":"E102","what":…,"cause":…,"next":…,"exit":n}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {what}")]
pub struct Problem {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// One of [`Code`], or a newer one.
    pub code: String,
    /// What was attempted and did not come about; one sentence.
    pub what: String,
    /// Why, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What the reader can do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// With what number the command ends.
    pub exit: u8,
}

impl Problem {
    /// Names a problem.
    #[must_use]
    pub fn new(code: Code, what: impl Into<String>) -> Problem {
        Problem {
            schema: SCHEMA.to_owned(),
            code: code.name().to_owned(),
            what: what.into(),
            cause: None,
            next: None,
            exit: code.exit(),
        }
    }

    /// Adds why.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Problem {
        self.cause = Some(cause.into());
        self
    }

    /// Adds why, from an error and all its causes.
    #[must_use]
    pub fn caused_by(self, error: &dyn std::error::Error) -> Problem {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(next) = cause {
            text.push_str(": ");
            text.push_str(&next.to_string());
            cause = next.source();
        }
        self.because(text)
    }

    /// Adds what to do.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Problem {
        self.next = Some(next.into());
        self
    }

    /// Returns the code, if this binary knows it.
    #[must_use]
    pub fn known_code(&self) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.name() == self.code)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.known_code().map_or(500, Code::status);
        (
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Json(self),
        )
            .into_response()
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, exit $exit:literal, status $status:literal;)*) => {
        /// What kind of problem; numbers are never reused. 1xx store, 2xx identity, 3xx daemon, 4xx request, 5xx act, 9xx ours.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// All codes, in order.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// Returns the code as it is written.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// Returns the number with which a command ends: 1 failed, 2 usage, 3 nobody answers, 4 refused, 5 not found, 6 no space.
            #[must_use]
            pub fn exit(self) -> u8 {
                match self { $(Code::$variant => $exit,)* }
            }

            /// Returns the HTTP status.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $(Code::$variant => $status,)* }
            }
        }
    };
}

codes! {
    /// There is no data directory of the expected kind.
    NoData = "E101", exit 5, status 404;
    /// Another daemon holds the data directory.
    AlreadyRunning = "E102", exit 4, status 409;
    /// A file or directory is open to others.
    TooOpen = "E103", exit 4, status 403;
    /// A newer binary wrote the store.
    NewerStore = "E104", exit 4, status 409;
    /// The store is damaged or foreign.
    DamagedStore = "E105", exit 1, status 500;
    /// No space.
    Full = "E106", exit 6, status 507;
    /// The data directory is in use already for something that would be replaced.
    DataExists = "E107", exit 4, status 409;
    /// The node is not enrolled.
    NotEnrolled = "E201", exit 4, status 403;
    /// The token cannot be read.
    BadToken = "E202", exit 2, status 400;
    /// The token is unknown, spent or expired.
    TokenRefused = "E203", exit 4, status 403;
    /// The peer does not lead to the county of the token.
    WrongCounty = "E204", exit 4, status 403;
    /// The county root's key is not here.
    NoRoot = "E205", exit 5, status 404;
    /// Nothing answers on the admin socket.
    NotRunning = "E301", exit 3, status 503;
    /// Too much waits already.
    Busy = "E302", exit 3, status 503;
    /// The daemon is ending.
    Ending = "E303", exit 3, status 503;
    /// A peer cannot be reached.
    Unreachable = "E304", exit 3, status 504;
    /// The request cannot be read.
    BadRequest = "E401", exit 2, status 400;
    /// What was asked for does not exist.
    NotFound = "E402", exit 5, status 404;
    /// It exists already, or is no longer as the request assumed.
    Conflict = "E403", exit 4, status 409;
    /// This node may not do it.
    NotHere = "E404", exit 4, status 403;
    /// The rules of the office refuse the act.
    ActRefused = "E501", exit 4, status 422;
    /// The protocol's door refuses the act.
    DoorRefused = "E502", exit 4, status 422;
    /// A fault of this program.
    Internal = "E901", exit 1, status 500;
}
