//! Lists what is attached. No device is opened and no byte is sent: opening moves modem lines, and on
//! a cable there may hang anything. Of a mounted volume the names in its root are read.
//!
//! Listed is what hangs on USB: serial ports, HID interfaces, disks and what is mounted from them,
//! and the interfaces that no driver of the system keeps. One interface is listed in one way, but a
//! disk and its volumes are two. Not listed: hubs, cameras, and what has no ids that a manifest
//! could name, such as built-in ports and Bluetooth; ports are opened by path.
//!
//! On Linux all of it comes from sysfs, without a udev daemon and without opening anything. On
//! other systems HID and USB come from `hidapi` and libusb, without product texts of USB devices,
//! which would have to be asked for; disks and volumes are not listed there (a volume is read with
//! its folder's name).

mod access;
#[cfg(target_os = "linux")]
pub(crate) mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

use std::path::Path;

use serialport::{SerialPortInfo, SerialPortType, UsbPortInfo};

use crate::{Access, AdapterSerial, Attached, DeviceId};

/// Finds what is attached.
pub trait Enumerate {
    /// Everything that may be a meter, in a steady order.
    fn attached(&self) -> Result<Vec<Attached>, EnumerateError>;

    /// Why some kind of device is missing from the list, for whoever asks what is attached. What
    /// else there is is listed all the same.
    fn missing(&self) -> Vec<EnumerateError> {
        Vec::new()
    }
}

/// Why nothing could be listed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnumerateError {
    /// The operating system does not list its ports.
    #[error("serial ports cannot be listed")]
    Ports {
        /// As the operating system says it.
        source: serialport::Error,
    },
    /// HID devices cannot be listed.
    #[error("HID devices cannot be listed")]
    Hid {
        /// As the operating system says it.
        source: std::io::Error,
    },
    /// USB devices cannot be listed.
    #[error("USB devices cannot be listed")]
    Usb {
        /// As the operating system says it.
        source: std::io::Error,
    },
}

impl EnumerateError {
    /// The registered word for this error.
    pub fn code(&self) -> &'static str {
        "device.io"
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Ports { .. } => Some("name the port with `--port`"),
            Self::Hid { .. } | Self::Usb { .. } => None,
        }
    }
}

/// What the operating system lists.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Enumerate for System {
    fn attached(&self) -> Result<Vec<Attached>, EnumerateError> {
        let ports = system_ports().map_err(|source| EnumerateError::Ports { source })?;
        let mut attached = listed(ports, interface_of, access::of_port);
        #[cfg(target_os = "linux")]
        attached.extend(linux::tree::Tree::system().attached());
        #[cfg(not(target_os = "linux"))]
        attached.extend(other::attached());
        Ok(steady(attached))
    }

    fn missing(&self) -> Vec<EnumerateError> {
        #[cfg(target_os = "linux")]
        return Vec::new();
        #[cfg(not(target_os = "linux"))]
        other::missing()
    }
}

/// Sorted by id; an id that is there more than once is counted.
fn steady(mut attached: Vec<Attached>) -> Vec<Attached> {
    attached.sort_by(|left, right| (&left.id, &left.path).cmp(&(&right.id, &right.path)));
    let ids: Vec<DeviceId> = attached.iter().map(|device| device.id.clone()).collect();
    for (index, device) in attached.iter_mut().enumerate() {
        let before = ids.iter().take(index).filter(|id| **id == device.id).count();
        if before > 0 {
            device.id = device.id.again(before);
        }
    }
    attached
}

/// A list that was made beforehand: for tests, and for meters that are not attached by a cable.
#[derive(Clone, Debug, Default)]
pub struct Fixed(pub Vec<Attached>);

impl Enumerate for Fixed {
    fn attached(&self) -> Result<Vec<Attached>, EnumerateError> {
        Ok(self.0.clone())
    }
}

/// What `serialport` lists. On Linux it takes a missing sysfs for a reason to panic, so that is
/// looked at first: a container without one has no ports.
pub(crate) fn system_ports() -> serialport::Result<Vec<SerialPortInfo>> {
    if cfg!(target_os = "linux") && !Path::new("/sys/class/tty").is_dir() {
        return Ok(Vec::new());
    }
    serialport::available_ports()
}

