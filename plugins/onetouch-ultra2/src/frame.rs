//! Lines of the OneTouch Ultra 2.
//!
//! A line is `text SP hhhh CR LF`, where `hhhh` is the 16-bit sum of all bytes of `text`, that is
//! of everything before the space in front of it, in hex. NUL bytes, which some cables add, may
//! come before the first line; they belong to nothing.
//!
//! Spec: `README.md`, "Sources".
//!
//! This module is pure: bytes in, text out. It never waits, retries or logs; that is `session.rs`.

use meterport_sdk::check::sum16;
use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

/// Why a line is not believed.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum FrameError {
    /// The end of the line, or its checksum, is not there.
    #[error("a line is incomplete: {length} bytes")]
    Truncated {
        /// Bytes of the line.
        length: usize,
    },
    /// The checksum is another one.
    #[error("a line is damaged: checksum is 0x{received:04X}, expected 0x{computed:04X}")]
    Checksum {
        /// What the line says.
        received: u16,
        /// What its bytes add up to.
        computed: u16,
    },
    /// The bytes add up, and are no ASCII.
    #[error("a line is not text")]
    NotText,
}

impl FrameError {
    /// As the driver's own error, with the line it is about.
    #[must_use]
    pub fn about(&self, line: &[u8]) -> DriverError {
        let code = match self {
            Self::Truncated { .. } => "truncated",
            Self::Checksum { .. } => "bad-checksum",
            Self::NotText => "not-text",
        };
        ProtocolError::new(code, self.to_string()).with_bytes(line).into()
    }
}

/// The text of one whole and undamaged line, as received from the meter.
///
/// # Errors
///
/// Everything else.
pub fn parse(line: &[u8]) -> Result<&str, FrameError> {
    let truncated = FrameError::Truncated { length: line.len() };
    let nul = line.iter().take_while(|byte| **byte == 0).count();
    let line = line.get(nul..).unwrap_or_default();
    let [text @ .., b' ', a, b, c, d, b'\r', b'\n'] = line else { return Err(truncated) };
    let received = hex([*a, *b, *c, *d]).ok_or(truncated)?;
    let computed = sum16(text);
    if received != computed {
        return Err(FrameError::Checksum { received, computed });
    }
    match std::str::from_utf8(text) {
        Ok(text) if text.is_ascii() => Ok(text),
        _ => Err(FrameError::NotText),
    }
}

/// True where a line holds nothing at all: NUL bytes and line ends.
#[must_use]
pub fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, 0 | b'\r' | b'\n'))
}

fn hex(digits: [u8; 4]) -> Option<u16> {
    digits.iter().try_fold(0_u16, |number, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some((number << 4) | u16::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIAL: &[u8] = b"@ \"KLM2Q7XYY\" 034C\r\n";

    #[test]
    fn a_changed_byte_is_a_bad_checksum() {
        let mut line = SERIAL.to_vec();
        line[4] ^= 0x01;
        assert_eq!(parse(&line), Err(FrameError::Checksum { received: 0x034C, computed: 0x034D }));
    }

    #[test]
    fn every_shortened_line_is_refused() {
        for length in 0..SERIAL.len() {
            assert!(parse(&SERIAL[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_sign_in_the_checksum_is_not_hex() {
        assert_eq!(parse(b"  +020\r\n"), Err(FrameError::Truncated { length: 8 }));
    }

    #[test]
    fn nul_bytes_before_the_line_belong_to_nothing() {
        let mut line = vec![0, 0];
        line.extend_from_slice(SERIAL);
        assert_eq!(parse(&line), Ok("@ \"KLM2Q7XYY\""));
    }

    #[test]
    fn every_published_line_adds_up() {
        for line in [
            &b"P 003,\"KLM2Q7XYY\",\"MG/DL \" 05FE\r\n"[..],
            b"P \"TUE\",\"03/10/26\",\"07:15:00   \",\"  104 \",\"B\",\"00\", 00 09A0\r\n",
            b"P \"MON\",\"03/09/26\",\"21:40:00   \",\"C 118 \",\"N\",\"00\", 00 09D2\r\n",
            b"P \"SUN\",\"03/08/26\",\"12:05:00   \",\"  601 \",\"A\",\"03\", 00 09AE\r\n",
            b"F \"TUE\",\"03/10/26\",\"08:01:30   \" 0602\r\n",
            b"SU?,\"MG/DL \" 02CA\r\n",
            b"?P02.00.00 30/08/06 03BC\r\n",
        ] {
            assert!(parse(line).is_ok());
        }
    }
}
