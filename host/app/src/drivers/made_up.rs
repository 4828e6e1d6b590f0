//! Drivers for tests, without any code.

use meterport_manifest::Manifest;
use meterport_update::{Origin, Sha256Hex};

use super::{Available, Source};

/// A driver of the serial port of USB device 1209:`pid`.
pub(crate) fn driver(id: &str, version: &str, pid: u16, source: Source) -> Available {
    let manifest = format!(
        "manifest = 1\nid = \"{id}\"\nversion = \"{version}\"\ncontract = \"0.1\"\ntitle = \"A\"\n\
         family = \"a\"\n[[model]]\nname = \"A\"\ntested = false\n[[match]]\nkind = \"device\"\n\
         transport = \"serial\"\nline = \"9600 8N1\"\nvid = 0x1209\npid = {pid}\n\
         [permissions]\nset-clock = false\nusb-vendor-requests = []\nblock-write = []\n"
    );
    Available {
        manifest: Manifest::parse(manifest.as_bytes()).unwrap(),
        package: [].into(),
        sha256: Sha256Hex::of(manifest.as_bytes()),
        source,
        origin: (source == Source::Installed).then_some(Origin::Unsigned),
        signed_by: None,
        reason: None,
        place: if source == Source::Installed { 0 } else { u64::MAX },
    }
}
