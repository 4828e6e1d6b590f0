//! The driver that misbehaves, as a package. It lies beside the programs' folder of drivers, never
//! in it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use meterport_pack::BuildOptions;

use crate::assemble::target_folder;

/// Builds the hostile driver once in this process, and says where it is.
///
/// # Errors
///
/// The same at every call, in words.
pub fn hostile_driver() -> Result<&'static Path, &'static str> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build().map_err(|error| error.to_string()));
    built.as_deref().map_err(String::as_str)
}

fn build() -> Result<PathBuf, Box<dyn std::error::Error>> {
    // The programs' own lock and target have done their work before.
    crate::programs().map_err(ToString::to_string)?;
    let target = target_folder()?;
    let output = target.join("hostile.wasm");
    let options =
        BuildOptions { output: Some(output.clone()), target_folder: Some(target), quiet: true };
    meterport_pack::build(&Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile"), &options)?;
    Ok(output)
}

/// The same code under another manifest: for what is refused whatever the code does.
///
/// # Errors
///
/// Where the hostile driver cannot be built or does not end with its manifest, in words.
pub fn driver_with_manifest(manifest: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut package = std::fs::read(hostile_driver()?)?;
    let own = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile/driver.toml"))?;
    let mut section = Vec::new();
    meterport_pack::append_manifest(&mut section, &own);
    let rest = package.strip_suffix(section.as_slice()).ok_or("the package ends otherwise")?;
    package.truncate(rest.len());
    meterport_pack::append_manifest(&mut package, manifest.as_bytes());
    Ok(package)
}
