//! `meterport.plugins/1` and `meterport.plugin/1`: what a driver reads and may touch.

use meterport_manifest::{MatchKind, Transport};
use serde::Serialize;
use serde_json::{Value, json};

use crate::drivers::{Available, Drivers};

#[derive(Serialize)]
pub(super) struct PluginsDocument {
    schema: &'static str,
    plugins: Vec<Body>,
}

#[derive(Serialize)]
pub(super) struct PluginDocument {
    schema: &'static str,
    #[serde(flatten)]
    body: Body,
}

#[derive(Serialize)]
struct Body {
    id: String,
    version: String,
    contract: String,
    title: String,
    sha256: String,
    source: &'static str,
    signed_by: Option<String>,
    enabled: bool,
    reason: Option<String>,
    models: Models,
    matches: Vec<Value>,
    permissions: Value,
    limits: Value,
}

#[derive(Serialize)]
struct Models {
    tested: Vec<String>,
    untested: Vec<String>,
}

impl PluginsDocument {
    pub(super) fn of(drivers: &Drivers) -> Self {
        let mut plugins: Vec<Body> = drivers.iter().chain(drivers.disabled()).map(body).collect();
        plugins.sort_by(|left, right| left.id.cmp(&right.id));
        Self { schema: "meterport.plugins/1", plugins }
    }
}

impl PluginDocument {
    pub(super) fn of(driver: &Available) -> Self {
        Self { schema: "meterport.plugin/1", body: body(driver) }
    }
}

fn body(driver: &Available) -> Body {
    let manifest = &driver.manifest;
    let names = |tested: bool| {
        let models = manifest.models.iter().filter(move |model| model.tested == tested);
        models.map(|model| model.name.clone()).collect()
    };
    let limits = manifest.limits.effective();
    Body {
        id: manifest.id.to_string(),
        version: manifest.version.to_string(),
        contract: manifest.contract.to_string(),
        title: manifest.title.clone(),
        sha256: driver.sha256.to_string(),
        source: driver.source.as_str(),
        signed_by: driver.signed_by.clone(),
        enabled: driver.reason.is_none(),
        reason: driver.reason.clone(),
        models: Models { tested: names(true), untested: names(false) },
        matches: manifest
            .matches
            .iter()
            .map(|rule| transport(&rule.transport, kind(rule.kind)))
            .collect(),
        permissions: json!({
            "set_clock": manifest.permissions.set_clock,
            "usb_vendor_requests": manifest.permissions.usb_vendor_requests,
            "block_write": manifest.permissions.block_write,
        }),
        limits: json!({
            "memory_mib": limits.memory_mib,
            "cpu_s": limits.cpu_s,
            "idle_s": limits.idle_s,
            "wall_s": limits.wall_s,
        }),
    }
}

fn kind(kind: MatchKind) -> &'static str {
    match kind {
        MatchKind::Device => "device",
        MatchKind::Cable => "cable",
    }
}

fn transport(transport: &Transport, kind: &str) -> Value {
    let hex = |number: u16| format!("{number:04X}");
    match transport {
        Transport::Serial { vid, pid, line } => json!({
            "transport": "serial", "kind": kind, "vid": hex(*vid), "pid": hex(*pid),
            "line": line.to_string(),
        }),
        Transport::Hid { vid, pid, .. } => {
            json!({"transport": "hid", "kind": kind, "vid": hex(*vid), "pid": hex(*pid)})
        }
        Transport::Usb { vid, pid, .. } => {
            json!({"transport": "usb", "kind": kind, "vid": hex(*vid), "pid": hex(*pid)})
        }
        Transport::Block { vid, pid, .. } => {
            json!({"transport": "block", "kind": kind, "vid": hex(*vid), "pid": hex(*pid)})
        }
        Transport::Volume { files, .. } => json!({
            "transport": "volume", "kind": kind,
            "files": files.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }),
    }
}
