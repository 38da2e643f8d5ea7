//! A county in a box: real nodes in virtual time, over lines and disks that fail as a plan says.
//!
//! A [`scenario`] and its seed give a [`plan`], which is data. The [`flow`] engine carries the plan out, the checkers in [`check`] judge what
//! is left, and [`report`] tells a person. Nothing in here reads a clock or a random source of the machine: one seed, one run.

pub mod check;
pub mod cli;
pub mod flow;
pub mod plan;
pub mod report;
pub mod scenario;
pub mod streams;
pub mod trace;
