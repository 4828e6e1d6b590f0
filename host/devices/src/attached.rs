//! What is attached, as far as it can be known without opening it.

use std::fmt;
use std::path::PathBuf;

use meterport_manifest::{Found, HidUsage, Seen};

use crate::{BlockIdentity, UsbAddress};

/// Something attached that may be a meter. `Debug` shows no names of files and no serial number.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Attached {
    /// Where it is attached: `usb-1-2.3:1.0`, `tty-…`.
    pub id: DeviceId,
    /// What it is spoken to over: `serial`, `hid`, `usb`, `block` or `volume`.
    pub transport: &'static str,
    /// What this transport shows: interface, HID collections, class, identity of a disk, files.
    pub seen: Seen,
    /// USB vendor id; a pseudo-terminal and a built-in port have none.
    pub vid: Option<u16>,
    /// USB product id.
    pub pid: Option<u16>,
    /// USB product text, as the device says it: text from outside, to be made printable.
    pub product: Option<String>,
    /// What to open: a device node, a folder, or what the system calls it. For a USB interface only
    /// a name to show; [`Attached::address`] says where it is.
    pub path: PathBuf,
    /// Whether it can be opened, as far as that can be told from outside.
    pub access: Access,
    serial: Option<AdapterSerial>,
    address: Option<UsbAddress>,
}

impl Attached {
    /// A serial port without ids.
    pub fn serial(id: DeviceId, path: impl Into<PathBuf>) -> Self {
        Self::new(id, path.into(), Seen::Serial)
    }

    /// A HID interface without ids, with all its top-level collections.
    pub fn hid(
        id: DeviceId,
        path: impl Into<PathBuf>,
        interface: Option<u8>,
        collections: Vec<HidUsage>,
    ) -> Self {
        Self::new(id, path.into(), Seen::Hid { interface, collections })
    }

    /// A raw USB interface without ids.
    pub fn usb(id: DeviceId, address: UsbAddress, interface: u8, class: u8) -> Self {
        let mut attached = Self::new(id, address.path(), Seen::Usb { interface, class });
        attached.address = Some(address);
        attached
    }

    /// A disk without ids.
    pub fn block(id: DeviceId, path: impl Into<PathBuf>, identity: BlockIdentity) -> Self {
        let BlockIdentity { vendor, product: model, revision: _ } = identity;
        Self::new(id, path.into(), Seen::Block { vendor, model })
    }

    /// A mounted volume without ids, with the names in its root.
    pub fn volume(
        id: DeviceId,
        path: impl Into<PathBuf>,
        label: impl Into<String>,
        files: Vec<String>,
    ) -> Self {
        Self::new(id, path.into(), Seen::Volume { label: label.into(), files })
    }

    fn new(id: DeviceId, path: PathBuf, seen: Seen) -> Self {
        let transport = match seen {
            Seen::Serial => "serial",
            Seen::Hid { .. } => "hid",
            Seen::Usb { .. } => "usb",
            Seen::Block { .. } => "block",
            Seen::Volume { .. } => "volume",
        };
        let (vid, pid, product, serial, address) = (None, None, None, None, None);
        let access = Access::Ready;
        Self { id, transport, seen, vid, pid, product, path, access, serial, address }
    }

    /// The same with the ids of a USB device.
    #[must_use]
    pub fn with_usb(mut self, vid: u16, pid: u16, product: Option<String>) -> Self {
        (self.vid, self.pid, self.product) = (Some(vid), Some(pid), product);
        self
    }

    /// The same with another access.
    #[must_use]
    pub fn with_access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// The same with the serial number of the adapter.
    #[must_use]
    pub fn with_adapter_serial(mut self, serial: Option<AdapterSerial>) -> Self {
        self.serial = serial;
        self
    }

    /// The serial number of the adapter, only to remember a choice of driver by.
    pub fn adapter_serial(&self) -> Option<&AdapterSerial> {
        self.serial.as_ref()
    }

