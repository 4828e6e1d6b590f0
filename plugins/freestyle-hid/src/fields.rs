//! The fields of one record: text between commas, quoted where a person wrote it.
//!
//! Times are `month,day,year,hour,minute` and, where the meter keeps them, `second`, on the meter's
//! own clock; years count from 2000. A clock that was lost is 255 in every field.
//!
//! Spec: `README.md`, sources 1 and 2. Pure.

use meterport_sdk::time::checked;
use meterport_sdk::wit::DeviceTime;
use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

use crate::text::decimal;

/// One record, cut at its commas.
pub struct Fields<'a> {
    fields: Vec<&'a [u8]>,
    line: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Cuts a record. A comma between quotes is part of its text.
    ///
    /// # Errors
    ///
    /// A text that does not end, or a record longer than any.
    pub fn cut(line: &'a [u8]) -> Result<Self, FieldError> {
        if line.len() > LONGEST {
            return Err(FieldError::TooLong);
        }
        let mut fields = Vec::new();
        let mut rest = line;
        loop {
            let end = match rest.strip_prefix(b"\"") {
                // A quote ends the text only where a field can end: nobody escapes them.
                Some(text) => quoted_end(text).ok_or(FieldError::Quote)?,
                None => rest.iter().position(|byte| *byte == b',').unwrap_or(rest.len()),
            };
            let (field, after) = rest.split_at_checked(end).ok_or(FieldError::Quote)?;
            fields.push(field);
            match after {
                [] => return Ok(Self { fields, line }),
                [_, more @ ..] => rest = more,
            }
        }
    }

    /// The record as it was sent.
    #[must_use]
    pub fn line(&self) -> &'a [u8] {
        self.line
    }

    /// How many fields there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.fields.len()
    }

    /// One field as it was sent.
    ///
    /// # Errors
    ///
    /// Too few fields.
    pub fn bytes(&self, index: usize) -> Result<&'a [u8], FieldError> {
        self.fields.get(index).copied().ok_or(FieldError::Missing { index })
    }

    /// A number without a sign.
    ///
    /// # Errors
    ///
    /// Too few fields, or something else than a number of 32 bits.
    pub fn number(&self, index: usize) -> Result<u32, FieldError> {
        decimal(self.bytes(index)?).ok_or(FieldError::NotANumber { index })
    }

    /// A number in thousandths.
    ///
    /// # Errors
    ///
    /// As [`Fields::number`], and a number that thousandths cannot hold.
    pub fn milli(&self, index: usize) -> Result<u32, FieldError> {
        self.number(index)?.checked_mul(1000).ok_or(FieldError::TooLarge { index })
    }

    /// Whether a number is there and not 0.
    ///
    /// # Errors
    ///
    /// As [`Fields::number`].
    pub fn flag(&self, index: usize) -> Result<bool, FieldError> {
        Ok(self.number(index)? != 0)
    }

    /// What a person wrote, without its quotes. The meter may cut it within a character.
    ///
    /// # Errors
    ///
    /// Too few fields, or a field without quotes.
    pub fn text(&self, index: usize) -> Result<String, FieldError> {
        let text = self.bytes(index)?.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\""));
        let text = text.ok_or(FieldError::NotText { index })?;
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    /// A date and time that begins at a field, with or without seconds.
    ///
    /// # Errors
    ///
    /// As [`Fields::number`].
    pub fn time(&self, begin: usize, seconds: Seconds) -> Result<Time, FieldError> {
        let count = match seconds {
            Seconds::Stored => 6,
            Seconds::Absent => 5,
        };
        let numbers: Vec<u32> =
            (begin..begin + count).map(|index| self.number(index)).collect::<Result<_, _>>()?;
        let (&[month, day, year, hour, minute], rest) =
            numbers.split_first_chunk::<5>().ok_or(FieldError::Missing { index: begin })?;
        if numbers.iter().all(|number| *number == LOST) {
            return Ok(Time::Lost);
        }
        let second = rest.first().copied().unwrap_or_default();
        Ok(match calendar([year, month, day, hour, minute, second]) {
            Some(time) => Time::Known(time),
            None => {
                let shown: Vec<String> = numbers.iter().map(u32::to_string).collect();
                Time::Impossible(shown.join(","))
            }
        })
    }
}

