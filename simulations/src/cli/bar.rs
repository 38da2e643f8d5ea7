//! How far a long command has come: on a terminal one line that is written over, in a nightly log a line a minute; on stderr both.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Parts of a whole.
const PARTS: u64 = 1_000;
/// Between two lines where nobody looks at a terminal.
const LOGGED_EVERY: Duration = Duration::from_secs(60);

/// The line.
pub(super) struct Bar {
    shown: Shown,
    last: String,
}

enum Shown {
    Terminal,
    /// The last line was written then, or the command began.
    Log {
        at: Instant,
    },
}

impl Bar {
    /// Starts a line.
    pub fn new() -> Bar {
        let shown = if std::io::stderr().is_terminal() { Shown::Terminal } else { Shown::Log { at: Instant::now() } };
        Bar { shown, last: String::new() }
    }

    /// Shows how much of `whole` is done, and a word beside it.
    pub fn show(&mut self, done: u64, whole: u64, word: &str) {
        let line = line(done, whole, word);
        // Nobody is told when stderr is gone.
        match &mut self.shown {
            Shown::Terminal if line != self.last => {
                let _ = write!(std::io::stderr(), "\r\x1b[2K{line}");
                let _ = std::io::stderr().flush();
                self.last = line;
            }
            Shown::Log { at } if at.elapsed() >= LOGGED_EVERY => {
                let _ = writeln!(std::io::stderr(), "{line}");
                *at = Instant::now();
            }
            Shown::Terminal | Shown::Log { .. } => {}
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
