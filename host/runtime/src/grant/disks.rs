//! The disks that are meters: those of the build, and those that the caller learned from the signed
//! keyring. A manifest alone opens no disk, or a memory stick would be one line of text away from any
//! driver.
//!
//! Source of the build's list: the LifeScan row of the public OneTouch Verio descriptions (USB ids,
//! INQUIRY vendor).

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

/// Which disks are known to be meters. By default those of the build.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Disks {
    more: Vec<Known>,
}

/// One more disk that is a meter. Who says so answers for it.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Known {
    vid: u16,
    pid: u16,
    vendor: String,
    model: Pattern,
}

impl Disks {
    /// Adds a disk by its USB ids and its INQUIRY identity without trailing blanks; in `model`, `*`
    /// stands for anything.
    #[must_use]
    pub fn and(mut self, vid: u16, pid: u16, vendor: &str, model: &str) -> Self {
        let (vendor, model) = (vendor.to_owned(), Pattern::new(model));
        self.more.push(Known { vid, pid, vendor, model });
        self
    }

    /// Whether a disk with these ids and this INQUIRY identity is a meter.
    pub(super) fn is_meter(&self, vid: u16, pid: u16, vendor: &str, model: &str) -> bool {
        let (vendor, model) = (vendor.trim_end_matches(' '), model.trim_end_matches(' '));
        let of_the_build = |disk: &Disk| {
            disk.vid == vid
                && disk.pids.contains(&pid)
                && disk.vendor == vendor
                && Pattern::new(disk.model).matches(model)
        };
        let of_the_keyring = |disk: &Known| {
            (disk.vid, disk.pid) == (vid, pid) && disk.vendor == vendor && disk.model.matches(model)
        };
        DISKS.iter().any(of_the_build) || self.more.iter().any(of_the_keyring)
    }
}
