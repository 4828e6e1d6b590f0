//! Packets of the TaiDoc protocol: eight bytes, the same both ways.
//!
//! | byte   | meaning                                           |
//! |--------|---------------------------------------------------|
//! | 0      | `51`                                              |
//! | 1      | command; an answer repeats that of its request    |
//! | 2 to 5 | data                                              |
//! | 6      | `A3` from the computer, `A5` from the meter       |
//! | 7      | low byte of the sum of all before it              |
//!
//! Spec: `README.md`, sources 1 and 2. Pure: bytes in, packets out.

use meterport_sdk::check::sum8;
use thiserror::Error;

/// Bytes of a packet.
pub const LENGTH: usize = 8;
/// The first byte.
pub const START: u8 = 0x51;

/// One packet of the meter, proven whole and undamaged by [`Packet::parse`].
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Packet {
    /// Which request it answers, or [`NOTIFICATION`].
    pub command: u8,
    /// What it says.
    pub data: [u8; 4],
}

/// The command of the packet that a meter sends by itself when it enters PC mode.
pub const NOTIFICATION: u8 = 0x54;

impl Packet {
    /// Checks and takes apart one packet of the meter.
    ///
    /// # Errors
    ///
    /// Anything else, the computer's own packets among it.
    pub fn parse(bytes: [u8; LENGTH]) -> Result<Self, FrameError> {
        let [START, command, d0, d1, d2, d3, FROM_METER, received] = bytes else {
            return Err(FrameError::NoPacket);
        };
        let computed = sum(command, [d0, d1, d2, d3], FROM_METER);
        if received != computed {
            return Err(FrameError::Checksum { received, computed });
        }
        Ok(Self { command, data: [d0, d1, d2, d3] })
    }
}

/// The bytes of a packet of the computer.
#[must_use]
pub fn request(command: u8, data: [u8; 4]) -> [u8; LENGTH] {
    let [d0, d1, d2, d3] = data;
    [START, command, d0, d1, d2, d3, FROM_COMPUTER, sum(command, data, FROM_COMPUTER)]
}

fn sum(command: u8, [d0, d1, d2, d3]: [u8; 4], way: u8) -> u8 {
    sum8(&[START, command, d0, d1, d2, d3, way])
}

/// Why bytes are no packet of the meter.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum FrameError {
    /// It does not begin, or does not end, as one of the meter does.
    #[error("bytes are no packet of the meter")]
    NoPacket,
    /// The sum does not agree.
    #[error("packet is damaged: sum is {received:#04x}, expected {computed:#04x}")]
    Checksum {
        /// What stood in the packet.
        received: u8,
        /// What its bytes give.
        computed: u8,
    },
}

const FROM_COMPUTER: u8 = 0xA3;
const FROM_METER: u8 = 0xA5;

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [u8; 8] = [0x51, 0x26, 0x68, 0x00, 0x00, 0x40, 0xA5, 0xC4];

    #[test]
    fn a_packet_with_any_bit_turned_over_is_no_packet() {
        for bit in 0..GOOD.len() * 8 {
            let mut bad = GOOD;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(Packet::parse(bad).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn an_echo_of_the_computer_is_no_packet_of_the_meter() {
        assert!(Packet::parse(request(0x24, [0; 4])) == Err(FrameError::NoPacket));
    }

    #[test]
    fn the_worked_packets_agree() {
        assert_eq!(request(0x24, [0; 4]), [0x51, 0x24, 0, 0, 0, 0, 0xA3, 0x18]);
        assert_eq!(request(0x25, [0; 4]), [0x51, 0x25, 0, 0, 0, 0, 0xA3, 0x19]);
        assert_eq!(request(0x25, [1, 0, 0, 0]), [0x51, 0x25, 1, 0, 0, 0, 0xA3, 0x1A]);
        let packet = Packet { command: 0x26, data: [0x68, 0x00, 0x00, 0x40] };
        assert!(Packet::parse(GOOD) == Ok(packet));
        let notification = Packet::parse([0x51, 0x54, 0, 0, 0, 0, 0xA5, 0x4A]);
        assert!(notification.is_ok_and(|packet| packet.command == NOTIFICATION));
    }
}
