//! What is in a package, for people and as the JSON document `meterport.inspect/1`.

use std::fmt;
use std::path::{Path, PathBuf};

use meterport_manifest::{Manifest, Match, OptionInput};
use serde::Serialize;

use crate::inspect::{Inspection, Sizes};

/// What a package is, asks for and weighs. Serialises to `meterport.inspect/1`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    schema: &'static str,
    path: PathBuf,
    id: String,
    version: String,
    contract: String,
    contract_min: Option<String>,
    title: String,
    family: String,
    sha256: String,
    models: Models,
    matches: Vec<Rule>,
    permissions: Permissions,
    limits: Limits,
    options: Vec<Asked>,
    imports: Vec<String>,
    exports: Vec<String>,
    sizes: Weights,
}

#[derive(Clone, Debug, Serialize)]
struct Models {
    tested: Vec<String>,
    untested: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Rule {
    transport: &'static str,
    kind: &'static str,
    vid: Option<String>,
    pid: Option<String>,
    product: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Permissions {
    set_clock: bool,
    usb_vendor_requests: Vec<u8>,
    block_write: Vec<u64>,
}

#[derive(Clone, Debug, Serialize)]
struct Limits {
    memory_mib: Option<u32>,
    cpu_s: Option<u32>,
    idle_s: Option<u32>,
    wall_s: Option<u32>,
}

#[derive(Clone, Debug, Serialize)]
struct Asked {
    key: String,
    title: String,
    input: &'static str,
    required: bool,
}

#[derive(Clone, Debug, Serialize)]
struct Weights {
    bytes: usize,
    code_bytes: usize,
    data_bytes: usize,
    functions: u32,
    largest_body_bytes: usize,
    custom: Vec<Custom>,
}

#[derive(Clone, Debug, Serialize)]
struct Custom {
    name: String,
    bytes: usize,
    depth: usize,
}

impl Report {
    /// Describes the package at `path`, of which `inspection` is the content.
    pub fn new(path: &Path, inspection: &Inspection) -> Self {
        let manifest = &inspection.manifest;
        Self {
            schema: "meterport.inspect/1",
            path: path.to_path_buf(),
            id: manifest.id.to_string(),
            version: manifest.version.to_string(),
            contract: manifest.contract.to_string(),
            contract_min: manifest.contract_min.as_ref().map(ToString::to_string),
            title: manifest.title.clone(),
            family: manifest.family.clone(),
            sha256: hex::encode(inspection.sha256),
            models: models(manifest),
            matches: manifest.matches.iter().map(rule).collect(),
            permissions: Permissions {
                set_clock: manifest.permissions.set_clock,
                usb_vendor_requests: manifest.permissions.usb_vendor_requests.clone(),
                block_write: manifest.permissions.block_write.clone(),
            },
            limits: Limits {
                memory_mib: manifest.limits.memory_mib,
                cpu_s: manifest.limits.cpu_s,
                idle_s: manifest.limits.idle_s,
                wall_s: manifest.limits.wall_s,
            },
            options: options(manifest),
            imports: inspection.imports.clone(),
            exports: inspection.exports.clone(),
            sizes: weights(&inspection.sizes),
        }
    }
}

fn models(manifest: &Manifest) -> Models {
    let names = |tested: bool| {
        let wanted = manifest.models.iter().filter(|model| model.tested == tested);
        wanted.map(|model| model.name.clone()).collect()
    };
    Models { tested: names(true), untested: names(false) }
}

fn rule(rule: &Match) -> Rule {
    let id = rule.transport.usb_id();
    Rule {
        transport: rule.transport.as_str(),
        kind: rule.kind.as_str(),
        vid: id.map(|id| format!("{:04X}", id.vid)),
        pid: id.map(|id| format!("{:04X}", id.pid)),
        product: rule.product.as_ref().map(ToString::to_string),
    }
}

fn options(manifest: &Manifest) -> Vec<Asked> {
    let asked = manifest.options.iter().map(|option| Asked {
        key: option.key.clone(),
        title: option.title.clone(),
        input: match option.input {
            OptionInput::Text => "text",
            OptionInput::Pin => "pin",
            OptionInput::Choice(_) => "choice",
        },
        required: option.required,
    });
    asked.collect()
}

fn weights(sizes: &Sizes) -> Weights {
    let custom = sizes.custom.iter().map(|section| Custom {
        name: section.name.clone(),
        bytes: section.bytes,
        depth: section.depth,
    });
    Weights {
        bytes: sizes.bytes,
        code_bytes: sizes.code_bytes,
        data_bytes: sizes.data_bytes,
        functions: sizes.functions,
        largest_body_bytes: sizes.largest_body_bytes,
        custom: custom.collect(),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}: {}", self.id, self.version, self.title)?;
        writeln!(f, "  contract    {}", self.contract)?;
        writeln!(f, "  family      {}", self.family)?;
        writeln!(f, "  sha256      {}", self.sha256)?;
        for model in &self.models.tested {
            writeln!(f, "  model       {model}")?;
        }
        for model in &self.models.untested {
            writeln!(f, "  model       {model} (not tested with hardware)")?;
        }
        for rule in &self.matches {
            write!(f, "  match       {} {}", rule.transport, rule.kind)?;
            if let (Some(vid), Some(pid)) = (&rule.vid, &rule.pid) {
                write!(f, " {vid}:{pid}")?;
            }
            writeln!(
                f,
                "{}",
                rule.product.as_ref().map(|text| format!(" `{text}`")).unwrap_or_default()
            )?;
        }
        if self.permissions.set_clock {
            writeln!(f, "  may         set the meter's clock, when asked to")?;
        }
        if !self.permissions.usb_vendor_requests.is_empty() {
            writeln!(
                f,
                "  may         send USB vendor requests {:?}",
                self.permissions.usb_vendor_requests
            )?;
        }
        if !self.permissions.block_write.is_empty() {
            writeln!(f, "  may         write blocks {:?}", self.permissions.block_write)?;
        }
        for import in &self.imports {
            writeln!(f, "  import      {import}")?;
        }
        for export in &self.exports {
            writeln!(f, "  export      {export}")?;
        }
        let sizes = &self.sizes;
        writeln!(f, "  size        {:>9} bytes in all", sizes.bytes)?;
        writeln!(
            f,
            "    code      {:>9} bytes in {} functions, the largest {}",
            sizes.code_bytes, sizes.functions, sizes.largest_body_bytes
        )?;
        writeln!(f, "    data      {:>9} bytes", sizes.data_bytes)?;
        for section in &sizes.custom {
            writeln!(f, "    section   {:>9} bytes `{}`", section.bytes, section.name)?;
        }
        Ok(())
    }
}
