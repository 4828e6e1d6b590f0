//! One way from something attached to an open link, and from what a person names to something
//! attached.

use std::path::{Path, PathBuf};

use meterport_manifest::Seen;

use crate::open::FOLDER;
use crate::volume::root_names;
use crate::{
    Attached, DeviceId, Enumerate, HidPort, LineSettings, Link, OpenError, SerialPort, System,
    UsbAddress, UsbPort, VolumeDir,
};

/// Opens what was found. `line` is for serial ports. No byte is sent. Where names are given to the
/// next device (Linux), that what was found is still there under its name is looked at once it is
/// open: from then on it is the same device.
pub fn open(attached: &Attached, line: Option<LineSettings>) -> Result<Link, OpenError> {
    let opened = opened(attached, line);
    // The name of a serial port holds the adapter's serial number there.
    #[cfg(target_os = "macos")]
    let opened = opened.map_err(|error| error.named(attached.id.as_str()));
    opened
}

fn opened(attached: &Attached, line: Option<LineSettings>) -> Result<Link, OpenError> {
    let path = attached.path.as_path();
    let gone = || OpenError::Gone { path: path.to_owned() };
    let link = match &attached.seen {
        Seen::Serial => {
            let line = line.ok_or_else(|| OpenError::NoLine { path: path.to_owned() })?;
            Link::Serial(Box::new(SerialPort::open(path, line)?))
        }
        Seen::Hid { .. } => Link::Hid(Box::new(HidPort::open(path)?)),
        Seen::Usb { interface, class } => {
            let address = attached.address().ok_or_else(gone)?;
            let port = UsbPort::open(address, attached.ids(), *interface, Some(*class))?;
            Link::Usb(Box::new(port))
        }
        Seen::Block { vendor, model } => open_disk(path, vendor, model)?,
        Seen::Volume { .. } => Link::Volume(Box::new(VolumeDir::open(path)?)),
    };
    #[cfg(target_os = "linux")]
    if !crate::enumerate::linux::tree::is_still(attached) {
        return Err(gone());
    }
    Ok(link)
}

#[cfg(target_os = "linux")]
fn open_disk(path: &Path, vendor: &str, model: &str) -> Result<Link, OpenError> {
    let port = crate::block::open(path, vendor, model)?;
    Ok(Link::Block(Box::new(port)))
}

#[cfg(not(target_os = "linux"))]
fn open_disk(_: &Path, _: &str, _: &str) -> Result<Link, OpenError> {
    Err(OpenError::Unsupported { what: crate::open::DISKS })
}

impl Attached {
    /// What the name of a serial port alone tells: opening one moves its modem lines.
    pub fn check_port(path: &Path) -> Result<(), OpenError> {
        OpenError::check_name(path)
    }

    /// The HID interface behind a device node, as listed. A link counts as what it leads to.
    pub fn hid_at(path: &Path) -> Result<Self, OpenError> {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let found = listed("hid").into_iter().find(|hid| hid.path == path || hid.path == real);
        found.ok_or_else(|| match path.exists() {
            true => OpenError::Kind { path: path.to_owned(), wanted: "a HID device on USB" },
            false => OpenError::Missing { what: "HID device", path: path.to_owned() },
        })
    }

    /// The raw interfaces of a USB device, at least one; which of them is read is for a manifest to
    /// say.
    pub fn usb_at(address: UsbAddress) -> Result<Vec<Self>, OpenError> {
        let here = |usb: &Self| usb.address() == Some(address);
        let found: Vec<Self> = listed("usb").into_iter().filter(here).collect();
        let path = address.path();
        match found.is_empty() {
            false => Ok(found),
            true if path.exists() => {
                Err(OpenError::Kind { path, wanted: "a USB device with an interface to be read" })
            }
            true => {
                let path = PathBuf::from(address.to_string());
                Err(OpenError::Missing { what: "USB device", path })
            }
        }
    }

