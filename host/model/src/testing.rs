//! Values for the tests of this crate.

use crate::concentration::{
    Bound, Calibration, Capture, Cgm, CgmSource, ConcentrationUnit, Ketone, Level, Meal, Sample,
    Smbg, Trend,
};
use crate::device::{DeviceInfo, Readout};
use crate::device_time::DeviceTime;
use crate::diary::{
    Alarm, Carbs, Event, Exercise, Note, Other, Schedule, Segment, Setting, SettingValue, Settings,
    TimeChange,
};
use crate::entry::{Entry, Order, Origin, Payload, Stamp, Validity};
use crate::insulin::{
    Basal, BasalMode, Bolus, BolusEnd, Delivery, InsulinAction, InsulinDose, Wizard,
};
use crate::quantity::{Milli, MilliSigned};

pub(crate) fn at(text: &str) -> DeviceTime {
    DeviceTime::parse(text).unwrap()
}

pub(crate) fn entry(local: DeviceTime, payload: Payload) -> Entry {
    Entry {
        origin: Origin {
            log: "results".into(),
            numbers: "results".into(),
            sequence: None,
            part: 0,
        },
        at: Stamp { local: Some(local), reliable: true, tick: None },
        validity: Validity::Valid,
        payload,
        marks: Vec::new(),
        extra: Vec::new(),
        raw: Vec::new().into(),
    }
}

pub(crate) fn smbg(local: DeviceTime, mg_per_dl: u32) -> Entry {
    entry(local, Payload::Smbg(glucose(Level::Value(Milli(mg_per_dl * 1000)))))
}

pub(crate) fn glucose(level: Level) -> Smbg {
    Smbg {
        level,
        unit: ConcentrationUnit::MgPerDl,
        sample: Sample::Blood,
        meal: Meal::None,
        minutes_after_meal: None,
        capture: Capture::Measured,
        reference_method: None,
    }
}

pub(crate) fn readout(entries: impl Into<Vec<Entry>>) -> Readout {
    Readout {
        info: DeviceInfo {
            model: "GL1".into(),
            serial_number: Some(String::from("ABC1234").into()),
            firmware: Some("P02.00.00".into()),
            display_unit: Some(ConcentrationUnit::MgPerDl),
            time_resolution_seconds: 1,
            limits: Vec::new(),
            extra: Vec::new(),
        },
        clock: None,
        entries: entries.into(),
        orders: vec![("results".into(), Order::OldestFirst)],
        skipped: 0,
        complete: true,
    }
}

/// An entry of every kind, and of every case of a level.
pub(crate) fn every_kind() -> Vec<Entry> {
    let time = at("2026-10-01T09:48:00");
    let mg = ConcentrationUnit::MgPerDl;
    let bound = Bound { threshold: None, stored: Some(Milli(601_000)) };
    let sent = Bound { threshold: Some(Milli(20_000)), stored: None };
    let state = || Level::NoValue("sensor-not-calibrated".into());
    let delivery = Delivery {
        programmed: Some(Milli(4_500)),
        delivered: None,
        programmed_seconds: Some(1800),
        delivered_seconds: None,
    };
    let place = Origin { log: "wizards".into(), numbers: "all".into(), sequence: Some(7), part: 0 };
    let schedule = Schedule {
        kind: "target".into(),
        name: Some("work".into()),
        index: Some(1),
        active: true,
        unit: "mg/dL".into(),
        segments: vec![Segment {
            start_seconds: 0,
            value: Milli(80_000),
            value_high: Some(Milli(120_000)),
        }],
    };
    let setting = |value| Setting { key: "low-alert".into(), value, unit: Some("mg/dL".into()) };
    let payloads = vec![
        Payload::Smbg(glucose(Level::Value(Milli(97_000)))),
        Payload::Smbg(glucose(Level::AboveRange(bound))),
        Payload::Smbg(glucose(Level::BelowRange(sent))),
        Payload::Smbg(glucose(state())),
        Payload::Ketone(Ketone {
            level: Level::Value(Milli(11_000)),
            unit: ConcentrationUnit::EighteenthMmolPerL,
            sample: Sample::Unknown,
        }),
        Payload::Cgm(Cgm {
            level: Level::Value(Milli(118_000)),
            unit: mg,
            source: CgmSource::Automatic,
            trend: Trend::RisingVeryFast,
            predicted: Some(Level::AboveRange(bound)),
            noise: Some("light".into()),
            sensor_age_seconds: Some(3600),
        }),
        Payload::Calibration(Calibration {
            level: Level::Value(Milli(5_400)),
            unit: ConcentrationUnit::MmolPerL,
            capture: Capture::EnteredByHand,
            entered_at: Some(time),
        }),
        Payload::Bolus(Bolus {
            immediate: Some(delivery),
            extended: None,
            end: BolusEnd::EndedEarly,
            wizard: Some(place),
        }),
        Payload::InsulinDose(InsulinDose {
            amount: Some(Milli(6_000)),
            action: InsulinAction::Rapid,
            occasion: Some("breakfast".into()),
        }),
        Payload::Basal(Basal {
            mode: BasalMode::Temporary,
            rate: None,
            percent: Some(-100),
            programmed_seconds: Some(3600),
            delivered_seconds: None,
            program: Some("weekend".into()),
            reason: None,
        }),
        Payload::Wizard(Wizard {
            unit: mg,
            glucose: Some(state()),
            carbs: Some(Milli(45_000)),
            carb_ratio: Some(Milli(10_000)),
            correction_factor: None,
            target_low: Some(Milli(100_000)),
            target_high: Some(Milli(100_000)),
            correction_threshold: None,
            on_board_correction: None,
            on_board_meal: None,
            suggested_correction: Some(MilliSigned(-500)),
            suggested_meal: Some(MilliSigned(4_500)),
            programmed_correction: None,
            programmed_meal: Some(Milli(4_500)),
            delivered_correction: None,
            delivered_meal: None,
        }),
        Payload::Carbs(Carbs { amount: Some(Milli(45_000)), category: None }),
        Payload::Exercise(Exercise { intensity: Some("light".into()), seconds: Some(1800) }),
        Payload::Event(Event { code: "illness".into(), text: None }),
        Payload::Note(Note { text: "nach dem Sport".into() }),
        Payload::Alarm(Alarm {
            code: "vendor".into(),
            stored_code: Some(42),
            stops_delivery: Some(true),
        }),
        Payload::Settings(Settings {
            values: vec![
                setting(SettingValue::Number(MilliSigned(-70_500))),
                setting(SettingValue::Text("vibrate".into())),
                setting(SettingValue::Flag(false)),
            ],
            schedules: vec![schedule],
        }),
        Payload::TimeChange(TimeChange { before: None, after: Some(time), cause: "person".into() }),
        Payload::Other(Other {
            code: "haematocrit".into(),
            level: Some(Level::Value(Milli(41_500))),
            unit: Some("%".into()),
            text: None,
        }),
        Payload::Other(Other {
            code: "vendor-record".into(),
            level: None,
            unit: None,
            text: Some("18 bytes".into()),
        }),
    ];
    payloads
        .into_iter()
        .map(|payload| {
            let mut entry = entry(time, payload);
            entry.marks = vec!["sport".into()];
            entry.extra = vec![("error-bits".into(), "0".into())];
            entry
        })
        .collect()
}
