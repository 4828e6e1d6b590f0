//! Times, as the clock and the records have them: without seconds.
//!
//! | byte | meaning                                                              |
//! |------|----------------------------------------------------------------------|
//! | 0, 1 | u16, low byte first: bits 15-9 year since 2000, 8-5 month, 4-0 day   |
//! | 2    | bits 5-0 minute; the others mean something else                      |
//! | 3    | bits 4-0 hour; the others mean something else                        |
//!
//! A date without month and day, or of ones only, is that of a clock that was not set. How a meter
//! says so is not public: that is what cannot be a date and is what memory holds before anyone
//! writes to it. Every other date that the calendar does not have is an error.
//!
//! Spec: `README.md`, sources 1 and 2. Pure.

use meterport_sdk::time::checked;
use meterport_sdk::wit::DeviceTime;

use crate::message::MessageError;

/// What a clock showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Time {
    /// This, to the minute.
    At(DeviceTime),
    /// It was not set.
    Lost,
}

impl Time {
    /// The time, if there is one.
    #[must_use]
    pub fn local(self) -> Option<DeviceTime> {
        match self {
            Self::At(time) => Some(time),
            Self::Lost => None,
        }
    }
}

/// Takes a time apart.
///
/// # Errors
///
/// One that the calendar does not have.
pub fn decode_time([d0, d1, minute, hour]: [u8; 4]) -> Result<Time, MessageError> {
    let date = u16::from_le_bytes([d0, d1]);
    if date == u16::MAX || date & MONTH_AND_DAY == 0 {
        return Ok(Time::Lost);
    }
    let year = 2000 + (date >> 9);
    let field = |bits: u16, mask: u16| u8::try_from(bits & mask).map_err(|_| MessageError::Time);
    let (month, day) = (field(date >> 5, 0x0F)?, field(date, 0x1F)?);
    checked(year, month, day, hour & 0x1F, minute & 0x3F, 0).map(Time::At).ok_or(MessageError::Time)
}

const MONTH_AND_DAY: u16 = 0x01FF;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_the_calendar_does_not_have_is_an_error() {
        let feb_30 = ((26_u16 << 9) | (2 << 5) | 30).to_le_bytes();
        let month_13 = ((26_u16 << 9) | (13 << 5) | 1).to_le_bytes();
        for [d0, d1] in [feb_30, month_13] {
            assert_eq!(decode_time([d0, d1, 0, 0]), Err(MessageError::Time));
        }
        assert_eq!(decode_time([0x6A, 0x34, 60, 0]), Err(MessageError::Time));
        assert_eq!(decode_time([0x6A, 0x34, 0, 24]), Err(MessageError::Time));
    }

    #[test]
    fn a_month_or_a_day_alone_that_is_zero_is_an_error() {
        assert_eq!(decode_time([0x60, 0x34, 0, 0]), Err(MessageError::Time));
        assert_eq!(decode_time([0x0A, 0x34, 0, 0]), Err(MessageError::Time));
    }

    #[test]
    fn a_date_of_zeros_or_of_ones_is_a_lost_clock() {
        for data in [[0; 4], [0xFF; 4], [0, 0, 12, 7], [0x00, 0x34, 0, 0]] {
            assert_eq!(decode_time(data), Ok(Time::Lost));
        }
    }

    #[test]
    fn the_upper_bits_of_minute_and_hour_are_no_time() {
        let clean = decode_time([0x6A, 0x34, 0x0F, 0x07]);
        assert_eq!(decode_time([0x6A, 0x34, 0xCF, 0xE7]), clean);
        assert_eq!(clean.map(Time::local), Ok(checked(2026, 3, 10, 7, 15, 0)));
    }

    #[test]
    fn the_worked_clock_agrees() {
        let clock = decode_time([0x6A, 0x34, 0x02, 0x08]).unwrap();
        assert_eq!(clock.local(), checked(2026, 3, 10, 8, 2, 0));
    }
}
