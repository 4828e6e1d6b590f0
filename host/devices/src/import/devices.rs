//! What the descriptors in a capture say about its devices (USB 2.0, 9.6; HID 1.11, 7.1.1).

use std::collections::BTreeMap;

use super::CapturedDevice;
use super::bytes::Fields;
use super::event::{Kind, Outcome};
use super::transfers::Transfer;
use crate::UsbAddress;
use crate::usb::belongs::HUB;

// Descriptor types.
const DEVICE: u8 = 0x01;
const CONFIGURATION: u8 = 0x02;
const INTERFACE: u8 = 0x04;
const ENDPOINT: u8 = 0x05;
const HID_REPORT: u8 = 0x22;
const GET_DESCRIPTOR: u8 = 0x06;

/// One device.
#[derive(Default)]
pub(super) struct About {
    pub(super) ids: Option<(u16, u16)>,
    class: Option<u8>,
    /// Number and class of each interface, once.
    pub(super) interfaces: BTreeMap<u8, u8>,
    pub(super) endpoints: BTreeMap<u8, Endpoint>,
    /// By interface.
    pub(super) reports: BTreeMap<u8, Vec<u8>>,
    /// Whether somebody talked to it beyond its descriptors.
    pub(super) talks: bool,
}

/// One endpoint.
#[derive(Clone, Copy)]
pub(super) struct Endpoint {
    pub(super) interface: u8,
    pub(super) max_packet: u16,
}

impl About {
    /// Whether it is a device that somebody may have chosen: a hub talks only about itself.
    pub(super) fn is_candidate(&self) -> bool {
        self.talks && self.class != Some(HUB)
    }
}

/// All devices of a capture. Address 0 is where every device is for a moment.
pub(super) fn devices(transfers: &[Transfer]) -> BTreeMap<UsbAddress, About> {
    let mut all: BTreeMap<UsbAddress, About> = BTreeMap::new();
    for transfer in transfers.iter().filter(|transfer| transfer.device.address != 0) {
        let about = all.entry(transfer.device).or_default();
        let standard = transfer.setup.is_some_and(|setup| is_standard(&setup));
        about.talks |= match transfer.kind {
            Kind::Control => !standard,
            Kind::Bulk | Kind::Interrupt => !transfer.data.is_empty(),
        };
        if standard && transfer.outcome == Outcome::Done {
            about.learn(transfer);
        }
    }
    all
}

/// For a person to choose from.
pub(super) fn listed<'a>(
    devices: impl Iterator<Item = (&'a UsbAddress, &'a About)>,
) -> Vec<CapturedDevice> {
    devices.map(|(address, about)| CapturedDevice { address: *address, ids: about.ids }).collect()
}

/// Bits 5 and 6 of `bmRequestType`.
pub(super) fn is_standard(setup: &[u8; 8]) -> bool {
    setup.first().is_some_and(|request_type| request_type & 0x60 == 0)
}

impl About {
    fn learn(&mut self, transfer: &Transfer) {
        let Some(setup) = transfer.setup else { return };
        let [request_type, request, _, what, index, ..] = setup;
        let fields = Fields { bytes: &transfer.data, big_endian: false };
        match (request_type, request, what) {
            (0x80, GET_DESCRIPTOR, DEVICE) => {
                // The first eight bytes may be asked for alone.
                self.class = fields.u8(4).or(self.class);
                self.ids = fields.u16(8).zip(fields.u16(10)).or(self.ids);
            }
            (0x80, GET_DESCRIPTOR, CONFIGURATION) => self.learn_configuration(&transfer.data),
            (0x81, GET_DESCRIPTOR, HID_REPORT) if transfer.cut.is_none() => {
                self.reports.insert(index, transfer.data.clone());
            }
            _ => {}
        }
    }

    fn learn_configuration(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        let mut interface = None;
        while let Some(length) = rest.first().map(|length| usize::from(*length)) {
            // Less than its own header leads nowhere.
            let (Some(one), true) = (rest.get(..length), length >= 2) else { return };
            let fields = Fields { bytes: one, big_endian: false };
            match fields.u8(1) {
                Some(INTERFACE) => {
                    interface = fields.u8(2);
                    if let Some((number, class)) = interface.zip(fields.u8(5)) {
                        self.interfaces.entry(number).or_insert(class);
                    }
                }
                Some(ENDPOINT) => {
                    let place = fields.u8(2).zip(fields.u16(4)).zip(interface);
                    if let Some(((address, max_packet), interface)) = place {
                        // Bits 11 and 12 count further packets a microframe.
                        let max_packet = max_packet & 0x07FF;
                        self.endpoints.insert(address, Endpoint { interface, max_packet });
                    }
                }
                _ => {}
            }
            rest = rest.get(length..).unwrap_or_default();
        }
    }
}
