//! One stored result of 12 bytes.
//!
//! | byte   | meaning                                                                        |
//! |--------|--------------------------------------------------------------------------------|
//! | 0 – 7  | date and time, see `clock.rs`                                                  |
//! | 8, 9   | glucose in mg/dL whatever is displayed, see `sfloat.rs`                        |
//! | 10, 11 | status: 0 is an ordinary result                                                |
//!
//! Spec: IEEE 11073-10417 (the measurement status), `README.md`, sources 1 and 2. Pure.

use meterport_sdk::wit::DeviceTime;

use crate::clock;
use crate::error::FormatError;
use crate::sfloat::{self, Value};

/// Bytes of one result.
pub const LENGTH: usize = 12;

/// One result. It has no `Debug`.
#[derive(Clone, Copy, PartialEq)]
pub struct Record {
    /// On the meter's clock; absent where the bytes are no date.
    pub at: Option<DeviceTime>,
    /// Whether the meter had no time to write.
    pub time_unset: bool,
    /// In mg/dL.
    pub value: Value,
    /// See [`status`].
    pub status: u16,
    /// As read.
    pub bytes: [u8; LENGTH],
}

/// Bits of the status. Those without a name here have no meaning for a meter of this kind.
pub mod status {
    /// The value is not valid.
    pub const INVALID: u16 = 0x8000;
    /// The value is in doubt.
    pub const QUESTIONABLE: u16 = 0x4000;
    /// There is no value.
    pub const NOT_AVAILABLE: u16 = 0x2000;
    /// The meter was being calibrated.
    pub const CALIBRATING: u16 = 0x1000;
    /// Not measured, but made for a test of the meter.
    pub const TEST_DATA: u16 = 0x0800;
    /// Not measured, but made for showing the meter.
    pub const DEMO_DATA: u16 = 0x0400;
    /// All that have a name.
    pub const KNOWN: u16 = 0xFC00;
}

/// What the bytes of one result mean.
///
/// # Errors
///
/// Another length, or a number that the contract cannot hold; see [`sfloat::decode`].
pub fn decode(bytes: &[u8]) -> Result<Record, FormatError> {
    let bytes: [u8; LENGTH] =
        bytes.try_into().map_err(|_| FormatError::Long { field: "result" })?;
    let [c, y, month, d, h, m, s, f, high, low, status_high, status_low] = bytes;
    let time = [c, y, month, d, h, m, s, f];
    Ok(Record {
        at: clock::decode(time),
        time_unset: clock::is_unset(time),
        value: sfloat::decode(u16::from_be_bytes([high, low]))?,
        status: u16::from_be_bytes([status_high, status_low]),
        bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use meterport_sdk::time::checked;

    const WORKED: [u8; 12] = [0x20, 0x26, 3, 0x10, 7, 0x15, 0, 0, 0x00, 0x68, 0, 0];

    #[test]
    fn another_length_is_refused() {
        for length in [0, 11] {
            assert_eq!(decode(&WORKED[..length]).err().unwrap().code(), "bad-length");
        }
        assert_eq!(decode(&[0; 13]).err().unwrap().code(), "bad-length");
    }

    #[test]
    fn a_number_that_does_not_fit_is_refused_whatever_the_status() {
        let mut bytes = WORKED;
        (bytes[8], bytes[10]) = (0x7F, 0x80);
        assert_eq!(decode(&bytes).err(), Some(FormatError::ValueOutOfRange));
    }

    #[test]
    fn a_result_without_a_date_keeps_its_value() {
        let mut bytes = WORKED;
        bytes[2] = 0x00;
        let record = decode(&bytes).ok().unwrap();
        assert!(record.at.is_none() && record.value == Value::Milli(104_000));
    }

    #[test]
    fn the_worked_result_is_104_at_a_quarter_past_seven() {
        let record = decode(&WORKED).ok().unwrap();
        assert_eq!(record.at, checked(2026, 3, 10, 7, 15, 0));
        assert!(record.value == Value::Milli(104_000) && record.status == 0);
    }
}
