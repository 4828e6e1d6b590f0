//! The answer to `$mem` and `$xmem`: a header, records and a checksum, all in one.
//!
//! ```text
//! CR LF
//! serial number CR LF
//! version CR LF
//! clock CR LF                     with seconds, which no record has
//! count CR LF                     three digits, or `Log Empty`
//! [CR LF]                         or a lone LF
//! records, each CR LF
//! 0xHHHH SP SP END CR LF          16-bit sum of every byte before `0x`
//! ```
//!
//! STX and ETX around it, which some cables drop, are outside the sum and are gone before this
//! module sees the bytes. What stands before the first CR LF (noise, an echo of the command, an
//! answer to another one) belongs to nothing.
//!
//! Spec: `README.md`, "Sources". This module is pure: it never waits, retries or logs.

use meterport_sdk::check::sum16;
use meterport_sdk::wit::DeviceTime;
use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

use crate::record;

/// Why an answer is not believed.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum FrameError {
    /// There is no header, or not all of one.
    #[error("the `{field}` of the answer is missing or not as described")]
    Header {
        /// The line of the header.
        field: &'static str,
    },
    /// The answer does not end in a checksum.
    #[error("the answer has no checksum at its end")]
    NoChecksum,
    /// The checksum is another one.
    #[error("the answer is damaged: checksum is 0x{received:04X}, expected 0x{computed:04X}")]
    Checksum {
        /// What the answer says.
        received: u16,
        /// What its bytes add up to.
        computed: u16,
    },
    /// Not as many records as the header promises.
    #[error("the header promises {promised} records, and {sent} came")]
    Count {
        /// In the header.
        promised: usize,
        /// Lines of records.
        sent: usize,
    },
}

impl FrameError {
    /// As the driver's own error, with the answer it is about.
    #[must_use]
    pub fn about(&self, answer: &[u8]) -> DriverError {
        let code = match self {
            Self::Header { .. } => "bad-header",
            Self::NoChecksum => "truncated",
            Self::Checksum { .. } => "bad-checksum",
            Self::Count { .. } => "count-mismatch",
        };
        ProtocolError::new(code, self.to_string()).with_bytes(answer).into()
    }
}

/// One whole and undamaged answer.
#[derive(Clone, PartialEq)]
pub struct Dump<'a> {
    /// Of the meter.
    pub serial: &'a str,
    /// As sent, such as `1.43     -P`.
    pub version: &'a str,
    /// What the meter's clock showed; `None` for a date no calendar has.
    pub clock: Option<DeviceTime>,
    /// The lines of the records, without their ends; the newest first.
    pub lines: Vec<&'a [u8]>,
}

impl<'a> Dump<'a> {
    /// Checks and takes apart everything that came up to the end of an answer.
    ///
    /// # Errors
    ///
    /// Whatever is not whole and undamaged.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, FrameError> {
        let lines = split(bytes);
        // Only the header's clock has seconds; the last one is this answer's.
        let clock_at = lines.iter().rposition(|line| is_clock(line.text));
        let clock_at = clock_at.ok_or(FrameError::Header { field: "clock" })?;
        let before = |back: usize| clock_at.checked_sub(back).and_then(|at| lines.get(at));
        let (Some(serial), Some(version)) = (before(2), before(1)) else {
            return Err(FrameError::Header { field: "serial number" });
        };
        let mut after = lines.iter().skip(clock_at + 1).filter(|line| !line.text.is_empty());
        let count = after.next().ok_or(FrameError::Header { field: "count" })?;
        let mut rest: Vec<&Line<'a>> = after.collect();
        let end = rest.pop().ok_or(FrameError::NoChecksum)?;

        let empty = count.text == b"Log Empty";
        match checksum(end.text) {
            Some(received) => {
                // The sum begins with the CR LF in front of the serial number.
                let from = serial.start.saturating_sub(2);
                let computed = sum16(bytes.get(from..end.start).unwrap_or_default());
                if received != computed {
                    return Err(FrameError::Checksum { received, computed });
                }
            }
            // An empty memory may end without one.
            None if empty && end.text == b"END" => {}
            None => return Err(FrameError::NoChecksum),
        }
        let promised = if empty { Some(0) } else { number(count.text) };
        let promised = promised.ok_or(FrameError::Header { field: "count" })?;
        if promised != rest.len() {
            return Err(FrameError::Count { promised, sent: rest.len() });
        }
        let clock = lines.get(clock_at).and_then(|line| record::clock(line.text));
        Ok(Self {
            serial: text(serial.text).ok_or(FrameError::Header { field: "serial number" })?,
            version: text(version.text).ok_or(FrameError::Header { field: "version" })?,
            clock: clock.ok_or(FrameError::Header { field: "clock" })?,
            lines: rest.iter().map(|line| line.text).collect(),
        })
    }
}

/// True for the line that ends an answer, damaged or not.
#[must_use]
pub fn is_end(line: &[u8]) -> bool {
    line.trim_ascii_end().ends_with(b"END")
}

/// True for the clock in the header: a date and a time with seconds, and no tab, which `$colq` has.
#[must_use]
pub fn is_clock(line: &[u8]) -> bool {
    !line.contains(&b'\t') && record::clock(line.trim_ascii()).is_some()
}

/// Three digits, or four in a memory of a thousand: how many records the header promises.
#[must_use]
pub fn number(text: &[u8]) -> Option<usize> {
    let text = text.trim_ascii();
    if !(3..=4).contains(&text.len()) {
        return None;
    }
    text.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + usize::from(digit - b'0'))
    })
}

struct Line<'a> {
    start: usize,
    /// Without blanks and line end.
    text: &'a [u8],
}

fn split(bytes: &[u8]) -> Vec<Line<'_>> {
    let mut start = 0;
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| {
            let from = start;
            start += line.len();
            Line { start: from, text: line.trim_ascii() }
        })
        .collect()
}

/// `0xHHHH  END`.
fn checksum(line: &[u8]) -> Option<u16> {
    let &[b'0', b'x', a, b, c, d, b' ', ref rest @ ..] = line else { return None };
    if rest.trim_ascii_start() != b"END" {
        return None;
    }
    [a, b, c, d].iter().try_fold(0_u16, |sum, digit| {
        Some((sum << 4) | u16::try_from(char::from(*digit).to_digit(16)?).ok()?)
    })
}

/// Printable ASCII, and something.
fn text(bytes: &[u8]) -> Option<&str> {
    let printable = bytes.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    (printable && !bytes.is_empty()).then(|| std::str::from_utf8(bytes).ok()).flatten()
}

#[cfg(test)]
mod tests;
