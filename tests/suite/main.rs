//! The suite: real processes, real sockets, real databases.
//!
//! Whatever needs no process of its own is proved in the crates and in the simulator; this suite checks the wiring, and the disk.

mod bad_input;
mod clocks;
mod copies;
mod county;
mod demo;
mod drivers;
mod house;
mod line;
mod power_cut;
mod reconnect;
mod story;
mod watched;
