//! Folders, groups, and what the system writes down about attached devices.

use super::Check;
use crate::fault::Fault;
use crate::world::World;

/// Whether the data folder can be used, and by nobody else.
pub(super) fn data_folder(world: &World<'_>) -> Check {
    const NAME: &str = "data.private";
    let metadata = world.places.open().and_then(|dir| {
        dir.dir_metadata().map_err(|error| Fault::file("the data folder cannot be read", &error))
    });
    match metadata {
        Ok(metadata) => privacy(NAME, &metadata, world),
        Err(fault) => Check::failed(NAME, &fault),
    }
}

#[cfg(unix)]
fn privacy(name: &'static str, metadata: &cap_std::fs::Metadata, world: &World<'_>) -> Check {
    use cap_std::fs::MetadataExt as _;
    use meterport_model::codes::Code;

    let path = world.places.data.display();
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        let fault = Fault::new(Code::FileIo, format!("`{path}` belongs to another user"));
        return Check::failed(name, &fault.hint("`chown` it, or use another `--data-dir`"));
    }
    if metadata.mode() & 0o077 != 0 {
        return Check::remark(
            name,
            format!("others may look into `{path}`; `chmod 700` closes it"),
        );
    }
    Check::ok(name)
}

#[cfg(not(unix))]
fn privacy(name: &'static str, _: &cap_std::fs::Metadata, _: &World<'_>) -> Check {
    Check::ok(name).with("usable; who else may read it is not checked here")
}

/// Whether this user is root, in a group that opens serial ports, or served by our udev rules.
/// `None` where ports are not kept by groups.
#[cfg(target_os = "linux")]
pub(super) fn may_open_ports() -> Option<bool> {
    use rustix::process::{getegid, geteuid, getgroups};
    if geteuid().is_root() {
        return Some(true);
    }
    let rules = ["/etc/udev/rules.d", "/usr/lib/udev/rules.d"]
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flat_map(|files| files.flatten())
        .any(|file| file.file_name().to_string_lossy().contains("meterport"));
    let mut own: Vec<u32> =
        getgroups().unwrap_or_default().into_iter().map(|group| group.as_raw()).collect();
    own.push(getegid().as_raw());
    let groups = std::fs::read_to_string("/etc/group").unwrap_or_default();
    Some(rules || opens_ports(&groups, &own))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn may_open_ports() -> Option<bool> {
    None
}

/// `name:password:id:members` for each group; these two own serial ports on all common systems.
#[cfg(any(test, target_os = "linux"))]
fn opens_ports(groups: &str, own: &[u32]) -> bool {
    groups.lines().any(|line| {
        let mut fields = line.split(':');
        let name = fields.next().unwrap_or_default();
        let id = fields.nth(1).and_then(|id| id.parse().ok());
        matches!(name, "dialout" | "uucp") && id.is_some_and(|id: u32| own.contains(&id))
    })
}

/// What the system itself keeps of a meter that is plugged in.
#[cfg(target_os = "linux")]
pub(super) fn usb_records() -> Check {
    const NAME: &str = "system.usb-records";
    let logs = [
        "/var/log/journal",
        "/run/log/journal",
        "/var/log/kern.log",
        "/var/log/messages",
        "/var/log/syslog",
    ];
    if logs.iter().any(|log| std::path::Path::new(log).exists()) {
        return Check::remark(
            NAME,
            "the system's log keeps model and serial number of attached USB devices; shorten it (`MaxRetentionSec=` in journald.conf, or logrotate), or set `Storage=volatile` there",
        );
    }
    Check::ok(NAME)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn usb_records() -> Check {
    let hint = if cfg!(windows) {
        "not checked here; the registry keeps the serial number of every USB device under Enum\\USB"
    } else {
        "not checked here; the unified log keeps attached USB devices for some days"
    };
    Check::remark("system.usb-records", hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_groups_of_serial_ports_count() {
        let groups = "root:x:0:\ndialout:x:20:nurse\nusers:x:100:\n";
        assert!(!opens_ports(groups, &[100]));
        assert!(opens_ports(groups, &[100, 20]));
        assert!(!opens_ports("", &[20]));
    }
}
