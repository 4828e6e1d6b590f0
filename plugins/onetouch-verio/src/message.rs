//! What is asked, and the answers that are no records.
//!
//! | asked         | VerioIQ       | blocks 3 and 4        | answer behind service and status      |
//! |---------------|---------------|-----------------------|---------------------------------------|
//! | model         | `04 06`       | `03 E6 02 01`         | ASCII; UTF-16LE and NUL               |
//! | software      | `03 0D 01`    | `03 E6 02 02`         | length, ASCII, NUL; UTF-16LE and NUL  |
//! | serial number | `03 0B 01 02` | `03 E6 02 00`         | ASCII and NUL; UTF-16LE and NUL       |
//! | unit          | `03 09 02 02` | `03 04 00` at block 4 | u32: 0 mg/dL, 1 mmol/L                |
//! | clock         | `03 20 02`    | the same              | u32                                   |
//! | count         | `03 27 00`    | the same              | u16                                   |
//! | record i      | `03 21`, i u16 | `03 31 02`, i u16, `00` | `record.rs`                        |
//!
//! An answer begins with the service byte of the request and a status, `06` for success. Numbers
//! are little-endian; times are seconds since 2000-01-01 00:00:00 on the meter's own clock.
//!
//! Spec: `README.md`, sources 1 and 2; model of the VerioIQ: source 1. The requests that erase or
//! set anything are absent on purpose: nothing in this driver can send them. Pure.

use meterport_sdk::time::{SECONDS_TO_2000, from_seconds};
use meterport_sdk::wit::DeviceTime;
use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

use crate::link::Register;
use crate::record::{self, Record};

/// How a meter is asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dialect {
    /// As the VerioIQ, over its serial line.
    Iq,
    /// As all others, over the blocks of their disk.
    Blocks,
}

/// One request, and how the answer to it is understood.
pub struct Question<T> {
    /// Where it is asked.
    pub register: Register,
    /// The message.
    pub request: Vec<u8>,
    /// Takes what stands behind service and status.
    pub decode: fn(&[u8]) -> Result<T, MessageError>,
}

/// What the meter shows. It stores mg/dL whatever it shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unit {
    /// mg/dL.
    MgPerDl,
    /// mmol/L.
    MmolPerL,
    /// A number that nobody has described.
    Unknown(u32),
}

impl Dialect {
    /// What the meter calls itself.
    #[must_use]
    pub fn model(self) -> Question<String> {
        match self {
            Self::Iq => general(&[0x04, 0x06], ascii),
            Self::Blocks => general(&[0x03, 0xE6, 0x02, 0x01], utf16),
        }
    }

    /// The software version.
    #[must_use]
    pub fn software(self) -> Question<String> {
        match self {
            Self::Iq => general(&[0x03, 0x0D, 0x01], ascii_with_length),
            Self::Blocks => general(&[0x03, 0xE6, 0x02, 0x02], utf16),
        }
    }

    /// The serial number.
    #[must_use]
    pub fn serial_number(self) -> Question<String> {
        match self {
            Self::Iq => general(&[0x03, 0x0B, 0x01, 0x02], ascii),
            Self::Blocks => general(&[0x03, 0xE6, 0x02, 0x00], utf16),
        }
    }

    /// The displayed unit.
    #[must_use]
    pub fn unit(self) -> Question<Unit> {
        match self {
            Self::Iq => general(&[0x03, 0x09, 0x02, 0x02], unit),
            Self::Blocks => Question {
                register: Register::Parameters,
                request: vec![0x03, 0x04, 0x00],
                decode: unit,
            },
        }
    }

    /// The meter's clock.
    #[must_use]
    pub fn clock(self) -> Question<DeviceTime> {
        general(&[0x03, 0x20, 0x02], |content| device_time(exactly(content)?))
    }

    /// How many records there are.
    #[must_use]
    pub fn count(self) -> Question<u16> {
        general(&[0x03, 0x27, 0x00], |content| Ok(u16::from_le_bytes(exactly(content)?)))
    }

    /// One record; 0 is the newest.
    #[must_use]
    pub fn record(self, index: u16) -> Question<Record> {
        let [low, high] = index.to_le_bytes();
        match self {
            Self::Iq => general(&[0x03, 0x21, low, high], record::from_line),
            Self::Blocks => general(&[0x03, 0x31, 0x02, low, high, 0x00], record::from_register),
        }
    }
}

