//! A Prolific PL2303HX.
//!
//! Source: Linux, `drivers/usb/serial/pl2303.c`: `pl2303_detect_type` (an HX has USB 1.1, release
//! 3.00), `PL2303_…_REQUEST`.

use crate::Stalled;
use crate::usb::descriptors::{Endpoint, Interface, Release};
use crate::usb::setup::Setup;

use super::{Chip, Line};

/// The chip.
pub struct Pl2303 {
    coding: Vec<u8>,
}

impl Pl2303 {
    /// A port that nobody has set.
    pub fn new() -> Self {
        Self { coding: vec![0x80, 0x25, 0, 0, 0, 0, 8] } // 9600 8N1
    }
}

impl Chip for Pl2303 {
    const INPUT: u8 = 0x83;
    const RELEASE: Release = Release { usb: 0x0110, device: 0x0300 };

    fn interfaces() -> Vec<Interface> {
        let endpoints = vec![
            Endpoint::interrupt(0x81, 10),
            Endpoint::bulk(0x02, 64),
            Endpoint::bulk(Self::INPUT, 64),
        ];
        vec![Interface { class: [0xFF, 0, 0], extra: Vec::new(), endpoints }]
    }

    fn read(&mut self, setup: Setup) -> Result<Vec<u8>, Stalled> {
        match (setup.kind, setup.request) {
            (0xA1, GET_LINE) => Ok(self.coding.clone()),
            (0xC0, VENDOR) => Ok(vec![0; usize::from(setup.length)]),
            _ => Err(Stalled),
        }
    }

    fn write(&mut self, setup: Setup, data: &[u8]) -> Result<(), Stalled> {
        match (setup.kind, setup.request) {
            (0x21, SET_LINE) => {
                data.clone_into(&mut self.coding);
                Ok(())
            }
            (0x21, SET_CONTROL | BREAK) | (0x40, VENDOR) => Ok(()),
            _ => Err(Stalled),
        }
    }

    fn line(&self) -> Option<Line> {
        Line::from_coding(&self.coding)
    }
}

const VENDOR: u8 = 0x01;
const SET_LINE: u8 = 0x20;
const GET_LINE: u8 = 0x21;
const SET_CONTROL: u8 = 0x22;
const BREAK: u8 = 0x23;
