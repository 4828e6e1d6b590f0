//! Turns a driver's crate into a package, looks into packages, and publishes them.
//!
//! A package is one component file: the driver's code, and its manifest as the top-level custom
//! section `meterport:manifest`. [`build`] runs cargo, encodes the component and places the manifest;
//! [`inspect::inspect`] says what a component asks for, and refuses what a host would refuse:
//! imports that are not the contract's, and sizes above the limits.
//!
//! The publisher's side makes keys, keyrings and the signed feed in a folder that any static host can
//! serve: [`key`], [`package`], [`keyring`], [`feed`], [`lint`], [`mirror`], [`show`]. What it makes
//! has passed the code of the client, `meterport-appcast`, which is also where the formats are
//! written down. Only [`mirror`] may ask the network.
//!
//! Deliberately absent: the sandbox. This crate runs no driver and links no engine; the host checks
//! everything again by itself, since a package may have been built with anything.

mod build;
mod cargo;
pub mod cli;
mod encode;
mod error;
pub mod feed;
pub mod inspect;
pub mod key;
pub mod keyring;
pub mod lint;
pub mod mirror;
pub mod package;
mod profile;
mod publish_error;
mod report;
pub mod show;
mod signed;
mod simulate;
mod text;
mod whole_file;

pub use build::{BuildOptions, Built, build};
pub use cargo::{cargo_command, has_wasm_target};
pub use encode::{EncodeError, append_manifest, encode};
pub use error::{CODES, PackError};
pub use publish_error::PublishError;
pub use report::Report;
pub use simulate::{SimulateOptions, simulator};
