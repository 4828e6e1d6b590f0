//! Replies in text, put together from the data of their reports.
//!
//! ```text
//! message CR LF ..  "CKSM:" 8 hex CR LF "CMD OK" CR LF
//!                   "CKSM:00000000" CR LF "CMD Fail!" CR LF
//! ```
//!
//! The checksum is the 32-bit sum of every byte before `CKSM:`. A list of records has a second one:
//!
//! ```text
//! record CR LF record CR LF ..  count "," 8 hex CR LF      or      "Log Empty" CR LF
//! ```
//!
//! which is the sum of the records with their line ends.
//!
//! Spec: `README.md`, sources 1 and 2. Pure.

use meterport_sdk::check::sum32;
use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

/// Whether these bytes, which came so far, are a whole reply.
#[must_use]
pub fn is_whole(reply: &[u8]) -> bool {
    status(reply).is_some()
}

/// The message of a whole reply, its line ends included.
///
/// # Errors
///
/// A refusal, or a reply that is damaged or not whole.
pub fn message(reply: &[u8]) -> Result<&[u8], TextError> {
    let (before, sum) = match status(reply).ok_or(TextError::NoEnd)? {
        Status::Refused => return Err(TextError::Refused),
        Status::Done { message, sum } => (message, sum),
    };
    let computed = sum32(before);
    if sum != computed {
        return Err(TextError::Checksum { received: sum, computed });
    }
    Ok(before)
}

/// One line of printable ASCII: what most questions are answered with.
///
/// # Errors
///
/// Another message.
pub fn line(message: &[u8]) -> Result<String, TextError> {
    let text = message.strip_suffix(LINE_END).unwrap_or(message);
    let text = std::str::from_utf8(text).map_err(|_| TextError::NotText)?.trim_matches(' ');
    let printable = text.bytes().all(|byte| matches!(byte, 0x20..=0x7E));
    if printable { Ok(text.to_owned()) } else { Err(TextError::NotText) }
}

/// The records of a list, in the order they were sent, without their line ends.
///
/// # Errors
///
/// A list that is damaged, not whole or not as long as it says.
pub fn list(message: &[u8]) -> Result<Vec<Vec<u8>>, TextError> {
    let lines = message.strip_suffix(LINE_END).ok_or(TextError::Malformed)?;
    if lines == b"Log Empty" {
        return Ok(Vec::new());
    }
    // The last line is the only one that says how many there were.
    let begin_of_last = lines
        .windows(LINE_END.len())
        .rposition(|pair| pair == LINE_END)
        .map_or(0, |at| at + LINE_END.len());
    let (records, last) = lines.split_at_checked(begin_of_last).ok_or(TextError::Malformed)?;
    let comma = last.iter().position(|byte| *byte == b',').ok_or(TextError::Malformed)?;
    let (count, sum) = last.split_at_checked(comma).ok_or(TextError::Malformed)?;
    let count = decimal(count).ok_or(TextError::Malformed)?;
    if count > MOST_RECORDS {
        return Err(TextError::TooMany { said: count });
    }
    let received = hex8(sum.get(1..).unwrap_or_default()).ok_or(TextError::Malformed)?;
    let computed = sum32(records);
    if received != computed {
        return Err(TextError::ListChecksum { received, computed });
    }
    let found = lines_of(records).count();
    if u32::try_from(found).ok() != Some(count) {
        return Err(TextError::Count { said: count, found });
    }
    Ok(lines_of(records).map(<[u8]>::to_vec).collect())
}

/// Digits and nothing else.
#[must_use]
pub fn decimal(bytes: &[u8]) -> Option<u32> {
    let digits = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(bytes).ok().filter(|_| digits)?.parse().ok()
}

enum Status<'a> {
    Done { message: &'a [u8], sum: u32 },
    Refused,
}

/// How the reply ends, if it does.
fn status(reply: &[u8]) -> Option<Status<'_>> {
    if let Some(rest) = reply.strip_suffix(b"CMD Fail!\r\n") {
        return sum_line(rest).map(|_| Status::Refused);
    }
    let (message, sum) = sum_line(reply.strip_suffix(b"CMD OK\r\n")?)?;
    Some(Status::Done { message, sum })
}

/// What stands before the checksum at the end, and the checksum.
fn sum_line(bytes: &[u8]) -> Option<(&[u8], u32)> {
    let (rest, digits) = bytes.strip_suffix(LINE_END)?.split_last_chunk::<8>()?;
    Some((rest.strip_suffix(b"CKSM:")?, hex8(digits)?))
}

/// Lines without their ends; each of them has one.
fn lines_of(mut records: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let end = records.windows(LINE_END.len()).position(|pair| pair == LINE_END)?;
        let (line, rest) = records.split_at(end);
        records = rest.get(LINE_END.len()..).unwrap_or_default();
        Some(line)
    })
}

fn hex8(digits: &[u8]) -> Option<u32> {
    let good = digits.len() == 8 && digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| good)?;
    u32::from_str_radix(digits, 16).ok()
}

/// Why a reply does not say what was asked for.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum TextError {
    /// The meter does not know the command, or does not do it now.
    #[error("meter refused the command")]
    Refused,
    /// No whole reply.
    #[error("reply has no end")]
    NoEnd,
    /// The checksum of the reply does not agree.
    #[error("reply is damaged: checksum is {received:#010x}, expected {computed:#010x}")]
    Checksum {
        /// What stood in the reply.
        received: u32,
        /// What its bytes give.
        computed: u32,
    },
    /// The checksum of the list does not agree.
    #[error("list is damaged: checksum is {received:#010x}, expected {computed:#010x}")]
    ListChecksum {
        /// What stood at its end.
        received: u32,
        /// What its bytes give.
        computed: u32,
    },
    /// Another number of records.
    #[error("list says it holds {said} records, {found} are there")]
    Count {
        /// As it says.
        said: u32,
        /// Lines.
        found: usize,
    },
    /// More records than any meter holds.
    #[error("list says it holds {said} records, more than any meter")]
    TooMany {
        /// As it says.
        said: u32,
    },
    /// Not the answer to what was asked.
    #[error("reply has another form")]
    Malformed,
    /// Not printable ASCII.
    #[error("text is not printable")]
    NotText,
}

impl TextError {
    /// Short and stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::NoEnd => "truncated",
            Self::Checksum { .. } | Self::ListChecksum { .. } => "bad-checksum",
            Self::Count { .. } => "count-mismatch",
            Self::TooMany { .. } => "too-many-records",
            Self::Malformed => "unexpected-answer",
            Self::NotText => "bad-text",
        }
    }
}

impl From<TextError> for DriverError {
    fn from(error: TextError) -> Self {
        ProtocolError::new(error.code(), error.to_string()).into()
    }
}

/// More than a year of sensor values; the meters hold a quarter of that.
pub const MOST_RECORDS: u32 = 40_000;

const LINE_END: &[u8] = b"\r\n";

#[cfg(test)]
mod tests;
