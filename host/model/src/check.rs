//! The host's limits on what a driver emits, checked before anything else sees it.
//!
//! Truth: the head of `wit/records.wit` and `wit/sink.wit`. Dates are checked where they are made
//! ([`crate::device_time::DeviceTime::new`]). An error names the field, never what it held.

use crate::concentration::Level;
use crate::device::DeviceInfo;
use crate::device_time::DateError;
use crate::diary::{Schedule, Setting, SettingValue};
use crate::entry::{Entry, Origin, Payload};
use crate::text::is_printable;

/// Longest text, in bytes of UTF-8.
pub const TEXT_MAX: usize = 4 * 1024;
/// Longest note.
pub const NOTE_MAX: usize = 16 * 1024;
/// Most marks, and most `extra` pairs, on one entry.
pub const LIST_MAX: usize = 32;
/// Most segments in one schedule.
pub const SEGMENTS_MAX: usize = 288;
/// Values, or schedules, in one `settings`.
pub const SETTINGS_MAX: usize = 256;
/// Longest raw record.
pub const RAW_MAX: usize = 4096;
/// Longest registered code, and longest name of a log or a numbering.
pub const NAME_MAX: usize = 64;

/// Why an entry or a device's description was refused. Exit code 6, `protocol.entry`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// An impossible date.
    #[error(transparent)]
    Date(#[from] DateError),
    /// A text is over its limit.
    #[error("`{field}` has {length} bytes, more than {max}")]
    TooLong {
        /// Which field.
        field: &'static str,
        /// Its length in bytes.
        length: usize,
        /// The limit.
        max: usize,
    },
    /// A list is over its limit.
    #[error("`{field}` has {count} items, more than {max}")]
    TooMany {
        /// Which list.
        field: &'static str,
        /// Its length.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// A registered code holds something else than `a` to `z`, digits and `-`.
    #[error("`{field}` is not a code of a-z, 0-9 and `-`")]
    NotACode {
        /// Which field.
        field: &'static str,
    },
    /// A name is empty, or a text that must be printable is not.
    #[error("`{field}` is empty or not printable")]
    NotPrintable {
        /// Which field.
        field: &'static str,
    },
    /// A schedule's segments do not rise, or one starts after the end of the day.
    #[error("the segments of a schedule are not in rising order within one day")]
    Segments,
    /// Raw bytes on a part other than 0.
    #[error("`raw` stands on part {part}, it belongs to part 0 only")]
    RawOnPart {
        /// The part it stands on.
        part: u16,
    },
    /// A device whose records have no time resolution, or one of more than a day.
    #[error("`time-resolution-seconds` is {seconds}, it must be 1 to 86400")]
    TimeResolution {
        /// As sent.
        seconds: u32,
    },
}

/// Whether an entry keeps the contract's limits.
pub fn check(entry: &Entry) -> Result<(), EntryError> {
    origin(&entry.origin)?;
    count("marks", entry.marks.len(), LIST_MAX)?;
    entry.marks.iter().try_for_each(|mark| code("marks", mark))?;
    extra(&entry.extra)?;
    size("raw", entry.raw.len(), RAW_MAX)?;
    if entry.origin.part != 0 && !entry.raw.is_empty() {
        return Err(EntryError::RawOnPart { part: entry.origin.part });
    }
    payload(&entry.payload)
}

/// Whether a device's description keeps the contract's limits.
pub fn check_device(info: &DeviceInfo) -> Result<(), EntryError> {
    printable("model", &info.model)?;
    // An empty serial number is as good as none, and some meters without one send it.
    if let Some(serial) = info.serial_number.as_ref().filter(|serial| !serial.is_empty()) {
        printable("serial-number", serial)?;
    }
    if let Some(firmware) = info.firmware.as_ref().filter(|firmware| !firmware.is_empty()) {
        printable("firmware", firmware)?;
    }
    if !(1..=86_400).contains(&info.time_resolution_seconds) {
        return Err(EntryError::TimeResolution { seconds: info.time_resolution_seconds });
    }
    count("limits", info.limits.len(), LIST_MAX)?;
    info.limits.iter().try_for_each(|limits| code("quantity", &limits.quantity))?;
    extra(&info.extra)
}

fn payload(payload: &Payload) -> Result<(), EntryError> {
    match payload {
        Payload::Smbg(smbg) => {
            level(&smbg.level)?;
            option(code, "reference-method", &smbg.reference_method)
        }
        Payload::Ketone(ketone) => level(&ketone.level),
        Payload::Cgm(cgm) => {
            level(&cgm.level)?;
            cgm.predicted.as_ref().map_or(Ok(()), level)?;
            option(code, "noise", &cgm.noise)
        }
        Payload::Calibration(calibration) => level(&calibration.level),
        Payload::Bolus(bolus) => bolus.wizard.as_ref().map_or(Ok(()), origin),
        Payload::InsulinDose(dose) => option(code, "occasion", &dose.occasion),
        Payload::Basal(basal) => {
            option(text, "program", &basal.program)?;
            option(code, "reason", &basal.reason)
        }
        Payload::Wizard(wizard) => wizard.glucose.as_ref().map_or(Ok(()), level),
        Payload::Carbs(carbs) => option(code, "category", &carbs.category),
        Payload::Exercise(exercise) => option(code, "intensity", &exercise.intensity),
        Payload::Event(event) => {
            code("code", &event.code)?;
            option(text, "text", &event.text)
        }
        Payload::Note(note) => size("text", note.text.len(), NOTE_MAX),
        Payload::Alarm(alarm) => code("code", &alarm.code),
        Payload::Settings(settings) => {
            count("values", settings.values.len(), SETTINGS_MAX)?;
            count("schedules", settings.schedules.len(), SETTINGS_MAX)?;
            settings.values.iter().try_for_each(setting)?;
            settings.schedules.iter().try_for_each(schedule)
        }
        Payload::TimeChange(change) => code("cause", &change.cause),
        Payload::Other(other) => {
            code("code", &other.code)?;
            other.level.as_ref().map_or(Ok(()), level)?;
            option(text, "unit", &other.unit)?;
            option(text, "text", &other.text)
        }
    }
}

fn level(level: &Level) -> Result<(), EntryError> {
    match level {
        Level::NoValue(state) => code("no-value", state),
        Level::Value(_) | Level::BelowRange(_) | Level::AboveRange(_) => Ok(()),
    }
}

fn setting(setting: &Setting) -> Result<(), EntryError> {
    code("key", &setting.key)?;
    option(text, "unit", &setting.unit)?;
    match &setting.value {
        SettingValue::Text(words) => text("value", words),
        SettingValue::Number(_) | SettingValue::Flag(_) => Ok(()),
    }
}

fn schedule(schedule: &Schedule) -> Result<(), EntryError> {
    code("kind", &schedule.kind)?;
    option(text, "name", &schedule.name)?;
    text("unit", &schedule.unit)?;
    count("segments", schedule.segments.len(), SEGMENTS_MAX)?;
    let starts = || schedule.segments.iter().map(|segment| segment.start_seconds);
    let rising = starts().zip(starts().skip(1)).all(|(this, next)| this < next);
    if rising && starts().all(|start| start < 86_400) { Ok(()) } else { Err(EntryError::Segments) }
}

fn origin(origin: &Origin) -> Result<(), EntryError> {
    name("log", &origin.log)?;
    name("numbers", &origin.numbers)
}

fn name(field: &'static str, name: &str) -> Result<(), EntryError> {
    size(field, name.len(), NAME_MAX)?;
    printable(field, name)
}

fn extra(pairs: &[(String, String)]) -> Result<(), EntryError> {
    count("extra", pairs.len(), LIST_MAX)?;
    pairs.iter().try_for_each(|(key, value)| {
        code("extra", key)?;
        text("extra", value)
    })
}

fn printable(field: &'static str, words: &str) -> Result<(), EntryError> {
    text(field, words)?;
    let good = !words.is_empty() && is_printable(words);
    if good { Ok(()) } else { Err(EntryError::NotPrintable { field }) }
}

fn code(field: &'static str, word: &str) -> Result<(), EntryError> {
    size(field, word.len(), NAME_MAX)?;
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let good = !word.is_empty() && word.bytes().all(allowed);
    if good { Ok(()) } else { Err(EntryError::NotACode { field }) }
}

fn text(field: &'static str, words: &str) -> Result<(), EntryError> {
    size(field, words.len(), TEXT_MAX)
}

fn option(
    check: fn(&'static str, &str) -> Result<(), EntryError>,
    field: &'static str,
    value: &Option<String>,
) -> Result<(), EntryError> {
    value.as_ref().map_or(Ok(()), |value| check(field, value))
}

fn size(field: &'static str, length: usize, max: usize) -> Result<(), EntryError> {
    if length <= max { Ok(()) } else { Err(EntryError::TooLong { field, length, max }) }
}

fn count(field: &'static str, count: usize, max: usize) -> Result<(), EntryError> {
    if count <= max { Ok(()) } else { Err(EntryError::TooMany { field, count, max }) }
}

#[cfg(test)]
mod tests;
