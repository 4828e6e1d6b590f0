//! `meterport.plugins/1` and `meterport.plugin/1`: what a driver reads and may touch.

use meterport_manifest::{Manifest, MatchKind, Transport};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::drivers::Available;

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
    pub(super) fn of(drivers: &[Available]) -> Self {
        Self { schema: "meterport.plugins/1", plugins: drivers.iter().map(body).collect() }
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
        sha256: hex::encode(Sha256::digest(&driver.package)),
        source: driver.source.as_str(),
        signed_by: driver.signed_by.clone(),
        enabled: true,
        reason: None,
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

/// What the driver may touch, in sentences for the person who decides.
pub(super) fn sentences(manifest: &Manifest) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for rule in &manifest.matches {
        let mut sentence = device(&rule.transport);
        if rule.kind == MatchKind::Cable {
            sentence.push_str(", once you say which meter is on it");
        }
        // Several rules may differ in what is not said here.
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    if manifest.permissions.set_clock {
        sentences.push("the meter's clock, when you ask for exactly that".to_owned());
    }
    sentences.push(
        "nothing else: no other device, no file, no network. The host offers no way to ask for \
         erasing or setting; it cannot read the bytes, so for what is sent to the meter whoever \
         signs the driver answers"
            .to_owned(),
    );
    sentences
}

fn device(transport: &Transport) -> String {
    match transport {
        Transport::Serial { vid, pid, .. } => format!("the serial port of {vid:04X}:{pid:04X}"),
        Transport::Hid { vid, pid, .. } => format!("the HID device {vid:04X}:{pid:04X}"),
        Transport::Usb { vid, pid, .. } => format!("one USB interface of {vid:04X}:{pid:04X}"),
        Transport::Block { vid, pid, .. } => {
            format!("listed blocks of the disk {vid:04X}:{pid:04X}")
        }
        Transport::Volume { label, files, vid, pid } => {
            let files: Vec<_> = files.iter().map(|file| format!("`{file}`")).collect();
            let ids = vid.zip(*pid).map(|(vid, pid)| format!(" of {vid:04X}:{pid:04X}"));
            let ids = ids.unwrap_or_default();
            let files = files.join(", ");
            format!("files {files} in the root of volume `{label}`{ids}, read-only")
        }
    }
}
