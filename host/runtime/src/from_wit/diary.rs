//! Diary, alarms, settings, clock changes, and what has no case of its own.

use meterport_model::check::EntryError;
use meterport_model::diary::{
    Alarm, Carbs, Event, Exercise, Note, Other, Schedule, Segment, Setting, SettingValue, Settings,
    TimeChange,
};
use meterport_model::quantity::{Milli, MilliSigned};

use super::{levels, maybe_time};
use crate::bindings::records;

pub(super) fn carbs(carbs: records::Carbs) -> Carbs {
    Carbs { amount: carbs.amount.map(Milli), category: carbs.category }
}

pub(super) fn exercise(exercise: records::Exercise) -> Exercise {
    Exercise { intensity: exercise.intensity, seconds: exercise.seconds }
}

pub(super) fn event(event: records::Event) -> Event {
    Event { code: event.code, text: event.text }
}

pub(super) fn note(note: records::Note) -> Note {
    Note { text: note.text }
}

pub(super) fn alarm(alarm: records::Alarm) -> Alarm {
    let records::Alarm { code, stored_code, stops_delivery } = alarm;
    Alarm { code, stored_code, stops_delivery }
}

pub(super) fn settings(settings: records::Settings) -> Settings {
    Settings {
        values: settings.values.into_iter().map(setting).collect(),
        schedules: settings.schedules.into_iter().map(schedule).collect(),
    }
}

fn setting(setting: records::Setting) -> Setting {
    Setting {
        key: setting.key,
        value: match setting.value {
            records::SettingValue::Number(number) => SettingValue::Number(MilliSigned(number)),
            records::SettingValue::Text(text) => SettingValue::Text(text),
            records::SettingValue::Flag(flag) => SettingValue::Flag(flag),
        },
        unit: setting.unit,
    }
}

fn schedule(schedule: records::Schedule) -> Schedule {
    let records::Schedule { kind, name, index, active, unit, segments } = schedule;
    let segments = segments
        .into_iter()
        .map(|segment| Segment {
            start_seconds: segment.start_seconds,
            value: Milli(segment.value),
            value_high: segment.value_high.map(Milli),
        })
        .collect();
    Schedule { kind, name, index, active, unit, segments }
}

pub(super) fn time_change(change: records::TimeChange) -> Result<TimeChange, EntryError> {
    Ok(TimeChange {
        before: maybe_time(change.before)?,
        after: maybe_time(change.after)?,
        cause: change.cause,
    })
}

pub(super) fn other(other: records::Other) -> Other {
    let records::Other { code, level, unit, text } = other;
    Other { code, level: level.map(levels::level), unit, text }
}
