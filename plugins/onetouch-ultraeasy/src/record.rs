//! The messages: what is asked, and what the answers mean.
//!
//! | asked         | request                                 | answer                                   |
//! |---------------|-----------------------------------------|------------------------------------------|
//! | version       | `05 0D 02`                              | `05 06 11`, 9 ASCII version, 8 ASCII date |
//! | serial number | `05 0B 02 00 00 00 00 84 6A E8 73 00`   | `05 06`, 9 ASCII                         |
//! | record count  | `05 1F F5 01` (record 501)              | `05 0F`, count u16                       |
//! | unit          | `05 09 02 09 00 00 00 00`               | `05 06`, u32: 0 mg/dL, 1 mmol/L          |
//! | clock         | `05 20 02 00 00 00 00`                  | `05 06`, u32                             |
//! | record i      | `05 1F`, i u16 (0 is the newest)        | `05 06`, time u32, value u32             |
//!
//! Numbers are little-endian. Times are seconds since 1970-01-01 00:00:00 on the meter's own clock.
//! Values are mg/dL, whatever is displayed; `FFFE` is LO, `FFFF` is HI.
//!
//! Spec: `README.md`, source 1. The requests that erase or set anything are absent on
//! purpose: nothing in this driver can send them.

use meterport_sdk::time::from_seconds;
use meterport_sdk::wit::DeviceTime;
use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

/// Asks for firmware version and date.
pub const VERSION: &[u8] = &[0x05, 0x0D, 0x02];
/// Asks for the serial number.
pub const SERIAL: &[u8] = &[0x05, 0x0B, 0x02, 0, 0, 0, 0, 0x84, 0x6A, 0xE8, 0x73, 0];
/// Asks for record 501, which no meter has: the answer is how many there are.
pub const COUNT: &[u8] = &[0x05, 0x1F, 0xF5, 0x01];
/// Asks for the displayed unit.
pub const UNIT: &[u8] = &[0x05, 0x09, 0x02, 0x09, 0, 0, 0, 0];
/// Asks for the clock.
pub const CLOCK: &[u8] = &[0x05, 0x20, 0x02, 0, 0, 0, 0];
/// Most records that a meter holds.
pub const CAPACITY: u16 = 500;

/// Asks for one record; 0 is the newest.
#[must_use]
pub fn request(index: u16) -> [u8; 4] {
    let [low, high] = index.to_le_bytes();
    [0x05, 0x1F, low, high]
}

/// One stored result.
#[derive(Clone, Copy, PartialEq)]
pub struct Record {
    /// On the meter's clock.
    pub at: DeviceTime,
    /// What it measured.
    pub value: Value,
    /// The bytes this was made of.
    pub bytes: [u8; 8],
}

