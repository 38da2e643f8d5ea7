//! What both daemons' command lines share: the reader's language, the form of what is printed, and how a trouble is told.

use crate::routes::problem;
use crate::trouble::usage::written;
use crate::trouble::{Lang, Trouble};
use serde::Serialize;
use std::ffi::OsString;
use std::io::Write;

/// In which form things are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// How a command speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Face {
    /// In which language.
    pub lang: Lang,
    /// In which form.
    pub form: Form,
}

impl Lang {
    /// Reads the language from the environment that `lookup` shows: of `LC_ALL`, `LC_MESSAGES`, `LANG` the first that is set decides.
    pub fn of_environment(lookup: impl Fn(&str) -> Option<OsString>) -> Lang {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| lookup(name)).find(|value| !value.is_empty());
        set.map_or(Lang::Chinese, |value| Lang::of(&value.to_string_lossy()))
    }

    /// Returns the text of this language.
    #[must_use]
    pub fn pick<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Lang::Chinese => chinese,
            Lang::English => english,
        }
    }
}

impl Face {
    /// Prints what a daemon says of itself on standard output: it goes on whether somebody reads it or not.
    pub fn show<T: Serialize>(self, value: &T, text: &str) {
        let _ = self.answer(value, text);
    }

    /// Prints an answer on standard output: `text`, or the JSON of `value`.
    ///
    /// # Errors
    /// [`Trouble::Output`] when it cannot be written; a reader that has gone wants no answer and is no failure.
    pub fn answer<T: Serialize>(self, value: &T, text: &str) -> Result<(), Trouble> {
        let line = match self.form {
            Form::Text => text.to_owned(),
            Form::Json => serde_json::to_string(value).expect("what is shown has a JSON form"),
        };
        let mut out = std::io::stdout().lock();
        written(writeln!(out, "{line}").and_then(|()| out.flush()))
    }

    /// Tells a trouble on standard error and returns the exit status.
    #[must_use]
    pub fn tell(self, trouble: &Trouble) -> u8 {
        let text = match self.form {
            Form::Json => serde_json::to_string(&problem(trouble, self.lang)).expect("a problem has a JSON form"),
            Form::Text => {
                let said = trouble.say(self.lang);
                let (error, cause, next) =
                    (self.lang.pick("错误", "error"), self.lang.pick("原因", "why"), self.lang.pick("下一步", "next"));
                format!("{error} {}: {}\n  {cause}: {}\n  {next}: {}", trouble.code(), said.what, said.cause, said.next)
            }
        };
        let _ = writeln!(std::io::stderr().lock(), "{text}");
        trouble.exit() as u8
    }
}
