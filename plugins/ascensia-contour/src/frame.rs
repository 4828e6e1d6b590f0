//! Frames of the low-level protocol, ASTM E1381.
//!
//! | byte       | meaning                                                                     |
//! |------------|-----------------------------------------------------------------------------|
//! | 0          | STX `02`                                                                    |
//! | 1          | frame number, ASCII `0` to `7`; the first is `1`, one more for each frame   |
//! | 2 to n-7   | text: one record                                                            |
//! | n-6        | CR `0D`                                                                     |
//! | n-5        | ETB `17`, or ETX `03` in the last frame; either is accepted                 |
//! | n-4, n-3   | sum of all from the frame number to ETB or ETX, two upper-case hex digits   |
//! | n-2, n-1   | CR LF                                                                       |
//!
//! Spec: ASTM E1381, "frame"; `README.md`, sources 1 and 2.
//!
//! Pure: bytes in, frames out. What is answered to a frame is `session.rs`.

use meterport_sdk::check::sum8;
use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

/// One frame, proven whole and undamaged by [`Frame::parse`].
#[derive(Clone, Eq, PartialEq)]
pub struct Frame {
    /// 0 to 7.
    pub number: u8,
    /// The record, without the CR behind it.
    pub text: Vec<u8>,
}

impl Frame {
    /// Checks and takes apart one complete frame.
    ///
    /// # Errors
    ///
    /// Anything that is not exactly one undamaged frame.
    pub fn parse(bytes: &[u8]) -> Result<Self, FrameError> {
        let [STX, body @ .., high, low, CR, LF] = bytes else { return Err(FrameError::Malformed) };
        let received = hex_digit(*high).zip(hex_digit(*low)).map(|(high, low)| high << 4 | low);
        let computed = sum8(body);
        if received != Some(computed) {
            return Err(FrameError::Checksum { computed });
        }
        match body {
            [number @ b'0'..=b'7', text @ .., CR, ETB | ETX] => {
                Ok(Self { number: number - b'0', text: text.to_vec() })
            }
            _ => Err(FrameError::Malformed),
        }
    }
}

/// The number of the frame behind this one.
#[must_use]
pub fn following(number: u8) -> u8 {
    number.wrapping_add(1) % NUMBERS
}

/// Why bytes are no frame, or not the one that is due.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum FrameError {
    /// It began, and never ended.
    #[error("a frame has no end")]
    Truncated,
    /// The checksum does not agree, or is none.
    #[error("a frame is damaged: its checksum is not {computed:02X}")]
    Checksum {
        /// What its bytes give.
        computed: u8,
    },
    /// The checksum agrees, but begin or end do not.
    #[error("a frame has no number or no proper end")]
    Malformed,
    /// Neither the frame that is due nor the one before it.
    #[error("a frame has another number than the one that is due")]
    Number,
    /// Bytes outside of any frame that mean nothing.
    #[error("there are bytes that belong to no frame")]
    Noise,
    /// A HID report that is none of the meter's.
    #[error("a report does not begin as the meter's reports do")]
    Report,
}

impl FrameError {
    /// Short and stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::Checksum { .. } => "bad-checksum",
            Self::Malformed | Self::Noise => "bad-frame",
            Self::Number => "bad-frame-number",
            Self::Report => "bad-report",
        }
    }
}

impl From<FrameError> for DriverError {
    fn from(error: FrameError) -> Self {
        ProtocolError::new(error.code(), error.to_string()).into()
    }
}

/// Upper case only: so the meters write them, and so a digit that lost a bit is never another one.
fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Begins a frame.
pub const STX: u8 = 0x02;
/// Ends the text of the last frame.
pub const ETX: u8 = 0x03;
/// The sender has nothing more, or is interrupted.
pub const EOT: u8 = 0x04;
/// The sender has something.
pub const ENQ: u8 = 0x05;
/// Go on.
pub const ACK: u8 = 0x06;
/// Say that again.
pub const NAK: u8 = 0x15;
/// Ends the text of every other frame.
pub const ETB: u8 = 0x17;
/// The sender gives up.
pub const CAN: u8 = 0x18;
const CR: u8 = 0x0D;
const LF: u8 = 0x0A;
const NUMBERS: u8 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    /// Frame 3 of the worked example.
    const RESULT: &[u8] = b"\x023R|1|^^^Glucose|112|mg/dL^P||B/T1||202603140712\r\x17ED\r\n";

    #[test]
    fn a_frame_with_any_bit_turned_over_is_no_frame() {
        for bit in 0..RESULT.len() * 8 {
            let mut bad = RESULT.to_vec();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(Frame::parse(&bad).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_frame_cut_anywhere_is_no_frame() {
        for length in 0..RESULT.len() {
            assert!(Frame::parse(&RESULT[..length]).is_err(), "{length} bytes");
            assert!(Frame::parse(&RESULT[length + 1..]).is_err(), "without {length} bytes");
        }
    }

    #[test]
    fn a_number_that_is_none_is_no_frame_whatever_its_checksum() {
        let frame = |body: &[u8]| {
            let sum = format!("{:02X}\r\n", sum8(body));
            [&[STX], body, sum.as_bytes()].concat()
        };
        assert!(Frame::parse(&frame(b"7P|1\r\x17")).is_ok_and(|frame| frame.number == 7));
        assert!(matches!(Frame::parse(&frame(b"8P|1\r\x17")), Err(FrameError::Malformed)));
        assert!(matches!(Frame::parse(&frame(b"1P|1\x17")), Err(FrameError::Malformed)));
        assert!(matches!(Frame::parse(&frame(b"1P|1\r")), Err(FrameError::Malformed)));
    }

    #[test]
    fn the_numbers_go_round_after_seven() {
        assert_eq!([0, 1, 6, 7].map(following), [1, 2, 7, 0]);
    }

    #[test]
    fn the_worked_frames_agree() {
        let frame = Frame::parse(RESULT).ok().unwrap();
        assert_eq!(frame.number, 3);
        assert_eq!(frame.text, b"R|1|^^^Glucose|112|mg/dL^P||B/T1||202603140712");
        let low = b"\x024R|2|^^^Glucose|20|mg/dL^P||</A||202603131930\r\x1775\r\n";
        assert!(Frame::parse(low).is_ok_and(|frame| frame.number == 4));
        assert!(Frame::parse(b"\x022P|1\r\x1753\r\n").is_ok_and(|frame| frame.text == b"P|1"));
        assert!(Frame::parse(b"\x025L|1||N\r\x0384\r\n").is_ok_and(|frame| frame.number == 5));
        assert!(Frame::parse(b"\x021H|x\r\x1791\r\n").is_ok());
    }
}
