//! One pass over the sections of a component.

use meterport_manifest::SECTION_NAME;
use wasmparser::{
    ComponentExternName, ComponentExternalKind, ComponentTypeRef, Encoding, Parser, Payload,
};

use super::{InspectError, LIMITS};

/// How large a component is, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The whole file.
    pub bytes: usize,
    /// All function bodies.
    pub code_bytes: usize,
    /// All data sections: constants and tables.
    pub data_bytes: usize,
    /// How many functions there are, in all core modules.
    pub functions: u32,
    /// The largest function body.
    pub largest_body_bytes: usize,
    /// Every custom section, in file order.
    pub custom: Vec<CustomSection>,
}

/// One custom section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomSection {
    /// Its name, with everything but plain ASCII escaped.
    pub name: String,
    /// Its content.
    pub bytes: usize,
    /// 0 at the component's top level, 1 in a core module inside it, and so on.
    pub depth: usize,
}

/// One import or export at the component's top level.
pub(super) struct Extern {
    /// With everything but plain ASCII escaped.
    pub name: String,
    /// True if it is an interface by that name and nothing else: no version or alias beside it.
    pub is_interface: bool,
}

/// What was found, not yet judged but for the limits.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub manifests: Vec<&'a [u8]>,
    pub deep_manifests: usize,
    pub imports: Vec<Extern>,
    pub exports: Vec<Extern>,
    pub sizes: Sizes,
}

/// Reads the sections. Stops at the first broken limit, so that a bomb costs nothing.
pub(super) fn scan(bytes: &[u8]) -> Result<Found<'_>, InspectError> {
    let mut found = Found::default();
    found.sizes.bytes = bytes.len();
    // Modules and components open at this point; the file itself is the first.
    let mut open = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::Version { encoding, .. } => {
                if open == 0 && encoding != Encoding::Component {
                    return Err(InspectError::CoreModule);
                }
                open += 1;
            }
            Payload::End(_) => open = open.saturating_sub(1),
            Payload::CodeSectionStart { count, .. } => {
                found.sizes.functions = found.sizes.functions.saturating_add(count);
                if found.sizes.functions > LIMITS.functions {
                    return Err(InspectError::TooManyFunctions {
                        functions: found.sizes.functions,
                        allowed: LIMITS.functions,
                    });
                }
            }
            Payload::CodeSectionEntry(body) => {
                let length = body.as_bytes().len();
                if length > LIMITS.body_bytes {
                    return Err(InspectError::HugeBody {
                        bytes: length,
                        allowed: LIMITS.body_bytes,
                    });
                }
                found.sizes.code_bytes += length;
                found.sizes.largest_body_bytes = found.sizes.largest_body_bytes.max(length);
            }
            Payload::DataSection(section) => {
                let range = section.range();
                let length = range.end.saturating_sub(range.start);
                found.sizes.data_bytes += usize::try_from(length).unwrap_or(usize::MAX);
            }
            Payload::CustomSection(section) => {
                let depth = open.saturating_sub(1);
                if section.name() == SECTION_NAME && depth == 0 {
                    found.manifests.push(section.data());
                } else if section.name() == SECTION_NAME {
                    found.deep_manifests += 1;
                }
                found.sizes.custom.push(CustomSection {
                    name: escaped(section.name()),
                    bytes: section.data().len(),
                    depth,
                });
            }
            // Deeper down they are the component's own plumbing, closed by what is around it.
            Payload::ComponentImportSection(section) if open == 1 => {
                for import in section {
                    let import = import?;
                    let is_interface = matches!(import.ty, ComponentTypeRef::Instance(_));
                    found.imports.push(named(import.name, is_interface));
                }
            }
            Payload::ComponentExportSection(section) if open == 1 => {
                for export in section {
                    let export = export?;
                    let is_interface = export.kind == ComponentExternalKind::Instance;
                    found.exports.push(named(export.name, is_interface));
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

fn named(name: ComponentExternName<'_>, is_interface: bool) -> Extern {
    let is_plain =
        name.implements.is_none() && name.version_suffix.is_none() && name.external_id.is_none();
    Extern { name: escaped(name.name), is_interface: is_interface && is_plain }
}

/// Text from outside, fit to be printed: ASCII on one line, cut at 160 characters.
fn escaped(text: &str) -> String {
    text.escape_default().take(160).collect()
}
