//! The questions, and what the answers mean.
//!
//! | asked                | command | data of the request | data of the answer                      |
//! |----------------------|---------|---------------------|-----------------------------------------|
//! | model                | `24`    | 0                   | u16, its hex digits are the number; two bytes unknown |
//! | serial number, half  | `27`    | 0                   | its last four bytes, backwards          |
//! | the other half       | `28`    | 0                   | its first four bytes, backwards         |
//! | clock                | `23`    | 0                   | time, see `time.rs`                     |
//! | record count         | `2B`    | 0                   | u16; u16 unknown                        |
//! | time of record i     | `25`    | i u16 (0 is the newest) | time                                |
//! | value of record i    | `26`    | i u16               | see `record.rs`                         |
//!
//! Numbers are little-endian. An answer repeats the command, not the index: [`crate::session`] says
//! why one is never taken for another.
//!
//! Spec: `README.md`, sources 1 to 3. `33`, which sets the clock, and `52`, which clears the memory,
//! are absent on purpose: nothing in this driver can send them.

use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

use crate::time::{Time, decode_time};

/// What can be asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Command {
    Clock = 0x23,
    Model = 0x24,
    RecordTime = 0x25,
    RecordValue = 0x26,
    SerialLow = 0x27,
    SerialHigh = 0x28,
    Count = 0x2B,
}

/// One question, and how its answer is understood.
pub struct Question<T> {
    command: Command,
    data: [u8; 4],
    decode: fn([u8; 4]) -> Result<T, MessageError>,
}

impl<T> Question<T> {
    const fn new(command: Command, decode: fn([u8; 4]) -> Result<T, MessageError>) -> Self {
        Self { command, data: [0; 4], decode }
    }

    fn about(command: Command, index: u16, decode: fn([u8; 4]) -> Result<T, MessageError>) -> Self {
        let [low, high] = index.to_le_bytes();
        Self { command, data: [low, high, 0, 0], decode }
    }

    /// Command and data of the request.
    #[must_use]
    pub fn request(&self) -> (u8, [u8; 4]) {
        (self.command as u8, self.data)
    }

    /// What the answer's data say.
    ///
    /// # Errors
    ///
    /// They say nothing that can be.
    pub fn decode(&self, data: [u8; 4]) -> Result<T, MessageError> {
        (self.decode)(data)
    }
}

/// The model; it proves as well that a meter is there.
pub const MODEL: Question<Model> = Question::new(Command::Model, model);
/// The last half of the serial number.
pub const SERIAL_LOW: Question<[u8; 4]> = Question::new(Command::SerialLow, Ok);
/// The first half of the serial number.
pub const SERIAL_HIGH: Question<[u8; 4]> = Question::new(Command::SerialHigh, Ok);
/// The meter's clock.
pub const CLOCK: Question<Time> = Question::new(Command::Clock, decode_time);
/// How many records there are.
pub const COUNT: Question<u16> = Question::new(Command::Count, count);

/// The time of one record, and its bytes; 0 is the newest.
#[must_use]
pub fn record_time(index: u16) -> Question<(Time, [u8; 4])> {
    Question::about(Command::RecordTime, index, |data| Ok((decode_time(data)?, data)))
}

/// The value of one record, as it stands there.
#[must_use]
pub fn record_value(index: u16) -> Question<[u8; 4]> {
    Question::about(Command::RecordValue, index, Ok)
}

/// What a meter says it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Model {
    /// `4277` for a TD-4277, as four decimal digits in hex.
    pub digits: u16,
    /// Nobody has said what these two bytes mean.
    pub unknown: [u8; 2],
}

impl Model {
    /// A meter for blood from a fingertip. The maker numbers other devices (for blood pressure, for
    /// temperature) with another first digit, and their records mean something else.
    #[must_use]
    pub fn is_glucose_meter(self) -> bool {
        self.digits >> 12 == 4
    }

    /// As sent: `4277`.
    #[must_use]
    pub fn name(self) -> String {
        format!("{:04x}", self.digits)
    }
}

