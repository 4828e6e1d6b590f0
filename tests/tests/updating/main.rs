//! Updates from end to end, with real programs: the launcher, two versions of the program, one that
//! is broken, a vendor's driver that the first version has never heard of, and a plain HTTP server.
//!
//! The versions are `tests/examples/meterport-next.rs` and `meterport-broken.rs`, packed as what
//! they are to be.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test"
)]
// What is started runs on Linux and macOS only: it needs a simulated meter.
#![cfg(unix)]

mod broken;
mod drivers;
#[path = "../upload/support/far_end.rs"]
#[allow(dead_code, reason = "the relay is for uploads")]
mod far_end;
mod network;
mod support;
mod tls;
mod versions;
