//! What a command prints for people: lines and tables, collected before anything is shown.

use crate::lang::Lang;
use crate::table::Table;

/// The printed answer of a command in one language.
#[derive(Clone, Debug)]
pub struct Page {
    /// The reader's language.
    pub lang: Lang,
    text: String,
}

impl Page {
    /// Begins an empty page.
    #[must_use]
    pub fn new(lang: Lang) -> Page {
        Page { lang, text: String::new() }
    }

    /// Returns the text of the reader's language.
    pub fn of<T>(&self, chinese: T, english: T) -> T {
        self.lang.of(chinese, english)
    }

    /// Adds a line.
    pub fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// Adds the line of the reader's language.
    pub fn say(&mut self, chinese: impl AsRef<str>, english: impl AsRef<str>) {
        match self.lang {
            Lang::Chinese => self.line(chinese),
            Lang::English => self.line(english),
        }
    }

    /// Adds a named value: `name: value`.
    pub fn field(&mut self, chinese: &str, english: &str, value: impl std::fmt::Display) {
        let name = self.of(chinese, english);
        self.line(format!("{name}: {value}"));
    }

    /// Adds a table, or nothing when it has no row.
    pub fn table(&mut self, table: &Table) {
        if !table.is_empty() {
            table.lines().iter().for_each(|line| self.line(line));
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}
