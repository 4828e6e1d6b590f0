//! What is set on the PDM when the file is written: one entry, and one for each profile that the PDM
//! does not believe itself or that nobody described.

use meterport_sdk::DriverError;
use meterport_sdk::wit::{
    DeviceTime, Entry, Origin, Payload, Schedule, Segment, Setting, SettingValue, Settings,
};

use super::{SETTINGS, keep, mark_error, marker, stamp, validity, vendor_record};
use crate::export::Export;
use crate::stored::{Names, Profile, Settings as Stored};
use crate::version::Pdm;

/// The entries of what is set.
///
/// # Errors
///
/// `too-large`: a number in a profile that fits nothing.
pub fn entries(export: &Export<'_>) -> Result<Vec<Entry>, DriverError> {
    let pdm = export.versions.pdm;
    let mut raw = export.settings_raw.clone();
    let mut schedules = Vec::new();
    let mut others = Vec::new();
    for (profile, bytes) in &export.profiles {
        match (profile.error, slot(profile, &export.names, pdm)) {
            (0, Err(error)) => return Err(error),
            (0, Ok(Slot::Schedule(schedule))) => {
                schedules.push(schedule);
                raw.extend_from_slice(bytes);
            }
            (0, Ok(Slot::Empty)) => raw.extend_from_slice(bytes),
            (error, Ok(Slot::Schedule(schedule))) => {
                let one = Settings { values: Vec::new(), schedules: vec![schedule] };
                others.push(apart(Payload::Settings(one), error, bytes, export));
            }
            (error, Ok(Slot::Empty | Slot::Unknown) | Err(_)) => {
                let mut entry = apart(vendor_record(), error, bytes, export);
                entry.extra.push(marker(format!("profile-{}", profile.index)));
                others.push(entry);
            }
        }
    }
    let values = values(&export.settings);
    let all = Payload::Settings(Settings { values, schedules });
    Ok([entry(all, &raw, export.clock, pdm)].into_iter().chain(others).collect())
}

fn apart(payload: Payload, error: u16, bytes: &[u8], export: &Export<'_>) -> Entry {
    let mut entry = entry(payload, bytes, export.clock, export.versions.pdm);
    entry.validity = validity(error);
    mark_error(error, &mut entry);
    entry
}

fn entry(payload: Payload, raw: &[u8], clock: Option<DeviceTime>, pdm: Pdm) -> Entry {
    let (log, numbers) = (SETTINGS.to_owned(), SETTINGS.to_owned());
    let mut entry = Entry {
        origin: Origin { log, numbers, sequence: None, part: 0 },
        at: stamp(clock, None, pdm),
        validity: validity(0),
        payload,
        marks: Vec::new(),
        extra: Vec::new(),
        raw: Vec::new(),
    };
    keep(&mut entry, raw);
    entry
}

/// What a profile holds.
enum Slot {
    Schedule(Schedule),
    /// A place for a basal program, without name and rates.
    Empty,
    /// Its index is one that nobody described.
    Unknown,
}

fn slot(profile: &Profile, names: &Names, pdm: Pdm) -> Result<Slot, DriverError> {
    let (kind, unit, factor) = match (profile.index, pdm) {
        (11, Pdm::Eros) => ("carb-ratio", "g/[iU]", 1000),
        (11, Pdm::Dash) => ("carb-ratio", "g/[iU]", 100),
        (12, _) => ("correction-factor", "mg/dL/[iU]", 1000),
        (13, _) => ("target", "mg/dL", 1000),
        (14, _) => ("correction-threshold", "mg/dL", 1000),
        (15..=21, _) => ("basal", "[iU]/h", 10),
        _ => return Ok(Slot::Unknown),
    };
    let program = profile.index.checked_sub(FIRST_PROGRAM).map(u16::from);
    let name = program.and_then(|program| names.of(program)).map(str::to_owned);
    if program.is_some() && name.is_none() && profile.values.iter().all(|value| *value == 0) {
        return Ok(Slot::Empty);
    }
    Ok(Slot::Schedule(Schedule {
        kind: kind.to_owned(),
        name,
        index: program,
        active: program.is_none_or(|program| program == names.active),
        unit: unit.to_owned(),
        segments: segments(&profile.values, factor)?,
    }))
}

/// Half hours of the same value are one segment.
fn segments(values: &[u32], factor: u32) -> Result<Vec<Segment>, DriverError> {
    let mut segments: Vec<Segment> = Vec::new();
    for (start_seconds, value) in (0..).step_by(HALF_HOUR_SECONDS).zip(values) {
        let value = value.checked_mul(factor).ok_or_else(super::too_large)?;
        if segments.last().is_none_or(|last| last.value != value) {
            segments.push(Segment { start_seconds, value, value_high: None });
        }
    }
    Ok(segments)
}

fn values(from: &Stored) -> Vec<Setting> {
    let insulin = |key, hundredths: u32, unit| Setting {
        value: SettingValue::Number(i64::from(hundredths) * 10),
        ..number(key, 0, unit)
    };
    vec![
        insulin("bolus-increment", from.bolus_increment, Some("[iU]")),
        insulin("max-bolus", from.max_bolus, Some("[iU]")),
        insulin("max-basal", from.max_basal, Some("[iU]/h")),
        insulin("low-volume-alert", from.low_volume, Some("[iU]")),
        number("auto-off", from.auto_off_hours, Some("h")),
        number("language", from.language, None),
        number("expiry-alert", from.expiry_alert, None),
        number("glucose-reminder", from.glucose_reminder, None),
        number("confidence-alert", from.confidence_alert, None),
        number("reminder-alert", from.reminder_alert, None),
        word("temp-basal-type", from.temp_basal_type, ["off", "percent", "rate"]),
        word("extended-bolus-type", from.extended_bolus_type, ["off", "percent", "units"]),
        number("bolus-reminder", from.bolus_reminder, None),
        switch("calculator-on", from.calculator),
        switch("reverse-correction-on", from.reverse_correction),
        number("sound", from.sound, None),
        number("glucose-min", from.glucose_min, Some("mg/dL")),
        number("glucose-goal-low", from.goal_low, Some("mg/dL")),
        number("glucose-goal-high", from.goal_high, Some("mg/dL")),
        number("insulin-duration", u32::from(from.insulin_duration) * 30, Some("min")),
        number("alarm-repeat", from.alarm_repeat, None),
        number("config-flags", from.config_flags, None),
    ]
}

fn number(key: &str, value: impl Into<i64>, unit: Option<&str>) -> Setting {
    let value = SettingValue::Number(value.into() * 1000);
    Setting { key: key.to_owned(), value, unit: unit.map(str::to_owned) }
}

/// A switch; a number where it is neither off nor on.
fn switch(key: &str, value: u8) -> Setting {
    match value {
        0 | 1 => Setting { key: key.to_owned(), value: SettingValue::Flag(value == 1), unit: None },
        _ => number(key, value, None),
    }
}

/// One of three words; a number where it is none of them.
fn word(key: &str, value: u8, words: [&str; 3]) -> Setting {
    match words.get(usize::from(value)) {
        Some(word) => {
            let value = SettingValue::Text((*word).to_owned());
            Setting { key: key.to_owned(), value, unit: None }
        }
        None => number(key, value, None),
    }
}

/// Profile index of basal program 0.
const FIRST_PROGRAM: u8 = 15;
const HALF_HOUR_SECONDS: usize = 1_800;
