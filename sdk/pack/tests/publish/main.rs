//! The publisher's commands, as programs, on folders of their own.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends by panicking, in its helpers too"
)]

mod ceremony;
mod edits;
mod keys;
mod kit;
mod linting;
mod mirroring;
mod packages;
mod shown;
mod stock;
