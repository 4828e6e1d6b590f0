//! An FTDI FT232R: every packet to the host begins with two bytes of status.
//!
//! Source: Linux, `drivers/usb/serial/ftdi_sio.h` (requests, divisors, "Format of data packets");
//! FTDI AN232B-05 (fractions of the divisor).

use crate::Stalled;
use crate::usb::descriptors::{Endpoint, Interface, Release};
use crate::usb::setup::Setup;

use super::line::{half_stop_bits_of, parity_of};
use super::{Chip, Line};

/// The chip.
pub struct Ftdi {
    line: Line,
}

impl Ftdi {
    /// A port that nobody has set.
    pub fn new() -> Self {
        Self { line: Line::usual() }
    }
}

impl Chip for Ftdi {
    const INPUT: u8 = 0x81;
    const STATUS: &'static [u8] = &[0x31, 0x60]; // CTS and DSR; transmitter empty
    const RELEASE: Release = Release { usb: 0x0200, device: 0x0600 };

    fn interfaces() -> Vec<Interface> {
        let endpoints = vec![Endpoint::bulk(Self::INPUT, 64), Endpoint::bulk(0x02, 64)];
        vec![Interface { class: [0xFF, 0xFF, 0xFF], extra: Vec::new(), endpoints }]
    }

    fn read(&mut self, setup: Setup) -> Result<Vec<u8>, Stalled> {
        Ok(match (setup.kind, setup.request) {
            (0xC0, GET_MODEM_STATUS) => Self::STATUS.to_vec(),
            (0xC0, GET_LATENCY) => vec![16],
            (0xC0, READ_EEPROM) => vec![0xFF, 0xFF],
            _ => return Err(Stalled),
        })
    }

    fn write(&mut self, setup: Setup, _: &[u8]) -> Result<(), Stalled> {
        match (setup.kind, setup.request) {
            (0x40, SET_SPEED) => {
                self.line.speed = speed(setup.value, setup.index).ok_or(Stalled)?;
            }
            (0x40, SET_DATA) => {
                let [data_bits, high] = setup.value.to_le_bytes();
                self.line.data_bits = data_bits;
                self.line.parity = parity_of(high & 0x07).ok_or(Stalled)?;
                self.line.half_stop_bits = half_stop_bits_of(high >> 3 & 0x07).ok_or(Stalled)?;
            }
            (0x40, RESET | SET_MODEM | SET_FLOW | SET_EVENT | SET_ERROR | SET_LATENCY) => {}
            _ => return Err(Stalled),
        }
        Ok(())
    }

    fn line(&self) -> Option<Line> {
        Some(self.line.clone())
    }
}

/// Bits per second of a divisor: 3 MHz by a number with 14 bits and three bits of eighths, whose
/// highest stands in the index.
fn speed(value: u16, index: u16) -> Option<u32> {
    match (value, index & 1) {
        (0, 0) => return Some(3_000_000),
        (1, 0) => return Some(2_000_000),
        _ if value & 0x3FFF == 0 => return None,
        _ => {}
    }
    let eighths = match (index & 1, value >> 14) {
        (0, 0) => 0,
        (0, 1) => 4,
        (0, 2) => 2,
        (0, _) => 1,
        (_, 0) => 3,
        (_, 1) => 5,
        (_, 2) => 6,
        _ => 7,
    };
    24_000_000_u32.checked_div(u32::from(value & 0x3FFF) * 8 + eighths)
}

const RESET: u8 = 0;
const SET_MODEM: u8 = 1;
const SET_FLOW: u8 = 2;
const SET_SPEED: u8 = 3;
const SET_DATA: u8 = 4;
const GET_MODEM_STATUS: u8 = 5;
const SET_EVENT: u8 = 6;
const SET_ERROR: u8 = 7;
const SET_LATENCY: u8 = 9;
const GET_LATENCY: u8 = 10;
const READ_EEPROM: u8 = 0x90;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_divisor_of_nothing_is_no_speed() {
        assert_eq!(speed(0x4000, 0), None);
        assert_eq!(speed(0x0000, 0), Some(3_000_000));
    }

    #[test]
    fn divisors_give_the_speeds_that_drivers_ask_for() {
        for (value, index, wanted) in
            [(0x4138, 0, 9600), (0x809C, 0, 19_200), (0xC04E, 0, 38_400), (0x001A, 0, 115_200)]
        {
            let speed = speed(value, index).unwrap();
            assert!(speed.abs_diff(wanted) * 100 < wanted, "{speed} for {wanted}");
        }
    }
}
