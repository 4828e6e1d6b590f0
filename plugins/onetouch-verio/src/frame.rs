//! Packets of the OneTouch Verio family: the same over the serial line and in the blocks.
//!
//! | byte         | meaning                                                      |
//! |--------------|--------------------------------------------------------------|
//! | 0            | STX `02`                                                     |
//! | 1, 2         | length of the whole packet, u16 LE: 6 and the message        |
//! | 3 to n-4     | message                                                      |
//! | n-3          | ETX `03`                                                     |
//! | n-2, n-1     | CRC-16/CCITT-FALSE over all before it, low byte first        |
//!
//! Spec: `README.md`, source 2.
//!
//! Pure: bytes in, message out. It never waits, retries or logs.

use meterport_sdk::check::crc16_ccitt;
use thiserror::Error;

/// The packet of one message.
///
/// # Errors
///
/// A message that does not fit one block.
pub fn encode(message: &[u8]) -> Result<Vec<u8>, FrameError> {
    let length = message.len().saturating_add(SHORTEST);
    let length_field = u16::try_from(length).ok().filter(|_| length <= LONGEST);
    let length_field = length_field.ok_or(FrameError::Length { length })?;
    let mut bytes = vec![STX];
    bytes.extend_from_slice(&length_field.to_le_bytes());
    bytes.extend_from_slice(message);
    bytes.push(ETX);
    bytes.extend_from_slice(&crc16_ccitt(&bytes).to_le_bytes());
    Ok(bytes)
}

/// The message of the packet that `bytes` begin with, proven whole and undamaged. What stands
/// behind the packet is not looked at.
///
/// # Errors
///
/// [`FrameError::Truncated`] where more bytes may make it whole; else they are no packet.
pub fn parse(bytes: &[u8]) -> Result<&[u8], FrameError> {
    let truncated = FrameError::Truncated { length: bytes.len() };
    match bytes.first() {
        Some(&STX) => {}
        Some(_) => return Err(FrameError::Start),
        None => return Err(truncated),
    }
    let &[low, high] = bytes.get(1..3).ok_or(truncated)? else { return Err(truncated) };
    let length = usize::from(u16::from_le_bytes([low, high]));
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Err(FrameError::Length { length });
    }
    let [body @ .., crc_low, crc_high] = bytes.get(..length).ok_or(truncated)? else {
        return Err(truncated);
    };
    let received = u16::from_le_bytes([*crc_low, *crc_high]);
    let computed = crc16_ccitt(body);
    if received != computed {
        return Err(FrameError::Checksum { received, computed });
    }
    match body {
        [_, _, _, message @ .., ETX] => Ok(message),
        _ => Err(FrameError::End),
    }
}

/// Why bytes are no packet.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum FrameError {
    /// Fewer bytes than the packet says it has.
    #[error("packet ends after {length} bytes")]
    Truncated {
        /// Bytes that came.
        length: usize,
    },
    /// The first byte is no STX.
    #[error("packet has no start")]
    Start,
    /// A length that no packet has.
    #[error("packet says it has {length} bytes, it has 6 to 512")]
    Length {
        /// What it said.
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
    /// The checksum agrees, and no ETX stands before it.
    #[error("packet has no end")]
    End,
}

impl FrameError {
    /// Short and stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Truncated { .. } => "truncated",
            Self::Checksum { .. } => "bad-checksum",
            Self::Start | Self::Length { .. } | Self::End => "bad-frame",
        }
    }
}

/// Fewest bytes of a packet: one without a message.
pub const SHORTEST: usize = 6;
/// Most bytes of a packet: one block. Longer than 255 has not been seen.
pub const LONGEST: usize = 512;

pub(crate) const STX: u8 = 0x02;
const ETX: u8 = 0x03;

#[cfg(test)]
mod tests {
    use super::*;

    /// VerioIQ, reply to record 5.
    const RECORD: [u8; 18] = [
        0x02, 0x12, 0x00, 0x03, 0x06, 0x74, 0x81, 0x42, 0x31, 0x68, 0x00, 0x00, 0x01, 0x00, 0x00,
        0x03, 0xDE, 0x72,
    ];

    #[test]
    fn a_packet_with_any_bit_turned_over_is_no_packet() {
        for bit in 0..RECORD.len() * 8 {
            let mut bad = RECORD;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(parse(&bad).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_packet_cut_anywhere_is_truncated() {
        for length in 0..RECORD.len() {
            assert_eq!(parse(&RECORD[..length]), Err(FrameError::Truncated { length }));
        }
    }

    #[test]
    fn a_length_that_no_packet_has_is_an_error_at_once() {
        for length in [0_u16, 5, 513, 0xFFFF] {
            let [low, high] = length.to_le_bytes();
            let error = FrameError::Length { length: usize::from(length) };
            assert_eq!(parse(&[STX, low, high]), Err(error));
        }
        assert_eq!(encode(&[0; 507]), Err(FrameError::Length { length: 513 }));
    }

    #[test]
    fn a_packet_without_an_end_is_none_whatever_its_checksum() {
        let mut bytes = vec![STX, 7, 0, 0x03, 0x04];
        bytes.extend_from_slice(&crc16_ccitt(&bytes).to_le_bytes());
        assert_eq!(parse(&bytes), Err(FrameError::End));
    }

    #[test]
    fn what_stands_behind_a_packet_is_none_of_it() {
        let mut bytes = RECORD.to_vec();
        bytes.resize(512, 0xAA);
        assert_eq!(parse(&bytes), Ok(&RECORD[3..15]));
    }

    #[test]
    fn the_worked_packets_agree() {
        let packets: [&[u8]; 6] = [
            &[0x02, 0x0A, 0x00, 0x03, 0x21, 0x05, 0x00, 0x03, 0x6D, 0x39],
            &[0x02, 0x09, 0x00, 0x03, 0x27, 0x00, 0x03, 0x26, 0x71],
            &[0x02, 0x0A, 0x00, 0x03, 0x06, 0x06, 0x00, 0x03, 0x5E, 0x06],
            &[0x02, 0x09, 0x00, 0x03, 0x0D, 0x01, 0x03, 0x10, 0x03],
            &[0x02, 0x0C, 0x00, 0x03, 0x31, 0x02, 0x00, 0x00, 0x00, 0x03, 0xED, 0x4C],
            &RECORD,
        ];
        for packet in packets {
            assert_eq!(encode(parse(packet).unwrap()).unwrap(), packet);
        }
    }
}
