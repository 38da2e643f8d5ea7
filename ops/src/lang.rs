//! The language of what is printed: Chinese first, English for whoever asks for it.

use std::ffi::OsString;

/// The language of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    /// Chinese.
    #[default]
    #[value(name = "zh")]
    Chinese,
    /// English.
    #[value(name = "en")]
    English,
}

/// Variables that name a person's language, strongest first.
const VARIABLES: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

impl Lang {
    /// Reads the language from the environment that `lookup` shows: the first variable that is set and not empty decides.
    ///
    /// A value that begins with `en` means English, anything else Chinese.
    #[must_use]
    pub fn of_environment(lookup: impl Fn(&str) -> Option<OsString>) -> Lang {
        let chosen = VARIABLES.iter().filter_map(|name| lookup(name)).find(|value| !value.is_empty());
        match chosen {
            Some(value) if value.to_string_lossy().starts_with("en") => Lang::English,
            Some(_) | None => Lang::Chinese,
        }
    }

    /// Returns the text of this language.
    #[must_use]
    pub fn of<T>(self, chinese: T, english: T) -> T {
        match self {
            Lang::Chinese => chinese,
            Lang::English => english,
        }
    }

    /// Returns the word that the admin socket understands.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.of("zh", "en")
    }
}

#[cfg(test)]
mod tests;
