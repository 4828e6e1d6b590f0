//! One simulated gauge on every transport, and a driver that reads it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod bytes;
mod cp2110;
mod driver;
mod folder;
mod gauge;
mod matrix;
mod memory;
mod noise;
