//! The class CDC-ACM: what microcontrollers show as a serial port.
//!
//! Source: USB CDC PSTN 1.2, 5.3 (functional descriptors) and 6.3 (requests).

use crate::Stalled;
use crate::usb::descriptors::{Endpoint, Interface, Release};
use crate::usb::setup::Setup;

use super::{Chip, Line};

/// The chip.
pub struct Cdc {
    coding: Vec<u8>,
}

impl Cdc {
    /// A port that nobody has set.
    pub fn new() -> Self {
        Self { coding: vec![0x80, 0x25, 0, 0, 0, 0, 8] } // 9600 8N1
    }
}

impl Chip for Cdc {
    const INPUT: u8 = 0x81;
    const CLASS: u8 = 2;
    const RELEASE: Release = Release { usb: 0x0200, device: 0x0200 };

    fn interfaces() -> Vec<Interface> {
        let header = [5, 0x24, 0x00, 0x10, 0x01];
        let call_management = [5, 0x24, 0x01, 0x00, 1];
        let abstract_control = [4, 0x24, 0x02, 0x02];
        let union = [5, 0x24, 0x06, 0, 1];
        let control = Interface {
            class: [2, 2, 1],
            extra: [&header[..], &call_management, &abstract_control, &union].concat(),
            endpoints: vec![Endpoint::interrupt(0x82, 8)],
        };
        let data = Interface {
            class: [10, 0, 0],
            extra: Vec::new(),
            endpoints: vec![Endpoint::bulk(Self::INPUT, 64), Endpoint::bulk(0x01, 64)],
        };
        vec![control, data]
    }

    fn read(&mut self, setup: Setup) -> Result<Vec<u8>, Stalled> {
        match (setup.kind, setup.request) {
            (0xA1, GET_LINE_CODING) => Ok(self.coding.clone()),
            _ => Err(Stalled),
        }
    }

    fn write(&mut self, setup: Setup, data: &[u8]) -> Result<(), Stalled> {
        match (setup.kind, setup.request) {
            (0x21, SET_LINE_CODING) => {
                data.clone_into(&mut self.coding);
                Ok(())
            }
            (0x21, SET_CONTROL_LINE_STATE | SEND_BREAK) => Ok(()),
            _ => Err(Stalled),
        }
    }

    fn line(&self) -> Option<Line> {
        Line::from_coding(&self.coding)
    }
}

const SET_LINE_CODING: u8 = 0x20;
const GET_LINE_CODING: u8 = 0x21;
const SET_CONTROL_LINE_STATE: u8 = 0x22;
const SEND_BREAK: u8 = 0x23;