/// The USB ones of a list of ports, sorted by id.
fn listed(
    ports: Vec<SerialPortInfo>,
    interface_of: impl Fn(&str) -> Option<(String, u32)>,
    access: impl Fn(&Path) -> Access,
) -> Vec<Attached> {
    let mut listed: Vec<Attached> = Vec::new();
    for SerialPortInfo { port_name, port_type } in ports {
        let SerialPortType::UsbPort(usb) = port_type else { continue };
        // macOS lists each port twice; opening the `tty` one waits for a carrier.
        if cfg!(target_os = "macos") && port_name.starts_with("/dev/tty.") {
            continue;
        }
        let mut id = device_id(&port_name, &usb, interface_of(&port_name));
        let same = listed.iter().filter(|other| other.id == id).count();
        if same > 0 {
            id = DeviceId::usb(
                id.as_str().trim_start_matches("usb-"),
                u32::try_from(same).unwrap_or(0),
            );
        }
        let access = access(Path::new(&port_name));
        let serial = usb.serial_number.and_then(AdapterSerial::new);
        let attached = Attached::serial(id, port_name)
            .with_usb(usb.vid, usb.pid, usb.product)
            .with_access(access)
            .with_adapter_serial(serial);
        listed.push(attached);
    }
    listed.sort_by(|left, right| left.id.cmp(&right.id));
    listed
}

/// The bus path where it is known. The port's name would not do everywhere: on macOS it holds the
/// adapter's serial number.
fn device_id(name: &str, usb: &UsbPortInfo, interface: Option<(String, u32)>) -> DeviceId {
    if let Some((interface, port)) = interface {
        return DeviceId::usb(&interface, port);
    }
    match &usb.location {
        // Only configuration 1 is ever in use where this is asked.
        Some(place) => DeviceId::usb(&format!("{place}:1.{}", usb.interface.unwrap_or(0)), 0),
        None if cfg!(target_os = "macos") => {
            DeviceId::tty(&format!("{:04x}:{:04x}", usb.vid, usb.pid))
        }
        None => DeviceId::tty(name.trim_start_matches("/dev/")),
    }
}

#[cfg(target_os = "linux")]
fn interface_of(name: &str) -> Option<(String, u32)> {
    linux::interface_of(Path::new("/sys/class/tty"), name)
}

#[cfg(not(target_os = "linux"))]
fn interface_of(_: &str) -> Option<(String, u32)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, port_type: SerialPortType) -> SerialPortInfo {
        SerialPortInfo { port_name: name.to_owned(), port_type }
    }

    fn cable(serial: Option<&str>) -> SerialPortType {
        SerialPortType::UsbPort(UsbPortInfo {
            vid: 0x0403,
            pid: 0x6001,
            serial_number: serial.map(str::to_owned),
            manufacturer: None,
            product: Some("FT232R USB UART".to_owned()),
            location: "1-2.3".parse().ok(),
            interface: Some(0),
        })
    }

    #[test]
    fn ports_without_ids_are_not_listed() {
        let ports = vec![
            port("/dev/ttyS0", SerialPortType::Unknown),
            port("/dev/ttyS4", SerialPortType::PciPort),
            port("/dev/rfcomm0", SerialPortType::BluetoothPort),
        ];
        assert_eq!(listed(ports, |_| None, |_| Access::Ready), []);
    }

    #[test]
    fn an_id_is_the_bus_path_and_holds_no_serial_number() {
        let ports = vec![port("/dev/ttyUSB0", cable(Some("A5069RR4")))];
        let listed = listed(ports, |_| Some(("1-2.3:1.0".to_owned(), 0)), |_| Access::Busy);
        let [cable] = listed.as_slice() else { panic!("one port") };
        assert_eq!(cable.id.as_str(), "usb-1-2.3:1.0");
        assert_eq!(
            (cable.vid, cable.pid, cable.access),
            (Some(0x0403), Some(0x6001), Access::Busy)
        );
        assert_eq!(cable.adapter_serial().map(AdapterSerial::expose), Some("A5069RR4"));
    }

    #[test]
    fn without_sysfs_the_location_makes_the_same_id() {
        let listed = listed(vec![port("COM7", cable(None))], |_| None, |_| Access::Ready);
        assert_eq!(listed.first().map(|port| port.id.as_str()), Some("usb-1-2.3:1.0"));
    }

    #[test]
    fn two_ports_of_one_interface_have_two_ids_in_a_steady_order() {
        let ports = vec![port("/dev/ttyUSB1", cable(None)), port("/dev/ttyUSB0", cable(None))];
        let ids = listed(ports, |_| None, |_| Access::Ready);
        let ids: Vec<&str> = ids.iter().map(|port| port.id.as_str()).collect();
        assert_eq!(ids, ["usb-1-2.3:1.0", "usb-1-2.3:1.0-1"]);
    }

    #[test]
    fn listing_this_machine_opens_nothing_and_does_not_fail() {
        assert!(System.attached().is_ok());
    }
}
