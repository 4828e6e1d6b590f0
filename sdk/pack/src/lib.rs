//! Turns a driver's crate into a package, and looks into packages.
//!
//! A package is one component file: the driver's code, and its manifest as the top-level custom
//! section `meterport:manifest`. [`build`] runs cargo, encodes the component and places the manifest;
//! [`inspect::inspect`] says what a component asks for, and refuses what a host would refuse:
//! imports that are not the contract's, and sizes above the limits.
//!
//! Deliberately absent: the sandbox. This crate runs no driver and links no engine; the host checks
//! everything again by itself, since a package may have been built with anything.

mod build;
mod cargo;
pub mod cli;
mod encode;
mod error;
pub mod inspect;
mod profile;
mod report;
mod simulate;
mod whole_file;

pub use build::{BuildOptions, Built, build};
pub use cargo::{cargo_command, has_wasm_target};
pub use encode::{EncodeError, append_manifest, encode};
pub use error::{CODES, PackError};
pub use report::Report;
pub use simulate::{SimulateOptions, simulator};
