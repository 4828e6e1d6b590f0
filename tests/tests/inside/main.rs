//! The sandbox and the rules, inside one process: hostile drivers, lasting record ids.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that meets something else has to fail"
)]

mod identity;
mod packets;
mod sandbox;

mod support;
