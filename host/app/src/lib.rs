//! `meterport`, the program: reads diabetes devices and delivers their data to the clinic's server.
//!
//! [`run`] is the whole program behind a three-line `main`, so that a test passes its own
//! enumeration without a special build. `sync.rs` is the line from the meter to the receipt; the
//! rest of this room is what people and programs see of it.
//!
//! Deliberately absent: a disk spool. Readings wait in memory, and the meter is the durable copy.

mod cancel;
mod choices;
mod choose;
mod cli;
mod commands;
mod config;
mod consent;
mod credentials;
mod data;
mod drivers;
mod fault;
mod feeds;
mod harden;
mod host;
mod installed;
mod known;
mod lease;
mod news;
mod offer;
mod output;
mod policy;
mod progress;
mod publisher;
mod running;
mod select;
mod signed_in;
mod state_file;
mod sync;
mod terminal;
mod transport;
mod updating;
mod waiting;
mod world;

use std::ffi::OsString;
use std::process::ExitCode;

pub use host::Host;
pub use publisher::Publisher;

/// Runs the program with these arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>, host: &Host) -> ExitCode {
    commands::run(arguments.into_iter().collect(), host)
}
