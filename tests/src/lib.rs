//! The whole host against simulated meters, a TLS server and hostile drivers.
//!
//! This crate may know everything. The library puts the programs together as an installation has
//! them, for `cargo demo` and for the tests; the stories themselves are the files of `tests/`.

pub mod assemble;
mod hostile;
mod programs;

pub use hostile::{driver_with_manifest, hostile_driver};
pub use programs::programs;
