//! HID interfaces, raw USB interfaces, disks and volumes, from sysfs and the list of mounts.
//!
//! Attributes as in the kernel's Documentation/ABI: `sysfs-bus-usb`, `sysfs-class-hidraw`,
//! `sysfs-block`. Numbers of ids and classes are hexadecimal there, bus and address decimal.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use meterport_manifest::Seen;

use super::{driver_of, has_port, interface_in, is_interface};
use crate::enumerate::access;
use crate::hid::descriptor::ReportDescriptor;
use crate::usb::belongs::{Owner, VIDEO};
use crate::volume::mounts::{self, Mount};
use crate::volume::root_names;
use crate::{Access, AdapterSerial, Attached, DeviceId, UsbAddress, block};

/// Where the system's folders are; elsewhere in tests.
pub(crate) struct Tree {
    sys: PathBuf,
    dev: PathBuf,
    mounts: Vec<Mount>,
}

/// What the USB device above an interface says.
struct Device {
    ids: (u16, u16),
    product: Option<String>,
    serial: Option<AdapterSerial>,
    address: UsbAddress,
}

impl Tree {
    /// The running system.
    pub(crate) fn system() -> Self {
        Self { sys: "/sys".into(), dev: "/dev".into(), mounts: mounts::system() }
    }

    /// Everything but serial ports.
    pub(crate) fn attached(&self) -> Vec<Attached> {
        let mut all = self.hid();
        all.extend(self.usb());
        all.extend(self.disks());
        all.extend(self.volumes());
        all
    }

    /// HID interfaces with a `hidraw` node.
    pub(crate) fn hid(&self) -> Vec<Attached> {
        let class = self.sys.join("class/hidraw");
        let found = names(&class).into_iter().filter_map(|name| {
            let folder = class.join(&name).join("device").canonicalize().ok()?;
            let interface = interface_in(&folder)?;
            let device = self.device(&interface)?;
            let number = hex(&self.interface(&interface), "bInterfaceNumber");
            let number = number.and_then(|number| u8::try_from(number).ok());
            let descriptor = std::fs::read(folder.join("report_descriptor")).unwrap_or_default();
            let collections = ReportDescriptor::parse(&descriptor).collections;
            let path = self.dev.join(&name);
            let access = access::of_node(&path);
            let hid = Attached::hid(DeviceId::usb(&interface, 0), path, number, collections);
            Some(device.on(hid).with_access(access))
        });
        found.collect()
    }

    /// USB interfaces that no driver of the system keeps.
    pub(crate) fn usb(&self) -> Vec<Attached> {
        let all = names(&self.sys.join("bus/usb/devices"));
        let all: Vec<String> = all.into_iter().filter(|name| is_interface(name)).collect();
        let class = |name: &str| {
            hex(&self.interface(name), "bInterfaceClass").and_then(|class| u8::try_from(class).ok())
        };
        let cameras: BTreeSet<&str> = all
            .iter()
            .filter(|name| class(name) == Some(VIDEO))
            .filter_map(|name| name.split(':').next())
            .collect();
        let found = all.iter().filter_map(|name| {
            if cameras.contains(name.split(':').next()?) {
                return None;
            }
            let folder = self.interface(name);
            let class = class(name)?;
            let number = u8::try_from(hex(&folder, "bInterfaceNumber")?).ok()?;
            let driver = driver_of(&folder);
            let owner = Owner { class, driver: driver.as_deref(), has_port: has_port(&folder) };
            if owner.keeps_it() {
                return None;
            }
            let device = self.device(name)?;
            let node = format!("{:03}/{:03}", device.address.bus, device.address.address);
            let access = match access::of_node(&self.dev.join("bus/usb").join(node)) {
                Access::Ready if owner.is_claimed() => Access::Busy,
                access => access,
            };
            let usb = Attached::usb(DeviceId::usb(name, 0), device.address, number, class);
            Some(device.on(usb).with_access(access))
        });
        found.collect()
    }

    /// Disks with a medium. A mounted one is listed as ready: opening says which volume it is.
    fn disks(&self) -> Vec<Attached> {
        let class = self.sys.join("block");
        let disks = names(&class).into_iter().filter(|name| name.starts_with("sd"));
        let found = disks.filter_map(|name| {
            let folder = class.join(&name).canonicalize().ok()?;
            let interface = interface_in(&folder)?;
            let device = self.device(&interface)?;
            if text(&folder, "size")?.parse::<u64>().ok()? == 0 {
                return None;
            }
            let identity = block::identity(&folder)?;
            let path = self.dev.join(&name);
            let access = access::of_node(&path);
            let disk = Attached::block(DeviceId::on_usb(&interface, "disk"), path, identity);
            Some(device.on(disk).with_access(access))
        });
        found.collect()
    }

