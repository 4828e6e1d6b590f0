//! A meter that is a HID device.
//!
//! Source: USB Device Class Definition for HID 1.11, 6.2.1 (descriptor), 7.2 (requests), 8.1 (where a
//! report's id stands: first on the wire if the descriptor has ids, else nowhere).

use crate::{Reply, Simulator, Stalled, UsbShape};

use super::descriptors::{Descriptors, Endpoint, Interface, Release};
use super::function::Function;
use super::queues::Queues;
use super::setup::Setup;

/// The device side of a HID meter.
pub struct Hid {
    descriptors: Descriptors,
    class: Vec<u8>,
    report: Vec<u8>,
    numbered: bool,
    max_packet: u16,
}

impl Hid {
    /// A HID device with this report descriptor.
    pub fn new(shape: &UsbShape, report: Vec<u8>, report_bytes: u16) -> Self {
        let max_packet = report_bytes.clamp(1, 64);
        let [low, high, ..] = report.len().to_le_bytes();
        let class = vec![9, HID, 0x11, 0x01, 0, 1, REPORT, low, high];
        let interface = Interface {
            class: [3, 0, 0],
            extra: class.clone(),
            endpoints: vec![
                Endpoint::interrupt(INPUT, max_packet),
                Endpoint::interrupt(OUTPUT, max_packet),
            ],
        };
        let release = Release { usb: 0x0200, device: 0x0100 };
        let descriptors = Descriptors::new(shape, 0, release, &[interface]);
        Self { descriptors, class, numbered: is_numbered(&report), report, max_packet }
    }

    /// A report from the wire, with its id first.
    fn with_id(&self, data: &[u8]) -> Vec<u8> {
        let mut report = if self.numbered { Vec::new() } else { vec![0] };
        report.extend(data);
        report
    }

    /// A report as it is on the wire.
    fn without_id(&self, mut report: Vec<u8>) -> Vec<u8> {
        if !self.numbered && !report.is_empty() {
            report.remove(0);
        }
        report
    }

    fn hear(&self, data: &[u8], meter: &mut dyn Simulator, queues: &mut Queues) {
        for reply in meter.receive(&self.with_id(data)) {
            let pause_ms = reply.pause_ms;
            let bytes = self.without_id(reply.bytes);
            // There is no empty report: what is left of it is lost on the line.
            if !bytes.is_empty() {
                queues.transfer(INPUT, Reply { pause_ms, bytes }, usize::from(self.max_packet));
            }
        }
    }
}

impl Function for Hid {
    fn descriptors(&self) -> &Descriptors {
        &self.descriptors
    }

    fn control_in(&mut self, setup: Setup, meter: &mut dyn Simulator) -> Result<Vec<u8>, Stalled> {
        match (setup.kind, setup.request, setup.value_high()) {
            (0x81, GET_DESCRIPTOR, HID) => Ok(self.class.clone()),
            (0x81, GET_DESCRIPTOR, REPORT) => Ok(self.report.clone()),
            (0xA1, GET_REPORT, FEATURE) => {
                meter.feature(setup.value_low()).map(|report| self.without_id(report))
            }
            _ => Err(Stalled),
        }
    }

    fn control_out(
        &mut self,
        setup: Setup,
        data: &[u8],
        meter: &mut dyn Simulator,
        queues: &mut Queues,
    ) -> Result<(), Stalled> {
        match (setup.kind, setup.request, setup.value_high()) {
            (0x21, SET_IDLE | SET_PROTOCOL, _) => Ok(()),
            (0x21, SET_REPORT, FEATURE) => meter.set_feature(&self.with_id(data)),
            (0x21, SET_REPORT, OUTPUT_REPORT) => {
                self.hear(data, meter, queues);
                Ok(())
            }
            _ => Err(Stalled),
        }
    }

    fn output(
        &mut self,
        _: u8,
        data: &[u8],
        meter: &mut dyn Simulator,
        queues: &mut Queues,
    ) -> Result<(), Stalled> {
        self.hear(data, meter, queues);
        Ok(())
    }
}

/// Whether a report descriptor gives its reports ids: whether it has an item `Report ID`, 6.2.2.7.
fn is_numbered(descriptor: &[u8]) -> bool {
    let mut rest = descriptor;
    while let [prefix, after @ ..] = rest {
        if prefix & 0xFC == 0x84 {
            return true;
        }
        let length = match (prefix, after) {
            // A long item, 6.2.2.3: its size is the next byte.
            (0xFE, [size, ..]) => usize::from(*size) + 2,
            _ => match prefix & 0x03 {
                3 => 4,
                size => usize::from(size),
            },
        };
        rest = after.get(length..).unwrap_or_default();
    }
    false
}

const INPUT: u8 = 0x81;
const OUTPUT: u8 = 0x02;
const HID: u8 = 0x21;
const REPORT: u8 = 0x22;
const OUTPUT_REPORT: u8 = 2;
const FEATURE: u8 = 3;
const GET_DESCRIPTOR: u8 = 6;
const GET_REPORT: u8 = 1;
const SET_REPORT: u8 = 9;
const SET_IDLE: u8 = 0x0A;
const SET_PROTOCOL: u8 = 0x0B;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_looks_like_an_id_item_is_none() {
        // Usage 0x0085, in two bytes.
        assert!(!is_numbered(&[0x06, 0x00, 0xFF, 0x0A, 0x85, 0x00, 0xA1, 0x01, 0xC0]));
    }

    #[test]
    fn a_descriptor_that_breaks_off_has_no_more_items() {
        assert!(!is_numbered(&[0x06, 0x00]));
        assert!(!is_numbered(&[0xFE]));
    }

    #[test]
    fn a_descriptor_with_an_id_item_numbers_its_reports() {
        assert!(is_numbered(&[0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x85, 0x01, 0xC0]));
    }
}