/// Whether records hold seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Seconds {
    /// Libre.
    Stored,
    /// All others.
    Absent,
}

/// The time of a record.
#[derive(Clone, PartialEq)]
pub enum Time {
    /// What the clock showed.
    Known(DeviceTime),
    /// The meter says that it has none.
    Lost,
    /// A time that no calendar has, as it was sent.
    Impossible(String),
}

impl Time {
    /// The time, if there is one.
    #[must_use]
    pub fn local(&self) -> Option<DeviceTime> {
        match self {
            Self::Known(time) => Some(*time),
            Self::Lost | Self::Impossible(_) => None,
        }
    }
}

/// The meter's clock, from the answers to `$date?` (`M,D,YY`) and `$time?` (`H,M`); `None` where it
/// is lost.
///
/// # Errors
///
/// Answers of another form.
pub fn clock(date: &str, time: &str) -> Result<Option<DeviceTime>, FieldError> {
    let numbers = |text: &str, count: usize| -> Result<Vec<u32>, FieldError> {
        let fields = Fields::cut(text.as_bytes())?;
        if fields.count() != count {
            return Err(FieldError::Missing { index: count });
        }
        (0..count).map(|index| fields.number(index)).collect()
    };
    let (date, time) = (numbers(date, 3)?, numbers(time, 2)?);
    let (&[month, day, year], &[hour, minute]) = (date.as_slice(), time.as_slice()) else {
        return Err(FieldError::Missing { index: 0 });
    };
    Ok(calendar([year, month, day, hour, minute, 0]))
}

fn calendar([year, month, day, hour, minute, second]: [u32; 6]) -> Option<DeviceTime> {
    let year = u16::try_from(year.checked_add(2000)?).ok()?;
    let small = |number: u32| u8::try_from(number).ok();
    checked(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?)
}

/// Bytes of a quoted field, both quotes counted; `text` begins behind the first.
fn quoted_end(text: &[u8]) -> Option<usize> {
    let end = text.windows(2).position(|pair| pair == b"\",");
    let end = end.or_else(|| text.strip_suffix(b"\"").map(<[u8]>::len))?;
    Some(end + 2)
}

/// Why a record does not say what its kind says. Names the field, never what stands in it.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum FieldError {
    /// Fewer fields than a record of this kind has.
    #[error("record has no field {index}")]
    Missing {
        /// Counted from 0.
        index: usize,
    },
    /// Something else than digits, or more of them than any number has.
    #[error("field {index} of a record is not a number")]
    NotANumber {
        /// Counted from 0.
        index: usize,
    },
    /// A number that thousandths cannot hold.
    #[error("value in field {index} of a record does not fit")]
    TooLarge {
        /// Counted from 0.
        index: usize,
    },
    /// A text without quotes.
    #[error("field {index} of a record is not a text")]
    NotText {
        /// Counted from 0.
        index: usize,
    },
    /// A quote that nothing ends.
    #[error("text in a record has no end")]
    Quote,
    /// Longer than any record.
    #[error("record is longer than 4096 bytes")]
    TooLong,
}

impl FieldError {
    /// Short and stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "value-too-large",
            Self::TooLong => "record-too-long",
            _ => "bad-record",
        }
    }

    /// The error of a conversation, with the record it is about.
    #[must_use]
    pub fn about(self, line: &[u8]) -> DriverError {
        ProtocolError::new(self.code(), self.to_string()).with_bytes(line).into()
    }
}

/// What a lost clock shows in every field.
const LOST: u32 = 255;
/// Longest record that can be kept as it is.
const LONGEST: usize = 4096;

#[cfg(test)]
mod tests;
