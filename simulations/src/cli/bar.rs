//! How far a long command has come: one line on stderr that is written over, only where somebody looks at a terminal.

use std::io::{IsTerminal, Write};

/// Parts of a whole.
const PARTS: u64 = 1_000;

/// The line.
pub(super) struct Bar {
    shown: Shown,
    last: String,
}

#[derive(PartialEq, Eq)]
enum Shown {
    Nowhere,
    Terminal,
}

impl Bar {
    /// Starts a line; there is none when stderr is no terminal.
    pub fn new() -> Bar {
        let shown = if std::io::stderr().is_terminal() { Shown::Terminal } else { Shown::Nowhere };
        Bar { shown, last: String::new() }
    }

    /// Shows how much of `whole` is done, and a word beside it.
    pub fn show(&mut self, done: u64, whole: u64, word: &str) {
        if self.shown == Shown::Nowhere {
            return;
        }
        let line = line(done, whole, word);
        if line != self.last {
            // Nobody is told when the terminal is gone.
            let _ = write!(std::io::stderr(), "\r\x1b[2K{line}");
            let _ = std::io::stderr().flush();
            self.last = line;
        }
    }

    /// Takes the line away, for something else to be said.
    pub fn clear(&mut self) {
        if !std::mem::take(&mut self.last).is_empty() {
            let _ = write!(std::io::stderr(), "\r\x1b[2K");
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}

fn line(done: u64, whole: u64, word: &str) -> String {
    const WIDTH: u64 = 30;
    let share = (done.min(whole) * PARTS).checked_div(whole).unwrap_or(PARTS);
    let full = share * WIDTH / PARTS;
    let bar: String = (0..WIDTH).map(|at| if at < full { '#' } else { '.' }).collect();
    format!("[{bar}] {:>3} %  {word}", share / 10)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_line_is_as_full_as_the_work_is_done() {
        assert_eq!(super::line(1, 2, "seeds"), format!("[{}{}]  50 %  seeds", "#".repeat(15), ".".repeat(15)));
        assert_eq!(super::line(7, 5, ""), format!("[{}] 100 %  ", "#".repeat(30)));
    }
}