    /// What a manifest's matches are compared with.
    pub fn found(&self) -> Found {
        let (vid, pid, product) = (self.vid, self.pid, self.product.clone());
        Found { vid, pid, product, seen: self.seen.clone() }
    }

    /// Where a USB interface is on its bus.
    pub fn address(&self) -> Option<UsbAddress> {
        self.address
    }

    /// Vendor and product id, where both are known.
    pub fn ids(&self) -> Option<(u16, u16)> {
        self.vid.zip(self.pid)
    }
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attached")
            .field("id", &self.id)
            .field("transport", &self.transport)
            .field("ids", &self.ids())
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

/// Where a device is attached. Stable until it is plugged in elsewhere; no serial number in it.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DeviceId(String);

impl DeviceId {
    /// An id as a person gave it, to be compared with those that are attached. Anything but plain
    /// printable ASCII without blanks is no id.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = !text.is_empty()
            && text.len() <= 128
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        plain.then(|| Self(text.to_owned()))
    }

    /// `usb-` and the name of a USB interface on its bus, such as `1-2.3:1.0`; further ports of the
    /// same interface are counted.
    pub(crate) fn usb(interface: &str, port: u32) -> Self {
        if port == 0 {
            Self(format!("usb-{interface}"))
        } else {
            Self(format!("usb-{interface}-{port}"))
        }
    }

    /// The same for what hangs on that interface: a disk, a volume of it.
    #[cfg(target_os = "linux")]
    pub(crate) fn on_usb(interface: &str, what: &str) -> Self {
        Self(format!("usb-{interface}-{what}"))
    }

    /// The same id once more, counted.
    pub(crate) fn again(&self, times: usize) -> Self {
        Self(format!("{self}-{times}"))
    }

    /// `dir-` and the last part of a folder that a person named. What is not plain becomes `_`.
    pub(crate) fn folder(name: &str) -> Self {
        Self(format!("dir-{}", plain(name)))
    }

    /// `hid-` and what tells interfaces apart where the bus path is not known.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn hid(name: &str) -> Self {
        Self(format!("hid-{}", plain(name)))
    }

    /// `tty-` and a name that holds no serial number. What is not plain becomes `_`.
    pub(crate) fn tty(name: &str) -> Self {
        Self(format!("tty-{}", plain(name)))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".:-".contains(c) { c } else { '_' };
    name.chars().take(100).map(plain).collect()
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether something can be opened, as far as that can be told without opening it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// Nothing speaks against it.
    Ready,
    /// This user may not open it.
    NoPermission,
    /// Another program holds it.
    Busy,
}

/// The serial number of a cable, or of a meter that is its own adapter. It identifies a person's
/// meter: not printed, not logged, not part of an id.
#[derive(Clone, Eq, PartialEq)]
pub struct AdapterSerial(String);

impl AdapterSerial {
    /// A serial number, if there is any.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        Some(text.into()).filter(|text| !text.trim().is_empty()).map(Self)
    }

    /// The serial number itself: for hashing, nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AdapterSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdapterSerial(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_no_device_has_as_its_id_is_refused() {
        for text in ["", "usb 1", "usb-\u{1b}[2J", "größe", &"x".repeat(129)] {
            assert_eq!(DeviceId::parse(text), None);
        }
        assert_eq!(DeviceId::parse("usb-1-2.3:1.0"), Some(DeviceId::usb("1-2.3:1.0", 0)));
    }

    #[test]
    fn a_serial_number_is_in_no_debug_text() {
        let cable = Attached::serial(DeviceId::tty("ttyUSB0"), "/dev/ttyUSB0")
            .with_usb(0x0403, 0x6001, Some("cable".to_owned()))
            .with_adapter_serial(AdapterSerial::new("A5069RR4"));
        assert!(!format!("{cable:?}").contains("A5069"));
        let files = vec!["Jane Doe.ibf".to_owned()];
        let volume = Attached::volume(DeviceId::folder("x"), "/media/x", "x", files);
        assert!(!format!("{volume:?}").contains("Jane"));
        assert_eq!(cable.adapter_serial().map(AdapterSerial::expose), Some("A5069RR4"));
    }
}
