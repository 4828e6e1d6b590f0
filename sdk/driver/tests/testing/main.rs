//! Recordings and faults as a driver meets them, on every transport.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod faults;
mod replays;
