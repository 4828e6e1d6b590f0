//! Looks at a package without running or compiling any of it: size, shape, imports, manifest.
//!
//! Compiling untrusted code is work without an end, so what is compiled is bounded here first. The
//! manifest is the one custom section `meterport:manifest` at depth 0; a section that is deeper, or
//! a second one, would be another truth and is refused.

use meterport_manifest::Manifest;
use wasmparser::{Encoding, Parser, Payload};

use crate::error::LoadError;
use crate::limits;

/// The custom section that holds the manifest.
pub use meterport_manifest::SECTION_NAME as MANIFEST_SECTION;

/// The contract this host implements.
pub const CONTRACT: &str = "0.1.0";

const PACKAGE: &str = "meterport:driver/";
const INTERFACES: [&str; 11] = [
    "types", "records", "clock", "log", "sink", "serial", "hid", "usb", "block", "volume",
    "session",
];

/// What a package says, before any of it is run.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// The manifest.
    pub manifest: Manifest,
    /// The imports, by name.
    pub imports: Vec<String>,
    /// The exports, by name.
    pub exports: Vec<String>,
}

/// Checks a package and reads its manifest.
///
/// # Errors
///
/// Anything that makes it no driver for this host.
pub fn inspect(bytes: &[u8]) -> Result<Inspected, LoadError> {
    if bytes.len() > limits::COMPONENT_BYTES {
        return Err(LoadError::TooLarge { bytes: bytes.len(), most: limits::COMPONENT_BYTES });
    }
    let found = walk(bytes)?;
    let [manifest] = found.manifests.as_slice() else {
        return Err(LoadError::ManifestCount { count: found.manifests.len() });
    };
    let manifest = Manifest::parse(manifest)?;
    check_contract(&manifest)?;
    check_imports(&found.imports, manifest.permissions.set_clock)?;
    check_exports(&found.exports, manifest.permissions.set_clock)?;
    Ok(Inspected { manifest, imports: found.imports, exports: found.exports })
}

#[derive(Default)]
struct Found<'a> {
    manifests: Vec<&'a [u8]>,
    imports: Vec<String>,
    exports: Vec<String>,
    functions: u32,
    modules: u32,
    instances: u32,
}

fn walk(bytes: &[u8]) -> Result<Found<'_>, LoadError> {
    let mut found = Found::default();
    let mut depth = 0_usize;
    let mut started = false;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(invalid)? {
            Payload::Version { encoding, .. } if !started => {
                if encoding != Encoding::Component {
                    return Err(LoadError::NotAComponent { what: "it is a core module" });
                }
                started = true;
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                depth += 1;
                found.modules += 1;
                at_most("nested modules", found.modules.into(), limits::MODULES.into())?;
                let (depth, most) = (depth as u64, limits::NESTING as u64);
                at_most("nested levels", depth, most)?;
            }
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 && section.name() == MANIFEST_SECTION => {
                found.manifests.push(section.data());
            }
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    found.imports.push(import.map_err(invalid)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    found.exports.push(export.map_err(invalid)?.name.name.to_owned());
                }
            }
            Payload::ComponentInstanceSection(section) => found.instances(section.count())?,
            Payload::InstanceSection(section) => found.instances(section.count())?,
            Payload::FunctionSection(section) => {
                found.functions = found.functions.saturating_add(section.count());
                at_most("functions", found.functions.into(), limits::FUNCTIONS.into())?;
            }
            Payload::CodeSectionEntry(body) => {
                let most = limits::FUNCTION_BODY_BYTES as u64;
                at_most(
                    "bytes in one function",
                    body.range().end.saturating_sub(body.range().start),
                    most,
                )?;
            }
            _ => {}
        }
    }
    Ok(found)
}

impl Found<'_> {
    fn instances(&mut self, count: u32) -> Result<(), LoadError> {
        self.instances = self.instances.saturating_add(count);
        at_most("instances", self.instances.into(), limits::INSTANTIATIONS.into())
    }
}

fn at_most(what: &'static str, count: u64, most: u64) -> Result<(), LoadError> {
    if count > most { Err(LoadError::TooMuchCode { what, count, most }) } else { Ok(()) }
}

fn invalid(error: wasmparser::BinaryReaderError) -> LoadError {
    LoadError::Invalid { text: error.message().to_owned() }
}

fn check_contract(manifest: &Manifest) -> Result<(), LoadError> {
    let host = semver::Version::new(0, 1, 0);
    debug_assert_eq!(host.to_string(), CONTRACT);
    if manifest.is_served_by(&host) {
        return Ok(());
    }
    let needed = manifest
        .contract_min
        .as_ref()
        .map_or_else(|| manifest.contract.to_string(), ToString::to_string);
    Err(LoadError::Contract { needed, has: CONTRACT })
}

/// By name, before anything is compiled.
fn check_imports(imports: &[String], sets_clock: bool) -> Result<(), LoadError> {
    let ours = |name: &str| {
        let Some((interface, version)) =
            name.strip_prefix(PACKAGE).and_then(|rest| rest.split_once('@'))
        else {
            return false;
        };
        version.starts_with("0.1.")
            && (INTERFACES.contains(&interface) || (interface == "wall-clock" && sets_clock))
    };
    match imports.iter().find(|name| !ours(name)) {
        Some(import) => Err(LoadError::Import { import: printable(import) }),
        None => Ok(()),
    }
}

fn check_exports(exports: &[String], sets_clock: bool) -> Result<(), LoadError> {
    let has = |interface: &str| {
        exports.iter().any(|name| {
            name.strip_prefix(PACKAGE)
                .and_then(|rest| rest.split_once('@'))
                .is_some_and(|(found, version)| found == interface && version.starts_with("0.1."))
        })
    };
    let refused = |what: &str| Err(LoadError::Export { what: what.to_owned() });
    if !has("guest") {
        return refused("does not export `meterport:driver/guest`");
    }
    match (has("clock-setter"), sets_clock) {
        (true, false) => refused("can set a clock, and its manifest does not say so"),
        (false, true) => refused("cannot set a clock, and its manifest says so"),
        _ => Ok(()),
    }
}

fn printable(text: &str) -> String {
    meterport_model::text::printable(text).chars().take(128).collect()
}
