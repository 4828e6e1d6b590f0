//! The host's side of the contract: one file for each interface.

pub(crate) mod block;
pub(crate) mod clock;
pub(crate) mod hid;
pub(crate) mod limiter;
pub(crate) mod log;
pub(crate) mod serial;
pub(crate) mod sink;
mod state;
pub(crate) mod usb;
pub(crate) mod volume;

pub use log::{LogLevel, LogLine};
pub(crate) use state::State;

/// What a host call answers: a trap, or a result of the contract.
type Io<T> = wasmtime::Result<Result<T, crate::bindings::types::IoError>>;
