//! What one line of an answer says.
//!
//! | group     | line                                     | flags                                |
//! |-----------|------------------------------------------|--------------------------------------|
//! | Lite      | `vvv  Mmmm dd yyyy hh:mm tt 0xff`        | low digit 1: control solution        |
//! | Precision | `vvv  Mmmm dd yyyy hh:mm (G or K) 0xff`  | bit 0: control; bit 1: clock not set |
//!
//! `vvv` is three digits, `HI` or `LO`: mg/dL, or eighteenths of a mmol/L of ketone (`K`). `tt` is
//! two hex digits. The month has three letters, except `June` and `July`. Characters that are no
//! digits may stand before a record.
//!
//! A date that the calendar does not have is no time, and its record is kept without one; a line of
//! another shape is an error.
//!
//! Spec: `README.md`, "Sources". This module is pure.

use meterport_sdk::wit::DeviceTime;
use meterport_sdk::{DriverError, ProtocolError, time};
use thiserror::Error;

/// Why an undamaged line is not understood. Names the field, never its content.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the `{field}` of a record is not as described")]
pub struct RecordError {
    /// The field of the line.
    pub field: &'static str,
}

impl From<RecordError> for DriverError {
    fn from(error: RecordError) -> Self {
        ProtocolError::new("bad-record", error.to_string()).into()
    }
}

/// Meters that share a command and a form of records.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Group {
    /// FreeStyle Lite, Freedom Lite, Mini.
    Lite,
    /// Precision Xtra, Optium, Xceed.
    Precision,
}

impl Group {
    /// No meter says which of its group it is.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lite => "FreeStyle Lite / Freedom Lite / Mini",
            Self::Precision => "Precision Xtra / Optium / Xceed",
        }
    }
}

/// What stands in front of a record.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Value {
    /// Three digits.
    Number(u16),
    /// `HI`.
    High,
    /// `LO`.
    Low,
}

/// What was measured, and by which group.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Kind {
    /// Glucose, by the Lite group; the byte is the "plasma type".
    LiteGlucose(u8),
    /// Glucose, by the Precision group.
    Glucose,
    /// Ketone, by the Precision group.
    Ketone,
}

/// One result as the meter stores it.
#[derive(Clone, PartialEq)]
pub struct Record {
    /// mg/dL, or eighteenths of a mmol/L.
    pub value: Value,
    /// On the meter's clock; `None` for a date no calendar has.
    pub at: Option<DeviceTime>,
    /// Date and time as sent.
    pub at_text: String,
    /// Glucose or ketone.
    pub kind: Kind,
    /// As stored.
    pub flags: u8,
}

impl Record {
    /// Reads one line.
    ///
    /// # Errors
    ///
    /// A line of another shape.
    pub fn parse(line: &[u8]) -> Result<Self, RecordError> {
        let bad = |field| RecordError { field };
        let text = std::str::from_utf8(without_stray(line)).map_err(|_| bad("text"))?;
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        let &[value, month, day, year, clock, kind, flags] = words.as_slice() else {
            return Err(bad("shape"));
        };
        let value = match value {
            "HI" => Value::High,
            "LO" => Value::Low,
            number => Value::Number(digits(number, 3).ok_or(bad("value"))?),
        };
        // The month has four characters.
        let at_text = format!("{month:<4} {day} {year} {clock}");
        let (year, month, day) = date(month, day, year).ok_or(bad("date"))?;
        let (hour, minute) = clock.split_once(':').ok_or(bad("time"))?;
        let hour = small(hour).ok_or(bad("time"))?;
        let minute = small(minute).ok_or(bad("time"))?;
        let kind = match kind {
            "G" => Kind::Glucose,
            "K" => Kind::Ketone,
            other => Kind::LiteGlucose(byte(other).ok_or(bad("type"))?),
        };
        let flags = flags.strip_prefix("0x").and_then(byte).ok_or(bad("flags"))?;
        let at = time::checked(year, month, day, hour, minute, 0);
        Ok(Self { value, at, at_text, kind, flags })
    }

    /// Which group stores records of this form.
    #[must_use]
    pub fn group(&self) -> Group {
        match self.kind {
            Kind::LiteGlucose(_) => Group::Lite,
            Kind::Glucose | Kind::Ketone => Group::Precision,
        }
    }
}

/// The group of a whole memory; `None` for an empty one.
///
/// # Errors
///
/// Records of both groups in one memory.
pub fn group_of(records: &[Record]) -> Result<Option<Group>, RecordError> {
    let mut groups = records.iter().map(Record::group);
    let first = groups.next();
    match groups.find(|group| Some(*group) != first) {
        Some(_) => Err(RecordError { field: "type" }),
        None => Ok(first),
    }
}

/// `Mmmm dd yyyy hh:mm:ss`. The outer `None` is another line, the inner a date no calendar has.
#[must_use]
pub fn clock(line: &[u8]) -> Option<Option<DeviceTime>> {
    let words: Vec<&str> = std::str::from_utf8(line).ok()?.split_ascii_whitespace().collect();
    let &[month, day, year, clock] = words.as_slice() else { return None };
    let (year, month, day) = date(month, day, year)?;
    let mut parts = clock.split(':').map(small);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    Some(time::checked(year, month, day, hour, minute, second))
}

fn date(month: &str, day: &str, year: &str) -> Option<(u16, u8, u8)> {
    let month = MONTHS.iter().position(|names| names.contains(&month))?;
    Some((digits(year, 4)?, u8::try_from(month + 1).ok()?, small(day)?))
}

/// From the first digit, `HI` or `LO` on.
fn without_stray(line: &[u8]) -> &[u8] {
    let begins = |rest: &[u8]| {
        rest.first().is_some_and(u8::is_ascii_digit)
            || rest.starts_with(b"HI ")
            || rest.starts_with(b"LO ")
    };
    let start = (0..line.len()).find(|at| line.get(*at..).is_some_and(begins));
    start.and_then(|at| line.get(at..)).unwrap_or_default()
}

fn small(text: &str) -> Option<u8> {
    digits(text, 2).and_then(|number| u8::try_from(number).ok())
}

/// So many digits and nothing else: no sign, no blank.
fn digits(text: &str, count: usize) -> Option<u16> {
    let good = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| text.parse().ok()).flatten()
}

/// Two hex digits.
fn byte(text: &str) -> Option<u8> {
    let good = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    good.then(|| u8::from_str_radix(text, 16).ok()).flatten()
}

/// In a field of four characters; the clock of some answers has three letters for all.
const MONTHS: [&[&str]; 12] = [
    &["Jan"],
    &["Feb"],
    &["Mar"],
    &["Apr"],
    &["May"],
    &["June", "Jun"],
    &["July", "Jul"],
    &["Aug"],
    &["Sep", "Sept"],
    &["Oct"],
    &["Nov"],
    &["Dec"],
];

#[cfg(test)]
mod tests;
