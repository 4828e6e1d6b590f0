//! What the lines of the OneTouch Ultra 2 say.
//!
//! | line                                                                          | type         |
//! |-------------------------------------------------------------------------------|--------------|
//! | `F "DOW","MM/DD/YY","HH:MM:SS   "`                                            | [`clock`]    |
//! | `@ "SSSSSSSSS"`                                                               | [`serial`]   |
//! | `?P02.00.00 30/08/06`                                                         | [`firmware`] |
//! | `SU?,"MG/DL "` or `SU?,"MMOL/L"`                                              | [`unit`]     |
//! | `P nnn,"SSSSSSSSS","MG/DL "`                                                  | [`Header`]   |
//! | `P "DOW","MM/DD/YY","HH:MM:SS   ","vvvvvv","m","cc", 00`                      | [`Record`]   |
//!
//! Years are 2000 to 2099. A date that the calendar does not have is no time at all, and its record
//! is kept without one; a line of another shape is an error.
//!
//! Spec: `README.md`, "Sources". This module is pure.

use meterport_sdk::wit::{ConcentrationUnit, DeviceTime};
use meterport_sdk::{DriverError, ProtocolError, time};
use thiserror::Error;

/// Why an undamaged line is not understood. Names the field, never its content.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("`{field}` is not as described in a line that adds up")]
pub struct RecordError {
    /// The field of the line.
    pub field: &'static str,
    /// The line, which may hold a result.
    line: Redacted,
}

/// Text that nobody prints.
#[derive(Clone, Eq, PartialEq)]
struct Redacted(String);

impl std::fmt::Debug for Redacted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("..")
    }
}

impl From<RecordError> for DriverError {
    fn from(error: RecordError) -> Self {
        let told = error.to_string();
        ProtocolError::new("bad-record", told).with_bytes(error.line.0.as_bytes()).into()
    }
}

/// The answer to `DMF`: what the meter's clock shows, or `None` for a date no calendar has.
///
/// # Errors
///
/// Another line.
pub fn clock(text: &str) -> Result<Option<DeviceTime>, RecordError> {
    match fields(text, "F ").as_deref() {
        Some([weekday, date, clock]) => at(weekday, date, clock).ok_or(bad("clock", text)),
        _ => Err(bad("clock", text)),
    }
}

/// The answer to `DM@`.
///
/// # Errors
///
/// Another line.
pub fn serial(text: &str) -> Result<String, RecordError> {
    match fields(text, "@ ").as_deref() {
        Some([serial]) => quoted(serial).and_then(serial_number).ok_or(bad("serial", text)),
        _ => Err(bad("serial", text)),
    }
}

/// The answer to `DM?`: the version, without its date.
///
/// # Errors
///
/// Another line.
pub fn firmware(text: &str) -> Result<String, RecordError> {
    let version = text.strip_prefix('?').and_then(|rest| rest.split_whitespace().next());
    version.map(str::to_owned).ok_or(bad("firmware", text))
}

/// The answer to `DMSU?`: what the meter shows, not what it stores; `None` for another word.
///
/// # Errors
///
/// Another line.
pub fn unit(text: &str) -> Result<Option<ConcentrationUnit>, RecordError> {
    match fields(text, "SU?").as_deref() {
        Some(["", unit]) => quoted(unit).map(unit_word).ok_or(bad("unit", text)),
        _ => Err(bad("unit", text)),
    }
}

/// The first line of a dump.
#[derive(Clone, Eq, PartialEq)]
pub struct Header {
    /// How many records follow.
    pub count: u16,
    /// Of the meter.
    pub serial: String,
}

impl Header {
    /// `None` for a record, which begins with the same letter.
    ///
    /// # Errors
    ///
    /// A header of another shape.
    pub fn parse(text: &str) -> Result<Option<Self>, RecordError> {
        if !text.starts_with("P ") || text.starts_with(RECORD) {
            return Ok(None);
        }
        let parsed = match fields(text, "P ").as_deref() {
            Some([count, serial, unit]) => (|| {
                quoted(unit)?;
                let count = Some(*count).filter(|count| count.len() == 3).and_then(digits)?;
                Some(Self { count, serial: quoted(serial).and_then(serial_number)? })
            })(),
            _ => None,
        };
        parsed.map(Some).ok_or(bad("header", text))
    }
}