/// A number, or the reason why there is none.
#[derive(Clone, Copy, PartialEq)]
pub enum Value {
    /// Thousandths of a mg/dL.
    Milli(u32),
    /// "LO".
    Low,
    /// "HI".
    High,
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

/// Takes a record apart.
///
/// # Errors
///
/// Another answer, or a number that does not fit.
pub fn decode(reply: &[u8]) -> Result<Record, RecordError> {
    let &[t0, t1, t2, t3, v0, v1, v2, v3] = success(reply)? else {
        // The answer to a record that is not there is the count.
        return Err(match reply {
            [0x05, COUNT_STATUS, _, _] => RecordError::Missing,
            _ => RecordError::Unexpected { length: reply.len() },
        });
    };
    let value = match u32::from_le_bytes([v0, v1, v2, v3]) {
        LOW => Value::Low,
        HIGH => Value::High,
        mg_per_dl => Value::Milli(mg_per_dl.checked_mul(1000).ok_or(RecordError::TooLarge)?),
    };
    Ok(Record {
        at: device_time([t0, t1, t2, t3])?,
        value,
        bytes: [t0, t1, t2, t3, v0, v1, v2, v3],
    })
}

/// The firmware version. The date that stands behind it is not needed.
///
/// # Errors
///
/// Another answer.
pub fn firmware(reply: &[u8]) -> Result<String, RecordError> {
    match success(reply)? {
        [VERSION_LENGTH, text @ ..] if has_length(text, usize::from(VERSION_LENGTH)) => {
            printable(text.get(..VERSION_TEXT).unwrap_or_default())
        }
        _ => Err(RecordError::Unexpected { length: reply.len() }),
    }
}

/// The serial number.
///
/// # Errors
///
/// Another answer.
pub fn serial_number(reply: &[u8]) -> Result<String, RecordError> {
    match success(reply)? {
        text if has_length(text, SERIAL_TEXT) => printable(text),
        _ => Err(RecordError::Unexpected { length: reply.len() }),
    }
}

/// How many records there are.
///
/// # Errors
///
/// Another answer, or more than a meter holds.
pub fn count(reply: &[u8]) -> Result<u16, RecordError> {
    let &[0x05, COUNT_STATUS, low, high] = reply else {
        return Err(success(reply)
            .err()
            .unwrap_or(RecordError::Unexpected { length: reply.len() }));
    };
    let count = u16::from_le_bytes([low, high]);
    if count > CAPACITY {
        return Err(RecordError::TooMany { count });
    }
    Ok(count)
}

/// The displayed unit.
///
/// # Errors
///
/// Another answer.
pub fn unit(reply: &[u8]) -> Result<Unit, RecordError> {
    Ok(match u32::from_le_bytes(four(reply)?) {
        0 => Unit::MgPerDl,
        1 => Unit::MmolPerL,
        other => Unit::Unknown(other),
    })
}

/// The meter's clock.
///
/// # Errors
///
/// Another answer.
pub fn clock(reply: &[u8]) -> Result<DeviceTime, RecordError> {
    device_time(four(reply)?)
}

/// What stands behind `05 06`.
fn success(reply: &[u8]) -> Result<&[u8], RecordError> {
    match reply {
        [0x05, 0x06, content @ ..] => Ok(content),
        // No error: it is what a count, and a record that is not there, are answered with.
        [0x05, COUNT_STATUS, ..] => Ok(&[]),
        [0x05, status, ..] => Err(RecordError::Refused { status: *status }),
        _ => Err(RecordError::Unexpected { length: reply.len() }),
    }
}

fn four(reply: &[u8]) -> Result<[u8; 4], RecordError> {
    let content = success(reply)?;
    content.try_into().map_err(|_| RecordError::Unexpected { length: reply.len() })
}

fn device_time(bytes: [u8; 4]) -> Result<DeviceTime, RecordError> {
    from_seconds(i64::from(u32::from_le_bytes(bytes))).ok_or(RecordError::Time)
}

/// So many bytes, and behind them nothing but padding.
fn has_length(text: &[u8], length: usize) -> bool {
    text.get(length..).is_some_and(|behind| behind.iter().all(is_padding))
}

fn is_padding(byte: &u8) -> bool {
    matches!(byte, 0 | b' ')
}

/// Text without the NUL bytes and blanks around it.
fn printable(text: &[u8]) -> Result<String, RecordError> {
    let begin = text.iter().position(|byte| !is_padding(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !is_padding(byte)).map_or(begin, |last| last + 1);
    let text = text.get(begin..end).unwrap_or_default();
    if !text.iter().all(|byte| matches!(byte, 0x20..=0x7E)) {
        return Err(RecordError::NotText);
    }
    Ok(text.iter().map(|byte| char::from(*byte)).collect())
}

/// Why an answer does not say what was asked for.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum RecordError {
    /// The meter has no such answer.
    #[error("meter refused the request with status {status:#04x}")]
    Refused {
        /// What stood where success is `06`.
        status: u8,
    },
    /// Not the answer to what was asked.
    #[error("answer of {length} bytes has another form")]
    Unexpected {
        /// Bytes of the answer.
        length: usize,
    },
    /// Fewer records than the meter said.
    #[error("meter has fewer records than it said")]
    Missing,
    /// More records than a meter holds.
    #[error("meter says it holds {count} records, the most is 500")]
    TooMany {
        /// What it said.
        count: u16,
    },
    /// A value that thousandths of a mg/dL cannot hold.
    #[error("value does not fit")]
    TooLarge,
    /// A time outside the calendar.
    #[error("time does not fit")]
    Time,
    /// Not printable ASCII.
    #[error("text is not printable")]
    NotText,
}

impl RecordError {
    /// Short and stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::Unexpected { .. } => "unexpected-answer",
            Self::Missing => "count-mismatch",
            Self::TooMany { .. } => "too-many-records",
            Self::TooLarge => "value-too-large",
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

const COUNT_STATUS: u8 = 0x0F;
const VERSION_LENGTH: u8 = 0x11;
const VERSION_TEXT: usize = 9;
const SERIAL_TEXT: usize = 9;
const LOW: u32 = 0xFFFE;
const HIGH: u32 = 0xFFFF;

#[cfg(test)]
mod tests {
    use super::*;
    use meterport_sdk::time::checked;

