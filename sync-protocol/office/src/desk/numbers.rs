//! Case numbers that survive everything: the state is in the journal with the case it numbers, and beside it in `numbers.high`.
//!
//! A number is handed out on a copy of the state; the copy is kept before the act, the act is durable before anything is printed. A stop
//! that was not clean takes the next value of the block, a new store draws another, so that no copy of a machine repeats a number.

use crate::trouble::{Trouble, chain_of};
use mesh_model::division::DivisionCode;
use mesh_model::id::Branch;
use mesh_model::number::CaseNumber;
use mesh_model::numbering::{NumberBlock, Numbering};
use mesh_model::time::Day;
use mesh_runtime::env::{Env, random};
use mesh_runtime::journal::Reader;
use mesh_runtime::lock::{LockError, write_private};
use std::path::{Path, PathBuf};

/// Key of the local fact that holds the state.
pub(crate) const NOTE: &str = "office.numbering";
/// Name of the copy outside the database.
const HIGH_FILE: &str = "numbers.high";
/// Name of the file that is there while the window is open.
const OPEN_FILE: &str = "window.open";

/// The numbering of this node's window.
#[derive(Debug)]
pub(crate) struct Numbers {
    high: PathBuf,
    open: PathBuf,
    branch: Branch,
    state: Option<Numbering>,
    /// The store that the copy outside the database names, where it is not this one.
    pub foreign: Option<Branch>,
}

/// A number with the state in which it is taken.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    pub number: CaseNumber,
    state: Numbering,
}

impl Drawn {
    /// Returns the local fact to be written with the case.
    pub fn note(&self) -> (String, Vec<u8>) {
        (NOTE.to_owned(), self.state.to_bytes())
    }
}

impl Numbers {
    /// Reads the state, and moves to another value if the last stop was not clean or the store is another one.
    pub async fn open(data: &Path, reader: &Reader, branch: Branch, env: &dyn Env) -> Result<Numbers, Trouble> {
        let (high, open) = (data.join(HIGH_FILE), data.join(OPEN_FILE));
        let noted = reader.note(NOTE).await?.and_then(|bytes| Numbering::from_bytes(&bytes).ok());
        let copied = std::fs::read(&high).ok().and_then(|bytes| read_high(&bytes));
        let was_open = open.exists();
        let known_branch = copied.as_ref().map_or(branch, |(branch, _)| *branch);
        let state = match (noted, copied) {
            // The one beside the database is never behind: an unclean stop or another block stands there long before a case notes it.
            (Some(noted), Some((_, mut copied))) => {
                copied.merge(&noted);
                Some(copied)
            }
            (Some(one), None) | (None, Some((_, one))) => Some(one),
            (None, None) => None,
        };
        let mut numbers = Numbers { high, open, branch: known_branch, state, foreign: (known_branch != branch).then_some(known_branch) };
        if let (Some(state), true) = (&mut numbers.state, was_open) {
            state.after_unclean_stop();
        }
        numbers.see_branch(branch, env);
        if let Some(state) = numbers.state.clone() {
            // The state in memory counts; without room it is kept with the next number, which is not handed out before.
            unless_full(numbers.keep(state.clone()))?;
            numbers.state = Some(state);
        }
        unless_full(write(&numbers.open, b""))?;
        Ok(numbers)
    }

    /// Draws the next number of a day on a copy of the state.
    pub fn draw(&mut self, area: DivisionCode, block: u8, branch: Branch, day: Day, env: &dyn Env) -> Result<Drawn, Trouble> {
        let block = NumberBlock::from_index(block).ok_or(Trouble::Numbers {})?;
        self.see_branch(branch, env);
        let held = self.state.clone().filter(|state| (state.area(), state.block()) == (area, block));
        let mut state = held.unwrap_or_else(|| Numbering::new(area, block, draw_u32(env)));
        let number = state.next(day).map_err(|_| Trouble::Numbers {})?;
        Ok(Drawn { number, state })
    }

    /// Keeps a drawn number's state outside the database, durable when this returns; the number is used up from here on.
    pub fn spend(&mut self, drawn: &Drawn) -> Result<(), Trouble> {
        if !self.open.exists() {
            write(&self.open, b"")?;
        }
        self.keep(drawn.state.clone())
    }

    /// Takes down that the window is closed: nothing is under way.
    pub fn close(&mut self) {
        // If the mark stays, the next start takes another value: that costs one of 32 and nothing else.
        let _ = std::fs::remove_file(&self.open);
    }

    fn see_branch(&mut self, branch: Branch, env: &dyn Env) {
        if branch != self.branch {
            self.branch = branch;
            if let Some(state) = &mut self.state {
                state.after_new_branch(draw_u32(env));
            }
        }
    }

    fn keep(&mut self, state: Numbering) -> Result<(), Trouble> {
        write(&self.high, &[self.branch.0.as_slice(), &state.to_bytes()].concat())?;
        self.state = Some(state);
        Ok(())
    }
}

fn read_high(bytes: &[u8]) -> Option<(Branch, Numbering)> {
    let (branch, state) = bytes.split_at_checked(8)?;
    Some((Branch(branch.try_into().ok()?), Numbering::from_bytes(state).ok()?))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    write_private(path, bytes).map_err(|error| match &error {
        LockError::Io { source, .. } if is_full(source) => Trouble::Full {},
        LockError::Io { .. } | LockError::Held { .. } | LockError::TooOpen { .. } => {
            Trouble::File { path: path.display().to_string(), why: chain_of(&error) }
        }
    })
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

/// A full disk keeps no window from opening.
fn unless_full(done: Result<(), Trouble>) -> Result<(), Trouble> {
    match done {
        Err(Trouble::Full {}) => Ok(()),
        done => done,
    }
}

fn draw_u32(env: &dyn Env) -> u32 {
    u32::from_le_bytes(random::<4>(env))
}

#[cfg(test)]
mod tests;
