//! What the demo shows while it runs: a running account, and below it one line a site that is drawn again and again on a terminal.
//!
//! In a pipe every line is plain and the board appears at the turns of the story alone. With JSON all of it goes to standard error.

use crate::lang::Lang;
use crate::table::cut;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

/// Cells of a line where the terminal does not say how wide it is.
const CELLS: usize = 100;

/// Where the account goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// A terminal: the board is drawn in place.
    Live,
    /// A pipe or a file.
    Plain,
    /// Standard output belongs to the JSON.
    Aside,
}

/// The screen.
#[derive(Debug)]
pub(super) struct Screen {
    /// The reader's language.
    pub lang: Lang,
    mode: Mode,
    board: Mutex<Vec<String>>,
}

impl Screen {
    /// Opens the screen; `json` keeps standard output free.
    pub(super) fn new(lang: Lang, json: bool) -> Screen {
        let mode = match (json, std::io::stdout().is_terminal()) {
            (true, _) => Mode::Aside,
            (false, true) => Mode::Live,
            (false, false) => Mode::Plain,
        };
        Screen { lang, mode, board: Mutex::default() }
    }

    /// Returns whether the board is drawn between the turns of the story.
    pub(super) fn is_live(&self) -> bool {
        self.mode == Mode::Live
    }

    /// Tells a step of the story.
    pub(super) fn say(&self, chinese: impl AsRef<str>, english: impl AsRef<str>) {
        let text = self.lang.of(chinese.as_ref(), english.as_ref());
        let board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = self.erased(&board);
        out.push_str(text);
        out.push('\n');
        self.put(&self.with_board(out, &board));
    }

    /// Draws the board: in place on a terminal, below the account otherwise.
    pub(super) fn draw(&self, lines: Vec<String>) {
        let mut board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        let erased = self.erased(&board);
        *board = lines;
        match self.mode {
            Mode::Live => self.put(&self.with_board(erased, &board)),
            Mode::Plain | Mode::Aside => {
                let text: String = board.iter().map(|line| format!("    {line}\n")).collect();
                self.put(&text);
            }
        }
    }

    /// Leaves the board where it stands.
    pub(super) fn settle(&self) {
        self.board.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn erased(&self, board: &[String]) -> String {
        match self.mode {
            Mode::Live if !board.is_empty() => format!("\u{1b}[{}A\u{1b}[J", board.len()),
            Mode::Live | Mode::Plain | Mode::Aside => String::new(),
        }
    }

    fn with_board(&self, mut text: String, board: &[String]) -> String {
        if self.mode == Mode::Live {
            // A line that wraps would make the next erasing miss.
            let cells = width().saturating_sub(5);
            board.iter().for_each(|line| text.push_str(&format!("    {}\n", cut(line, cells))));
        }
        text
    }

    fn put(&self, text: &str) {
        match self.mode {
            Mode::Live | Mode::Plain => drop(crate::desk::print(self.lang, text)),
            // A reader that is gone misses nothing that the JSON does not say.
            Mode::Aside => drop(std::io::stderr().lock().write_all(text.as_bytes())),
        }
    }
}

fn width() -> usize {
    let told = rustix::termios::tcgetwinsize(std::io::stdout()).map(|size| usize::from(size.ws_col));
    told.ok().filter(|cells| *cells > 0).unwrap_or(CELLS)
}
