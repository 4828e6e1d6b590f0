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
    let [body @ .., b' ', a, b, c, d, b'\r', b'\n'] = line else { return Err(truncated) };
    let received = hex([*a, *b, *c, *d]).ok_or(truncated)?;
    let nul = body.iter().take_while(|byte| **byte == 0).count();
    let mut text = body.get(nul..).unwrap_or_default();
    let computed = sum16(text);
    if received != computed {
        text = behind_noise(text);
        if received != sum16(text) {
            return Err(FrameError::Checksum { received, computed });
        }
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

/// What a cable that echoes has sent back is taken out, wherever it stands: the meter itself sends
/// no DC1.
#[must_use]
pub fn without_echo(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, behind)) = rest.split_first() {
        match COMMANDS.iter().find_map(|command| rest.strip_prefix(DC1_CR)?.strip_prefix(*command))
        {
            Some(behind_echo) => rest = behind_echo,
            None => {
                kept.push(*first);
                rest = behind;
            }
        }
    }
    kept
}

/// True where nothing but the cable can have sent these bytes: NUL bytes, and commands that come
/// back, perhaps cut short.
#[must_use]
pub fn is_only_cable(bytes: &[u8]) -> bool {
    let mut rest = without_echo(bytes);
    rest.retain(|byte| *byte != 0);
    let echo = |piece: &[u8]| {
        let sent = |command: &&[u8]| [b"\r", *command].concat().starts_with(piece);
        COMMANDS.iter().any(sent)
    };
    let mut pieces = rest.split(|byte| *byte == DC1);
    pieces.next().is_none_or(<[u8]>::is_empty) && pieces.all(echo)
}

/// What stands behind the last byte that no line of the meter holds. What is as long as a line is
/// no noise: it can be one, with a damaged end, and must not be lost.
fn behind_noise(text: &[u8]) -> &[u8] {
    let printable = |byte: &u8| matches!(byte, b' '..=b'~');
    let noise = text.iter().rposition(|byte| !printable(byte)).map_or(0, |last| last + 1);
    if noise > MOST_NOISE { text } else { text.get(noise..).unwrap_or_default() }
}

fn hex(digits: [u8; 4]) -> Option<u16> {
    digits.iter().try_fold(0_u16, |number, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some((number << 4) | u16::try_from(digit).ok()?)
    })
}

/// In front of every command.
pub const DC1_CR: &[u8] = &[DC1, b'\r'];
const DC1: u8 = 0x11;
/// The shortest line has 20 bytes.
const MOST_NOISE: usize = 16;
/// Every command that this driver sends.
const COMMANDS: [&[u8]; 5] = [b"DMF", b"DM@", b"DM?", b"DMSU?", b"DMP"];

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
    fn noise_before_a_line_saves_no_line_that_is_damaged() {
        for noise in [&b"\xFF"[..], b"\x00\x80\x01", b"AB\x11\r"] {
            let line = [noise, SERIAL].concat();
            assert_eq!(parse(&line), Ok("@ \"KLM2Q7XYY\""));
            let mut damaged = line;
            damaged[noise.len() + 4] ^= 0x01;
            assert!(parse(&damaged).is_err());
        }
        let two = [&SERIAL[..SERIAL.len() - 1], b"\x8A", SERIAL].concat();
        assert!(parse(&two).is_err(), "a line with a damaged end is no noise");
        let mut damaged = SERIAL.to_vec();
        damaged[2] = 0x80;
        assert!(parse(&damaged).is_err());
    }

    #[test]
    fn an_echo_is_taken_out_wherever_it_stands() {
        for command in COMMANDS {
            let echo = [DC1_CR, command].concat();
            assert_eq!(without_echo(&[&echo, SERIAL].concat()), SERIAL);
            assert_eq!(without_echo(&[&echo, &echo, SERIAL].concat()), SERIAL);
            assert_eq!(without_echo(&[&SERIAL[..5], &echo, &SERIAL[5..]].concat()), SERIAL);
        }
        assert_eq!(without_echo(b"\x11\rDMZ"), b"\x11\rDMZ");
    }

    #[test]
    fn only_nul_bytes_and_echoes_are_the_cable_alone() {
        for bytes in [
            &b""[..],
            b"\0",
            b"\x11\rDMF",
            b"\0\x11\rDMF\x11\rDMF\x11\r",
            b"\x11",
            b"\x11\rDM\x11\rD",
        ] {
            assert!(is_only_cable(bytes), "{bytes:?}");
        }
        for bytes in [&b"\x06"[..], b"\r\n", b"DMF", b"\x11\rDMF\x15", b"\x11\rDMFF", b"\xFF"] {
            assert!(!is_only_cable(bytes), "{bytes:?}");
        }
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