    /// What is mounted from disks on USB; mounted twice, it is listed once.
    pub(crate) fn volumes(&self) -> Vec<Attached> {
        let mut seen = BTreeSet::new();
        let found = self.mounts.iter().filter_map(|mount| {
            let folder = mount.folder(&self.sys)?;
            let interface = interface_in(&folder)?;
            let device = self.device(&interface)?;
            if !seen.insert(folder) {
                return None;
            }
            let label = mount.label(&self.dev).unwrap_or_default();
            let id = DeviceId::on_usb(&interface, "volume");
            let access = access::of_folder(&mount.point);
            let files = root_names(&mount.point);
            let volume = Attached::volume(id, &mount.point, label, files);
            Some(device.on(volume).with_access(access))
        });
        found.collect()
    }

    fn interface(&self, name: &str) -> PathBuf {
        self.sys.join("bus/usb/devices").join(name)
    }

    /// The device of an interface: its name without configuration and number.
    fn device(&self, interface: &str) -> Option<Device> {
        let folder = self.sys.join("bus/usb/devices").join(interface.split(':').next()?);
        let number = |name: &str| text(&folder, name)?.parse::<u8>().ok();
        Some(Device {
            ids: (hex(&folder, "idVendor")?, hex(&folder, "idProduct")?),
            product: text(&folder, "product"),
            serial: text(&folder, "serial").and_then(AdapterSerial::new),
            address: UsbAddress { bus: number("busnum")?, address: number("devnum")? },
        })
    }
}

impl Device {
    fn on(self, attached: Attached) -> Attached {
        let (vid, pid) = self.ids;
        attached.with_usb(vid, pid, self.product).with_adapter_serial(self.serial)
    }
}

/// Whether what was enumerated is still what it was: a name is given to the next device once it is
/// free.
pub(crate) fn is_still(attached: &Attached) -> bool {
    Tree::system().has(attached)
}

impl Tree {
    fn has(&self, attached: &Attached) -> bool {
        let is_it = |other: &Attached| {
            other.path == attached.path
                && other.ids() == attached.ids()
                && is_same_serial(other.adapter_serial(), attached.adapter_serial())
        };
        match &attached.seen {
            Seen::Serial => self.has_port(attached),
            Seen::Hid { .. } => {
                self.hid().iter().any(|other| is_it(other) && other.seen == attached.seen)
            }
            Seen::Block { .. } => {
                self.disks().iter().any(|other| is_it(other) && other.seen == attached.seen)
            }
            // A folder that a person named may be anywhere; files come and go.
            Seen::Volume { .. } => attached.ids().is_none() || self.volumes().iter().any(is_it),
            // Compared while it is opened.
            Seen::Usb { .. } => true,
        }
    }

    /// A port that hangs on no USB interface, such as a pseudo-terminal, is only its name.
    fn has_port(&self, attached: &Attached) -> bool {
        let class = self.sys.join("class/tty");
        let found = attached.path.to_str().and_then(|name| super::interface_of(&class, name));
        let Some((interface, port)) = found else { return true };
        self.device(&interface).is_some_and(|device| {
            // An id that was there more than once has been counted.
            let id = DeviceId::usb(&interface, port);
            attached.id.as_str().starts_with(id.as_str())
                && attached.ids() == Some(device.ids)
                && is_same_serial(device.serial.as_ref(), attached.adapter_serial())
        })
    }
}

/// Blanks at the ends do not count: not everybody keeps them.
fn is_same_serial(one: Option<&AdapterSerial>, other: Option<&AdapterSerial>) -> bool {
    let text =
        |serial: Option<&AdapterSerial>| serial.map(|serial| serial.expose().trim().to_owned());
    text(one) == text(other)
}

/// What is in a folder, sorted; a folder that is not there is empty.
fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// An attribute without its end of line. Texts of devices may hold anything else.
fn text(folder: &Path, name: &str) -> Option<String> {
    let bytes = std::fs::read(folder.join(name)).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    Some(text.strip_suffix('\n').unwrap_or(&text).to_owned()).filter(|text| !text.is_empty())
}

fn hex(folder: &Path, name: &str) -> Option<u16> {
    u16::from_str_radix(text(folder, name)?.trim(), 16).ok()
}

#[cfg(test)]
mod tests;
