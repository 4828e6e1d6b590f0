//! A copy of a feed for a clinic's own network, which verifies unchanged.
//!
//! What is copied was verified with the client's own code first. Packages come first and the feed
//! last, each file whole: a copy that breaks off never shows a feed whose packages are missing.

mod base;
mod copy;

pub use base::{Base, BaseError, open};
pub use copy::{MirrorOptions, Mirrored, mirror};
