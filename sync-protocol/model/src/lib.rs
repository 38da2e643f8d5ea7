//! What the papers say: ids, places, time, calendar, catalogue, roster, case and deadlines.
//!
//! Pure: no clock, file, socket or random source. `id`, `place` and `time` are the only parts the protocol may see; `doc` is the only
//! place that knows the names of fields inside documents. Read `id`, then `place`, then `doc`.

pub mod id;
pub mod place;
pub mod time;
