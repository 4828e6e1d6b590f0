//! What sysfs and `/proc/locks` tell about a port, without touching it.

pub(crate) mod tree;

use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The driver that is bound to a device, by its folder in sysfs.
pub(crate) fn driver_of(folder: &Path) -> Option<String> {
    let driver = std::fs::read_link(folder.join("driver")).ok()?;
    Some(driver.file_name()?.to_str()?.to_owned())
}

/// Whether a serial port hangs beneath a USB interface: `ttyUSB0` of an adapter's driver, `tty` of
/// the class of modems.
pub(crate) fn has_port(interface: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(interface) else { return false };
    entries.filter_map(Result::ok).any(|entry| {
        let name = entry.file_name();
        name.to_str().is_some_and(|name| name.starts_with("tty"))
    })
}

/// The USB interface something hangs on, as a part of its real path in sysfs.
fn interface_in(path: &Path) -> Option<String> {
    let mut parts = path.components().rev().filter_map(|part| part.as_os_str().to_str());
    parts.find(|part| is_interface(part)).map(str::to_owned)
}

/// The USB interface a port belongs to, such as `1-2.3:1.0`, and which of its ports it is.
pub(super) fn interface_of(class: &Path, name: &str) -> Option<(String, u32)> {
    let device = class.join(Path::new(name).file_name()?).join("device").canonicalize().ok()?;
    // A chip with several ports on one interface numbers them.
    let port = std::fs::read_to_string(device.join("port_number")).ok();
    let port = port.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    Some((interface_in(&device)?, port))
}

/// `bus-port.port:configuration.interface`, as the kernel names it.
fn is_interface(name: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = || {
        let (bus, rest) = name.split_once('-')?;
        let (ports, rest) = rest.split_once(':')?;
        let (configuration, interface) = rest.split_once('.')?;
        Some((bus, ports, configuration, interface))
    };
    parts().is_some_and(|(bus, ports, configuration, interface)| {
        number(bus) && ports.split('.').all(number) && number(configuration) && number(interface)
    })
}

/// Whether a program holds the port with a lock, as this one does while it reads. One that holds
/// it in another way is noticed only when the port is opened.
pub(super) fn is_locked(path: &Path) -> bool {
    let Ok(found) = std::fs::metadata(path) else { return false };
    let locks = std::fs::read_to_string("/proc/locks").unwrap_or_default();
    let (major, minor) = (rustix::fs::major(found.dev()), rustix::fs::minor(found.dev()));
    is_in_locks(&locks, &format!("{major:02x}:{minor:02x}:{}", found.ino()))
}

fn is_in_locks(locks: &str, file: &str) -> bool {
    locks.lines().any(|line| {
        let mut words = line.split_whitespace();
        words.nth(1) == Some("FLOCK") && words.any(|word| word == file)
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_name_that_is_no_usb_interface_is_not_taken_for_one() {
        for name in ["", "1-2", "usb1", "0000:00:14.0", "1-2:1", "1-a:1.0", "-1:1.0", "1-:1.0"] {
            assert!(!is_interface(name), "{name}");
        }
        for name in ["1-2:1.0", "1-2.3:1.0", "10-1.4.2:2.13"] {
            assert!(is_interface(name), "{name}");
        }
    }

    #[test]
    fn the_interface_is_found_above_a_usb_serial_port_and_for_a_modem() {
        let sys = tempfile::tempdir().unwrap();
        let usb = sys.path().join("devices/0000:00:14.0/usb1/1-2/1-2.3");
        let class = sys.path().join("class");
        for (name, device) in [("ttyUSB3", "1-2.3:1.1/ttyUSB3"), ("ttyACM0", "1-2.3:1.0")] {
            std::fs::create_dir_all(usb.join(device)).unwrap();
            std::fs::create_dir_all(class.join(name)).unwrap();
            symlink(usb.join(device), class.join(name).join("device")).unwrap();
        }
        std::fs::write(usb.join("1-2.3:1.1/ttyUSB3/port_number"), "2\n").unwrap();

        let found = |name| interface_of(&class, name);
        assert_eq!(found("/dev/ttyUSB3"), Some(("1-2.3:1.1".to_owned(), 2)));
        assert_eq!(found("/dev/ttyACM0"), Some(("1-2.3:1.0".to_owned(), 0)));
        assert_eq!(found("/dev/ttyUSB9"), None);
    }

    #[test]
    fn a_port_is_locked_while_it_is_open_and_only_then() {
        use serialport::SerialPort as _;
        let (_meter, slave) = serialport::TTYPort::pair().unwrap();
        let path = std::path::PathBuf::from(slave.name().unwrap());
        assert!(!is_locked(&path));
        let line: meterport_recording::LineSettings = "9600 8N1".parse().unwrap();
        let port = crate::SerialPort::open(&path, line.into()).unwrap();
        assert!(is_locked(&path));
        drop(port);
        assert!(!is_locked(&path));
    }

    #[test]
    fn a_lock_is_found_by_its_file_and_no_other() {
        let locks = "1: POSIX  ADVISORY  WRITE 712 00:06:1021 0 EOF\n\
                     2: FLOCK  ADVISORY  WRITE 713 00:06:102 0 EOF\n";
        assert!(is_in_locks(locks, "00:06:102"));
        assert!(!is_in_locks(locks, "00:06:1021"));
        assert!(!is_in_locks(locks, "00:06:10"));
    }
}