/// What stands behind service and status.
///
/// # Errors
///
/// Another service than the request's, or a status that is no success.
pub fn content<'reply>(request: &[u8], reply: &'reply [u8]) -> Result<&'reply [u8], MessageError> {
    match reply {
        [service, SUCCESS, content @ ..] if request.first() == Some(service) => Ok(content),
        [service, status, ..] if request.first() == Some(service) => {
            Err(MessageError::Refused { status: *status })
        }
        _ => Err(MessageError::Unexpected { length: reply.len() }),
    }
}

/// The date and time of four bytes.
///
/// # Errors
///
/// A time outside the calendar.
pub fn device_time(bytes: [u8; 4]) -> Result<DeviceTime, MessageError> {
    let seconds = i64::from(u32::from_le_bytes(bytes)).saturating_add(SECONDS_TO_2000);
    from_seconds(seconds).ok_or(MessageError::Time)
}

/// So many bytes, no more and no fewer.
///
/// # Errors
///
/// Another number of them.
pub fn exactly<const N: usize>(content: &[u8]) -> Result<[u8; N], MessageError> {
    content.try_into().map_err(|_| MessageError::Unexpected { length: content.len() })
}

fn general<T>(request: &[u8], decode: fn(&[u8]) -> Result<T, MessageError>) -> Question<T> {
    Question { register: Register::General, request: request.to_vec(), decode }
}

fn unit(content: &[u8]) -> Result<Unit, MessageError> {
    Ok(match u32::from_le_bytes(exactly(content)?) {
        0 => Unit::MgPerDl,
        1 => Unit::MmolPerL,
        other => Unit::Unknown(other),
    })
}

fn ascii(content: &[u8]) -> Result<String, MessageError> {
    let text = str::from_utf8(content).ok().filter(|text| text.is_ascii());
    printable(text.ok_or(MessageError::NotText)?)
}

/// The length may count the NUL at the end or not: the sources do not say.
fn ascii_with_length(content: &[u8]) -> Result<String, MessageError> {
    let unexpected = MessageError::Unexpected { length: content.len() };
    let (length, content) = content.split_first().ok_or(unexpected)?;
    match content.len().checked_sub(usize::from(*length)) {
        Some(0 | 1) => ascii(content),
        _ => Err(unexpected),
    }
}

fn utf16(content: &[u8]) -> Result<String, MessageError> {
    let (pairs, []) = content.as_chunks::<2>() else { return Err(MessageError::NotText) };
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    printable(&String::from_utf16(&units).map_err(|_| MessageError::NotText)?)
}

/// Text without the NULs and blanks around it.
fn printable(text: &str) -> Result<String, MessageError> {
    let text = text.trim_matches(['\0', ' ']);
    let is_printable = |character: char| {
        character.is_alphanumeric()
            || matches!(character, ' '..='~' | '\u{A9}' | '\u{AE}' | '\u{2122}')
    };
    if text.chars().all(is_printable) { Ok(text.to_owned()) } else { Err(MessageError::NotText) }
}

/// Why an answer does not say what was asked for.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum MessageError {
    /// A status that is no success.
    #[error("meter refused the request with status {status:#04x}")]
    Refused {
        /// What stood where success is `06`.
        status: u8,
    },
    /// Not the answer to what was asked.
    #[error("answer of {length} bytes has another form")]
    Unexpected {
        /// Bytes of the answer, or of what stands behind its status.
        length: usize,
    },
    /// A record that the meter does not have, though it counted it.
    #[error("meter has fewer records than it said")]
    Missing,
    /// A lasting number that another record has already.
    #[error("two records have the same lasting number")]
    Repeated,
    /// A time outside the calendar.
    #[error("time does not fit")]
    Time,
    /// Text that cannot be printed.
    #[error("text is not printable")]
    NotText,
}

impl MessageError {
    /// Short and stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::Unexpected { .. } => "unexpected-answer",
            Self::Missing => "count-mismatch",
            Self::Repeated => "repeated-record",
            Self::Time => "bad-time",
            Self::NotText => "bad-text",
        }
    }

    /// The error of a conversation, with the answer it is about.
    #[must_use]
    pub fn about(self, reply: &[u8]) -> DriverError {
        ProtocolError::new(self.code(), self.to_string()).with_bytes(reply).into()
    }
}

const SUCCESS: u8 = 0x06;

#[cfg(test)]
mod tests {
    use super::*;
    use meterport_sdk::time::checked;

    /// What the meter says, taken as the answer to a question.
    fn answer<T>(question: &Question<T>, reply: &[u8]) -> Result<T, MessageError> {
        (question.decode)(content(&question.request, reply)?)
    }