    /// A folder with a meter's files: a volume as listed, or any folder a person names. Works on
    /// every system.
    pub fn volume_at(path: &Path) -> Result<Self, OpenError> {
        let real =
            std::fs::canonicalize(path).map_err(|error| match OpenError::of_io(path, error) {
                OpenError::Gone { path } => OpenError::Missing { what: FOLDER, path },
                other => other,
            })?;
        if let Some(found) = listed("volume").into_iter().find(|volume| volume.path == real) {
            return Ok(found);
        }
        // A folder that cannot be opened or listed is no volume; what is wrong with it is said here.
        VolumeDir::open(&real)?;
        std::fs::read_dir(&real).map_err(|error| OpenError::of_io(path, error))?;
        let name = real.file_name().and_then(|name| name.to_str()).unwrap_or("volume");
        let id = DeviceId::folder(name);
        let files = root_names(&real);
        Ok(Self::volume(id, &real, name, files))
    }
}

/// Only what is spoken to over one transport; ids are those of the whole list.
fn listed(transport: &str) -> Vec<Attached> {
    let all = System.attached().unwrap_or_default();
    all.into_iter().filter(|attached| attached.transport == transport).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BlockIdentity;

    fn id() -> DeviceId {
        DeviceId::usb("1-2:1.0", 0)
    }

    #[test]
    fn what_is_gone_says_so_over_every_transport() {
        let line = "9600 8N1".parse::<meterport_recording::LineSettings>().unwrap().into();
        let none = std::env::temp_dir().join("meterport-none");
        let text = |text: &str| text.to_owned();
        let identity = BlockIdentity { vendor: text("A"), product: text("B"), revision: text("C") };
        let mut gone =
            vec![Attached::serial(id(), &none), Attached::volume(id(), &none, "x", Vec::new())];
        if cfg!(target_os = "linux") {
            gone.push(Attached::hid(id(), &none, None, Vec::new()));
            gone.push(Attached::block(id(), &none, identity));
        }
        if cfg!(unix) {
            for attached in gone {
                let error = open(&attached, Some(line)).unwrap_err();
                // The name of a port alone cannot tell whether it ever was one.
                let serial = attached.transport == "serial";
                let code = if serial { "device.none" } else { "device.disconnected" };
                assert_eq!(error.code(), code, "{} {error}", attached.transport);
                assert!(error.hint().is_some(), "{error}");
            }
        }
        let usb = Attached::usb(id(), UsbAddress { bus: 0, address: 200 }, 0, 0x0F);
        assert!(open(&usb, None).is_err());
    }

    #[test]
    fn a_serial_port_is_not_opened_with_line_settings_nobody_named() {
        let error = open(&Attached::serial(id(), "/dev/ttyUSB0"), None).unwrap_err();
        assert!(matches!(error, OpenError::NoLine { .. }));
    }

    #[test]
    fn what_a_person_names_and_is_not_there_is_told_apart_from_what_is_something_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, b"").unwrap();
        let none = folder.path().join("none");
        assert!(matches!(Attached::hid_at(&none), Err(OpenError::Missing { .. })));
        assert!(matches!(Attached::hid_at(&file), Err(OpenError::Kind { .. })));
        assert!(matches!(Attached::volume_at(&none), Err(OpenError::Missing { .. })));
        assert!(matches!(Attached::volume_at(&file), Err(OpenError::Kind { .. })));
        let address = UsbAddress { bus: 0, address: 200 };
        let missing = Attached::usb_at(address).unwrap_err();
        assert_eq!(missing.to_string(), "there is no USB device `0:200`");
        assert_eq!(missing.hint(), Some("`meterport devices` lists what is attached"));
    }

    #[test]
    fn any_folder_is_a_volume_with_its_own_name_and_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("OMNIPOD PDM");
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("b.ibf"), b"x").unwrap();
        let volume = Attached::volume_at(&path).unwrap();
        assert_eq!(volume.id.as_str(), "dir-OMNIPOD_PDM");
        let files = vec!["b.ibf".to_owned()];
        assert_eq!(volume.seen, Seen::Volume { label: "OMNIPOD PDM".to_owned(), files });
        let Link::Volume(mut link) = open(&volume, None).unwrap() else { panic!("a volume") };
        assert_eq!(link.list().unwrap().len(), 1);
    }
}
