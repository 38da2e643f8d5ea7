//! One site of the demo as its story sees it: where to ask it, over which line it reaches the county.

use super::forwarder::Forwarder;
use super::trouble::Trouble;
use crate::desk::Desk;
use crate::failure::Failure;
use mesh_model::division::DivisionCode;
use mesh_office::api::Ask;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::Instant;

/// How often something that is waited for is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(60);

/// One site.
#[derive(Debug)]
pub(super) struct Site {
    /// The name of its folder, such as `village-1`.
    pub key: &'static str,
    /// Its division code.
    pub code: DivisionCode,
    /// Its name in the registry.
    pub name: String,
    /// Where its daemon is asked.
    pub desk: Desk,
    /// Its line up; the county has none.
    pub line: Option<Forwarder>,
}

impl Site {
    /// Returns its data directory.
    pub(super) fn data(&self) -> PathBuf {
        self.desk.data().to_owned()
    }

    /// Asks its daemon.
    pub(super) async fn ask<A: Ask>(&self, request: &A) -> Result<A::Reply, Trouble> {
        Ok(self.desk.ask(request).await?)
    }

    /// Asks for what may not have arrived yet: `None` while there is no such thing there.
    pub(super) async fn ask_if_there<A: Ask>(&self, request: &A) -> Result<Option<A::Reply>, Trouble> {
        match self.desk.ask(request).await {
            Ok(reply) => Ok(Some(reply)),
            Err(failure) if failure.exit() == crate::failure::Exit::NotFound as u8 => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Asks for something that the rules must refuse; returns why they did.
    pub(super) async fn refused<A: Ask>(&self, request: &A) -> Result<Option<Failure>, Trouble> {
        match self.desk.ask(request).await {
            Ok(_) => Ok(None),
            Err(failure) if failure.exit() == crate::failure::Exit::Refused as u8 => Ok(Some(failure)),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Returns whether its line is cut.
    pub(super) fn is_cut(&self) -> bool {
        self.line.as_ref().is_some_and(Forwarder::is_cut)
    }
}

/// What a look at something that is waited for showed.
pub(super) enum Look<T> {
    /// It is there.
    There(T),
    /// It is not; how it stands.
    NotYet(String),
}

/// Looks again and again until it is there, at most for `patience`.
pub(super) async fn until<T, F>(what: &'static str, patience: Duration, mut look: impl FnMut() -> F) -> Result<T, Trouble>
where
    F: Future<Output = Result<Look<T>, Trouble>>,
{
    let deadline = Instant::now() + patience;
    loop {
        match look().await? {
            Look::There(found) => return Ok(found),
            Look::NotYet(stood) if Instant::now() >= deadline => {
                return Err(Trouble::Waited { what, seconds: patience.as_secs(), stood });
            }
            Look::NotYet(_) => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
}
