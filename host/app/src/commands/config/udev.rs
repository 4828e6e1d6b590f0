//! udev rules made from manifests, never written by hand: one line for each id and transport.

use std::collections::BTreeSet;

use meterport_manifest::{Manifest, Transport};

use crate::fault::Fault;

/// What a rule gives: the device to whoever sits at the computer, and to a group if one is named.
pub(super) struct Access(String);

impl Access {
    pub(super) fn new(group: Option<&str>) -> Result<Self, Fault> {
        let mut given = "TAG+=\"uaccess\"".to_owned();
        if let Some(group) = group {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
            if group.is_empty() || group.len() > 32 || !group.bytes().all(plain) {
                return Err(Fault::usage(
                    "the name of a group is letters, digits, `_`, `.` and `-`",
                )
                .hint("`getent group` lists the groups"));
            }
            given.push_str(&format!(", GROUP=\"{group}\", MODE=\"0660\""));
        }
        Ok(Self(given))
    }
}

/// A file for `/etc/udev/rules.d/70-meterport.rules`: below 73, so that `uaccess` takes effect.
pub(super) fn rules<'a>(manifests: impl Iterator<Item = &'a Manifest>, access: &Access) -> String {
    let lines: BTreeSet<String> = manifests
        .flat_map(|manifest| &manifest.matches)
        .filter_map(|rule| line(&rule.transport, access))
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

fn line(transport: &Transport, Access(given): &Access) -> Option<String> {
    let above = |vid: u16, pid: u16| {
        format!("ATTRS{{idVendor}}==\"{vid:04x}\", ATTRS{{idProduct}}==\"{pid:04x}\", {given}")
    };
    Some(match *transport {
        // ModemManager would send its own commands to a meter.
        Transport::Serial { vid, pid, .. } => {
            format!("SUBSYSTEM==\"tty\", {}, ENV{{ID_MM_DEVICE_IGNORE}}=\"1\"", above(vid, pid))
        }
        Transport::Hid { vid, pid, .. } => {
            format!("KERNEL==\"hidraw*\", SUBSYSTEM==\"hidraw\", {}", above(vid, pid))
        }
        Transport::Usb { vid, pid, .. } => format!(
            "SUBSYSTEM==\"usb\", ENV{{DEVTYPE}}==\"usb_device\", ATTR{{idVendor}}==\"{vid:04x}\", \
             ATTR{{idProduct}}==\"{pid:04x}\", {given}"
        ),
        Transport::Block { vid, pid, .. } => {
            format!("SUBSYSTEM==\"block\", {}", above(vid, pid))
        }
        // The system mounts it for whoever sits there.
        Transport::Volume { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(rule: &str) -> Manifest {
        let text = format!(
            "manifest = 1\nid = \"a\"\nversion = \"0.1.0\"\ncontract = \"0.1\"\ntitle = \"A\"\n\
             family = \"a\"\n[[model]]\nname = \"A\"\ntested = false\n[[match]]\nkind = \"device\"\n\
             {rule}\n[permissions]\nset-clock = false\nusb-vendor-requests = []\nblock-write = []\n"
        );
        Manifest::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_group_that_could_end_the_line_is_refused() {
        for group in ["", "a b", "x\", RUN+=\"/bin/sh", "größe", &"a".repeat(33)] {
            assert!(Access::new(Some(group)).is_err(), "{group}");
        }
    }

    #[test]
    fn every_transport_has_its_own_line_and_a_volume_none() {
        let rules = |rule: &str| rules([&manifest(rule)].into_iter(), &Access::new(None).unwrap());
        let ids = "vid = 0x1A79\npid = 0x7410\n";
        let hid = rules(&format!("transport = \"hid\"\n{ids}"));
        assert!(hid.contains(r#"SUBSYSTEM=="hidraw", ATTRS{idVendor}=="1a79""#), "{hid}");
        let serial = rules(&format!("transport = \"serial\"\nline = \"9600 8N1\"\n{ids}"));
        assert!(serial.contains("ID_MM_DEVICE_IGNORE"), "{serial}");
        let volume = rules("transport = \"volume\"\nlabel = \"METER\"\nfiles = [\"*.ibf\"]\n");
        assert_eq!(volume.lines().count(), 3, "{volume}");
    }

    #[test]
    fn a_group_is_added_to_every_line() {
        let rule = "transport = \"usb\"\nclass = 0x0F\nvid = 0x173A\npid = 0x21D5\n";
        let access = Access::new(Some("meters")).unwrap();
        let text = rules([&manifest(rule)].into_iter(), &access);
        assert!(text.contains(r#"TAG+="uaccess", GROUP="meters", MODE="0660""#), "{text}");
    }
}
