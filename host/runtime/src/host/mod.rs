//! The host's side of the contract: one file for each interface.

pub(crate) mod absent;
pub(crate) mod clock;
pub(crate) mod limiter;
pub(crate) mod log;
pub(crate) mod serial;
pub(crate) mod sink;
mod state;

pub use log::{LogLevel, LogLine};
pub(crate) use state::State;
