//! The 45 cases of TUF's public client conformance suite that apply here, as ideas, against the
//! real client on a real store. The names of the tests are fixed: `cargo conformance` looks for
//! them and prints the table.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test"
)]

mod expiry;
mod keys;
mod names;
mod packages;
mod refresh;
mod replay;
mod roles;
mod rotation;
mod vendors;
