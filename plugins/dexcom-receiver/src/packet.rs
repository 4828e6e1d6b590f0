//! Packets, the same in both directions.
//!
//! | byte     | meaning                                                        |
//! |----------|----------------------------------------------------------------|
//! | 0        | SYNC `01`                                                      |
//! | 1, 2     | length of the whole packet: 6 and the payload, 6 to 1590       |
//! | 3        | command, or reply code                                         |
//! | 4 to n-3 | payload                                                        |
//! | n-2, n-1 | CRC-16/XMODEM over all before it                               |
//!
//! Numbers are little-endian. Spec: `README.md`, sources 1 and 2, "Packet".
//!
//! Pure: bytes in, packets out. Waiting and repeating are in `session.rs`.

use meterport_sdk::check::crc16_xmodem;
use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

/// One packet, proven whole and undamaged by [`Packet::parse`].
#[derive(Clone, Eq, PartialEq)]
pub struct Packet {
    /// The command, or the reply code.
    pub code: u8,
    /// What it carries.
    pub payload: Vec<u8>,
}

impl Packet {
    /// Checks and takes apart one complete packet.
    ///
    /// # Errors
    ///
    /// Anything that is not exactly one undamaged packet.
    pub fn parse(bytes: &[u8]) -> Result<Self, PacketError> {
        let [body @ .., crc_low, crc_high] = bytes else {
            return Err(PacketError::Truncated { length: bytes.len() });
        };
        let received = u16::from_le_bytes([*crc_low, *crc_high]);
        let computed = crc16_xmodem(body);
        if received != computed {
            return Err(PacketError::Checksum { received, computed });
        }
        match body {
            [SYNC, low, high, code, payload @ ..]
                if length_of(*low, *high) == Some(bytes.len()) =>
            {
                Ok(Self { code: *code, payload: payload.to_vec() })
            }
            _ => Err(PacketError::Malformed),
        }
    }
}

/// The bytes of one packet.
///
/// # Errors
///
/// A payload that no packet can hold.
pub fn encode(code: u8, payload: &[u8]) -> Result<Vec<u8>, PacketError> {
    let length = payload.len().saturating_add(SHORTEST);
    let field = u16::try_from(length).ok().filter(|_| length <= LONGEST);
    let [low, high] = field.ok_or(PacketError::TooLong { length })?.to_le_bytes();
    let mut bytes = vec![SYNC, low, high, code];
    bytes.extend_from_slice(payload);
    bytes.extend_from_slice(&crc16_xmodem(&bytes).to_le_bytes());
    Ok(bytes)
}

/// What a length field says, where a packet can have that length.
pub(crate) fn length_of(low: u8, high: u8) -> Option<usize> {
    let length = usize::from(u16::from_le_bytes([low, high]));
    (SHORTEST..=LONGEST).contains(&length).then_some(length)
}

/// Why bytes are no packet.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum PacketError {
    /// Fewer bytes than the packet says it has.
    #[error("packet ends after {length} bytes")]
    Truncated {
        /// Bytes that came.
        length: usize,
    },
    /// The checksum does not agree.
    #[error("packet is damaged: checksum is {received:#06x}, expected {computed:#06x}")]
    Checksum {
        /// What stood in the packet.
        received: u16,
        /// What its bytes give.
        computed: u16,
    },
    /// The checksum agrees, but start or length do not.
    #[error("packet has no start or another length than it says")]
    Malformed,
    /// A payload that no packet can hold.
    #[error("payload makes a packet of {length} bytes, the longest has 1590")]
    TooLong {
        /// Bytes of the packet.
        length: usize,
    },
}

impl PacketError {
    /// Short and stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Truncated { .. } => "truncated",
            Self::Checksum { .. } => "bad-checksum",
            Self::Malformed => "bad-packet",
            Self::TooLong { .. } => "payload-too-long",
        }
    }
}

impl From<PacketError> for DriverError {
    fn from(error: PacketError) -> Self {
        ProtocolError::new(error.code(), error.to_string()).into()
    }
}

/// Fewest bytes of a packet: one without a payload.
pub const SHORTEST: usize = 6;
/// Most bytes of a packet.
pub const LONGEST: usize = 1590;

pub(crate) const SYNC: u8 = 0x01;

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: [u8; 14] =
        [0x01, 0x0E, 0x00, 0x01, 0x2A, 0x03, 0x00, 0x00, 0x2C, 0x03, 0x00, 0x00, 0x96, 0xA8];

    #[test]
    fn a_packet_with_any_bit_turned_over_is_no_packet() {
        for bit in 0..RANGE.len() * 8 {
            let mut bad = RANGE;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(Packet::parse(&bad).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_packet_cut_anywhere_is_no_packet() {
        for length in 0..RANGE.len() {
            assert!(Packet::parse(&RANGE[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_packet_that_says_another_length_is_no_packet_whatever_its_checksum() {
        let mut bytes = vec![SYNC, 7, 0, 1];
        bytes.extend_from_slice(&crc16_xmodem(&bytes).to_le_bytes());
        assert!(matches!(Packet::parse(&bytes), Err(PacketError::Malformed)));
    }

    #[test]
    fn a_payload_that_no_packet_can_hold_is_refused() {
        assert_eq!(encode(1, &[0; 1585]), Err(PacketError::TooLong { length: 1591 }));
        assert_eq!(encode(1, &[0; 1584]).map(|bytes| bytes.len()), Ok(LONGEST));
    }

    #[test]
    fn the_worked_packets_agree() {
        let packets: [(u8, &[u8], &[u8]); 8] = [
            (0x0A, &[], &[0x01, 0x06, 0x00, 0x0A, 0x5E, 0x65]),
            (0x0B, &[], &[0x01, 0x06, 0x00, 0x0B, 0x7F, 0x75]),
            (0x22, &[], &[0x01, 0x06, 0x00, 0x22, 0x34, 0xC0]),
            (0x1D, &[], &[0x01, 0x06, 0x00, 0x1D, 0x88, 0x07]),
            (0x10, &[0x04], &[0x01, 0x07, 0x00, 0x10, 0x04, 0x8B, 0xB8]),
            (
                0x11,
                &[0x04, 0x2C, 0x03, 0x00, 0x00, 0x01],
                &[0x01, 0x0C, 0x00, 0x11, 0x04, 0x2C, 0x03, 0x00, 0x00, 0x01, 0x8C, 0x5B],
            ),
            (
                0x01,
                &[0xB0, 0xB9, 0xFF, 0xFF],
                &[0x01, 0x0A, 0x00, 0x01, 0xB0, 0xB9, 0xFF, 0xFF, 0x7C, 0x92],
            ),
            (0x01, &[0x2A, 0x03, 0x00, 0x00, 0x2C, 0x03, 0x00, 0x00], &RANGE),
        ];
        for (code, payload, bytes) in packets {
            assert_eq!(encode(code, payload).unwrap(), bytes);
            let packet = Packet::parse(bytes).unwrap();
            assert!(packet.code == code && packet.payload == payload);
        }
    }
}