    #[test]
    fn a_refusal_and_another_answer_are_errors() {
        let refused = Err(MessageError::Refused { status: 9 });
        assert_eq!(answer(&Dialect::Iq.count(), &[0x03, 0x09]), refused);
        // An answer to a request of another service.
        let model = answer(&Dialect::Iq.model(), b"\x03\x06VerioIQ");
        assert_eq!(model, Err(MessageError::Unexpected { length: 9 }));
        let unexpected = |length| Err(MessageError::Unexpected { length });
        assert_eq!(answer(&Dialect::Iq.count(), &[]), unexpected(0));
        assert_eq!(answer(&Dialect::Iq.count(), &[0x03]), unexpected(1));
        // An answer to another request.
        assert_eq!(answer(&Dialect::Iq.count(), &[0x03, 0x06, 1, 0, 0, 0]), unexpected(4));
        let clock = answer(&Dialect::Blocks.clock(), &[0x03, 0x06, 1, 0]);
        assert_eq!(clock, Err(MessageError::Unexpected { length: 2 }));
    }

    #[test]
    fn text_that_cannot_be_printed_is_an_error() {
        for reply in [&b"\x03\x06ZX\0Q1"[..], b"\x03\x06ZX\nQ1", b"\x03\x06ZX\xC3\xA4Q1"] {
            let serial_number = answer(&Dialect::Iq.serial_number(), reply);
            assert_eq!(serial_number, Err(MessageError::NotText));
        }
        let broken: [&[u8]; 4] =
            [&[0x5A], &[0x5A, 0, 0x0A, 0, 0x5A, 0], &[0x00, 0xD8, 0x41, 0x00], &[0x2E, 0x20]];
        for text in broken {
            let reply = [&[0x03, 0x06], text].concat();
            let serial_number = answer(&Dialect::Blocks.serial_number(), &reply);
            assert_eq!(serial_number, Err(MessageError::NotText));
        }
    }

    #[test]
    fn a_version_with_another_length_than_it_says_is_an_error() {
        for reply in [&b"\x03\x06\x05V1.0"[..], b"\x03\x06\x02V1.0\0", b"\x03\x06"] {
            let version = answer(&Dialect::Iq.software(), reply);
            assert!(matches!(version, Err(MessageError::Unexpected { .. })));
        }
    }

    #[test]
    fn nuls_and_blanks_around_a_text_are_none_of_it() {
        let text = |reply| answer(&Dialect::Iq.serial_number(), reply);
        assert_eq!(text(b"\x03\x06ZXQ12345\0").as_deref(), Ok("ZXQ12345"));
        assert_eq!(text(b"\x03\x06ZXQ12345 \0\0").as_deref(), Ok("ZXQ12345"));
        assert_eq!(text(b"\x03\x06\0").as_deref(), Ok(""));
        for reply in [&b"\x03\x06\x04V1.0\0"[..], b"\x03\x06\x05V1.0\0", b"\x03\x06\x04V1.0"] {
            assert_eq!(answer(&Dialect::Iq.software(), reply).as_deref(), Ok("V1.0"));
        }
        assert_eq!(answer(&Dialect::Iq.model(), b"\x04\x06VerioIQ").as_deref(), Ok("VerioIQ"));
    }

    #[test]
    fn the_worked_answers_agree() {
        let serial = b"\x03\x06Z\0X\0Q\x001\x002\x003\x004\x005\0\0\0";
        let serial_number = answer(&Dialect::Blocks.serial_number(), serial);
        assert_eq!(serial_number.as_deref(), Ok("ZXQ12345"));
        let clock = answer(&Dialect::Iq.clock(), &[0x03, 0x06, 0xB0, 0x81, 0x42, 0x31]);
        assert_eq!(clock.ok(), checked(2026, 3, 10, 7, 16, 0));
        assert_eq!(answer(&Dialect::Iq.count(), &[0x03, 0x06, 6, 0]), Ok(6));
        let unit = answer(&Dialect::Blocks.unit(), &[0x03, 0x06, 0, 0, 0, 0]);
        assert_eq!(unit, Ok(Unit::MgPerDl));
        let unit = answer(&Dialect::Iq.unit(), &[0x03, 0x06, 2, 0, 0, 0]);
        assert_eq!(unit, Ok(Unit::Unknown(2)));
    }

    #[test]
    fn a_clock_may_show_any_second_that_four_bytes_hold() {
        assert_eq!(device_time([0; 4]).ok(), checked(2000, 1, 1, 0, 0, 0));
        assert_eq!(device_time([0xFF; 4]).ok(), checked(2136, 2, 7, 6, 28, 15));
    }
}
