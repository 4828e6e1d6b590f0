//! The disks that are meters. Until the signed keyring brings this list, it stands here: a manifest
//! alone opens no disk, or a memory stick would be one line of text away from any driver.
//!
//! Source: the LifeScan row of the public OneTouch Verio descriptions (USB ids, INQUIRY vendor).

use meterport_manifest::Pattern;

struct Disk {
    vid: u16,
    pids: &'static [u16],
    vendor: &'static str,
    model: &'static str,
}

const DISKS: &[Disk] = &[Disk {
    vid: 0x2766,
    pids: &[0x0000, 0x0004, 0x000C, 0x000E, 0x1000, 0x1004],
    vendor: "LifeScan",
    model: "*",
}];

/// Whether a disk with these ids and this INQUIRY identity is a meter.
pub(super) fn is_meter(vid: u16, pid: u16, vendor: &str, model: &str) -> bool {
    DISKS.iter().any(|disk| {
        disk.vid == vid
            && disk.pids.contains(&pid)
            && disk.vendor == vendor.trim_end_matches(' ')
            && Pattern::new(disk.model).matches(model.trim_end_matches(' '))
    })
}