/// One result as the meter stores it.
#[derive(Clone, PartialEq)]
pub struct Record {
    /// On the meter's clock; `None` for a date no calendar has.
    pub at: Option<DeviceTime>,
    /// Date and time as sent.
    pub at_text: String,
    /// mg/dL, whatever the meter shows.
    pub mg_per_dl: u16,
    /// A control solution was measured.
    pub control: bool,
    /// The meter says that the stored value failed its parity check.
    pub suspect: bool,
    /// `N`, `B`, `A`, or a letter nobody has described.
    pub meal: char,
    /// 0 to 11, or a number nobody has described.
    pub comment: u8,
}

impl Record {
    /// Reads one line of a dump.
    ///
    /// # Errors
    ///
    /// A line of another shape.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let fields = fields(text, "P ");
        let Some([weekday, date, clock, value, meal, comment, _]) = fields.as_deref() else {
            return Err(bad("record", text));
        };
        let at = at(weekday, date, clock).ok_or(bad("time", text))?;
        let sent = |field: &str| field.trim_matches(['"', ' ']).to_owned();
        let at_text = format!("{} {}", sent(date), sent(clock));
        let value = quoted(value).ok_or(bad("value", text))?;
        let (control, mg_per_dl, suspect) = self::value(value).ok_or(bad("value", text))?;
        let mut letters = quoted(meal).ok_or(bad("meal", text))?.chars();
        let (Some(meal), None) = (letters.next(), letters.next()) else {
            return Err(bad("meal", text));
        };
        let comment = quoted(comment).filter(|comment| comment.len() == 2).and_then(digits);
        let comment = comment.and_then(|comment| u8::try_from(comment).ok());
        let comment = comment.ok_or(bad("comment", text))?;
        Ok(Self { at, at_text, mg_per_dl, control, suspect, meal, comment })
    }
}

/// True for a line that is a record and not the header.
#[must_use]
pub fn is_record(text: &str) -> bool {
    text.starts_with(RECORD)
}

/// True for an answer to any question but `DMP`.
#[must_use]
pub fn is_answer(text: &str) -> bool {
    ["F ", "@ ", "?", "SU?"].iter().any(|begin| text.starts_with(begin))
}

/// Six characters: `C` or a blank, a blank, three digits, `?` or a blank.
fn value(text: &str) -> Option<(bool, u16, bool)> {
    let &[control, b' ', a, b, c, parity] = text.as_bytes() else { return None };
    let control = match control {
        b'C' => true,
        b' ' => false,
        _ => return None,
    };
    let suspect = match parity {
        b'?' => true,
        b' ' => false,
        _ => return None,
    };
    let number = [a, b, c];
    let number = std::str::from_utf8(&number).ok()?.trim_start_matches(' ');
    Some((control, digits(number)?, suspect))
}

fn at(weekday: &str, date: &str, clock: &str) -> Option<Option<DeviceTime>> {
    let weekday = quoted(weekday)?;
    let known = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    if !known.iter().any(|known| known.eq_ignore_ascii_case(weekday)) {
        return None;
    }
    let [month, day, year] = three(quoted(date)?, '/')?;
    let [hour, minute, second] = three(quoted(clock)?.trim_end_matches(' '), ':')?;
    Some(time::checked(2000 + u16::from(year), month, day, hour, minute, second))
}

/// Three numbers of two digits.
fn three(text: &str, between: char) -> Option<[u8; 3]> {
    let mut parts = text.split(between).map(|part| {
        Some(part)
            .filter(|part| part.len() == 2)
            .and_then(digits)
            .and_then(|n| u8::try_from(n).ok())
    });
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// Digits and nothing else: no sign, no blank.
fn digits(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn unit_word(text: &str) -> Option<ConcentrationUnit> {
    match text.trim().to_ascii_uppercase().as_str() {
        "MG/DL" => Some(ConcentrationUnit::MgPerDl),
        "MMOL/L" => Some(ConcentrationUnit::MmolPerL),
        _ => None,
    }
}

/// Blanks around it are none of it; one inside is kept as it was sent.
fn serial_number(text: &str) -> Option<String> {
    let text = text.trim();
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b' ';
    let good = !text.is_empty() && text.bytes().all(known);
    good.then(|| text.to_owned())
}

/// What stands between the commas after the letters a line begins with.
fn fields<'a>(text: &'a str, begin: &str) -> Option<Vec<&'a str>> {
    Some(text.strip_prefix(begin)?.split(',').collect())
}

fn quoted(field: &str) -> Option<&str> {
    field.trim().strip_prefix('"')?.strip_suffix('"')
}

fn bad(field: &'static str, text: &str) -> RecordError {
    RecordError { field, line: Redacted(text.to_owned()) }
}

const RECORD: &str = "P \"";

#[cfg(test)]
mod tests;
