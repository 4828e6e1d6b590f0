//! What a device says about itself.
//!
//! Source: USB 2.0, 9.6 "Standard USB Descriptor Definitions".
//! This module is pure.

use crate::UsbShape;

/// How fast a device is, as the virtual controller counts speeds (`enum usb_device_speed`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Speed {
    /// 12 Mbit/s; packets of at most 64 bytes.
    Full = 2,
    /// 480 Mbit/s.
    High = 3,
}

/// One interface.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Class, subclass and protocol.
    pub class: [u8; 3],
    /// Class descriptors that follow the interface's own.
    pub extra: Vec<u8>,
    /// Its endpoints.
    pub endpoints: Vec<Endpoint>,
}

/// One endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// Its address; bit 7 is set where the device sends.
    pub address: u8,
    /// What it is for.
    pub transfer: Transfer,
    /// Bytes in one packet.
    pub max_packet: u16,
}

/// Kind of an endpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Transfer {
    /// Bulk.
    Bulk = 2,
    /// Interrupt.
    Interrupt = 3,
}

impl Endpoint {
    /// A bulk endpoint.
    pub fn bulk(address: u8, max_packet: u16) -> Self {
        Self { address, transfer: Transfer::Bulk, max_packet }
    }

    /// An interrupt endpoint.
    pub fn interrupt(address: u8, max_packet: u16) -> Self {
        Self { address, transfer: Transfer::Interrupt, max_packet }
    }
}

/// Everything a device says about itself.
#[derive(Clone, Debug)]
pub struct Descriptors {
    /// The device descriptor.
    pub device: Vec<u8>,
    /// The configuration with all that belongs to it.
    pub configuration: Vec<u8>,
    /// Texts 1 and up.
    pub strings: Vec<String>,
    /// Every endpoint.
    pub endpoints: Vec<Endpoint>,
    /// Full, unless an endpoint has longer packets than that allows.
    pub speed: Speed,
}

/// Versions a device claims, as binary-coded decimals.
#[derive(Clone, Copy, Debug)]
pub struct Release {
    /// Of USB, such as `0x0200`.
    pub usb: u16,
    /// Of the device.
    pub device: u16,
}

impl Descriptors {
    /// Writes them for a shape; `class` is that of the whole device, mostly 0.
    pub fn new(shape: &UsbShape, class: u8, release: Release, interfaces: &[Interface]) -> Self {
        let mut strings = vec![shape.manufacturer.to_owned(), shape.product.to_owned()];
        strings.extend(shape.serial.clone());
        let endpoints: Vec<Endpoint> =
            interfaces.iter().flat_map(|interface| interface.endpoints.iter().copied()).collect();
        let is_high = endpoints.iter().any(|endpoint| endpoint.max_packet > 64);
        Self {
            device: device(shape, class, release),
            configuration: configuration(interfaces),
            strings,
            endpoints,
            speed: if is_high { Speed::High } else { Speed::Full },
        }
    }

    /// The text of this number as a descriptor; number 0 is the list of languages.
    pub fn string(&self, number: u8) -> Option<Vec<u8>> {
        let Some(index) = usize::from(number).checked_sub(1) else {
            return Some(vec![4, STRING, 0x09, 0x04]); // English (United States)
        };
        let mut bytes = vec![0, STRING];
        bytes.extend(self.strings.get(index)?.encode_utf16().flat_map(u16::to_le_bytes));
        let length = u8::try_from(bytes.len()).ok()?;
        *bytes.first_mut()? = length;
        Some(bytes)
    }
}

fn device(shape: &UsbShape, class: u8, release: Release) -> Vec<u8> {
    let mut bytes = vec![18, DEVICE];
    bytes.extend(release.usb.to_le_bytes());
    bytes.extend([class, 0, 0, 64]);
    for word in [shape.vid, shape.pid, release.device] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend([1, 2, if shape.serial.is_some() { 3 } else { 0 }, 1]);
    bytes
}

fn configuration(interfaces: &[Interface]) -> Vec<u8> {
    let mut body = Vec::new();
    for (number, interface) in (0_u8..).zip(interfaces) {
        let [class, subclass, protocol] = interface.class;
        let endpoints = interface.endpoints.len().to_le_bytes()[0];
        body.extend([9, INTERFACE, number, 0, endpoints, class, subclass, protocol, 0]);
        body.extend(&interface.extra);
        for endpoint in &interface.endpoints {
            body.extend([7, ENDPOINT, endpoint.address, endpoint.transfer as u8]);
            body.extend(endpoint.max_packet.to_le_bytes());
            body.push(match endpoint.transfer {
                Transfer::Bulk => 0,
                Transfer::Interrupt => 4,
            });
        }
    }
    let [low, high, ..] = (9 + body.len()).to_le_bytes();
    let count = interfaces.len().to_le_bytes()[0];
    let mut bytes = vec![9, CONFIGURATION, low, high, count, 1, 0, 0x80, 50];
    bytes.append(&mut body);
    bytes
}

/// `bDescriptorType` of a device.
pub const DEVICE: u8 = 1;
/// `bDescriptorType` of a configuration.
pub const CONFIGURATION: u8 = 2;
/// `bDescriptorType` of a text.
pub const STRING: u8 = 3;
const INTERFACE: u8 = 4;
const ENDPOINT: u8 = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UsbFunction;

    fn shape(serial: Option<&str>) -> UsbShape {
        UsbShape {
            vid: 0x1234,
            pid: 0xABCD,
            manufacturer: "Maker",
            product: "Meter",
            serial: serial.map(str::to_owned),
            function: UsbFunction::Cdc,
        }
    }

    fn described(serial: Option<&str>, max_packet: u16) -> Descriptors {
        let interface = Interface {
            class: [0xFF, 0, 0],
            extra: vec![3, 0x24, 7],
            endpoints: vec![Endpoint::bulk(0x81, max_packet), Endpoint::interrupt(0x02, 8)],
        };
        Descriptors::new(&shape(serial), 0, Release { usb: 0x0200, device: 0x0100 }, &[interface])
    }

    #[test]
    fn a_device_without_a_serial_number_has_no_such_text() {
        let without = described(None, 64);

        assert_eq!(without.device.get(16), Some(&0));
        assert_eq!(without.string(3), None);
        assert_eq!(described(Some("X1"), 64).string(3), Some(vec![6, 3, b'X', 0, b'1', 0]));
    }

    #[test]
    fn a_device_names_its_ids_low_byte_first() {
        let device = described(None, 64).device;

        assert_eq!(device.len(), 18);
        assert_eq!(device[8..12], [0x34, 0x12, 0xCD, 0xAB]);
    }

    #[test]
    fn a_configuration_counts_all_its_bytes() {
        let bytes = described(None, 64).configuration;

        assert_eq!(usize::from(bytes[2]), bytes.len());
        assert_eq!(bytes.len(), 9 + 9 + 3 + 7 + 7);
        assert_eq!(bytes[21..28], [7, 5, 0x81, 2, 64, 0, 0]);
    }

    #[test]
    fn long_packets_make_a_device_fast() {
        assert_eq!(described(None, 64).speed, Speed::Full);
        assert_eq!(described(None, 512).speed, Speed::High);
    }
}
