//! Food, sport, notes, events, alarms, settings, clock changes, and what has no case yet.
//!
//! Truth: `wit/records.wit`, "Diary, alarms, settings, clock".

use serde::{Deserialize, Serialize};

use crate::concentration::Level;
use crate::device_time::DeviceTime;
use crate::quantity::{Milli, MilliSigned};
use crate::redact::redacted_debug;

/// Food.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct Carbs {
    /// Grams; absent where the device only notes that there was food.
    pub amount: Option<Milli>,
    /// Registered code.
    pub category: Option<String>,
}

/// Sport.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct Exercise {
    /// Registered code, such as `light`.
    pub intensity: Option<String>,
    /// Duration.
    pub seconds: Option<u32>,
}

/// Something that happened to the person (`illness`) or the device (`sensor-inserted`).
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct Event {
    /// Registered code.
    pub code: String,
    /// Text beside it.
    pub text: Option<String>,
}

/// What the person wrote.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct Note {
    /// The words.
    pub text: String,
}

/// An alarm of the device.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct Alarm {
    /// Registered code; `vendor` where the driver knows only the number.
    pub code: String,
    /// The device's own number of it.
    pub stored_code: Option<u32>,
    /// Whether delivery stops.
    pub stops_delivery: Option<bool>,
}

/// What a setting is set to.
#[derive(Clone, Eq, PartialEq)]
pub enum SettingValue {
    /// In the setting's unit; a plain number where there is none.
    Number(MilliSigned),
    /// Words.
    Text(String),
    /// On or off.
    Flag(bool),
}

/// One setting.
#[derive(Clone, Eq, PartialEq)]
pub struct Setting {
    /// Registered key, such as `low-alert`.
    pub key: String,
    /// What it is set to.
    pub value: SettingValue,
    /// UCUM.
    pub unit: Option<String>,
}

/// One stretch of a schedule.
#[derive(Clone, Copy, Deserialize, Eq, PartialEq, Serialize)]
pub struct Segment {
    /// Since midnight on the device's clock, 0 to 86399. Segments are in rising order.
    pub start_seconds: u32,
    /// In the schedule's unit; the lower end where the schedule holds ranges.
    pub value: Milli,
    /// The upper end where the schedule holds ranges.
    pub value_high: Option<Milli>,
}

/// A setting that changes over the day.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct Schedule {
    /// Registered: `basal`, `carb-ratio`, `correction-factor`, `target`, `correction-threshold`.
    pub kind: String,
    /// The person's or the device's name for it.
    pub name: Option<String>,
    /// Its place in the device.
    pub index: Option<u16>,
    /// Whether it is the one in use.
    pub active: bool,
    /// UCUM.
    pub unit: String,
    /// At most 288.
    pub segments: Vec<Segment>,
}

/// What was set on the device at the entry's time.
#[derive(Clone, Eq, PartialEq)]
pub struct Settings {
    /// Single settings.
    pub values: Vec<Setting>,
    /// Settings that change over the day.
    pub schedules: Vec<Schedule>,
}

impl Settings {
    /// What its lists take in memory, roughly.
    pub(crate) fn held_bytes(&self) -> usize {
        let text = |value: &SettingValue| match value {
            SettingValue::Text(text) => text.len(),
            _ => 0,
        };
        let values: usize =
            self.values.iter().map(|one| one.key.len() + text(&one.value) + 96).sum();
        let schedules: usize =
            self.schedules.iter().map(|schedule| schedule.segments.len() * 16 + 128).sum();
        values + schedules
    }
}

/// One line of the device's own list of clock changes.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct TimeChange {
    /// What the clock showed before.
    pub before: Option<DeviceTime>,
    /// What it showed after.
    pub after: Option<DeviceTime>,
    /// Registered: `person`, `reset`, `unknown`.
    pub cause: String,
}

/// A quantity or record this version has no case for.
#[derive(Clone, Eq, PartialEq)]
pub struct Other {
    /// Registered code, such as `haematocrit`; `vendor-record` where nothing is known but the bytes.
    pub code: String,
    /// The quantity, if there is one.
    pub level: Option<Level>,
    /// UCUM.
    pub unit: Option<String>,
    /// Text, if there is any.
    pub text: Option<String>,
}

redacted_debug!(
    Carbs,
    Exercise,
    Event,
    Note,
    Alarm,
    SettingValue,
    Setting,
    Segment,
    Schedule,
    Settings,
    TimeChange,
    Other,
);
