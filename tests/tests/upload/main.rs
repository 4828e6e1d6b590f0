//! Results reach a server and stay there: over real TLS, into a real database, through real kills.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of a test that finds nothing to help with ends the test"
)]

mod delivery;
mod killed;
mod program;
mod session;
mod storage;
mod support;
mod tls;
