//! What a component asks for, and whether a host would take it.
//!
//! The rules are those of the host: the manifest is a custom section at the top level, exactly one;
//! every import is one of the contract's interfaces by name; the exports are `guest`, and
//! `clock-setter` exactly if the manifest says `set-clock`; and the sizes stay below [`LIMITS`].
//!
//! This module is pure: bytes in, facts out. Nothing is compiled and nothing is run. The cheap
//! checks come first, so a file that is too large is refused before anything reads it.

mod contract;
mod error;
mod features;
mod scan;

use meterport_manifest::Manifest;
use sha2::{Digest, Sha256};

pub use contract::INTERFACES;
pub use error::InspectError;
pub use scan::{CustomSection, Sizes};

/// What a component may be at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComponentLimits {
    /// Bytes of the whole file.
    pub bytes: usize,
    /// Functions in all its core modules together.
    pub functions: u32,
    /// Bytes of one function's body.
    pub body_bytes: usize,
}

/// The limits that every host enforces.
pub const LIMITS: ComponentLimits =
    ComponentLimits { bytes: 4 * 1024 * 1024, functions: 20_000, body_bytes: 256 * 1024 };

/// A component that passed every check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// What the driver says about itself.
    pub manifest: Manifest,
    /// The manifest as it stands in the component: `driver.toml`, byte for byte.
    pub manifest_bytes: Vec<u8>,
    /// Names of what it imports, in the component's order.
    pub imports: Vec<String>,
    /// Names of what it exports, in the component's order.
    pub exports: Vec<String>,
    /// How large it is, and where.
    pub sizes: Sizes,
    /// SHA-256 of the whole file.
    pub sha256: [u8; 32],
}

/// Checks a component and says what is in it.
///
/// # Errors
///
/// The first rule that the bytes break. An import that is not allowed is named.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, InspectError> {
    // 1. Size first: "component or manifest too large: refused".
    if bytes.len() > LIMITS.bytes {
        return Err(InspectError::TooLarge { bytes: bytes.len(), allowed: LIMITS.bytes });
    }
    // 2. One pass over the sections, which also counts functions and measures bodies.
    let found = scan::scan(bytes)?;
    // 3. "The host reads depth 0 only, and exactly one."
    let manifest_bytes = match (found.manifests.as_slice(), found.deep_manifests) {
        ([one], _) => *one,
        ([], 0) => return Err(InspectError::NoManifest),
        ([], _) => return Err(InspectError::DeepManifest),
        (several, _) => return Err(InspectError::SeveralManifests { count: several.len() }),
    };
    let manifest = Manifest::parse(manifest_bytes)?;
    // 4. Imports and exports by name.
    contract::check(&found.imports, &found.exports, &manifest)?;
    // 5. Last and dearest: is it a valid component at all?
    features::validate(bytes)?;
    Ok(Inspection {
        manifest,
        manifest_bytes: manifest_bytes.to_vec(),
        imports: found.imports.into_iter().map(|import| import.name).collect(),
        exports: found.exports.into_iter().map(|export| export.name).collect(),
        sizes: found.sizes,
        sha256: Sha256::digest(bytes).into(),
    })
}
