//! A Silicon Labs CP2102.
//!
//! Source: Silicon Labs AN571, "CP210x Virtual COM Port Interface", 5 (requests).

use crate::Stalled;
use crate::usb::descriptors::{Endpoint, Interface, Release};
use crate::usb::setup::Setup;

use super::line::{half_stop_bits_of, parity_of};
use super::{Chip, Line};

/// The chip.
pub struct Cp210x {
    speed: [u8; 4],
    control: u16,
}

impl Cp210x {
    /// A port that nobody has set.
    pub fn new() -> Self {
        Self { speed: 9600_u32.to_le_bytes(), control: 0x0800 } // 8N1
    }
}

impl Chip for Cp210x {
    const INPUT: u8 = 0x82;
    const RELEASE: Release = Release { usb: 0x0110, device: 0x0100 };

    fn interfaces() -> Vec<Interface> {
        let endpoints = vec![Endpoint::bulk(Self::INPUT, 64), Endpoint::bulk(0x01, 64)];
        vec![Interface { class: [0xFF, 0, 0], extra: Vec::new(), endpoints }]
    }

    fn read(&mut self, setup: Setup) -> Result<Vec<u8>, Stalled> {
        Ok(match (setup.kind, setup.request) {
            (0xC1, GET_BAUDRATE) => self.speed.to_vec(),
            (0xC1, GET_LINE_CTL) => self.control.to_le_bytes().to_vec(),
            (0xC1, GET_MDMSTS) => vec![0x30], // CTS and DSR
            (0xC1, GET_FLOW | GET_CHARS | GET_COMM_STATUS | GET_PROPS) => {
                vec![0; usize::from(setup.length)]
            }
            (0xC0, VENDOR_SPECIFIC) if setup.value == GET_PARTNUM => vec![0x02],
            _ => return Err(Stalled),
        })
    }

    fn write(&mut self, setup: Setup, data: &[u8]) -> Result<(), Stalled> {
        match (setup.kind, setup.request) {
            (0x41, SET_BAUDRATE) => self.speed = data.try_into().map_err(|_| Stalled)?,
            (0x41, SET_LINE_CTL) => self.control = setup.value,
            (
                0x41,
                IFC_ENABLE | SET_BREAK | SET_MHS | PURGE | SET_FLOW | EMBED_EVENTS | SET_CHARS,
            ) => {}
            _ => return Err(Stalled),
        }
        Ok(())
    }

    fn line(&self) -> Option<Line> {
        let [low, data_bits] = self.control.to_le_bytes();
        Some(Line {
            speed: u32::from_le_bytes(self.speed),
            data_bits,
            parity: parity_of(low >> 4)?,
            half_stop_bits: half_stop_bits_of(low & 0x0F)?,
        })
    }
}

const IFC_ENABLE: u8 = 0x00;
const SET_LINE_CTL: u8 = 0x03;
const GET_LINE_CTL: u8 = 0x04;
const SET_BREAK: u8 = 0x05;
const SET_MHS: u8 = 0x07;
const GET_MDMSTS: u8 = 0x08;
const GET_CHARS: u8 = 0x0E;
const GET_PROPS: u8 = 0x0F;
const GET_COMM_STATUS: u8 = 0x10;
const PURGE: u8 = 0x12;
const SET_FLOW: u8 = 0x13;
const GET_FLOW: u8 = 0x14;
const EMBED_EVENTS: u8 = 0x15;
const SET_CHARS: u8 = 0x19;
const GET_BAUDRATE: u8 = 0x1D;
const SET_BAUDRATE: u8 = 0x1E;
const VENDOR_SPECIFIC: u8 = 0xFF;
const GET_PARTNUM: u16 = 0x370B;