    #[test]
    fn a_value_too_large_for_thousandths_is_an_error_never_the_largest_one() {
        let reply = [0x05, 0x06, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF];
        assert!(matches!(decode(&reply), Err(RecordError::TooLarge)));
    }

    #[test]
    fn a_record_that_is_not_there_is_a_wrong_count() {
        let error = decode(&[0x05, 0x0F, 0x02, 0x00]).err();
        assert_eq!(error.map(RecordError::code), Some("count-mismatch"));
    }

    #[test]
    fn a_refusal_and_another_answer_are_errors() {
        assert_eq!(serial_number(&[0x05, 0x07]), Err(RecordError::Refused { status: 7 }));
        assert_eq!(count(&[0x05, 0x07]), Err(RecordError::Refused { status: 7 }));
        assert_eq!(count(&[0x05, 0x06, 1, 0]), Err(RecordError::Unexpected { length: 4 }));
        assert_eq!(unit(&[0x05, 0x0F, 1, 0]), Err(RecordError::Unexpected { length: 4 }));
        assert_eq!(clock(&[]), Err(RecordError::Unexpected { length: 0 }));
        assert_eq!(firmware(b"\x05\x06\x11P02"), Err(RecordError::Unexpected { length: 6 }));
        assert_eq!(serial_number(b"\x05\x06KPQ1\x00234E"), Err(RecordError::NotText));
        assert_eq!(count(&[0x05, 0x0F, 0xF5, 0x01]), Err(RecordError::TooMany { count: 501 }));
    }

    #[test]
    fn nul_bytes_and_blanks_around_a_text_are_none_of_it() {
        assert_eq!(serial_number(b"\x05\x06KPQ1234\0\0").as_deref(), Ok("KPQ1234"));
        assert_eq!(serial_number(b"\x05\x06KPQ1234  ").as_deref(), Ok("KPQ1234"));
        assert_eq!(serial_number(b"\x05\x06\0 KPQ1234").as_deref(), Ok("KPQ1234"));
        assert_eq!(serial_number(b"\x05\x06KPQ1234ER\0 ").as_deref(), Ok("KPQ1234ER"));
        assert_eq!(firmware(b"\x05\x06\x11P02.00\0\0\x0025/05/07").as_deref(), Ok("P02.00"));
        assert_eq!(firmware(b"\x05\x06\x11P02.00.0025/05/07\0").as_deref(), Ok("P02.00.00"));
        // More text, or less of it, is another answer.
        assert!(serial_number(b"\x05\x06KPQ1234ER5").is_err());
        assert!(serial_number(b"\x05\x06KPQ1234").is_err());
    }

    #[test]
    fn the_worked_answers_agree() {
        let record = decode(&[0x05, 0x06, 0xF4, 0xC4, 0xAF, 0x69, 0x68, 0, 0, 0]).ok().unwrap();
        assert_eq!(Some(record.at), checked(2026, 3, 10, 7, 15, 0));
        assert!(record.value == Value::Milli(104_000));
        let record = decode(&[0x05, 0x06, 0x74, 0x73, 0xAE, 0x69, 0xFF, 0xFF, 0, 0]).ok().unwrap();
        assert!(record.value == Value::High);
        assert_eq!(firmware(b"\x05\x06\x11P02.00.0025/05/07").as_deref(), Ok("P02.00.00"));
        assert_eq!(serial_number(b"\x05\x06KPQ1234ER").as_deref(), Ok("KPQ1234ER"));
        assert_eq!(count(&[0x05, 0x0F, 2, 0]), Ok(2));
        assert_eq!(unit(&[0x05, 0x06, 0, 0, 0, 0]), Ok(Unit::MgPerDl));
    }
}
