//! The program as a person runs it: simulated meters on real serial ports, recordings, hostile
//! drivers, exit codes and documents.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that meets something else has to fail"
)]

mod cables;
mod choosing;
mod demo;
mod desk;
mod feed;
mod greedy;
mod hostile;
mod hostile_transports;
mod hostile_volume;
mod mistakes;
mod plugins;
mod privacy;
mod recordings;
mod sync;
mod trouble;
mod updates;

mod support;
