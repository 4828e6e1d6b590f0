//! Everything signed: splitting, signatures, keys, keyrings, feeds and packages, and how each of them
//! is attacked.

#![cfg(test)] // Tells clippy that helpers may panic, too.

mod chain;
mod comments;
mod envelopes;
mod feeds;
mod keyring_lines;
mod keys;
mod packages;
mod properties;
mod rotations;
mod signatures;
mod support;
mod vectors;
mod vendors;