fn model([low, high, u0, u1]: [u8; 4]) -> Result<Model, MessageError> {
    let digits = u16::from_le_bytes([low, high]);
    let is_decimal = (0..4).all(|place| (digits >> (4 * place)) & 0xF <= 9);
    if is_decimal { Ok(Model { digits, unknown: [u0, u1] }) } else { Err(MessageError::Model) }
}

/// The serial number, in hex; `None` where both halves are empty memory.
#[must_use]
pub fn serial_number(high: [u8; 4], low: [u8; 4]) -> Option<String> {
    let bytes: Vec<u8> = high.iter().rev().chain(low.iter().rev()).copied().collect();
    let is_empty = [0x00, 0xFF].iter().any(|empty| bytes.iter().all(|byte| byte == empty));
    (!is_empty).then(|| bytes.iter().map(|byte| format!("{byte:02X}")).collect())
}

fn count([low, high, _, _]: [u8; 4]) -> Result<u16, MessageError> {
    match u16::from_le_bytes([low, high]) {
        // Memory that nobody has written. An empty meter says 0.
        u16::MAX => Err(MessageError::Count),
        count => Ok(count),
    }
}

/// Why an answer says nothing that can be.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum MessageError {
    /// A model has four decimal digits.
    #[error("model is no number")]
    Model,
    /// The count was never written.
    #[error("record count is no number")]
    Count,
    /// A time outside the calendar.
    #[error("time does not fit")]
    Time,
}

impl MessageError {
    /// Short and stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Model => "bad-model",
            Self::Count => "bad-count",
            Self::Time => "bad-time",
        }
    }

    /// The error of a conversation, with the data it is about.
    #[must_use]
    pub fn about(self, data: &[u8]) -> DriverError {
        ProtocolError::new(self.code(), self.to_string()).with_bytes(data).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_is_no_decimal_number_is_refused() {
        for data in [[0xFF; 4], [0x7A, 0x42, 0, 0], [0x77, 0xA2, 0, 0]] {
            assert_eq!(MODEL.decode(data), Err(MessageError::Model));
        }
    }

    #[test]
    fn a_count_that_was_never_written_is_refused_and_never_65535_records() {
        assert_eq!(COUNT.decode([0xFF; 4]), Err(MessageError::Count));
        assert_eq!(COUNT.decode([0, 0, 0xFF, 0xFF]), Ok(0));
        assert_eq!(COUNT.decode([0xE8, 0x03, 0x12, 0x34]), Ok(1000));
    }

    #[test]
    fn what_has_another_first_digit_is_no_glucose_meter() {
        for (data, is) in [([0x77, 0x42], true), ([0x41, 0x41], true), ([0x28, 0x31], false)] {
            let [low, high] = data;
            let model = MODEL.decode([low, high, 0, 0]).unwrap();
            assert_eq!(model.is_glucose_meter(), is, "{}", model.name());
        }
    }

    #[test]
    fn an_empty_serial_number_is_none() {
        assert_eq!(serial_number([0; 4], [0; 4]), None);
        assert_eq!(serial_number([0xFF; 4], [0xFF; 4]), None);
        assert_eq!(serial_number([0; 4], [1, 0, 0, 0]).as_deref(), Some("0000000000000001"));
    }

    #[test]
    fn the_worked_answers_agree() {
        assert_eq!(MODEL.decode([0x77, 0x42, 0, 0]).map(Model::name).as_deref(), Ok("4277"));
        let serial = serial_number([4, 3, 2, 1], [0x78, 0x56, 0x34, 0x12]);
        assert_eq!(serial.as_deref(), Some("0102030412345678"));
        assert_eq!(COUNT.decode([3, 0, 0, 0]), Ok(3));
        assert_eq!(record_time(1).request(), (0x25, [1, 0, 0, 0]));
        assert_eq!(record_value(0x0102).request(), (0x26, [2, 1, 0, 0]));
    }
}
