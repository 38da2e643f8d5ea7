//! The desk at which a command asks one daemon, and from which it prints the answer.

mod exchange;

use crate::failure::{Exit, Failure};
use crate::lang::Lang;
use crate::page::Page;
use bytes::Bytes;
use mesh_office::api::Ask;
use mesh_office::trouble::usage::written;
use std::io::Write;
use std::path::{Path, PathBuf};

/// How a command that printed its answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// All of it was done.
    Whole,
    /// A part was done; the printed answer says which.
    Partly,
}

impl Done {
    /// Returns [`Done::Whole`] when nothing was left out.
    #[must_use]
    pub fn whole_if(nothing_left: bool) -> Done {
        if nothing_left { Done::Whole } else { Done::Partly }
    }

    /// Returns the exit status.
    #[must_use]
    pub fn exit(self) -> u8 {
        match self {
            Done::Whole => 0,
            Done::Partly => Exit::Partly as u8,
        }
    }
}

/// In which form answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines and tables for people.
    Text,
    /// The daemon's reply as it is.
    Json,
}

/// One daemon, by its data directory, and how its answers are printed.
#[derive(Clone, Debug)]
pub struct Desk {
    data: PathBuf,
    /// The reader's language.
    pub lang: Lang,
    /// The form of answers.
    pub form: Form,
}

impl Desk {
    /// Sits down at the daemon of `data`.
    #[must_use]
    pub fn new(data: PathBuf, lang: Lang, form: Form) -> Desk {
        Desk { data, lang, form }
    }

    /// Returns the data directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Asks and returns the reply.
    ///
    /// # Errors
    /// [`Failure`], a daemon's problem as it came.
    pub async fn ask<A: Ask>(&self, request: &A) -> Result<A::Reply, Failure> {
        self.read::<A>(&self.ask_raw(request).await?)
    }

    /// Asks, prints the reply in the chosen form, and returns it.
    ///
    /// # Errors
    /// As [`Desk::ask`].
    pub async fn show<A: Ask>(&self, request: &A, draw: impl FnOnce(&A::Reply, &mut Page)) -> Result<A::Reply, Failure> {
        let raw = self.ask_raw(request).await?;
        let reply = self.read::<A>(&raw)?;
        match self.form {
            // The daemon's own bytes: fields in the documented order, and those that this program is too old to know.
            Form::Json => print(self.lang, &format!("{}\n", String::from_utf8_lossy(&raw)))?,
            Form::Text => {
                let mut page = Page::new(self.lang);
                draw(&reply, &mut page);
                print(self.lang, page.text())?;
            }
        }
        Ok(reply)
    }

    async fn ask_raw<A: Ask>(&self, request: &A) -> Result<Bytes, Failure> {
        let body = serde_json::to_vec(request).expect("requests are maps with text keys");
        exchange::post(&self.data, A::ROUTE, self.lang, body).await.map_err(|error| Failure::of_client(self.lang, &self.data, error))
    }

    fn read<A: Ask>(&self, raw: &[u8]) -> Result<A::Reply, Failure> {
        serde_json::from_slice(raw).map_err(|error| Failure::broken(self.lang, &error))
    }
}

/// Prints to standard output; a reader that is gone (`| head`) is no failure.
///
/// # Errors
/// [`Failure::of_trouble`] when the text cannot be written: an answer such as a token is then lost, and must not pass for given.
pub fn print(lang: Lang, text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let done = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written(done).map_err(|trouble| Failure::of_trouble(lang, &trouble))
}

/// Prints a value as one line of JSON.
///
/// # Errors
/// As [`print`].
pub fn print_json<T: serde::Serialize>(lang: Lang, value: &T) -> Result<(), Failure> {
    let text = serde_json::to_string(value).expect("replies are maps with text keys");
    print(lang, &format!("{text}\n"))
}
