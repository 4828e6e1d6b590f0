//! Link-layer frames of the OneTouch UltraEasy and UltraMini.
//!
//! | byte         | meaning                                                              |
//! |--------------|----------------------------------------------------------------------|
//! | 0            | STX `02`                                                             |
//! | 1            | length of the whole frame: 6 and the message                         |
//! | 2            | link control, see [`Control`]                                        |
//! | 3 to n-4     | message; empty in an acknowledgement                                 |
//! | n-3          | ETX `03`                                                             |
//! | n-2, n-1     | CRC-16/CCITT-FALSE over all before it, low byte first                |
//!
//! Spec: `README.md`, source 1.
//!
//! This module is pure: bytes in, frames out. It never waits, retries or logs; that is
//! `session.rs`.

use meterport_sdk::check::crc16_ccitt;
use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

/// The link-control byte of an alternating-bit protocol.
///
/// Bit `10`, "more frames follow", has no use in this conversation: every message fits one frame.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Control(pub u8);

impl Control {
    /// A frame that carries a message.
    #[must_use]
    pub fn data(sequence: bool, expects: bool) -> Self {
        Self((u8::from(expects) * EXPECTS) | (u8::from(sequence) * SEQUENCE))
    }

    /// A frame that only acknowledges.
    #[must_use]
    pub fn acknowledgement(sequence: bool, expects: bool) -> Self {
        Self(Self::data(sequence, expects).0 | ACKNOWLEDGES)
    }

    /// True in a disconnect, which resets both ends, and in its answer.
    #[must_use]
    pub fn disconnects(self) -> bool {
        self.0 & DISCONNECT != 0
    }

    /// True where the frame acknowledges.
    #[must_use]
    pub fn acknowledges(self) -> bool {
        self.0 & ACKNOWLEDGES != 0
    }

    /// The sequence bit that the sender expects next from its peer.
    #[must_use]
    pub fn expects(self) -> bool {
        self.0 & EXPECTS != 0
    }

    /// The sequence bit of the sender's own current or next frame.
    #[must_use]
    pub fn sequence(self) -> bool {
        self.0 & SEQUENCE != 0
    }
}

/// One frame, proven whole and undamaged by [`Frame::parse`].
#[derive(Clone, Eq, PartialEq)]
pub struct Frame {
    /// Link control.
    pub control: Control,
    /// The message; empty in an acknowledgement.
    pub message: Vec<u8>,
}

impl Frame {
    /// Checks and takes apart one complete frame.
    ///
    /// # Errors
    ///
    /// Anything that is not exactly one undamaged frame.
    pub fn parse(bytes: &[u8]) -> Result<Self, FrameError> {
        let [body @ .., crc_low, crc_high] = bytes else {
            return Err(FrameError::Truncated { length: bytes.len() });
        };
        let received = u16::from_le_bytes([*crc_low, *crc_high]);
        let computed = crc16_ccitt(body);
        if received != computed {
            return Err(FrameError::Checksum { received, computed });
        }
        match body {
            [STX, length, control, message @ .., ETX] if usize::from(*length) == bytes.len() => {
                Ok(Self { control: Control(*control), message: message.to_vec() })
            }
            _ => Err(FrameError::Malformed),
        }
    }
}

/// The bytes of one frame.
///
/// # Errors
///
/// A message that does not fit the length byte.
pub fn encode(control: Control, message: &[u8]) -> Result<Vec<u8>, FrameError> {
    let length = message.len().saturating_add(SHORTEST);
    let length_byte = u8::try_from(length).map_err(|_| FrameError::TooLong { length })?;
    let mut bytes = vec![STX, length_byte, control.0];
    bytes.extend_from_slice(message);
    bytes.push(ETX);
    bytes.extend_from_slice(&crc16_ccitt(&bytes).to_le_bytes());
    Ok(bytes)
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum FrameError {
    /// Fewer bytes than the frame says it has.
    #[error("frame ends after {length} bytes")]
    Truncated {
        /// Bytes that came.
        length: usize,
    },
    /// The checksum does not agree.
    #[error("frame is damaged: checksum is {received:#06x}, expected {computed:#06x}")]
    Checksum {
        /// What stood in the frame.
        received: u16,
        /// What its bytes give.
        computed: u16,
    },
    /// The checksum agrees, but start, length or end do not.
    #[error("frame has no start, no end or another length than it says")]
    Malformed,
    /// A message that no frame can hold.
    #[error("message makes a frame of {length} bytes, the longest has 255")]
    TooLong {
        /// Bytes of the frame.
        length: usize,
    },
}

impl FrameError {
    /// Short and stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Truncated { .. } => "truncated",
            Self::Checksum { .. } => "bad-checksum",
            Self::Malformed => "bad-frame",
            Self::TooLong { .. } => "message-too-long",
        }
    }
}

impl From<FrameError> for DriverError {
    fn from(error: FrameError) -> Self {
        ProtocolError::new(error.code(), error.to_string()).into()
    }
}

/// Fewest bytes of a frame: one without a message.
pub const SHORTEST: usize = 6;

pub(crate) const STX: u8 = 0x02;
const ETX: u8 = 0x03;

const DISCONNECT: u8 = 0x08;
const ACKNOWLEDGES: u8 = 0x04;
const EXPECTS: u8 = 0x02;
const SEQUENCE: u8 = 0x01;

/// The disconnect frame's link control, from the computer.
pub const DISCONNECT_REQUEST: Control = Control(DISCONNECT);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_with_any_bit_turned_over_is_no_frame() {
        let good = encode(Control(0x02), &[0x05, 0x06, 0xF4, 0xC4]).unwrap();
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(Frame::parse(&bad).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_frame_cut_anywhere_is_no_frame() {
        let good = encode(Control(0x02), &[0x05, 0x06, 0xF4, 0xC4]).unwrap();
        for length in 0..good.len() {
            assert!(Frame::parse(&good[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_frame_that_says_another_length_is_no_frame_whatever_its_checksum() {
        let mut bytes = vec![STX, 7, 0x0C, ETX];
        bytes.extend_from_slice(&crc16_ccitt(&bytes).to_le_bytes());
        assert!(matches!(Frame::parse(&bytes), Err(FrameError::Malformed)));
    }

    #[test]
    fn a_message_that_no_frame_can_hold_is_refused() {
        assert_eq!(encode(Control(0), &[0; 250]), Err(FrameError::TooLong { length: 256 }));
    }

    #[test]
    fn the_worked_frames_agree() {
        assert_eq!(encode(DISCONNECT_REQUEST, &[]).unwrap(), [0x02, 0x06, 0x08, 0x03, 0xC2, 0x62]);
        let version = [0x02, 0x09, 0x00, 0x05, 0x0D, 0x02, 0x03, 0xDA, 0x71];
        assert_eq!(encode(Control::data(false, false), &[0x05, 0x0D, 0x02]).unwrap(), version);
        let acknowledgement = [0x02, 0x06, 0x07, 0x03, 0xFC, 0x72];
        assert_eq!(encode(Control::acknowledgement(true, true), &[]).unwrap(), acknowledgement);
    }
}
