//! What runs come to, for people and for scripts: the short [`Summary`] of one run, and the [`Study`] of many with its pictures.
//!
//! Nothing here judges: promises are judged in [`crate::check`]. Every figure is a whole number, so equal evidence gives equal bytes.

mod answers;
mod figures;
mod page;
mod plot;
mod sheet;
mod study;
mod summary;
mod svg;
mod table;
mod words;

pub use figures::{Band, Quantiles, quantile};
pub use sheet::{Broken, Course, DarkSpell, Gap, HubLoad, PaperCount, SHEET_SHAPE, Sheet, SiteSheet, Storm, StormCause, Strip, WorstDay};
pub use study::{Expected, STUDY_SHAPE, Study, Variant, write};
pub use summary::{Papers, SHAPE, Spread, Summary};
pub use words::{Lang, LangError};

#[cfg(test)]
mod tests;
