//! udev rules made from manifests, never written by hand: one line for each id and transport.

use std::collections::BTreeSet;

use meterport_manifest::{Manifest, Transport};

/// A file for `/etc/udev/rules.d/70-meterport.rules`: below 73, so that `uaccess` takes effect.
pub(super) fn rules<'a>(manifests: impl Iterator<Item = &'a Manifest>) -> String {
    let lines: BTreeSet<String> = manifests
        .flat_map(|manifest| &manifest.matches)
        .filter_map(|rule| line(&rule.transport))
        .collect();
    let mut text = String::from(
        "# 70-meterport.rules: made by `meterport config udev` from the installed drivers\n\
         ACTION==\"remove\", GOTO=\"meterport_end\"\n",
    );
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str("LABEL=\"meterport_end\"\n");
    text
}

fn line(transport: &Transport) -> Option<String> {
    Some(match transport {
        Transport::Serial { vid, pid, .. } => format!(
            "SUBSYSTEM==\"tty\", ATTRS{{idVendor}}==\"{vid:04x}\", ATTRS{{idProduct}}==\"{pid:04x}\", \
             TAG+=\"uaccess\", ENV{{ID_MM_DEVICE_IGNORE}}=\"1\""
        ),
        Transport::Hid { vid, pid, .. } => format!(
            "KERNEL==\"hidraw*\", SUBSYSTEM==\"hidraw\", ATTRS{{idVendor}}==\"{vid:04x}\", \
             ATTRS{{idProduct}}==\"{pid:04x}\", TAG+=\"uaccess\""
        ),
        Transport::Usb { vid, pid, .. } => format!(
            "SUBSYSTEM==\"usb\", ENV{{DEVTYPE}}==\"usb_device\", ATTR{{idVendor}}==\"{vid:04x}\", \
             ATTR{{idProduct}}==\"{pid:04x}\", TAG+=\"uaccess\""
        ),
        Transport::Block { vid, pid, .. } => format!(
            "SUBSYSTEM==\"block\", ATTRS{{idVendor}}==\"{vid:04x}\", ATTRS{{idProduct}}==\"{pid:04x}\", \
             TAG+=\"uaccess\""
        ),
        _ => return None,
    })
}
