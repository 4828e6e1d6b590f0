//! From a driver's folder to a package: compile, encode, check, write.

use std::fs;
use std::path::{Path, PathBuf};

use meterport_manifest::Manifest;

use crate::cargo::{self, Package};
use crate::encode::encode;
use crate::error::PackError;
use crate::inspect::inspect;
use crate::report::Report;
use crate::whole_file;

/// How a driver is built. The default is right for most.
#[derive(Clone, Debug, Default)]
pub struct BuildOptions {
    /// Where the package goes. Absent: `drivers/ID.wasm` in cargo's target folder. A file that is
    /// there is replaced.
    pub output: Option<PathBuf>,
    /// Cargo's target folder. Absent: cargo's own choice, which `CARGO_TARGET_DIR` is part of.
    pub target_folder: Option<PathBuf>,
    /// Keep what cargo says for the error, instead of showing it on stderr.
    pub quiet: bool,
}

/// A package that was built.
#[derive(Clone, Debug)]
pub struct Built {
    /// The component file.
    pub path: PathBuf,
    /// What the driver says about itself.
    pub manifest: Manifest,
    /// What is in the component.
    pub report: Report,
}

/// Builds the driver in `folder`: cargo, component encoding, manifest at the top level, every check
/// of [`inspect`], and a file that appears complete or not at all.
///
/// # Errors
///
/// Nothing is written unless everything succeeded.
pub fn build(folder: &Path, options: &BuildOptions) -> Result<Built, PackError> {
    let manifest_path = folder.join("driver.toml");
    let manifest_bytes = fs::read(&manifest_path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => {
            PackError::NoDriver { folder: folder.to_path_buf(), missing: "driver.toml" }
        }
        _ => PackError::Read { path: manifest_path.clone(), source },
    })?;
    let manifest = Manifest::parse(&manifest_bytes)
        .map_err(|source| PackError::Manifest { path: manifest_path, source })?;

    let target_folder = options.target_folder.as_deref();
    let package = Package::find(folder, target_folder)?;
    if !package.is_cdylib() {
        return Err(PackError::NotCdylib { folder: folder.to_path_buf() });
    }
    let core_path = cargo::build(folder, &package, target_folder, options.quiet)?;
    let core_module =
        fs::read(&core_path).map_err(|source| PackError::Read { path: core_path, source })?;

    let component = encode(&core_module, &manifest_bytes)?;
    let inspection = inspect(&component)?;

    let default_path =
        || package.target_folder.join("drivers").join(format!("{}.wasm", manifest.id));
    let path = options.output.clone().unwrap_or_else(default_path);
    whole_file::write(&path, &component)
        .map_err(|source| PackError::Write { path: path.clone(), source })?;
    let report = Report::new(&path, &inspection);
    Ok(Built { path, manifest, report })
}
