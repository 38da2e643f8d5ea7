//! A level as a word of the command line.

use mesh_model::division::Level;

/// A level as a word of the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum LevelWord {
    County,
    Township,
    Village,
}

impl From<LevelWord> for Level {
    fn from(word: LevelWord) -> Level {
        match word {
            LevelWord::County => Level::County,
            LevelWord::Township => Level::Township,
            LevelWord::Village => Level::Village,
        }
    }
}
