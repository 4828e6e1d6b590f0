//! Core module to component: encode, and place the manifest where hosts read it.
//!
//! The compiler leaves the manifest inside the core module. It is taken out there and appended to
//! the component's top level, so that a package holds it once. Pure: bytes in, bytes out.

use std::borrow::Cow;

use meterport_manifest::SECTION_NAME;
use wasm_encoder::{ComponentSection, CustomSection, Module, RawSection};
use wasmparser::{Parser, Payload};
use wit_component::ComponentEncoder;

/// Why a core module does not become a package.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The compiler's output cannot be read.
    #[error("the compiled driver is not a WebAssembly module")]
    Module(#[from] wasmparser::BinaryReaderError),
    /// The driver exports nothing.
    #[error("the compiled driver holds no manifest")]
    NoManifest,
    /// The manifest inside is not the file's.
    #[error("the manifest in the compiled driver is stale: it is not what `driver.toml` says")]
    Stale,
    /// The component encoder refused the module.
    #[error("the compiled driver does not become a component")]
    Component(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl EncodeError {
    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoManifest => {
                Some("write `meterport_sdk::export_driver!(NAME, \"driver.toml\");` in src/lib.rs")
            }
            Self::Stale => {
                Some("let `export_driver!` name `driver.toml` in the crate's own folder, once")
            }
            _ => None,
        }
    }
}

/// Makes a package of a compiled driver: a component whose manifest is `manifest`.
///
/// # Errors
///
/// The core module must hold exactly this manifest, and what the encoder needs.
pub fn encode(core_module: &[u8], manifest: &[u8]) -> Result<Vec<u8>, EncodeError> {
    let bare = take_manifest(core_module, manifest)?;
    let mut component = ComponentEncoder::default()
        .validate(true)
        .module(&bare)
        .and_then(|encoder| encoder.encode())
        .map_err(|error| EncodeError::Component(error.into()))?;
    append_manifest(&mut component, manifest);
    Ok(component)
}

/// Gives a component its manifest: one custom section at the top level, the bytes as they are.
pub fn append_manifest(component: &mut Vec<u8>, manifest: &[u8]) {
    CustomSection { name: Cow::Borrowed(SECTION_NAME), data: Cow::Borrowed(manifest) }
        .append_to_component(component);
}

/// The module without its manifest section, which must be there once and equal to `manifest`.
fn take_manifest(core_module: &[u8], manifest: &[u8]) -> Result<Vec<u8>, EncodeError> {
    let mut bare = Module::new();
    let mut seen = 0_usize;
    for payload in Parser::new(0).parse_all(core_module) {
        let payload = payload?;
        if let Payload::CustomSection(section) = &payload
            && section.name() == SECTION_NAME
        {
            if section.data() != manifest {
                return Err(EncodeError::Stale);
            }
            seen += 1;
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let range = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
            let data = range.and_then(|(start, end)| core_module.get(start..end));
            bare.section(&RawSection { id, data: data.unwrap_or_default() });
        }
    }
    match seen {
        0 => Err(EncodeError::NoManifest),
        1 => Ok(bare.finish()),
        _ => Err(EncodeError::Stale),
    }
}
