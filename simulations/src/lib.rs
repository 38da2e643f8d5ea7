//! A county in a box: real nodes in virtual time, over lines and disks that fail as a plan says.
//!
//! A scenario and its seed give a [`plan`], which is data. An [`engine`] carries the plan out and leaves [`evidence`], the checkers in
//! [`check`] judge it, and [`report`] tells a person. One seed, one run.

pub mod calibrate;
pub mod check;
pub mod cli;
pub mod coverage;
pub mod disk;
pub mod engine;
pub mod evidence;
pub mod flow;
pub mod hunt;
pub mod layout;
pub mod line;
pub mod netns;
mod numbers;
pub mod plan;
pub mod quic;
pub mod report;
pub mod scenario;
pub mod sighting;
pub mod streams;
pub mod suite;
pub mod trace;
