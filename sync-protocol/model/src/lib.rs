//! What the papers say: ids, places, time, calendar, catalogue, roster, case and deadlines.
//!
//! Pure: no clock, file, socket or random source. `id`, `place` and `time` are the only parts the protocol may see; `doc` is the only
//! place that knows the names of fields inside documents. Read `id`, then `place`, `calendar`, `doc`, and then `case`, where the events
//! of a case become its state.

pub mod calendar;
pub mod case;
pub mod code;
#[cfg(test)]
mod demo_data;
pub mod division;
pub mod doc;
pub mod id;
pub mod import;
pub mod number;
pub mod numbering;
pub mod place;
mod text;
pub mod time;
