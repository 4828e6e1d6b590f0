//! A transfer as lines of a recording, by the shape in which a driver will see the device.

use meterport_recording::Item;

use super::devices::{About, is_standard};
use super::event::Kind;
use super::transfers::Transfer;

/// How a driver will see the device.
pub(super) enum Shape {
    /// A serial port: bytes, with the status that FTDI chips put before each packet taken away.
    Serial {
        /// Length of an FTDI packet; nothing for other chips.
        ftdi_packet: Option<usize>,
    },
    /// A HID interface.
    Hid {
        /// Its number.
        interface: u8,
        /// Whether reports begin with an id on the wire.
        numbered: bool,
    },
    /// A raw USB interface.
    Usb {
        /// Its number.
        interface: u8,
    },
}

/// What one transfer becomes.
pub(super) enum Becomes {
    /// A line.
    Line(Item),
    /// Nothing to be missed: a transfer without a byte.
    Silence,
    /// Nothing of this conversation: a transfer to another part of the device.
    Elsewhere,
    /// A request of the system, or one that no driver can make over this transport.
    Request,
}

// Two status bytes begin each packet from an FTDI chip (AN232B-04).
const FTDI_STATUS: usize = 2;
// HID 1.11, 7.2.
const GET_REPORT: u8 = 0x01;
const SET_REPORT: u8 = 0x09;
const OUTPUT: u8 = 2;
const FEATURE: u8 = 3;

impl Shape {
    pub(super) fn line(&self, transfer: &Transfer, about: &About) -> Becomes {
        if let (Kind::Control, Some(setup)) = (transfer.kind, transfer.setup) {
            return self.control(setup, transfer);
        }
        let owner = about.endpoints.get(&transfer.endpoint).map(|endpoint| endpoint.interface);
        let data = transfer.data.clone();
        match self {
            Self::Serial { ftdi_packet } if transfer.kind == Kind::Bulk => {
                let data = match ftdi_packet {
                    Some(packet) if transfer.is_in() => without_status(&data, *packet),
                    _ => data,
                };
                match (data.is_empty(), transfer.is_in()) {
                    (true, _) => Becomes::Silence,
                    (false, true) => Becomes::Line(Item::In(data)),
                    (false, false) => Becomes::Line(Item::Out(data)),
                }
            }
            Self::Hid { interface, .. } if owner == Some(*interface) && data.is_empty() => {
                Becomes::Silence
            }
            Self::Hid { interface, numbered } if owner == Some(*interface) => {
                let report = with_id(data, *numbered);
                let item = if transfer.is_in() { Item::In } else { Item::Out };
                Becomes::Line(item(report))
            }
            Self::Usb { interface } if owner == Some(*interface) => {
                let endpoint = transfer.endpoint;
                Becomes::Line(if transfer.is_in() {
                    Item::TransferIn { endpoint, data }
                } else {
                    Item::TransferOut { endpoint, data }
                })
            }
            _ => Becomes::Elsewhere,
        }
    }

    fn control(&self, setup: [u8; 8], transfer: &Transfer) -> Becomes {
        let data = transfer.data.clone();
        let [request_type, request, _, kind, index, ..] = setup;
        match self {
            Self::Serial { .. } => Becomes::Request,
            Self::Hid { interface, numbered } => {
                if index != *interface || data.is_empty() {
                    return Becomes::Request;
                }
                match (request_type, request, kind) {
                    (0x21, SET_REPORT, OUTPUT) => {
                        Becomes::Line(Item::Out(with_id(data, *numbered)))
                    }
                    (0x21, SET_REPORT, FEATURE) => {
                        Becomes::Line(Item::FeatureSet(with_id(data, *numbered)))
                    }
                    (0xA1, GET_REPORT, FEATURE) => {
                        Becomes::Line(Item::FeatureGot(with_id(data, *numbered)))
                    }
                    _ => Becomes::Request,
                }
            }
            Self::Usb { interface } => {
                let to_other_interface = request_type & 0x1F == 0x01 && index != *interface;
                let known = match (request_type, request) {
                    // CLEAR_FEATURE(ENDPOINT_HALT) and SET_INTERFACE: a driver has calls for them.
                    (0x02, 0x01) | (0x01, 0x0B) => true,
                    _ => !is_standard(&setup),
                };
                if !known || to_other_interface {
                    Becomes::Request
                } else if transfer.is_in() {
                    Becomes::Line(Item::ControlIn { setup, data })
                } else {
                    Becomes::Line(Item::ControlOut { setup, data })
                }
            }
        }
    }
}

/// A report as a driver sees it: the id first, 0 where there is none.
fn with_id(mut report: Vec<u8>, numbered: bool) -> Vec<u8> {
    if !numbered {
        report.insert(0, 0);
    }
    report
}

fn without_status(data: &[u8], packet: usize) -> Vec<u8> {
    let packets = data.chunks(packet.max(1));
    packets.flat_map(|packet| packet.iter().skip(FTDI_STATUS).copied()).collect()
}
